"""How the connection is secured: the settings, and the files that they name, checked when they are read."""

from __future__ import annotations

from dataclasses import fields, replace
from enum import Enum
from pathlib import Path
from typing import NoReturn

from hatchet._dataclasses import dataclass
from hatchet._settings import Sources, variable
from hatchet.errors import ConfigError

FILES = ("cert_file", "key_file", "root_ca_file")


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


def read_tls(sources: Sources, given: ClientTLSConfig | None) -> tuple[ClientTLSConfig, str]:
    """The settings of TLS and where they came from; what their files hold is right and fits.

    Raises:
        ConfigError: a strategy that there is not, a file that is missing or wrong, or a key of another certificate.
    """
    names = [f.name for f in fields(ClientTLSConfig)]
    config = given or ClientTLSConfig(
        **{name: sources.text(f"tls_{name}") for name in names if sources.text(f"tls_{name}")}
    )
    source = "an argument of ClientConfig" if given else sources.where("tls_strategy", "the default")
    try:
        config = replace(config, strategy=TlsStrategy(str(getattr(config.strategy, "value", config.strategy)).lower()))
    except ValueError:
        problem = f"{config.strategy!r} is no TLS strategy"
        raise ConfigError(
            variable("tls_strategy"), problem, source=source, remedy="Write one of none, tls, mtls."
        ) from None
    if config.strategy is TlsStrategy.MTLS:
        for name in FILES:
            if not getattr(config, name):
                problem = f"the strategy mtls needs {name}"
                raise ConfigError(
                    variable(f"tls_{name}"), problem, source=source, remedy="Name a PEM file, or use tls."
                )
    if config.strategy is not TlsStrategy.NONE and any(getattr(config, name) for name in FILES):
        _check_files(config)
    return config, source


def _check_files(config: ClientTLSConfig) -> None:
    """Load what gRPC and httpx will load, so that a fault is an error at construction."""
    import ssl  # only for programs that bring files of their own

    for read in (config.root_ca, config.key, config.certificate):
        read()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if config.root_ca_file:
        try:
            context.load_verify_locations(config.root_ca_file)
        except ssl.SSLError as error:
            _refuse("root_ca_file", f"{config.root_ca_file} holds a certificate that cannot be read", error)
    if bool(config.cert_file) != bool(config.key_file):
        missing, there = ("key_file", config.cert_file) if config.cert_file else ("cert_file", config.key_file)
        _refuse(missing, f"it is not set, and {there} is of no use alone")
    if config.cert_file:
        try:
            context.load_cert_chain(config.cert_file, config.key_file, password=_no_passphrase)
        except (ssl.SSLError, ValueError) as error:
            if isinstance(error, ssl.SSLError) and error.reason in ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH"):
                problem = f"the key in {config.key_file} does not belong to the certificate in {config.cert_file}"
                _refuse("key_file", problem, error)
            _refuse("cert_file", f"{config.cert_file} or {config.key_file} cannot be read: {error}", error)


def _no_passphrase() -> str:
    """Given where a key is encrypted: gRPC takes none, and OpenSSL would ask for it on the terminal."""
    raise ValueError("the key is encrypted")


def _refuse(name: str, problem: str, error: Exception | None = None) -> NoReturn:
    remedy = "Name PEM files: the certificate, and its own private key without a passphrase."
    raise ConfigError(variable(f"tls_{name}"), problem, source="the TLS settings", remedy=remedy) from error


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
