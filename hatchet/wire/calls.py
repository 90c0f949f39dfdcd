"""How a call is made: its deadline, its retries, its size, its errors. Every call of the client goes through here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from hatchet._lazy import Deferred
from hatchet.config import ClientConfig
from hatchet.errors import ApiError, PayloadTooLarge, ServerError, Unauthenticated, Unavailable
from hatchet.hooks import Hooks
from hatchet.transport.io_loop import ClientLoop, IoLoop
from hatchet.transport.retry import RetryPolicy, Tries, time_left, with_token

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from hatchet._credential import Token
    from hatchet.transport import channel as channels
    from hatchet.transport import connection as connections
    from hatchet.transport.connection import LocalEngine
    from hatchet.wire import api_errors
    from hatchet_api import calls
else:
    # gRPC and protobuf take longer to load than the rest together: programs that only declare tasks need neither of
    # them, and those whose engine is in the process no gRPC.
    channels = Deferred("hatchet.transport.channel")
    connections = Deferred("hatchet.transport.connection")
    api_errors = Deferred("hatchet.wire.api_errors")
    calls = Deferred("hatchet_api.calls")

logger: Final = logging.getLogger("hatchet")

FRAME_SLACK = 16 * 1024  # bytes left free in a message for what surrounds its items

Req = TypeVar("Req", bound="Message")
Res = TypeVar("Res")


class RunningWorker(Protocol):
    """A worker, as those see it who look after an engine in its process."""

    @property
    def worker_id(self) -> str:
        """The id that the engine gave it last; empty before."""
        ...

    def resting(self) -> set[str]:
        """The durable task runs here whose code waits for nothing but the engine. Runs on the I/O loop."""
        ...

    def stop(self, *, force: bool = False) -> None:
        """Ask it to end, from any thread."""
        ...


class Calls:
    """What the calls of all services have in common. Its methods run on the I/O loop."""

    def __init__(
        self,
        config: ClientConfig,
        io: IoLoop,
        policy: RetryPolicy | None = None,
        hooks: Hooks | None = None,
        local: LocalEngine | None = None,
    ) -> None:
        self.config = config
        self.local = local
        """The engine, where it is in this process."""
        self.io: ClientLoop = io.for_engine(self.engine)
        self.hooks: Hooks = hooks or Hooks()
        self._policy = policy or RetryPolicy.of(config.tenacity)
        self._credential = config.credential
        self.now: Callable[[], datetime] = partial(datetime.now, timezone.utc)
        """The engine's time: that of this machine, but for the engine of a test."""
        self.workers: list[RunningWorker] = []
        """The workers of this process that use these calls."""

    @contextmanager
    def running(self, worker: RunningWorker) -> Generator[None]:
        """While a worker runs that uses these calls."""
        self.workers.append(worker)
        try:
            yield
        finally:
            self.workers.remove(worker)

    @property
    def engine(self) -> tuple[str, str]:
        """Which engine and tenant: clients for which it is the same wait for each other's workers."""
        # An engine in this process may get an address at any time, and has one tenant.
        return ("" if self.local is not None else self.config.route.host_port, self.config.tenant_id)

    @cached_property
    def channel(self) -> connections.Connection:
        """The connection."""
        return connections.Connection(partial(_open_channel, self.config, self.local), self.io)

    async def _call(
        self,
        method: Callable[[connections.Connection], calls.UnaryUnary[Req, Res]],
        request: Req,
        name: str,
        *,
        idempotent: bool = True,
        timeout: float | None = None,
        policy: RetryPolicy | None = None,
    ) -> Res:
        """Make a call as often as the policy allows, each try by the method of the channel that there is then."""
        self._check_size(request, name)

        async def attempt(tries: Tries) -> Res:
            token = self._credential.current
            # What the caller of a call with a time of its own has left may be more than each try has, or less.
            left = time_left()
            limit = timeout or (self.config.request_timeout if left is None else left)
            try:
                with TranslatedErrors(self, name, token):
                    return await method(self.channel)(request, timeout=limit, metadata=token.metadata)
            except Unavailable as error:
                await self._explain(error)
                raise

        return await (policy or self._policy).run(attempt, idempotent=idempotent, patience=self.config.request_timeout)

    def _check_size(self, request: Message, name: str) -> None:
        size, limit = request.ByteSize(), self.config.grpc_max_send_message_length
        if size > limit:
            error = PayloadTooLarge(
                f"{name}: the message has {size} bytes, more than the limit of {limit}; "
                "pass large data by reference, or raise grpc_max_send_message_length here and on the engine",
                code="RESOURCE_EXHAUSTED",
                call=name,
            )
            error.sent = False
            raise error

    def _chunks(self, messages: Sequence[Req], most: int, name: str, *, echo: int | None = None) -> list[list[Req]]:
        """Messages in as few parts as their number and size allow.

        Args:
            messages: what to send.
            most: messages in one part at most.
            name: the call, for errors.
            echo: bytes that the answer adds to each message, where it repeats them all; it has to fit, too.
        """
        chunks: list[list[Req]] = []
        room, limit = 0, self.config.grpc_max_send_message_length - FRAME_SLACK
        if echo is not None:
            limit = min(limit, self.config.grpc_max_recv_message_length - FRAME_SLACK)
        for message in messages:
            self._check_size(message, name)
            size = message.ByteSize() + 8 + (echo or 0)  # the tag and length in front of each
            if not chunks or size > room or len(chunks[-1]) == most:
                chunks.append([])
                room = limit
            chunks[-1].append(message)
            room -= size
        return chunks

    def api_error(self, error: calls.CallError, name: str, token: Token) -> ApiError:
        """The error for a failed call; one that was refused for its token may be made again with a new one."""
        raised = api_errors.from_call(error, name, self.config.grpc_proxy)
        return with_token(raised, self._credential, token) if isinstance(raised, Unauthenticated) else raised

    async def _explain(self, error: Unavailable) -> None:
        """Raise in place of an error what says more: the client was closed, or no connection came about for TLS."""
        self.io.check_open()
        if self.local is not None:
            return  # there is no TLS in the process
        if not error.sent and (found := await api_errors.tls_mistake(error, self.config)) is not None:
            raise found from error

    async def close(self) -> None:
        """Close the connection; the next call opens it again."""
        if "channel" in self.__dict__:
            await self.channel.close()


class TranslatedErrors:
    """Around a call: what it raises becomes an error of this package. Small, since every report goes through it."""

    __slots__ = ("_calls", "_name", "_task_run_id", "_token")

    def __init__(self, calls: Calls, name: str, token: Token, task_run_id: str = "") -> None:
        self._calls = calls
        self._name = name
        self._token = token
        self._task_run_id = task_run_id

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        name = f"{self._name} for task run {self._task_run_id}" if self._task_run_id else self._name
        if isinstance(error, calls.CallError):
            raise self._calls.api_error(error, name, self._token) from error
        if isinstance(error, api_errors.DecodeError):
            raise ServerError(f"{name}: the answer cannot be read: {error}", code="INTERNAL", call=name) from error


def _open_channel(config: ClientConfig, local: LocalEngine | None) -> calls.Channel:
    if local is not None:
        return local.connect(config.grpc_max_recv_message_length)
    return channels.open_channel(config)
