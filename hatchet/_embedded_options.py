"""How an embedded engine keeps its data: each option once, for `from_embedded`, `hatchet dev` and the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from typing import TYPE_CHECKING, Literal, TypedDict, cast, get_args

from hatchet._dataclasses import NamedTuple, dataclass
from hatchet._settings import Sources, variable
from hatchet.errors import ConfigError

if TYPE_CHECKING:
    from hatchet.engine import EngineSettings

Synchronous = Literal["normal", "full"]
DAY = 86_400.0  # s
MEGABYTE = 1 << 20  # bytes
PREFIX = "embedded_"  # of the options among the settings of a client


class EmbeddedOptions(TypedDict, total=False):
    """What may be written; `EmbeddedSpec` says what it means."""

    retained_days: float | None
    retained_runs: int | None
    retained_megabytes: float | None
    synchronous: Synchronous


@dataclass(frozen=True, kw_only=True)
class EmbeddedSpec:
    """What an embedded engine keeps, and how safely. Whoever starts the engine of a folder decides."""

    retained_days: float | None = field(
        default=30.0, metadata={"help": "age, in days, at which what has ended is deleted"}
    )
    """Age, in days, at which finished runs with all they have, events and log lines are deleted; None: never."""
    retained_runs: int | None = field(
        default=100_000, metadata={"help": "how many finished runs, and events, are kept"}
    )
    """How many finished runs, and events, are kept; None: all."""
    retained_megabytes: float | None = field(
        default=1024.0, metadata={"help": "size of the data, in MB, beyond which the oldest that has ended is deleted"}
    )
    """Size of the data, in MB, beyond which the oldest of what has ended is deleted; None: any."""
    synchronous: Synchronous = field(
        default="normal", metadata={"help": "full: what was accepted survives a loss of power, too"}
    )
    """`normal`: what was accepted survives the end of the process in any way. `full`: a loss of power, too, and each
    request waits for the disk."""

    def settings(self) -> EngineSettings:
        """The engine's own form."""
        from hatchet.engine import EngineSettings  # loaded with the engine

        return EngineSettings(
            retained_for=None if self.retained_days is None else self.retained_days * DAY,
            retained_runs=self.retained_runs,
            retained_bytes=None if self.retained_megabytes is None else int(self.retained_megabytes * MEGABYTE),
            synchronous=self.synchronous.upper(),
        )


class Option(NamedTuple):
    """An option, for a command line."""

    name: str
    default: object
    help: str


def options() -> Iterator[Option]:
    """All of them."""
    for each in fields(EmbeddedSpec):
        yield Option(each.name, each.default, str(each.metadata["help"]))


def read(sources: Sources, given: Mapping[str, object]) -> EmbeddedSpec:
    """What was given to the program, or stands in the environment.

    Raises:
        ConfigError: an option is unknown, or its value is none of those it takes.
    """
    known = {each.name: each.default for each in options()}
    for name in given:
        if name not in known:
            raise ConfigError(
                name, "there is no such option", source="an argument", remedy=f"Known are {', '.join(known)}."
            )
    values: dict[str, object] = {}
    for name, default in known.items():
        setting = PREFIX + name
        from_environment = sources.text(setting)
        if name in given:
            values[name] = _value(name, given[name], default, name, "an argument")
        elif from_environment:
            values[name] = _value(name, from_environment, default, variable(setting), sources.where(setting))
    return EmbeddedSpec(**cast(EmbeddedOptions, values))


def _value(name: str, value: object, default: object, setting: str, source: str) -> object:
    text = "none" if value is None else str(value).strip().lower()
    if name == "synchronous":
        if text not in get_args(Synchronous):
            raise ConfigError(setting, f"{value!r} is no such mode", source=source, remedy="Write normal or full.")
        return text
    if text == "none":
        return None
    try:
        number = int(text) if isinstance(default, int) else float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        kind = "whole number" if isinstance(default, int) else "number"
        raise ConfigError(
            setting, f"{value!r} is no {kind} above 0", source=source, remedy="Write one, or none for no limit."
        )
    return number
