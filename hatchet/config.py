"""Settings: arguments, then environment, then dotenv files, then what the token says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from copy import copy
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from hatchet import _foreign
from hatchet._addresses import address_of, namespace_of, url_of
from hatchet._addresses import named as named
from hatchet._certificates import ClientTLSConfig as ClientTLSConfig
from hatchet._certificates import TlsStrategy as TlsStrategy
from hatchet._certificates import read_tls
from hatchet._credential import Credential as Credential
from hatchet._credential import TokenClaims, claims_of, read_token_file
from hatchet._dataclasses import NamedTuple, dataclass
from hatchet._embedded_options import DATA as DATA
from hatchet._embedded_options import EmbeddedHatchetConfig as EmbeddedHatchetConfig
from hatchet._embedded_options import EmbeddedOptions as EmbeddedOptions
from hatchet._embedded_options import EmbeddedSpec as EmbeddedSpec
from hatchet._embedded_options import Start as EmbeddedStart
from hatchet._embedded_options import read as read_embedded_options
from hatchet._embedded_options import start_of
from hatchet._foreign import OpenTelemetryConfig as OpenTelemetryConfig
from hatchet._proxy import Proxy as Proxy
from hatchet._proxy import is_loopback, proxy_for, split
from hatchet._settings import Sources, unknown_option, variable
from hatchet.errors import ConfigError

logger: Final = logging.getLogger("hatchet")

_REPEATABLE: Final = {"GET", "PUT", "DELETE"}  # what means the same when it is sent twice
MESSAGE_LIMIT = 4 * 1024 * 1024  # bytes; the engine's own default


@dataclass(frozen=True, kw_only=True)
class HealthcheckConfig:
    """The small HTTP server of a worker: `/health` for probes, `/metrics` for Prometheus. Off by default."""

    enabled: bool = False
    """Whether workers serve it."""
    port: int = 8001
    """The port; 0 takes any free one, which `Worker.health_port` tells."""
    bind_address: str | None = "0.0.0.0"
    """The address to listen on; None is loopback only."""
    event_loop_block_threshold_seconds: timedelta | float = 5.0
    """How long an async task may block its loop; then it is reported by name, and `/health` answers 503."""

    @property
    def block_threshold(self) -> float:
        """That length of time in seconds."""
        value = self.event_loop_block_threshold_seconds
        return value.total_seconds() if isinstance(value, timedelta) else float(value)


@dataclass(frozen=True, kw_only=True)
class TenacityConfig:
    """How often a call over gRPC or REST is tried; the waits in between double, with jitter."""

    max_attempts: int = 5
    """Tries of one call, the first included."""
    retry_not_found: bool = False
    """Try again when the engine does not know the object: a run may become visible a moment after its trigger."""
    retry_429: bool = True
    """Calls that the engine refuses for their rate are tried again; False changes nothing, and is warned of."""
    retry_transport_errors: bool = True
    """Reads and deletions whose connection breaks are tried again; False changes nothing, and is warned of."""
    retry_transport_methods: Collection[str] = ("GET", "PUT", "DELETE")
    """The HTTP methods that are tried again; other values change nothing, and are warned of."""

    def __post_init__(self) -> None:
        asked = {
            "retry_429": str(self.retry_429),
            "retry_transport_errors": str(self.retry_transport_errors),
            "retry_transport_methods": ", ".join({each.upper() for each in self.retry_transport_methods} - _REPEATABLE),
        }
        words = {name: _foreign.ignored(f"tenacity_{name}", value) for name, value in asked.items()}
        _foreign.warn((f"{name} of TenacityConfig", instead) for name, instead in words.items() if instead)


MEMORY = "memory"  # the setting of an embedded engine that forgets
IN_PROCESS = TokenClaims("", "http://in-process.invalid", "in-process.invalid:1")
"""What there is to say of an engine in this process that nobody else can reach."""


class Route(NamedTuple):
    """The two sides of an engine."""

    host_port: str
    """Of gRPC."""
    server_url: str
    """Of REST."""


class ClientConfig:
    """Where the engine is and how to talk to it.

    What is not given here is read from `HATCHET_CLIENT_*` variables, then from `.env`, `.env.hatchet`, `.env.dev` and
    `.env.local`, then from the token. A missing token raises ConfigError only when it is first needed.

    Raises:
        ConfigError: a setting is malformed, unreadable or unknown.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        embedded: str | EmbeddedHatchetConfig | None = None,
        embedded_options: EmbeddedOptions | None = None,
        token_file: str | None = None,
        tenant_id: str | None = None,
        host_port: str | None = None,
        server_url: str | None = None,
        namespace: str | None = None,
        debug: bool | None = None,
        tls_config: ClientTLSConfig | None = None,
        allow_plaintext: bool | None = None,
        grpc_max_recv_message_length: int | None = None,
        grpc_max_send_message_length: int | None = None,
        worker_preset_labels: Mapping[str, str] | None = None,
        force_shutdown_on_shutdown_signal: bool | None = None,
        request_timeout: float | None = None,
        listener_v2_timeout: int | None = None,
        healthcheck: HealthcheckConfig | None = None,
        tenacity: TenacityConfig | None = None,
        logger: logging.Logger | None = None,
        disable_log_capture: bool | None = None,
        log_queue_size: int | None = None,
        terminate_worker_after_num_tasks: int | None = None,
        worker_always_replay: bool | None = None,
        worker_record_histories: str | None = None,
        otel: OpenTelemetryConfig | None = None,
        **unknown: object,
    ) -> None:
        given: dict[str, object] = {k: v for k, v in locals().items() if k not in ("self", "unknown") and v is not None}
        if unknown:
            known = [k for k in ClientConfig.__init__.__annotations__ if k not in ("unknown", "return")]
            raise unknown_option(next(iter(unknown)), known, "an argument of ClientConfig")
        if otel is not None:
            del given["otel"]
            otel.warn()
        self._read(
            Sources(given),
            embedded=embedded if isinstance(embedded, EmbeddedHatchetConfig) else None,
            embedded_options=embedded_options,
            tls_config=tls_config,
            healthcheck=healthcheck,
            tenacity=tenacity,
            log=logger,
        )

    def _read(
        self,
        sources: Sources,
        *,
        embedded: EmbeddedHatchetConfig | None = None,
        embedded_options: EmbeddedOptions | None = None,
        tls_config: ClientTLSConfig | None = None,
        healthcheck: HealthcheckConfig | None = None,
        tenacity: TenacityConfig | None = None,
        log: logging.Logger | None = None,
    ) -> None:
        self.token_file: str = sources.text("token_file")
        """File that holds the token; read again when the engine refuses the token, so that it can be replaced."""
        if embedded is not None:
            embedded.warn()
        elsewhere = sources.text("embedded")  # read even where a description has its place: the setting is a known one
        wanted = elsewhere if embedded is None else embedded.folder()
        self.embedded: str = "" if sources.given.keys() & {"token", "token_file"} else wanted
        """Use an engine in this process in place of one that a token names: `memory`, or the folder of its data."""
        self.embedded_options: EmbeddedSpec = read_embedded_options(sources, embedded_options or {})
        """What that engine keeps, and how safely, where this client starts it."""
        self.embedded_start: EmbeddedStart = start_of(sources, embedded)
        """How it is started."""
        given_token = sources.text("token")
        token_text = given_token or (read_token_file(self.token_file) if self.token_file else "")
        source = sources.where("token_file" if token_text and not given_token else "token")
        self._missing: ConfigError | None = None
        claims = IN_PROCESS if self.embedded else self._claims(token_text, source)
        self.credential: Credential = Credential(token_text, self.token_file)
        """The API token, as every call asks for it."""
        self._tenant_id: str = sources.text("tenant_id") or claims.tenant_id
        self.route: Route = Route(
            address_of(sources.text("host_port") or claims.grpc_address, sources.where("host_port")),
            url_of(sources.text("server_url") or claims.server_url, sources.where("server_url")),
        )
        """Where calls go; in place of an engine in memory that has no address yet stands a name that leads nowhere."""
        self.open_ports: Callable[[], None] | None = None
        """Gives an engine in memory an address, for the programs that ask for one."""
        self.namespace: str = namespace_of(sources.text("namespace"))
        """Prefix of workflow, worker and event names; empty, or ends in `_`."""
        self.debug: bool = sources.flag("debug", False)
        """Let the logger `hatchet` tell everything."""
        self.grpc_max_recv_message_length: int = sources.number("grpc_max_recv_message_length", MESSAGE_LIMIT)
        """Largest message taken, bytes."""
        self.grpc_max_send_message_length: int = sources.number("grpc_max_send_message_length", MESSAGE_LIMIT)
        """Largest message sent, bytes."""
        self.worker_preset_labels: dict[str, str] = sources.mapping("worker_preset_labels")
        """Labels that every worker of this client gets."""
        self.force_shutdown_on_shutdown_signal: bool = sources.flag("force_shutdown_on_shutdown_signal", False)
        """Let the first signal stop a worker at once."""
        self.request_timeout: float = sources.seconds("request_timeout", 30)
        """Seconds that each try of a call may take, unless the call says otherwise."""
        self.listener_v2_timeout: int | None = sources.optional_number("listener_v2_timeout")
        """Seconds after which a worker leaves its stream for a new one, under a new id; None keeps it."""
        self.healthcheck: HealthcheckConfig = _healthcheck(sources, healthcheck)
        """The HTTP server of workers."""
        self.tenacity: TenacityConfig = _tenacity(sources, tenacity)
        """How often a call is tried."""
        self.logger: logging.Logger = log or logging.getLogger()
        """What is logged to it, or below it, inside a task goes to the task's log; default: the root logger."""
        self.disable_log_capture: bool = sources.flag("disable_log_capture", False)
        """Leave it alone; `ctx.log` still works."""
        self.log_queue_size: int = sources.number("log_queue_size", 1000)
        """Log lines that wait for the engine; beyond this new ones are dropped and counted."""
        self.terminate_worker_after_num_tasks: int | None = sources.optional_number("terminate_worker_after_num_tasks")
        """Tasks after which a worker drains and ends, for a supervisor to start a fresh one."""
        self.worker_always_replay: bool = sources.flag("worker_always_replay", False)
        """For tests: durable tasks begin anew at each wait, unless a worker says otherwise."""
        self.worker_record_histories: str = sources.text("worker_record_histories")
        """Folder into which workers write the histories of durable tasks; empty: nowhere."""
        secured, tls_source = read_tls(sources, tls_config)
        self.tls_config: ClientTLSConfig = secured
        """How the connection is secured."""
        self.allow_plaintext: bool = sources.flag("allow_plaintext", False)
        """Let the token cross a network unencrypted: without a warning, and over REST although gRPC is encrypted."""
        sources.refuse_unknown(embedded=bool(self.embedded))
        self._sources = {name: sources.where(name) for name in ("token", "host_port", "server_url")}
        self._sources["tls_strategy"] = tls_source
        self.grpc_proxy: Proxy | None = proxy_for(*self.grpc_endpoint, grpc=True)
        """The proxy that leads to `host_port`, as the usual variables say (`HTTPS_PROXY` …); none to loopback."""
        self.rest_proxy: Proxy | None = proxy_for(*self.rest_endpoint, grpc=False)
        """The proxy that leads to `server_url`."""
        if not self.embedded and self._missing is None:
            self._check_plaintext()

    def _claims(self, token: str, source: str) -> TokenClaims:
        try:
            return claims_of(token, source)
        except ConfigError as error:
            if token or self.token_file:
                raise
            self._missing = error
            return IN_PROCESS

    def _check(self) -> None:
        if self._missing is not None and not self.embedded:
            raise self._missing.with_traceback(None)

    @property
    def where(self) -> str:
        """Which engine is meant, in words: its address, or how it is embedded."""
        if not self.embedded:
            return f"host_port={self.route.host_port!r}"
        return "embedded in memory" if self.embedded == MEMORY else f"embedded={self.embedded!r}"

    @property
    def tenant_id(self) -> str:
        """Identity of the tenant; default: the token's."""
        self._check()
        return self._tenant_id

    @tenant_id.setter
    def tenant_id(self, identity: str) -> None:
        self._tenant_id = identity

    @property
    def host_port(self) -> str:
        """`host:port` of the engine's gRPC side; default: the token's.

        An engine in memory opens its ports when this, `server_url` or `token` is read for the first time: its own
        clients need none.
        """
        self._have_address()
        return self.route.host_port

    @property
    def server_url(self) -> str:
        """Base of the REST API; default: the token's."""
        self._have_address()
        return self.route.server_url

    def _have_address(self) -> None:
        self._check()
        open_ports, self.open_ports = self.open_ports, None
        if open_ports is not None:
            open_ports()

    @property
    def token(self) -> str:
        """The API token that calls are made with now."""
        self._have_address()
        return self.credential.current.text

    @token.setter
    def token(self, text: str) -> None:
        self.credential.replace(text)

    @property
    def tls_server_name(self) -> str:
        """The name that the server's certificate must carry."""
        return self.tls_config.server_name or self.grpc_endpoint[0] or "localhost"

    @property
    def grpc_endpoint(self) -> tuple[str, int]:
        """Host and port of the gRPC side."""
        return split(self.route.host_port)

    @property
    def rest_endpoint(self) -> tuple[str, int]:
        """Host and port of the REST side."""
        parts = urlsplit(self.route.server_url)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)

    def came_from(self, setting: str) -> str:
        """Where the value of `token`, `host_port`, `server_url` or `tls_strategy` came from, in words."""
        return self._sources[setting]

    def _check_plaintext(self) -> None:
        grpc_host, rest_host = self.grpc_endpoint[0], self.rest_endpoint[0]
        is_encrypted = self.tls_config.strategy is not TlsStrategy.NONE
        in_clear = [] if is_encrypted else [grpc_host]
        if self.route.server_url.startswith("http://"):
            if is_encrypted and not is_loopback(rest_host) and not self.allow_plaintext:
                raise ConfigError(
                    variable("server_url"),
                    f"{self.route.server_url} would send the token unencrypted, although gRPC is encrypted",
                    source=self.came_from("server_url"),
                    remedy=f"Write https://…, or set {variable('allow_plaintext')}=true if that is meant.",
                )
            in_clear.append(rest_host)
        for host in in_clear:
            if not self.allow_plaintext and not is_loopback(host):
                _warn_of_plaintext(host)

    def apply_namespace(self, resource_name: str, namespace_override: str | None = None) -> str:
        """The name with the namespace in front, the client's or another, unless it is there already."""
        return named(resource_name, self.namespace, namespace_override)

    def __repr__(self) -> str:
        where, tenant = self.route.host_port, self._tenant_id
        return f"ClientConfig(host_port={where!r}, namespace={self.namespace!r}, tenant_id={tenant!r})"


def check(config: ClientConfig) -> None:
    """Refuse settings that lead to no engine.

    Raises:
        ConfigError: there is no token.
    """
    config._check()  # pyright: ignore[reportPrivateUsage]  # of this module


def in_memory(given: ClientConfig | None, *, namespace: str = "") -> ClientConfig:
    """Settings for an engine in memory, which tests start in place of the one that is meant.

    Args:
        given: those that the program has made; without any, nothing is read from outside either.
        namespace: prefix of names, if the program has made none.
    """
    given = _unasked(namespace) if given is None else given
    other = copy(given)
    other.embedded, other.embedded_options, other.credential = MEMORY, EmbeddedSpec(), Credential("")
    other.embedded_start = EmbeddedStart(0, 0, "", given.embedded_start.patience)
    other.open_ports = None
    # Processes that run tests side by side would want the same port.
    other.healthcheck = replace(given.healthcheck, port=0)
    return other


@cache  # all defaults: nothing in them is ever changed, but of copies
def _unasked(namespace: str) -> ClientConfig:
    made = ClientConfig.__new__(ClientConfig)
    sources = Sources({"embedded": MEMORY, "namespace": namespace}, outside=False)
    made._read(sources)  # pyright: ignore[reportPrivateUsage]  # of this module
    return made


@cache  # once for each host in a process, however many clients it makes
def _warn_of_plaintext(host: str) -> None:
    logger.warning(
        "the connection to %s is not encrypted, so that the token and all payloads can be read on their way; "
        "use TLS (%s, and https:// in %s), or set %s=true if that is meant",
        host, variable("tls_strategy"), variable("server_url"), variable("allow_plaintext"),
    )  # fmt: skip


def _healthcheck(sources: Sources, given: HealthcheckConfig | None) -> HealthcheckConfig:
    prefix = "worker_healthcheck_"
    if given is not None:
        seconds = given.block_threshold
        sources.take(given, prefix, "enabled", "port", "bind_address", event_loop_block_threshold_seconds=seconds)
    address = sources.text(prefix + "bind_address") or "0.0.0.0"
    read = HealthcheckConfig(
        enabled=sources.flag(prefix + "enabled", False),
        port=sources.port(prefix + "port", 8001),
        bind_address=None if address.lower() == "none" else address,
        event_loop_block_threshold_seconds=sources.seconds(
            prefix + "event_loop_block_threshold_seconds", HealthcheckConfig().block_threshold
        ),
    )
    return given or read


def _tenacity(sources: Sources, given: TenacityConfig | None) -> TenacityConfig:
    if given is not None:
        sources.take(given, "tenacity_", "max_attempts", "retry_not_found")
    read = TenacityConfig(
        max_attempts=sources.number("tenacity_max_attempts", TenacityConfig().max_attempts),
        retry_not_found=sources.flag("tenacity_retry_not_found", False),
    )
    return given or read
