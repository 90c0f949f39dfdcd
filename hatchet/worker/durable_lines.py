"""What a worker knows of its durable tasks while they run, and of what it sends for them."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

from hatchet._dataclasses import NamedTuple, dataclass
from hatchet.context.durable_log import DurableLog
from hatchet.errors import HatchetError, Unsupported
from hatchet.options.eviction import EvictionPolicy
from hatchet.wire import versions

if TYPE_CHECKING:
    from hatchet.context.durable_session import DurableSession
    from hatchet.wire.encode_durable import Outgoing


class StreamState(Enum):
    """Where the stream is."""

    IDLE = "idle"
    """Nobody needs it."""
    CONNECTING = "connecting"
    OPEN = "open"
    """The engine knows whose it is."""
    LOST = "lost"
    """It broke, and is opened again."""
    CLOSED = "closed"
    """The worker has ended."""


class Item(NamedTuple):
    """One message to send."""

    message: Outgoing
    line: Line | None
    """Whose log waits for the answer."""
    is_of_connection: bool
    """Whether it means nothing on another one."""


@dataclass(eq=False, slots=True)
class Line:
    """One invocation that runs here."""

    log: DurableLog
    session: DurableSession
    worker_id: str
    """The id under which it was taken on."""
    policy: EvictionPolicy | None
    asked_at: float | None = None
    """When the request on its way was sent."""
    idle_since: float | None = None
    """When it came to wait for nothing but its log."""
    is_carried: bool = False
    """Whether it is from an earlier connection."""
    settles: bool = False
    """Whether it is to be evicted, and it is awaited that its code comes to rest."""
    evicting: asyncio.Future[bool] | None = None
    reason: str = ""
    """Why it is evicted."""
    was_warned: bool = False
    """Whether its log was said to be long."""


class Suspended(BaseException):
    """Ends the code of an invocation that goes on elsewhere; no error of the task, so that none of it catches it."""


def ended(name: str) -> HatchetError:
    """What the calls of durable tasks end with when their worker does."""
    return HatchetError(f"worker {name} ends, and with it what its durable tasks wait for; they go on elsewhere")


def refused(error: Exception) -> Exception:
    """What they end with when the engine refuses their stream."""
    if isinstance(error, Unsupported):
        oldest = versions.text(versions.DURABLE_STREAM)
        return Unsupported(
            f"durable tasks need an engine of {oldest} or newer, and this one does not serve their stream ({error})",
            code=error.code,
            call=error.call,
        )
    return error
