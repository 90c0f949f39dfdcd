"""Why no connection came about: a look at the server tells one mistake of TLS from another.

Neither gRPC nor httpx says that the other side speaks no TLS, or nothing but TLS: they report a closed socket, or a
detail of OpenSSL. So where a connection fails, one more is opened that asks the server what it speaks.
"""

from __future__ import annotations

import os
import socket
import ssl
from contextlib import suppress

from hatchet._dataclasses import dataclass
from hatchet._settings import variable
from hatchet.config import ClientConfig, Proxy, TlsStrategy

LOOK_TIMEOUT = 3.0  # s for each step; a server that is there answers a handshake at once
ANSWER_LIMIT = 16 * 1024  # bytes of a proxy's answer
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))  # with empty SETTINGS
SETTINGS_FRAME = 4
# What OpenSSL says of bytes that are no TLS. Not in it: how a server that closes at once looks.
NO_TLS = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE",
          "RECORD_LAYER_FAILURE", "BAD_RECORD_TYPE", "UNSUPPORTED_PROTOCOL_TYPE"}  # fmt: skip
VERIFIED = ("verif", "peer certificate")  # in what gRPC and OpenSSL say of certificates, from version to version
EXPIRED, NOT_YET = 10, 9  # of X509_verify_cert
OTHER_NAME = (62, 64)  # host name, IP address
MALFORMED = range(79, 95)  # what only strict checks find: extensions that are missing, or stand in the wrong place


@dataclass(frozen=True)
class Side:
    """One of the engine's two sides, as the settings describe it."""

    host: str
    port: int
    proxy: Proxy | None
    is_encrypted: bool
    name: str
    """What the certificate must be for."""
    opening: bytes
    """What a client says first."""
    shown: str
    """The address and where it came from, for errors."""
    none: str
    """What to do where the server speaks no TLS."""
    tls: str
    """What to do where it speaks nothing else."""


def grpc_side(config: ClientConfig) -> Side:
    """The gRPC side."""
    host, port = config.grpc_endpoint
    strategy = f"{variable('tls_strategy')} is {_strategy(config).value} (from {config.came_from('tls_strategy')})"
    return Side(
        host=host,
        port=port,
        proxy=config.grpc_proxy,
        is_encrypted=_strategy(config) is not TlsStrategy.NONE,
        name=config.tls_server_name,
        opening=PREFACE,
        shown=f"{config.route.host_port} ({variable('host_port')}, from {config.came_from('host_port')})",
        none=f"and {strategy}; set it to none to connect without encryption",
        tls=f"and {strategy}; set it to tls",
    )


def rest_side(config: ClientConfig) -> Side:
    """The REST side."""
    host, port = config.rest_endpoint
    strategy = f"{variable('tls_strategy')}, which is {_strategy(config).value}, is about gRPC"
    return Side(
        host=host,
        port=port,
        proxy=config.rest_proxy,
        is_encrypted=config.route.server_url.startswith("https://"),
        name=config.tls_config.server_name or host,
        opening=f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(),
        shown=f"{config.route.server_url} ({variable('server_url')}, from {config.came_from('server_url')})",
        none=f"so write http:// in {variable('server_url')} to connect without encryption ({strategy})",
        tls=f"so write https:// in {variable('server_url')} ({strategy})",
    )


def mistake(config: ClientConfig, side: Side, said: str) -> str | None:
    """What is wrong between the settings and the server, and what to do; None where TLS is not the reason.

    It blocks for some seconds at most: call it in a thread.

    Args:
        config: the settings.
        side: which of the engine's sides.
        said: how the connection failed, in the transport's words.
    """
    try:
        return _of_encrypted(config, side, said) if side.is_encrypted else _of_plain(side)
    except (OSError, ValueError):  # it cannot be reached now, or its name is none: no matter of TLS
        return None


def client_context(config: ClientConfig, authorities: str | None = None) -> ssl.SSLContext:
    """The certificates of the settings.

    Args:
        config: the settings.
        authorities: file with those that are trusted, where the settings name none; default: the system's.
    """
    tls = config.tls_config
    context = ssl.create_default_context(cafile=tls.root_ca_file or authorities)
    if tls.cert_file:
        context.load_cert_chain(tls.cert_file, tls.key_file)
    return context


def _of_encrypted(config: ClientConfig, side: Side, said: str) -> str | None:
    context = client_context(config, os.environ.get("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"))
    if side.opening is PREFACE:
        context.set_alpn_protocols(["h2"])
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # gRPC is not strict; Python is, from 3.13 on
    with _connected(side) as raw:
        try:
            with context.wrap_socket(raw, server_hostname=side.name) as secured:
                # With TLS 1.3 a server refuses the client's certificate, or its lack, after the handshake. Sending to
                # one that has closed by then fails before its reason is read; so nothing is sent. A gRPC server
                # speaks first; an HTTP server does not, and closes when it hears that nothing will come.
                if side.opening is not PREFACE:
                    with suppress(OSError):  # it has closed; what it said can still be read
                        socket.socket.shutdown(secured, socket.SHUT_WR)
                silent = not secured.recv(1)
            # gRPC's own server says nothing when it refuses, but has SETTINGS for everybody else.
            return _refused(config, side, "it closes") if silent and side.opening is PREFACE else None
        except ssl.SSLCertVerificationError as error:
            # gRPC and the system trust different authorities: only what the transport found wrong, too, counts.
            return _bad_certificate(side, error) if any(word in said.lower() for word in VERIFIED) else None
        except ssl.SSLError as error:
            reason = error.reason or ""
            if "ALERT" in reason:
                return _refused(config, side, reason.lower().replace("_", " "))
            if reason not in NO_TLS and not isinstance(error, ssl.SSLEOFError):
                return None
        except (ConnectionError, TimeoutError):
            pass  # servers without TLS may close at once, as those do that are going down, or wait for a line to end
    return f"{side.shown} does not speak TLS, {side.none}" if _speaks_plainly(side) else None


def _of_plain(side: Side) -> str | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # whoever it is: nothing is sent
    with _connected(side) as raw:
        try:
            context.wrap_socket(raw, server_hostname=side.name).close()
        except ssl.SSLError as error:
            if "ALERT" not in (error.reason or ""):
                return None
    return f"{side.shown} speaks TLS only, {side.tls}"


def _speaks_plainly(side: Side) -> bool:
    """Whether the server answers without TLS as a server of its kind does."""
    with _connected(side) as raw:
        raw.sendall(side.opening)
        answer = raw.recv(9)
    return answer.startswith(b"HTTP/") or (side.opening is PREFACE and answer[3:4] == bytes((SETTINGS_FRAME,)))


def _bad_certificate(side: Side, error: ssl.SSLCertVerificationError) -> str:
    head = f"the certificate of {side.shown}"
    if error.verify_code in OTHER_NAME:
        return (
            f"{head} is not for {side.name!r}: {error.verify_message} "
            f"Write the name that it is for in {variable('tls_server_name')}"
        )
    if error.verify_code in (EXPIRED, NOT_YET):
        return f"{head} is not valid at this time: {error.verify_message}; renew it, or set this machine's clock"
    if error.verify_code in MALFORMED:
        return f"{head} is refused by this Python: {error.verify_message}; make it anew, as RFC 5280 asks"
    return (
        f"{head} comes from an authority that is not trusted: {error.verify_message}; "
        f"name the authority's PEM file in {variable('tls_root_ca_file')}"
    )


def _refused(config: ClientConfig, side: Side, reason: str) -> str:
    own = config.tls_config
    has = f"refused the certificate in {own.cert_file}" if own.cert_file else "wants a certificate of the client"
    return (
        f"{side.shown} breaks the TLS handshake off ({reason}); it probably {has}: "
        f"set {variable('tls_strategy')}=mtls, {variable('tls_cert_file')} and {variable('tls_key_file')}"
    )


def _connected(side: Side) -> socket.socket:
    """A connection to the server, through the proxy where there is one."""
    proxy = side.proxy
    if proxy is None:
        return socket.create_connection((side.host, side.port), LOOK_TIMEOUT)
    connection = socket.create_connection((proxy.host, proxy.port), LOOK_TIMEOUT)
    try:
        connection.sendall(proxy.request(side.host, side.port))
        answer = b""
        while b"\r\n\r\n" not in answer and len(answer) < ANSWER_LIMIT and (part := connection.recv(1024)):
            answer += part
        if (refusal := proxy.refusal(answer)) is not None:
            raise ConnectionError(refusal)
    except BaseException:
        connection.close()
        raise
    return connection


def _strategy(config: ClientConfig) -> TlsStrategy:
    return TlsStrategy(config.tls_config.strategy)
