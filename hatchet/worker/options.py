"""How a worker treats durable tasks: what is said of one worker, or of all of a client's."""

from __future__ import annotations

from hatchet._dataclasses import dataclass
from hatchet.options.kinds import check_kind
from hatchet.wire.gateway import Gateway


@dataclass(frozen=True, kw_only=True)
class DurableOptions:
    """What was said of one worker; None leaves it to the client's settings."""

    always_replay: bool | None = None

    @classmethod
    def of(cls, gateway: Gateway, worker: str, always_replay: bool | None) -> DurableOptions:
        """The options of a worker.

        Raises:
            DefinitionError: a value has the wrong type.
        """
        check_kind("always_replay", always_replay, bool | None, f" of worker {worker!r}")
        if always_replay is None:
            always_replay = gateway.config.worker_always_replay or gateway.io.always_replay
        return cls(always_replay=always_replay)
