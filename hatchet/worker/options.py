"""How a worker treats durable tasks: what is said of one worker, or of all of a client's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hatchet._dataclasses import dataclass
from hatchet.options.kinds import check_kind
from hatchet.wire.gateway import Gateway


@dataclass(frozen=True, kw_only=True)
class DurableOptions:
    """What holds for one worker."""

    always_replay: bool = False
    """Tasks begin anew at each wait."""
    record_histories: Path | None = None
    """Folder into which their histories are written."""


def durable_options(
    worker: str, always_replay: bool | None, record_histories: str | Path | None
) -> Callable[[Gateway], DurableOptions]:
    """What was said of a worker; what was not, the settings say of the engine that it starts with.

    Raises:
        DefinitionError: a value has the wrong type.
    """
    check_kind("always_replay", always_replay, bool | None, f" of worker {worker!r}")
    check_kind("record_histories", record_histories, str | Path | None, f" of worker {worker!r}")

    def settled(gateway: Gateway) -> DurableOptions:
        replays = gateway.config.worker_always_replay or gateway.io.always_replay
        folder = gateway.config.worker_record_histories if record_histories is None else record_histories
        return DurableOptions(
            always_replay=replays if always_replay is None else always_replay,
            record_histories=Path(folder) if folder else None,
        )

    return settled
