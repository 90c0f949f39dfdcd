"""The REST session: sends generated operations, with the client's deadline, retries and errors.

Loaded on the first use of a REST feature: it brings in httpx.
"""

from __future__ import annotations

import asyncio
import ssl
from datetime import timedelta
from typing import TypeVar

import httpx

from hatchet.config import ClientConfig, TlsStrategy
from hatchet.errors import (
    AlreadyExists,
    ApiError,
    DeadlineExceeded,
    FailedPrecondition,
    FieldError,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    PermissionDenied,
    RateLimited,
    ServerError,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import RetryPolicy, within
from hatchet_api.rest.errors import ApiError as RestError
from hatchet_api.rest.runtime import Operation, asend

T = TypeVar("T")

_BY_STATUS: dict[int, type[ApiError]] = {
    400: InvalidRequest,
    401: Unauthenticated,
    403: PermissionDenied,
    404: NotFound,
    405: Unsupported,
    409: AlreadyExists,
    412: FailedPrecondition,
    422: InvalidRequest,
    429: RateLimited,
    501: Unsupported,
    502: Unavailable,
    503: Unavailable,
    504: DeadlineExceeded,
}


class HttpSession:
    """One connection pool, on the I/O loop."""

    def __init__(self, config: ClientConfig, io: IoLoop, policy: RetryPolicy | None = None) -> None:
        self._config = config
        self._io = io
        self._policy = policy or RetryPolicy.of(config.tenacity)
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def _connected(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            # Without a timeout: each call brings its own.
            self._client = httpx.AsyncClient(
                base_url=self._config.server_url,
                auth=self._authorize,
                verify=self._verify(),
            )
            self._loop = loop
            self._io.before_close(self.close)
        return self._client

    def _authorize(self, request: httpx.Request) -> httpx.Request:
        # For each request: the token may have been replaced since the pool was opened.
        request.headers["Authorization"] = f"Bearer {self._config.token}"
        return request

    def _verify(self) -> ssl.SSLContext | bool:
        """The same certificates as for gRPC."""
        tls = self._config.tls_config
        if self._config.server_url.startswith("http://"):
            # Nothing is encrypted; to load the authorities of the world would take longer than the call.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if tls.strategy is TlsStrategy.NONE or not (tls.root_ca_file or tls.cert_file):
            return True
        context = ssl.create_default_context(cafile=tls.root_ca_file)
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file)
        return context

    async def send(self, operation: Operation[T], *, timeout: float | None = None) -> T:
        """The answer to an operation; reads and deletes are repeated as the policy says. Runs on the I/O loop.

        Args:
            operation: what to ask for.
            timeout: seconds for all tries together; default: each may take the client's `request_timeout`.

        Raises:
            ApiError: of the class for the status, with the server's field errors.
        """
        limit = self._config.request_timeout if timeout is None else timeout

        async def attempt() -> T:
            try:
                # httpx limits the wait for each packet; an answer that drips would never end.
                async with within(limit, operation.name):
                    return await asend(self._connected(), operation, timeout=limit)
            except RestError as error:
                raise self._refused(error) from error
            except httpx.HTTPError as error:
                raise self._unreachable(error, operation.name) from error

        async with within(timeout, operation.name):
            return await self._policy.run(
                attempt, idempotent=operation.method in ("GET", "PUT", "DELETE"), seconds=timeout
            )

    def _refused(self, error: RestError) -> ApiError | PayloadTooLarge:
        """What an answer that is none means; a token that was refused and has been replaced is worth another try."""
        raised = from_rest(error)
        if isinstance(raised, Unauthenticated | PermissionDenied) and self._config.renew_token():
            raised = Unavailable(f"{error.operation}: the token was replaced", code=raised.code, call=raised.call)
            raised.sent = False
        return raised

    def _unreachable(self, error: httpx.HTTPError, call: str) -> ApiError:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            raised = Unavailable(
                f"{call}: the engine's REST API cannot be reached at {self._config.server_url} ({error}); "
                "is it running, and is server_url right?",
                code="UNAVAILABLE",
                call=call,
            )
            raised.sent = False
            return raised
        if isinstance(error, httpx.TimeoutException):
            return DeadlineExceeded(f"{call}: no answer in time", code="TIMEOUT", call=call)
        return Unavailable(f"{call}: the connection broke: {error!r}", code="UNAVAILABLE", call=call)

    async def close(self) -> None:
        """Close the pool; the next use opens it again."""
        if self._client is not None and self._loop is asyncio.get_running_loop():
            client, self._client = self._client, None
            self._io.closed_before(self.close)
            await client.aclose()


def from_rest(error: RestError) -> ApiError | PayloadTooLarge:
    """The error of this package for an answer that is none."""
    if error.status == 413:
        return PayloadTooLarge(str(error))
    return _BY_STATUS.get(error.status, ServerError)(
        str(error),
        code=str(error.status),
        call=error.operation,
        errors=[FieldError(fault.description, fault.field, fault.code) for fault in error.faults],
        retry_after=None if error.retry_after is None else timedelta(seconds=error.retry_after),
    )
