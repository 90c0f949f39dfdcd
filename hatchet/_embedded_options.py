"""How an embedded engine keeps its data: each option once, for programs, command and environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, cast, get_args

from hatchet import _foreign
from hatchet._dataclasses import NamedTuple, dataclass
from hatchet._settings import Sources, variable
from hatchet.errors import ConfigError

if TYPE_CHECKING:
    from hatchet.engine import EngineSettings

Synchronous = Literal["normal", "full"]
DAY = 86_400.0  # s
MEGABYTE = 1 << 20  # bytes
DATA = ".hatchet"  # the folder of an engine's data, unless another is given
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
JOIN_PATIENCE = 10.0  # s; another process that has just taken the folder serves by then
PREFIX = "embedded_"  # of the options among the settings of a client


class EmbeddedOptions(TypedDict, total=False):
    """What may be written of it."""

    retained_days: float | None
    """Age, in days, at which finished runs with all they have, events and log lines are deleted; None: never."""
    retained_runs: int | None
    """How many finished runs, and events, are kept; None: all."""
    retained_megabytes: float | None
    """Size of the data, in MB, beyond which the oldest of what has ended is deleted; None: any."""
    synchronous: Synchronous
    """`normal`: what was accepted survives the end of the process in any way. `full`: a loss of power, too, and each
    request waits for the disk."""


@dataclass(frozen=True, kw_only=True)
class EmbeddedHatchetConfig:
    """An embedded engine as `hatchet_sdk` describes one; what has no meaning here is warned of."""

    postgres_data_dir: str | None = None
    """Folder of its data; default: `.hatchet`. In a folder that Postgres uses, the subfolder `hatchet`."""
    grpc_port: int | None = None
    """Port of gRPC; default: any free one."""
    api_port: int | None = None
    """Port of REST; default: any free one."""
    log_level: str | None = None
    """What its logger `hatchet.engine` tells: debug, info, warning or error."""
    ready_timeout_seconds: float | None = None
    """Seconds that a start may take while another process has the folder; default: 10."""
    version: str | None = None
    """Not used: the engine is a part of this package."""
    binary_path: str | None = None
    """Not used: the engine is a part of this package."""
    checksum: str | None = None
    """Not used: the engine is a part of this package."""
    database_url: str | None = None
    """Not used: the data is in SQLite, in `postgres_data_dir`."""
    rabbitmq_url: str | None = None
    """Not used: the engine has a queue of its own."""
    start_api: bool = True
    """Not used: REST is served where gRPC is."""
    run_migrations: bool = True
    """Not used: the engine brings its data up to date when it starts."""

    def folder(self) -> str:
        """Where its data is, as an absolute path."""
        given = Path(self.postgres_data_dir or DATA).absolute()
        return str(given / "hatchet" if (given / "PG_VERSION").exists() else given)

    def warn(self) -> None:
        """Say what of it is not used."""
        used = ("postgres_data_dir", "grpc_port", "api_port", "log_level", "ready_timeout_seconds")
        asked = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in used}
        words = {
            name: _foreign.ignored(PREFIX + name, str(value)) for name, value in asked.items() if value is not None
        }
        _foreign.warn((f"{name} of EmbeddedHatchetConfig", instead) for name, instead in words.items() if instead)


class Start(NamedTuple):
    """How an embedded engine is started."""

    grpc_port: int
    api_port: int
    """Ports; 0 takes any that is free."""
    log_level: str
    """What it logs; empty leaves its logger alone."""
    patience: float
    """Seconds that another process may take to serve the folder that it has."""


def start_of(sources: Sources, given: EmbeddedHatchetConfig | None) -> Start:
    """How to start an engine, from what was given to the program or stands in the environment.

    Raises:
        ConfigError: a port, a level or a time that is none.
    """
    if given is not None:
        sources.take(given, PREFIX, "grpc_port", "api_port", "log_level", "ready_timeout_seconds")
    level = sources.text(PREFIX + "log_level").upper()
    if level and level not in LEVELS:
        raise sources.error(PREFIX + "log_level", f"{level!r} is no level", f"Write one of {', '.join(LEVELS)}.")
    return Start(
        grpc_port=sources.port(PREFIX + "grpc_port", 0),
        api_port=sources.port(PREFIX + "api_port", 0),
        log_level=level,
        patience=sources.seconds(PREFIX + "ready_timeout_seconds", JOIN_PATIENCE),
    )


@dataclass(frozen=True, kw_only=True)
class EmbeddedSpec:
    """What an embedded engine keeps, and how safely; `EmbeddedOptions` says what each means.

    Whoever starts the engine of a folder decides.
    """

    retained_days: float | None = field(
        default=30.0, metadata={"help": "age, in days, at which what has ended is deleted"}
    )
    retained_runs: int | None = field(
        default=100_000, metadata={"help": "how many finished runs, and events, are kept"}
    )
    retained_megabytes: float | None = field(
        default=1024.0, metadata={"help": "size of the data, in MB, beyond which the oldest that has ended is deleted"}
    )
    synchronous: Synchronous = field(
        default="normal", metadata={"help": "full: what was accepted survives a loss of power, too"}
    )

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
    text = str(value).strip().lower()  # None is none, too
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
