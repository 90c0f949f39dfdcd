"""How a worker treats durable tasks: what is said of one worker, or of all of a client's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hatchet._dataclasses import dataclass
from hatchet.options.kinds import check_kind

if TYPE_CHECKING:
    from hatchet.wire.gateway import Gateway


@dataclass(frozen=True, kw_only=True)
class DurableOptions:
    """What holds for one worker; None leaves it to the client's settings."""

    always_replay: bool | None = None
    """Tasks begin anew at each wait."""
    record_histories: Path | None = None
    """Folder into which their histories are written."""

    @classmethod
    def of(cls, worker: str, always_replay: bool | None, record_histories: str | Path | None) -> DurableOptions:
        """What was said of a worker.

        Raises:
            DefinitionError: a value has the wrong type.
        """
        check_kind("always_replay", always_replay, bool | None, f" of worker {worker!r}")
        check_kind("record_histories", record_histories, str | Path | None, f" of worker {worker!r}")
        return cls(always_replay=always_replay, record_histories=Path(record_histories) if record_histories else None)

    def resolved(self, gateway: Gateway) -> DurableOptions:
        """The same, where what was not said is what the client's settings say."""
        always, folder = self.always_replay, self.record_histories
        if always is None:
            always = gateway.config.worker_always_replay or gateway.io.always_replay
        if folder is None and gateway.config.worker_record_histories:
            folder = Path(gateway.config.worker_record_histories)
        return DurableOptions(always_replay=always, record_histories=folder)
