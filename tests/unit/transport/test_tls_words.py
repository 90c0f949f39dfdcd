"""What is said of each mistake of TLS, whole, and what is looked at on each of the engine's sides."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from hatchet import ClientConfig, ClientTLSConfig
from hatchet.transport import tls
from hatchet.transport.tls import Side, grpc_side, rest_side
from tests.unit.offline import token

TOKEN = token(grpc_broadcast_address="grpc.example:7070", server_url="https://api.example:8443/x")


def config(**of_tls: Any) -> ClientConfig:
    return ClientConfig(token=TOKEN, tls_config=ClientTLSConfig(**of_tls)) if of_tls else ClientConfig(token=TOKEN)


def test_the_grpc_side(monkeypatch: pytest.MonkeyPatch) -> None:
    assert grpc_side(config()) == Side(
        host="grpc.example",
        port=7070,
        proxy=None,
        is_encrypted=True,
        name="grpc.example",
        opening=b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
        shown="grpc.example:7070 (HATCHET_CLIENT_HOST_PORT, from the token)",
        none="and HATCHET_CLIENT_TLS_STRATEGY is tls (from the default); set it to none to connect without encryption",
        tls="and HATCHET_CLIENT_TLS_STRATEGY is tls (from the default); set it to tls",
    )
    plain = grpc_side(config(strategy="none", server_name="engine.test"))
    assert (plain.is_encrypted, plain.name) == (False, "engine.test")
    monkeypatch.setenv("HATCHET_CLIENT_TLS_STRATEGY", "none")
    monkeypatch.setenv("HATCHET_CLIENT_HOST_PORT", "10.0.0.1:1")
    other = grpc_side(ClientConfig(token=TOKEN))
    assert other.shown == "10.0.0.1:1 (HATCHET_CLIENT_HOST_PORT, from the environment)"
    assert other.tls == "and HATCHET_CLIENT_TLS_STRATEGY is none (from the environment); set it to tls"


def test_the_rest_side(monkeypatch: pytest.MonkeyPatch) -> None:
    about = "(HATCHET_CLIENT_TLS_STRATEGY, which is tls, is about gRPC)"
    assert rest_side(config()) == Side(
        host="api.example",
        port=8443,
        proxy=None,
        is_encrypted=True,
        name="api.example",
        opening=b"HEAD / HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n",
        shown="https://api.example:8443/x (HATCHET_CLIENT_SERVER_URL, from the token)",
        none=f"so write http:// in HATCHET_CLIENT_SERVER_URL to connect without encryption {about}",
        tls=f"so write https:// in HATCHET_CLIENT_SERVER_URL {about}",
    )
    assert rest_side(config(server_name="engine.test")).name == "engine.test"
    monkeypatch.setenv("HATCHET_CLIENT_SERVER_URL", "http://api.example")
    monkeypatch.setenv("HATCHET_CLIENT_TLS_STRATEGY", "none")
    plain = rest_side(ClientConfig(token=TOKEN))
    assert (plain.is_encrypted, plain.port) == (False, 80)
    assert plain.shown == "http://api.example (HATCHET_CLIENT_SERVER_URL, from the environment)"


NAME = "is not for 'grpc.example': said Write the name that it is for in HATCHET_CLIENT_TLS_SERVER_NAME"
TIME = "is not valid at this time: said; renew it, or set this machine's clock"
STRICT = "is refused by this Python: said; make it anew, as RFC 5280 asks"
WHO = (
    "comes from an authority that is not trusted: said; name the authority's PEM file in "
    "HATCHET_CLIENT_TLS_ROOT_CA_FILE"
)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (8, WHO), (9, TIME), (10, TIME), (11, WHO), (18, WHO), (20, WHO), (61, WHO), (62, NAME), (63, WHO), (64, NAME),
        (65, WHO), (78, WHO), (79, STRICT), (85, STRICT), (94, STRICT), (95, WHO),
    ],
)  # fmt: skip
def test_a_certificate_s_fault_is_told_by_its_number(code: int, words: str) -> None:
    error = ssl.SSLCertVerificationError("as OpenSSL has it")
    error.verify_code, error.verify_message = code, "said"
    head = "the certificate of grpc.example:7070 (HATCHET_CLIENT_HOST_PORT, from the token)"
    assert tls._bad_certificate(grpc_side(config()), error) == f"{head} {words}"


@pytest.mark.parametrize(
    ("cert", "has"), [("", "wants a certificate of the client"), ("own.pem", "refused the certificate in own.pem")]
)
def test_a_server_that_refuses_is_told_with_what_it_may_want(cert: str, has: str) -> None:
    given = config()
    given.tls_config = replace(given.tls_config, cert_file=cert or None)
    assert tls._refused(given, grpc_side(given), "it closes") == (
        "grpc.example:7070 (HATCHET_CLIENT_HOST_PORT, from the token) breaks the TLS handshake off (it closes); it "
        f"probably {has}: set HATCHET_CLIENT_TLS_STRATEGY=mtls, HATCHET_CLIENT_TLS_CERT_FILE and "
        "HATCHET_CLIENT_TLS_KEY_FILE"
    )


@contextmanager
def answering(answer: bytes, heard: list[bytes]) -> Iterator[int]:
    """The port of a server that answers one client, whatever it says."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


@pytest.mark.parametrize(
    ("side", "answer", "speaks"),
    [
        ("grpc", b"\0\0\0\x04\0\0\0\0\0", True),
        ("grpc", b"\0\0\x06\x04\0\0\0\0\0\0\x05", True),
        ("grpc", b"HTTP/1.1 400 Bad Request", True),
        ("grpc", b"\0\0\0\x07\0\0\0\0\0", False),
        ("grpc", b"\x04\x04\x04\0\x04", False),
        ("grpc", b"", False),
        ("grpc", b"220 mail", False),
        ("rest", b"HTTP/1.1 200 OK", True),
        ("rest", b"\0\0\0\x04\0\0\0\0\0", False),
        ("rest", b"http/1.1", False),
        ("rest", b"", False),
    ],
)
def test_how_a_server_without_tls_is_known(side: str, answer: bytes, speaks: bool) -> None:
    heard: list[bytes] = []
    with answering(answer, heard) as port:
        given = ClientConfig(
            token=token(grpc_broadcast_address=f"127.0.0.1:{port}", server_url=f"http://127.0.0.1:{port}")
        )
        looked = grpc_side(given) if side == "grpc" else rest_side(given)
        assert tls._speaks_plainly(looked) is speaks
    assert heard == [looked.opening]


@pytest.mark.parametrize(("reason", "is_known"), [("", False), ("NO_SHARED_CIPHER", False), ("HTTP_REQUEST", True)])
def test_only_what_is_no_tls_leads_to_a_second_look(reason: str, is_known: bool) -> None:
    assert (reason in tls.NO_TLS) is is_known


def test_whose_address_leads_nowhere_has_no_mistake_of_tls() -> None:
    given = ClientConfig(token=token(grpc_broadcast_address="127.0.0.1:1", server_url="http://127.0.0.1:1"))
    for side in (grpc_side(given), rest_side(given)):
        assert tls.mistake(given, side, "verify failed") is None


@pytest.fixture(scope="module")
def plain_server() -> Iterator[int]:
    """The port of a server that answers each client as an HTTP server without TLS does."""

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                if connection.recv(4096):
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def failing(kind: type[ssl.SSLError], reason: str | None) -> ssl.SSLError:
    error = kind("as OpenSSL has it")
    error.reason = reason  # type: ignore[assignment]  # None where OpenSSL has no word for it
    if isinstance(error, ssl.SSLCertVerificationError):
        error.verify_code, error.verify_message = 10, "expired"
    return error


PLAIN, REFUSES, BAD = (
    "does not speak TLS",
    "breaks the TLS handshake off (tlsv1 alert unknown ca)",
    "is not valid at this",
)


@pytest.mark.parametrize(
    ("error", "said", "words"),
    [
        (failing(ssl.SSLError, None), "", None),
        (failing(ssl.SSLError, "NO_SHARED_CIPHER"), "", None),
        (failing(ssl.SSLError, "TLSV1_ALERT_UNKNOWN_CA"), "", REFUSES),
        *((failing(ssl.SSLError, reason), "", PLAIN) for reason in sorted(tls.NO_TLS)),
        (failing(ssl.SSLEOFError, "UNEXPECTED_EOF_WHILE_READING"), "", PLAIN),
        (failing(ssl.SSLCertVerificationError, None), "Certificate VERIFY failed", BAD),
        (failing(ssl.SSLCertVerificationError, None), "Peer Certificate is odd", BAD),
        (failing(ssl.SSLCertVerificationError, None), "it closed", None),
        (ConnectionResetError(), "", PLAIN),
        (TimeoutError(), "", PLAIN),
        (OSError(), "", None),
        (ValueError(), "", None),
    ],
)
@pytest.mark.parametrize("which", ["grpc", "rest"])
def test_each_way_in_which_a_handshake_fails_is_told(
    error: Exception, said: str, words: str | None, which: str, plain_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrap(self: object, raw: object, **given: object) -> Any:
        assert given == {"server_hostname": "127.0.0.1"}
        raise error

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    given = ClientConfig(
        token=token(grpc_broadcast_address=f"127.0.0.1:{plain_server}", server_url=f"https://127.0.0.1:{plain_server}")
    )
    found = tls.mistake(given, grpc_side(given) if which == "grpc" else rest_side(given), said)
    assert (found is None) if words is None else (words in str(found)), found


@pytest.mark.parametrize(
    ("reason", "is_tls"), [(None, False), ("WRONG_VERSION_NUMBER", False), ("TLSV1_ALERT_UNKNOWN_CA", True)]
)
def test_a_server_that_refuses_a_handshake_speaks_tls(
    reason: str | None, is_tls: bool, plain_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrap(self: ssl.SSLContext, raw: object, **given: object) -> Any:
        assert (self.check_hostname, self.verify_mode) == (False, ssl.CERT_NONE), "whoever it is"
        raise failing(ssl.SSLError, reason)

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    given = ClientConfig(
        token=token(grpc_broadcast_address=f"127.0.0.1:{plain_server}", server_url=f"http://127.0.0.1:{plain_server}"),
        tls_config=ClientTLSConfig(strategy="none"),
    )
    for side in (grpc_side(given), rest_side(given)):
        wanted = f"{side.shown} speaks TLS only, {side.tls}" if is_tls else None
        assert tls.mistake(given, side, "") == wanted
