"""The REST session: sends generated operations, with the client's deadline, retries and errors.

Loaded on the first use of a REST feature: it brings in httpx.
"""

from __future__ import annotations

import asyncio
import ssl
import weakref
from collections.abc import Generator, Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpcore
import httpx

from hatchet._answers import HttpResponse
from hatchet.config import ClientConfig, Proxy, TlsStrategy
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
    TlsError,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.retry import OnFailure, RetryPolicy, Tries, wait_of, with_token, within
from hatchet.transport.tls import ANSWER_LIMIT, client_context, mistake, rest_side
from hatchet_api.rest.auth import Auth
from hatchet_api.rest.errors import ApiError as RestError
from hatchet_api.rest.runtime import Operation, asend

if TYPE_CHECKING:
    from hatchet._credential import Token
    from hatchet.transport.connection import LocalEngine

T = TypeVar("T")

_came: ContextVar[httpx.Response] = ContextVar("_came")
"""The last answer in this task, whatever was made of it."""

_BY_STATUS: dict[int, type[ApiError]] = {
    400: InvalidRequest,
    401: Unauthenticated,
    403: PermissionDenied,
    404: NotFound,
    405: Unsupported,
    409: AlreadyExists,
    412: FailedPrecondition,
    413: PayloadTooLarge,
    422: InvalidRequest,
    429: RateLimited,
    501: Unsupported,
    502: Unavailable,
    503: Unavailable,
    504: DeadlineExceeded,
}


class HttpSession:
    """One connection pool, on the I/O loop."""

    def __init__(
        self,
        config: ClientConfig,
        io: IoLoop,
        policy: RetryPolicy | None = None,
        local: LocalEngine | None = None,
    ) -> None:
        self._config = config
        self._local = local
        self._io = io
        self._policy = policy or RetryPolicy.of(config.tenacity)
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dropped: weakref.finalize[..., object] | None = None

    def _connected(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._io.before_close(self.close)
            self._leave()
            # Without a timeout: each call brings its own.
            self._client = httpx.AsyncClient(
                base_url=self._config.route.server_url,
                auth=_Authorized(self._config),
                transport=self._transport() if self._local is None else InProcess(self._local),
                trust_env=False,  # the transport has been told what the environment says
                event_hooks={"response": [_note]},
            )
            self._loop = loop
            self._dropped = self._io.when_dropped(self, self._client.aclose)
        return self._client

    def _transport(self) -> httpx.AsyncHTTPTransport:
        proxy = self._config.rest_proxy
        return httpx.AsyncHTTPTransport(self._verify()) if proxy is None else Tunnelled(proxy, self._verify())

    def _verify(self) -> ssl.SSLContext | bool:
        """The same certificates as for gRPC."""
        tls = self._config.tls_config
        if self._config.route.server_url.startswith("http://"):
            # Nothing is encrypted; to load the authorities of the world would take longer than the call.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if tls.strategy is TlsStrategy.NONE or not (tls.root_ca_file or tls.cert_file):
            return True
        return client_context(self._config)

    async def send(
        self,
        operation: Operation[T],
        *,
        timeout: float | None = None,
        patience: float = 0.0,
        answers: list[HttpResponse] | None = None,
    ) -> T:
        """The answer to an operation; reads and deletes are repeated as the policy says. Runs on the I/O loop.

        Args:
            operation: what to ask for.
            timeout: seconds for all tries together; default: each may take the client's `request_timeout`.
            patience: seconds that the engine may take to show what was just started, so that it is asked again.
            answers: is given each answer as it came.

        Raises:
            ApiError: of the class for the status, with the server's field errors.
        """
        return await self._send(operation, timeout, policy=self._policy.until_shown(patience), answers=answers)

    async def delete(
        self,
        operation: Operation[object],
        *,
        timeout: float | None = None,
        answers: list[HttpResponse] | None = None,
    ) -> None:
        """Have an operation delete something; as `send`, but what it finds deleted by an earlier try has succeeded."""
        lost = False

        def failed(error: ApiError, tries: Tries) -> None:
            nonlocal lost
            lost = tries.maybe_done

        try:
            await self._send(operation, timeout, failed, answers=answers)
        except NotFound:
            if not lost:
                raise

    async def _send(
        self,
        operation: Operation[T],
        timeout: float | None,
        on_failure: OnFailure | None = None,
        policy: RetryPolicy | None = None,
        answers: list[HttpResponse] | None = None,
    ) -> T:
        limit = self._config.request_timeout if timeout is None else timeout

        async def attempt(tries: Tries) -> T:
            token = self._config.credential.current
            try:
                # httpx limits the wait for each packet; an answer that drips would never end.
                async with within(limit, operation.name):
                    value = await asend(self._connected(), operation, timeout=limit)
                if answers is not None:
                    answers.append(_as_it_came())
                return value
            except RestError as error:
                if answers is not None:
                    answers.append(_as_it_came())
                # Many servers answer a request without TLS on a port for it, in words of their own, by a 400.
                plain = error.status == 400 and not error.faults and self._config.route.server_url.startswith("http://")
                found = await self._tls_mistake(error, operation.name) if plain else None
                raised = found or self._refused(error, token)
                raised.response = _as_it_came()
                raise raised from error
            except (httpx.HTTPError, ssl.SSLError) as error:  # the latter where the server ends TLS in between
                raise await self._unreachable(error, operation.name) from error

        async with within(timeout, operation.name):
            return await (policy or self._policy).run(
                attempt,
                idempotent=operation.method in ("GET", "PUT", "DELETE"),
                patience=limit,
                on_failure=on_failure,
            )

    def _refused(self, error: RestError, token: Token) -> ApiError:
        """The error for a refusal; one that was refused for its token may be made again with a new one."""
        raised = from_rest(error)
        # The engine refuses a token by 403, too.
        is_about_it = isinstance(raised, Unauthenticated | PermissionDenied)
        return with_token(raised, self._config.credential, token) if is_about_it else raised

    async def _unreachable(self, error: Exception, call: str) -> ApiError:
        self._io.check_open()
        proxy, url = self._config.rest_proxy, self._config.route.server_url
        through = "" if proxy is None else f" through {proxy}"
        if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
            return DeadlineExceeded(f"{call}: no answer in time", code="TIMEOUT", call=call)
        if (found := await self._tls_mistake(error, call)) is not None:
            return found
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            raised = Unavailable(
                f"{call}: the engine's REST API cannot be reached at {url}{through} ({error}); "
                "is it running, and is server_url right?",
                code="UNAVAILABLE",
                call=call,
            )
            raised.sent = False
            return raised
        return Unavailable(f"{call}: the connection{through} broke: {error!r}", code="UNAVAILABLE", call=call)

    async def _tls_mistake(self, error: Exception, call: str) -> TlsError | None:
        """What TLS has to do with a call that failed, if anything. Asks the server."""
        if self._local is not None or isinstance(error, httpx.ConnectTimeout | httpx.ProxyError):
            return None
        found = await asyncio.to_thread(mistake, self._config, rest_side(self._config), str(error))
        return None if found is None else TlsError(f"{call}: {found}", code="UNAVAILABLE", call=call)

    async def close(self) -> None:
        """Close the pool; the next use opens it again."""
        if self._loop is asyncio.get_running_loop() and (client := self._leave()) is not None:
            self._io.closed_before(self.close)
            await client.aclose()

    def _leave(self) -> httpx.AsyncClient | None:
        """The pool that there was, for its end."""
        client, self._client = self._client, None
        if self._dropped is not None:
            self._dropped.detach()
        return client


async def _note(response: httpx.Response) -> None:
    _came.set(response)


def _as_it_came() -> HttpResponse:
    """The answer to the request that this task has just made."""
    answer = _came.get()
    request = answer.request
    return HttpResponse(request.method, str(request.url), answer.status_code, answer.headers, answer.content)


class _Authorized(Auth):
    """The client's token, for what wants one; and the name that the server's certificate is to have."""

    def __init__(self, config: ClientConfig) -> None:
        # For each request: the token may have been replaced since the pool was opened.
        super().__init__(bearer_auth=lambda: config.credential.current.text)
        self._server_name = config.tls_config.server_name

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._server_name:
            request.extensions["sni_hostname"] = self._server_name  # checked, too
        yield from super().auth_flow(request)


class Tunnelled(httpx.AsyncHTTPTransport):
    """Reaches the server through a tunnel of a proxy, also without TLS: httpx would hand the proxy the request itself.

    A proxy that gets a tunnel is not given the token.
    """

    def __init__(self, proxy: Proxy, verify: ssl.SSLContext | bool) -> None:
        context = verify if isinstance(verify, ssl.SSLContext) else httpx.create_ssl_context()
        super().__init__(context)
        self._pool = httpcore.AsyncConnectionPool(ssl_context=context, network_backend=_Tunnels(proxy))


class _Tunnels(httpcore.AsyncNetworkBackend):
    """Opens each connection through a proxy."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        # cast: httpcore declares the class twice, the second time for where anyio is missing; httpx brings it.
        self._direct = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # Any: what the system's setsockopt takes
    ) -> httpcore.AsyncNetworkStream:
        proxy = self._proxy
        stream = await self._direct.connect_tcp(proxy.host, proxy.port, timeout, local_address, socket_options)
        try:
            await stream.write(proxy.request(host, port), timeout)
            answer = b""
            while b"\r\n\r\n" not in answer and len(answer) < ANSWER_LIMIT:
                part = await stream.read(1024, timeout)
                if not part:
                    break
                answer += part
            if (refusal := proxy.refusal(answer)) is not None:
                raise httpcore.ProxyError(refusal)
        except BaseException:
            await stream.aclose()
            raise
        return stream


class InProcess(httpx.AsyncBaseTransport):
    """The way to the REST side of an engine in this process: no socket, the same answers."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self._asgi: httpx.ASGITransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        app = self._engine.rest_app()
        if app is None:
            raise httpx.ConnectError("the embedded engine has stopped", request=request)
        if self._asgi is None:
            self._asgi = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return await self._asgi.handle_async_request(request)


def from_rest(error: RestError) -> ApiError:
    """The error of this package for an answer other than the one that was asked for."""
    return _BY_STATUS.get(error.status, ServerError)(
        str(error),
        code=str(error.status),
        call=error.operation,
        errors=[FieldError(fault.description, fault.field, fault.code) for fault in error.faults],
        retry_after=None if error.retry_after is None else wait_of(error.retry_after),
    )
