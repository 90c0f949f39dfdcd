"""Settings: arguments, then environment, then dotenv files, then what the token says."""

from __future__ import annotations

import base64
import binascii
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from pathlib import Path
from typing import Any, cast

from hatchet.errors import ConfigError

PREFIX = "HATCHET_CLIENT_"
DOTENV_FILES = (".env", ".env.hatchet", ".env.dev", ".env.local")  # later ones win
MESSAGE_LIMIT = 4 * 1024 * 1024  # bytes; the engine's own default
NO_TOKEN = (
    "Set HATCHET_CLIENT_TOKEN or write Hatchet(config=ClientConfig(token=…)); "
    "with no server at hand use Hatchet.from_embedded(), or run `hatchet dev`."
)
# Settings of other Hatchet clients that mean nothing here: taken from a shared environment without complaint.
FOREIGN = (
    "ENABLE_FORCE_KILL_SYNC_THREADS", "ENABLE_THREAD_POOL_MONITORING", "TERMINATE_WORKER_AFTER_NUM_TASKS",
    "LOG_LEVEL", "SYNC_RESULT_POLL_INTERVAL", "LISTENER_V2_TIMEOUT", "DISABLE_LOG_CAPTURE", "LOG_QUEUE_SIZE",
)  # fmt: skip
FOREIGN_PREFIXES = ("TENACITY_", "OPENTELEMETRY_", "EMBEDDED_", "WORKER_HEALTHCHECK_")


class TlsStrategy(str, Enum):
    """How the connection to the engine is secured."""

    NONE = "none"
    """No encryption."""
    TLS = "tls"
    """The server shows a certificate."""
    MTLS = "mtls"
    """Both sides show one."""


@dataclass(frozen=True, kw_only=True)
class ClientTLSConfig:
    """Certificates, for gRPC and REST alike."""

    strategy: TlsStrategy | str = TlsStrategy.TLS
    """`none`, `tls` or `mtls`."""
    cert_file: str | None = None
    """The client's certificate, PEM; needed for mtls."""
    key_file: str | None = None
    """Its private key, PEM; needed for mtls."""
    root_ca_file: str | None = None
    """The authority that signed the server's certificate, PEM; default: those the system trusts."""
    server_name: str = ""
    """The name in the server's certificate; default: the host part of `host_port`."""

    def root_ca(self) -> bytes | None:
        """Content of `root_ca_file`."""
        return _read_pem(self.root_ca_file, "tls_config.root_ca_file", "CERTIFICATE")

    def key(self) -> bytes | None:
        """Content of `key_file`."""
        return _read_pem(self.key_file, "tls_config.key_file", "PRIVATE KEY")

    def certificate(self) -> bytes | None:
        """Content of `cert_file`."""
        return _read_pem(self.cert_file, "tls_config.cert_file", "CERTIFICATE")


@dataclass(frozen=True)
class TokenClaims:
    """What the API token says about itself; its signature is the engine's business."""

    tenant_id: str
    server_url: str
    grpc_address: str


class ClientConfig:
    """Where the engine is and how to talk to it.

    What is not given here is read from `HATCHET_CLIENT_*` variables, then from `.env`, `.env.hatchet`, `.env.dev` and
    `.env.local`, then from the token.

    Raises:
        ConfigError: a setting is missing, malformed, unreadable or unknown.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        tenant_id: str | None = None,
        host_port: str | None = None,
        server_url: str | None = None,
        namespace: str | None = None,
        debug: bool | None = None,
        tls_config: ClientTLSConfig | None = None,
        grpc_max_recv_message_length: int | None = None,
        grpc_max_send_message_length: int | None = None,
        worker_preset_labels: Mapping[str, str] | None = None,
        force_shutdown_on_shutdown_signal: bool | None = None,
        request_timeout: float | None = None,
        **unknown: object,
    ) -> None:
        given: dict[str, object] = {k: v for k, v in locals().items() if k not in ("self", "unknown") and v is not None}
        if unknown:
            known = [k for k in ClientConfig.__init__.__annotations__ if k not in ("unknown", "return")]
            raise _unknown_option(next(iter(unknown)), known, "an argument of ClientConfig")
        sources = _Sources(given)
        self.token: str = sources.text("token")
        """The API token."""
        claims = _read_token(self.token, sources.where("token"))
        self.tenant_id: str = sources.text("tenant_id") or claims.tenant_id
        """Identity of the tenant; default: the token's."""
        self.host_port: str = _address(sources.text("host_port") or claims.grpc_address, sources.where("host_port"))
        """`host:port` of the engine's gRPC side; default: the token's."""
        self.server_url: str = _url(sources.text("server_url") or claims.server_url, sources.where("server_url"))
        """Base of the REST API; default: the token's."""
        self.namespace: str = _namespace(sources.text("namespace"))
        """Prefix of workflow, worker and event names; empty, or ends in `_`."""
        self.debug: bool = sources.flag("debug", False)
        """Log more."""
        self.grpc_max_recv_message_length: int = sources.number("grpc_max_recv_message_length", MESSAGE_LIMIT)
        """Largest message taken, bytes."""
        self.grpc_max_send_message_length: int = sources.number("grpc_max_send_message_length", MESSAGE_LIMIT)
        """Largest message sent, bytes."""
        self.worker_preset_labels: dict[str, str] = sources.mapping("worker_preset_labels")
        """Labels that every worker of this client gets."""
        self.force_shutdown_on_shutdown_signal: bool = sources.flag("force_shutdown_on_shutdown_signal", False)
        """Let the first signal stop a worker at once."""
        self.request_timeout: float = float(sources.number("request_timeout", 30))
        """Seconds that one call may take, unless the call says otherwise."""
        self.tls_config: ClientTLSConfig = _tls(sources, tls_config)
        """How the connection is secured."""
        sources.refuse_unknown()

    @property
    def tls_server_name(self) -> str:
        """The name that the server's certificate must carry."""
        return self.tls_config.server_name or self.host_port.rpartition(":")[0] or "localhost"

    def apply_namespace(self, name: str) -> str:
        """The name with the namespace in front, unless it is there already."""
        return name if not name or name.startswith(self.namespace) else self.namespace + name

    def __repr__(self) -> str:
        return f"ClientConfig(host_port={self.host_port!r}, namespace={self.namespace!r}, tenant_id={self.tenant_id!r})"


class _Sources:
    """Settings by name, and where each came from."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given
        self._from: dict[str, str] = {}
        self._values: dict[str, str] = {}
        for name, value, source in _environment():
            self._values[name] = value
            self._from[name] = source
        self._read: set[str] = {"tls_strategy", "tls_cert_file", "tls_key_file", "tls_root_ca_file", "tls_server_name"}

    def where(self, name: str) -> str:
        if name in self._given:
            return "an argument of ClientConfig"
        return self._from.get(name, "the token" if name in ("host_port", "server_url", "tenant_id") else "nowhere")

    def raw(self, name: str) -> object:
        self._read.add(name)
        return self._given.get(name, self._values.get(name))

    def text(self, name: str) -> str:
        value = self.raw(name)
        return "" if value is None else str(value).strip()

    def flag(self, name: str, default: bool) -> bool:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        text = str(value).strip().lower()
        if text not in ("true", "1", "yes", "on", "false", "0", "no", "off", ""):
            raise self.error(name, f"{value!r} is neither true nor false", "Write true or false.")
        return text in ("true", "1", "yes", "on")

    def number(self, name: str, default: int) -> int:
        value = self.raw(name)
        try:
            number = default if value is None else int(cast(Any, value))  # Any: a text or a number; int() says if not
        except (TypeError, ValueError):
            raise self.error(name, f"{value!r} is not a whole number", "Write a number above 0.") from None
        if number <= 0:
            raise self.error(name, f"{number} is too small", "Write a number above 0.")
        return number

    def mapping(self, name: str) -> dict[str, str]:
        value = self.raw(name)
        try:
            parsed: object = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            parsed = value
        if parsed is None:
            return {}
        if not isinstance(parsed, Mapping):
            raise self.error(name, f"{value!r} is not a JSON object", 'Write for example {"pool": "gpu"}.')
        return {str(key): str(item) for key, item in cast(Mapping[object, object], parsed).items()}

    def error(self, name: str, problem: str, remedy: str) -> ConfigError:
        return ConfigError(_variable(name), problem, source=self.where(name), remedy=remedy)

    def refuse_unknown(self) -> None:
        for name, source in self._from.items():
            if name not in self._read and name.upper() not in FOREIGN and not name.upper().startswith(FOREIGN_PREFIXES):
                raise _unknown_option(name, sorted(self._read), source)


def _environment() -> list[tuple[str, str, str]]:
    """Settings outside the program, weakest first: (name, value, source)."""
    found: list[tuple[str, str, str]] = []
    for file in DOTENV_FILES:
        if Path(file).is_file():
            from dotenv import dotenv_values  # only where such a file exists: most programs never need it

            found += [(key, value or "", f"the file {file}") for key, value in dotenv_values(file).items()]
    found += [(key, value, "the environment") for key, value in os.environ.items()]
    return [(key.removeprefix(PREFIX).lower(), value, src) for key, value, src in found if key.startswith(PREFIX)]


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _unknown_option(name: str, known: list[str], source: str) -> ConfigError:
    import difflib  # only to word an error

    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]} ({_variable(close[0])})?" if close else f"Known are: {', '.join(known)}."
    return ConfigError(name, "there is no such setting", source=source, remedy=hint)


def _read_token(token: str, source: str) -> TokenClaims:
    setting = _variable("token")
    if not token:
        raise ConfigError(setting, "there is no API token", source=source, remedy=NO_TOKEN)
    again = "Copy the whole token again; it starts with `ey` and has three parts joined by dots."
    parts = token.split(".")
    if not token.startswith("ey") or len(parts) != 3:
        raise ConfigError(setting, "this is not an API token", source=source, remedy=again)
    try:
        payload: object = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise ConfigError(setting, "its middle part cannot be decoded", source=source, remedy=again) from None
    claims = cast(dict[str, object], payload) if isinstance(payload, dict) else {}
    values = [claims.get(name) for name in ("sub", "server_url", "grpc_broadcast_address")]
    if not all(isinstance(value, str) and value for value in values):
        problem = "it lacks one of the claims sub, server_url and grpc_broadcast_address"
        raise ConfigError(setting, problem, source=source, remedy="Create a new token in the dashboard.")
    expiry = claims.get("exp")
    if isinstance(expiry, int | float) and expiry < time.time():
        day = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(expiry))
        raise ConfigError(setting, f"the token expired on {day}", source=source, remedy="Create a new one.")
    return TokenClaims(*(str(value) for value in values))


def _address(value: str, source: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        raise ConfigError(
            _variable("host_port"), f"{value!r} is no address", source=source, remedy="Write host:port: localhost:7070."
        )
    return value


def _url(value: str, source: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ConfigError(
            _variable("server_url"), f"{value!r} is no URL", source=source, remedy="Write http://… or https://…."
        )
    return value.rstrip("/")


def _namespace(value: str) -> str:
    lowered = value.lower()
    return lowered if not lowered or lowered.endswith("_") else f"{lowered}_"


def _tls(sources: _Sources, given: ClientTLSConfig | None) -> ClientTLSConfig:
    names = [f.name for f in fields(ClientTLSConfig)]
    config = given or ClientTLSConfig(
        **{name: sources.text(f"tls_{name}") for name in names if sources.text(f"tls_{name}")}
    )
    source = "an argument of ClientConfig" if given else sources.where("tls_strategy")
    try:
        config = replace(config, strategy=TlsStrategy(str(getattr(config.strategy, "value", config.strategy)).lower()))
    except ValueError:
        problem = f"{config.strategy!r} is no TLS strategy"
        raise ConfigError(
            _variable("tls_strategy"), problem, source=source, remedy="Write one of none, tls, mtls."
        ) from None
    if config.strategy is TlsStrategy.MTLS:
        for name in ("cert_file", "key_file", "root_ca_file"):
            if not getattr(config, name):
                problem = f"the strategy mtls needs {name}"
                raise ConfigError(
                    _variable(f"tls_{name}"), problem, source=source, remedy="Name a PEM file, or use tls."
                )
    if config.strategy is not TlsStrategy.NONE:
        for read in (config.root_ca, config.key, config.certificate):
            read()  # now, so that a bad path is an error at construction
    return config


def _read_pem(path: str | None, setting: str, kind: str) -> bytes | None:
    if not path:
        return None
    remedy = "Name a readable PEM file."
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(setting, problem, source="the TLS settings", remedy=remedy) from error
    if b"-----BEGIN" not in content or kind.encode() not in content:
        problem = f"{path} holds no PEM {kind.lower()}"
        raise ConfigError(setting, problem, source="the TLS settings", remedy=remedy)
    return content
