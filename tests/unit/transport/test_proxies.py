"""Proxies: a real one in front of real servers, whose names lead nowhere but through it."""

from __future__ import annotations

import traceback
from collections.abc import Generator
from typing import Any

import pytest

from hatchet import ClientConfig, ClientTLSConfig, Context, EmptyModel, Hatchet, TenacityConfig, Unavailable
from tests.certificates import Certificates
from tests.reach import served
from tests.unit.offline import token
from tests.unit.transport.conftest import PROXY_VARIABLES, ConnectProxy, Serve

EVERY = [name for each in PROXY_VARIABLES[:3] for name in (each, each.upper())]
SECRET = "p@ss/w0rd"
URL_SECRET = "p%40ss%2Fw0rd"


@pytest.fixture
def embedded() -> Generator[Hatchet, None, None]:
    with served() as hatchet:
        yield hatchet


def remote(embedded: Hatchet, proxy: ConnectProxy) -> Hatchet:
    """A client that knows the engine by a name and ports which only the proxy can follow."""
    proxy.routes = {7070: embedded.config.grpc_endpoint[1], 8080: embedded.config.rest_endpoint[1]}
    return Hatchet(
        ClientConfig(
            token=embedded.config.token,
            host_port="engine.test:7070",
            server_url="http://engine.test:8080",
            tls_config=ClientTLSConfig(strategy="none"),
            tenacity=TenacityConfig(max_attempts=1),
        )
    )


def test_loopback_is_never_sent_through_a_proxy(proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*EVERY, "grpc_proxy"]:
        monkeypatch.setenv(name, proxy.url)
    with served() as hatchet:

        @hatchet.task()
        def answer(input: EmptyModel, ctx: Context) -> int:
            return 42

        with hatchet.worker("w", workflows=[answer]):
            assert answer.run() == 42
        assert len(hatchet.runs.list(limit=5).rows) == 1
    assert proxy.heads == []


@pytest.mark.parametrize("variable", EVERY)
def test_an_engine_elsewhere_is_reached_through_the_proxy_over_grpc_and_rest(
    embedded: Hatchet, proxy: ConnectProxy, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, proxy.url)
    hatchet = remote(embedded, proxy)

    @hatchet.task()
    def answer(input: EmptyModel, ctx: Context) -> int:
        return 42

    with hatchet.worker("w", workflows=[answer]):
        assert answer.run() == 42
    assert len(hatchet.runs.list(limit=5).rows) == 1
    hatchet.io.block(hatchet.gateway.close())
    assert proxy.targets == {"engine.test:7070", "engine.test:8080"}
    assert not any(b"earer" in head for head in proxy.heads), "the proxy was given the token"


def test_tls_goes_through_the_tunnel_with_credentials_for_the_proxy_and_the_server_s_name(
    proxy: ConnectProxy,
    serve_grpc: Serve,
    serve_rest: Serve,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//ada:{URL_SECRET}@"))
    proxy.routes = {7070: serve_grpc("server"), 8080: serve_rest("server")}

    def engine(host: str, **tls: Any) -> Hatchet:
        known = token(grpc_broadcast_address=f"{host}:7070", server_url=f"https://{host}:8080")
        return Hatchet(
            ClientConfig(token=known, tls_config=ClientTLSConfig(root_ca_file=certificates.path("ca.pem"), **tls))
        )

    for hatchet in (engine("engine.test"), engine("elsewhere.test", server_name="engine.test")):
        assert hatchet.get_engine_version() == "v0.101.27"
        assert hatchet.workers.list().rows == []
        hatchet.io.block(hatchet.gateway.close())
    assert proxy.targets == {"engine.test:7070", "engine.test:8080", "elsewhere.test:7070", "elsewhere.test:8080"}
    proof = b"Proxy-Authorization: Basic YWRhOnBAc3MvdzByZA=="
    assert [head.count(proof) for head in proxy.heads] == [1] * len(proxy.heads) != []
    assert not any(b"earer" in head for head in proxy.heads)


def test_a_mistake_of_tls_is_recognised_through_a_proxy(
    proxy: ConnectProxy, serve_grpc: Serve, serve_rest: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    proxy.routes = {7070: serve_grpc(), 8080: serve_rest()}
    known = token(grpc_broadcast_address="engine.test:7070", server_url="https://engine.test:8080")
    hatchet = Hatchet(ClientConfig(token=known))
    with pytest.raises(Unavailable, match=r"engine.test:7070 .*does not speak TLS"):
        hatchet.get_engine_version()
    with pytest.raises(Unavailable, match=r"https://engine.test:8080 .*does not speak TLS"):
        hatchet.workers.list()
    hatchet.io.block(hatchet.gateway.close())


def test_a_proxy_that_refuses_is_named_without_its_password(
    embedded: Hatchet, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//ada:{URL_SECRET}@"))
    proxy.status = "407 Proxy Authentication Required"
    hatchet = remote(embedded, proxy)
    for call in (hatchet.get_engine_version, hatchet.workers.list):
        with pytest.raises(Unavailable, match=r"the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\).*407") as raised:
            call()
        shown = "".join(traceback.format_exception(raised.value))
        assert SECRET not in shown
        assert URL_SECRET not in shown
    hatchet.io.block(hatchet.gateway.close())


def test_a_proxy_that_is_not_there_is_named(
    embedded: Hatchet, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    hatchet = remote(embedded, proxy)
    for call in (hatchet.get_engine_version, hatchet.workers.list):
        with pytest.raises(Unavailable, match=r"through the proxy 127\.0\.0\.1:1 \(HTTPS_PROXY\)"):
            call()
    hatchet.io.block(hatchet.gateway.close())


def test_no_proxy_keeps_a_host_out(embedded: Hatchet, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "other.test,.test")
    hatchet = remote(embedded, proxy)
    assert (hatchet.config.grpc_proxy, hatchet.config.rest_proxy) == (None, None)
    with pytest.raises(Unavailable, match="cannot be reached"):
        hatchet.workers.list()
    assert proxy.heads == []
