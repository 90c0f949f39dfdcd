"""TLS and mutual TLS against real servers, with certificates made here, and what is said where it fails."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hatchet import (
    ClientConfig,
    ClientTLSConfig,
    ConfigError,
    Context,
    EmptyModel,
    Hatchet,
    TenacityConfig,
    Unavailable,
    WorkerError,
)
from hatchet.errors import ApiError, InvalidRequest, TlsError
from hatchet.transport import tls
from hatchet.transport.retry import RetryPolicy
from hatchet.wire.gateway import Gateway
from hatchet.worker import listener
from hatchet.worker.worker import WorkerStatus
from tests.certificates import Certificates
from tests.proxy import Proxy
from tests.reach import served
from tests.unit.offline import token
from tests.unit.transport.conftest import Serve
from tests.worker.conftest import wait_until

AT_ONCE = 20.0  # s, on a busy machine
MANY = TenacityConfig(max_attempts=20)  # which with their waits take a minute at least


def made(port: int, rest: str = "http://127.0.0.1:9", **tls: Any) -> ClientConfig:
    return ClientConfig(
        token=token(grpc_broadcast_address=f"127.0.0.1:{port}", server_url=rest), tls_config=ClientTLSConfig(**tls)
    )


def ask(port: int, **tls: Any) -> str | None:
    config = made(port, **tls)
    gateway = Gateway(config, Hatchet(config).io, RetryPolicy(attempts=1))
    try:
        return gateway.io.block(gateway.engine_version())
    finally:
        gateway.io.block(gateway.close())


def ask_rest(url: str, **tls: Any) -> int:
    return len(Hatchet(made(9, url, **tls)).workers.list().rows or ())


@contextlib.contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that answers one connection after the other."""

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            answer(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("strategy", ["tls", "mtls"])
def test_the_server_s_certificate_is_checked_against_the_authority(
    serve_grpc: Serve, serve_rest: Serve, certificates: Certificates, strategy: str
) -> None:
    mutual = strategy == "mtls"
    port, rest = serve_grpc("server", mutual), f"https://127.0.0.1:{serve_rest('server', mutual)}"
    client = {"cert_file": certificates.path("client.pem"), "key_file": certificates.path("client.key")}
    named = {"strategy": strategy, "root_ca_file": certificates.path("ca.pem"), **(client if mutual else {})}
    assert ask(port, **named) == "v0.101.27"
    assert ask(port, server_name="engine.test", **named) == "v0.101.27"
    assert ask_rest(rest, **named) == 0
    assert ask_rest(rest, server_name="engine.test", **named) == 0
    for call in (
        lambda: ask(port, server_name="other.test", **named),
        lambda: ask_rest(rest, server_name="other.test", **named),
    ):
        with pytest.raises(TlsError, match=r"is not for 'other\.test'.*HATCHET_CLIENT_TLS_SERVER_NAME"):
            call()


def test_an_authority_that_is_not_trusted_is_named(serve_grpc: Serve, serve_rest: Serve) -> None:
    said = r"an authority that is not trusted.*HATCHET_CLIENT_TLS_ROOT_CA_FILE"
    with pytest.raises(TlsError, match=said):
        ask(serve_grpc("server"), strategy="tls")
    with pytest.raises(TlsError, match=said):
        ask_rest(f"https://127.0.0.1:{serve_rest('server')}", strategy="tls")


def test_a_certificate_that_only_strict_checks_refuse_is_named_for_it(
    serve_grpc: Serve, serve_rest: Serve, certificates: Certificates
) -> None:
    authority = certificates.path("ca.pem")
    assert ask(serve_grpc("bare"), root_ca_file=authority) == "v0.101.27"
    rest = f"https://127.0.0.1:{serve_rest('bare')}"
    if sys.version_info < (3, 13):
        assert ask_rest(rest, root_ca_file=authority) == 0
        return
    with pytest.raises(TlsError, match="refused by this Python: Missing Authority Key Identifier; make it anew"):
        ask_rest(rest, root_ca_file=authority)


def test_a_certificate_that_has_expired_is_named(
    serve_grpc: Serve, serve_rest: Serve, certificates: Certificates
) -> None:
    authority = certificates.path("ca.pem")
    with pytest.raises(TlsError, match="not valid at this time: certificate has expired"):
        ask(serve_grpc("expired"), root_ca_file=authority)
    with pytest.raises(TlsError, match="not valid at this time: certificate has expired"):
        ask_rest(f"https://127.0.0.1:{serve_rest('expired')}", root_ca_file=authority)


def test_a_server_that_wants_a_client_s_certificate_says_so(
    serve_grpc: Serve, serve_rest: Serve, certificates: Certificates
) -> None:
    said = r"wants a certificate of the client.*HATCHET_CLIENT_TLS_STRATEGY=mtls"
    with pytest.raises(TlsError, match=said):
        ask(serve_grpc("server", True), root_ca_file=certificates.path("ca.pem"))
    with pytest.raises(TlsError, match=said):
        ask_rest(f"https://127.0.0.1:{serve_rest('server', True)}", root_ca_file=certificates.path("ca.pem"))


def test_a_refusal_is_read_though_the_server_has_closed_before_anything_could_be_sent(
    certificates: Certificates,
) -> None:
    context = certificates.for_server("server", mutual=True)

    def refuse(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(connection, server_side=True).close()

    with listening(refuse) as port:
        config = made(9, f"https://127.0.0.1:{port}", root_ca_file=certificates.path("ca.pem"))
        found = {tls.mistake(config, tls.rest_side(config), "") for _ in range(100)}
    assert [text for text in found if text is None or "wants a certificate of the client" not in text] == []


def test_tls_against_a_server_without_it_names_the_strategy_the_address_and_where_it_came_from(
    serve_grpc: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = serve_grpc()
    hatchet = Hatchet(ClientConfig(token=token(grpc_broadcast_address=f"127.0.0.1:{port}")))
    with pytest.raises(TlsError, match="does not speak TLS") as raised:
        hatchet.get_engine_version()
    hatchet.io.block(hatchet.gateway.close())
    for words in (
        f"127.0.0.1:{port} (HATCHET_CLIENT_HOST_PORT, from the token)",
        "HATCHET_CLIENT_TLS_STRATEGY is tls (from the default)",
        "set it to none",
    ):
        assert words in str(raised.value)
    monkeypatch.setenv("HATCHET_CLIENT_HOST_PORT", f"127.0.0.1:{port}")
    monkeypatch.setenv("HATCHET_CLIENT_TLS_STRATEGY", "tls")
    hatchet = Hatchet(ClientConfig(token=token()))
    with pytest.raises(TlsError, match=r"HOST_PORT, from the environment.*is tls \(from the environment\)"):
        hatchet.get_engine_version()
    hatchet.io.block(hatchet.gateway.close())


@pytest.mark.parametrize("mutual", [False, True])
def test_no_tls_against_a_server_with_it_is_named_too(serve_grpc: Serve, mutual: bool) -> None:
    port = serve_grpc("server", mutual)
    said = rf"127\.0\.0\.1:{port} .*speaks TLS only, and HATCHET_CLIENT_TLS_STRATEGY is none \(from an argument"
    with pytest.raises(TlsError, match=said):
        ask(port, strategy="none")


def test_a_refusal_of_a_server_without_tls_is_no_matter_of_tls() -> None:
    def answer(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno")

    with listening(answer) as port, pytest.raises(InvalidRequest, match="no"):
        Hatchet(made(9, f"http://127.0.0.1:{port}")).workers.list()


@pytest.mark.parametrize(("status", "body"), [(400, "plain HTTP on a port for TLS"), (502, "a proxy"), (404, "other")])
def test_a_server_that_refuses_what_is_not_encrypted_in_words_of_its_own(
    certificates: Certificates, status: int, body: str
) -> None:
    context = certificates.for_server()

    def answer(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if connection.recv(1, socket.MSG_PEEK) == b"\x16":  # how a handshake begins
                context.wrap_socket(connection, server_side=True).close()
                return
            while b"\r\n\r\n" not in connection.recv(65536):
                pass
            connection.sendall(f"HTTP/1.1 {status} No\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    with listening(answer) as port:
        config = made(9, f"http://127.0.0.1:{port}")
        config.tenacity = TenacityConfig(max_attempts=1)
        with pytest.raises(ApiError) as raised:
            Hatchet(config).workers.list()
    assert ("speaks TLS only, so write https://" in str(raised.value)) is (status == 400)
    assert isinstance(raised.value, TlsError) is (status == 400)
    assert raised.value.response is not None
    assert (raised.value.response.status, raised.value.response.content) == (status, body.encode())


def test_the_same_over_rest(serve_rest: Serve) -> None:
    plain, secured = serve_rest(), serve_rest("server")
    with pytest.raises(
        TlsError, match=rf"https://127.0.0.1:{plain} \(HATCHET_CLIENT_SERVER_URL, from the token\)"
    ) as no:
        ask_rest(f"https://127.0.0.1:{plain}")
    assert "does not speak TLS, so write http://" in str(no.value)
    assert "HATCHET_CLIENT_TLS_STRATEGY" in str(no.value)
    with pytest.raises(TlsError, match=r"speaks TLS only, so write https://.*HATCHET_CLIENT_TLS_STRATEGY"):
        ask_rest(f"http://127.0.0.1:{secured}")


@pytest.mark.parametrize(("tls", "strategy"), [(None, "tls"), ("server", "none")])
def test_neither_a_worker_nor_a_trigger_nor_a_wait_tries_it_over_and_over(
    serve_grpc: Serve, tls: str | None, strategy: str
) -> None:
    config = made(serve_grpc(tls), strategy=strategy)
    config.tenacity = MANY
    hatchet = Hatchet(config)

    @hatchet.task()
    def nothing(input: EmptyModel, ctx: Context) -> None: ...

    started = time.monotonic()
    with (
        pytest.raises(WorkerError, match=r"cannot start: .*HATCHET_CLIENT_TLS_STRATEGY"),
        hatchet.worker("w", workflows=[nothing]),
    ):
        pass
    with pytest.raises(WorkerError, match=r"cannot start: .*HATCHET_CLIENT_TLS_STRATEGY"):
        hatchet.worker("w", workflows=[nothing]).start()
    with pytest.raises(TlsError, match="HATCHET_CLIENT_TLS_STRATEGY"):
        nothing.run_no_wait()
    with pytest.raises(TlsError, match="HATCHET_CLIENT_TLS_STRATEGY"):
        hatchet.runs.get_run_ref("8d3f2c1e-0000-4000-8000-000000000001").result()
    assert time.monotonic() - started < AT_ONCE
    hatchet.io.block(hatchet.gateway.close())


def test_a_server_that_is_not_there_has_nothing_to_do_with_tls() -> None:
    for strategy in ("tls", "none"):
        with pytest.raises(Unavailable, match="cannot be reached") as raised:
            ask(1, strategy=strategy)
        assert not isinstance(raised.value, TlsError)


def test_a_key_of_another_certificate_is_an_error_at_construction(certificates: Certificates) -> None:
    def config(**files: str) -> ClientConfig:
        paths = {name: certificates.path(file) for name, file in files.items()}
        return made(9, root_ca_file=certificates.path("ca.pem"), **paths)

    config(cert_file="client.pem", key_file="client.key")
    with pytest.raises(ConfigError, match=r"server\.key does not belong to the certificate in \S*client\.pem"):
        config(cert_file="client.pem", key_file="server.key")
    with pytest.raises(ConfigError, match=r"TLS_KEY_FILE.*client\.pem is of no use alone"):
        config(cert_file="client.pem")
    with pytest.raises(ConfigError, match=r"TLS_CERT_FILE.*client\.key is of no use alone"):
        config(key_file="client.key")
    with pytest.raises(ConfigError, match="the key is encrypted"):
        config(cert_file="client.pem", key_file="encrypted.key")


@pytest.mark.parametrize("name", ["root_ca_file", "cert_file", "key_file"])
def test_a_file_that_only_looks_like_pem_is_an_error_at_construction(
    certificates: Certificates, tmp_path: Any, name: str
) -> None:
    kind = "PRIVATE KEY" if name == "key_file" else "CERTIFICATE"
    broken = tmp_path / "broken.pem"
    broken.write_text(f"-----BEGIN {kind}-----\nbm9uc2Vuc2U=\n-----END {kind}-----\n")
    files = {
        "cert_file": certificates.path("client.pem"),
        "key_file": certificates.path("client.key"),
        name: str(broken),
    }
    with pytest.raises(ConfigError, match=r"broken\.pem"):
        made(9, **files)


def test_a_worker_that_runs_warns_once_and_goes_on_when_the_engine_comes_back_with_tls(
    serve_grpc: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listener, "HEARTBEAT_PERIOD", 0.05)
    with served() as embedded, Proxy(embedded.config.host_port) as line:
        config = ClientConfig(
            token=embedded.config.token, host_port=line.address, tls_config=ClientTLSConfig(strategy="none")
        )
        hatchet = Hatchet(config)

        @hatchet.task()
        def answer(input: EmptyModel, ctx: Context) -> int:
            return 42

        with hatchet.worker("w", workflows=[answer]) as worker:
            assert answer.run() == 42
            line.lead_to(serve_grpc("server"))
            wait_until(lambda: "speaks TLS only" in caplog.text, "the warning")
            line.lead_to(embedded.config.grpc_endpoint[1])
            wait_until(lambda: worker.status is WorkerStatus.HEALTHY, "the connection")
            assert answer.run() == 42
        hatchet.io.block(hatchet.gateway.close())
    warned = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert len([text for text in warned if "heartbeat" in text and "speaks TLS only" in text]) == 1
