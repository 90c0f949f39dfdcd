"""Which proxy leads where: what is loopback, which variable counts, and what is said about one that is of no use."""

from __future__ import annotations

import urllib.request

import pytest

from hatchet import ClientConfig, ConfigError
from hatchet._proxy import LOOPBACK_NAMES, Proxy, is_loopback, joined, proxy_for, split
from tests.unit.offline import token

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "grpc_proxy", "no_grpc_proxy")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST", "localhost.", "app.localhost", "localhost.localdomain", "ip6-localhost",
        "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "0x7f.0.0.1", "2130706433",
        "::1", "[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "[::ffff:127.8.8.8]", "::1%lo", "0.0.0.0", "::",
    ],
)  # fmt: skip
def test_this_machine_is_loopback_however_it_is_spelt(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["engine", "engine.test", "localhost.example.com", "notlocalhost", "128.0.0.1", "10.0.0.1", "::2", "fe80::1", "",
     "12.7.0.0.1", "127.0.0.1.example.com", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_everything_else_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("given", "grpc", "rest"),
    [
        ({"HTTPS_PROXY": "http://a:1"}, "a", "a"),
        ({"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:1"}, "a", "a"),
        ({"https_proxy": "", "HTTPS_PROXY": "http://b:1"}, None, None),
        ({"ALL_PROXY": "http://a:1"}, "a", "a"),
        ({"HTTP_PROXY": "http://a:1"}, "a", "a"),
        ({"HTTP_PROXY": "http://a:1", "REQUEST_METHOD": "GET"}, None, None),
        ({"HTTP_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:1", "ALL_PROXY": "http://c:1"}, "b", "b"),
        ({"HTTP_PROXY": "http://a:1", "ALL_PROXY": "socks5://c:1"}, "a", "a"),
        ({"grpc_proxy": "http://a:1", "HTTPS_PROXY": "http://b:1"}, "a", "b"),
        ({"HTTPS_PROXY": "a:1"}, "a", "a"),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "*"}, None, None),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "engine.test"}, None, None),
        ({"HTTPS_PROXY": "http://a:1", "no_proxy": "x, .test"}, None, None),
        ({"HTTPS_PROXY": "http://a:1", "no_proxy": "*.test"}, None, None),
        ({"HTTPS_PROXY": "http://a:1", "no_proxy": "ENGINE.TEST"}, None, None),
        ({"HTTPS_PROXY": "http://a:1", "no_proxy": "engine.test:443"}, None, None),
        ({"HTTPS_PROXY": "http://a:1", "no_proxy": "engine.test:444"}, "a", "a"),
        ({"HTTPS_PROXY": "http://a:1", "no_proxy": "gine.test,x.engine.test,10.0.0.0/8,nonsense/8"}, "a", "a"),
        ({"HTTPS_PROXY": "http://a:1", "no_grpc_proxy": "engine.test"}, None, "a"),
    ],
)
def test_the_first_variable_that_is_set_and_of_use_counts_unless_the_host_is_kept_out(
    given: dict[str, str], grpc: str | None, rest: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    found = [proxy_for("engine.test", 443, grpc=over_grpc) for over_grpc in (True, False)]
    assert [None if proxy is None else proxy.host for proxy in found] == [grpc, rest]


@pytest.mark.parametrize(
    ("host", "entry"), [("10.1.2.3", "10.0.0.0/8"), ("fd00::1", "fd00::/8"), ("10.1.2.3", "10.1.2.3")]
)
def test_networks_and_addresses_are_kept_out(host: str, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://a:1")
    assert proxy_for(host, 443, grpc=True) is not None
    monkeypatch.setenv("NO_PROXY", f"example.com,{entry}")
    assert proxy_for(host, 443, grpc=True) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("socks5://ada:s3cret@proxy:1080", "a SOCKS proxy"),
        ("socks5h://proxy:1080", "a SOCKS proxy"),
        ("https://ada:s3@cret@proxy:1", "not the URL of an HTTP proxy"),
        ("http://ada:s3/cret@proxy:1", "not the URL of an HTTP proxy"),
        ("http://:8080", "not the URL of an HTTP proxy"),
        ("http://proxy:99999", "not the URL of an HTTP proxy"),
    ],
)
def test_a_proxy_that_grpc_cannot_use_is_an_error_at_construction(
    value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    assert ClientConfig(token=token()).grpc_proxy is None  # to loopback it does not matter
    remote = token(grpc_broadcast_address="engine.test:443", server_url="https://engine.test")
    with pytest.raises(ConfigError, match=said) as raised:
        ClientConfig(token=remote)
    for words in ("ALL_PROXY", "HTTPS_PROXY", "add engine.test to NO_PROXY"):
        assert words in str(raised.value)
    assert "cret" not in str(raised.value)
    monkeypatch.setenv("NO_PROXY", "engine.test")
    assert ClientConfig(token=remote).rest_proxy is None


def test_the_credentials_of_a_proxy_are_kept_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://ada%40home:s3%3Acret@proxy.test:3128")
    proxy = proxy_for("engine.test", 443, grpc=True)
    assert proxy is not None
    assert (proxy.host, proxy.port, proxy.user, proxy.password) == ("proxy.test", 3128, "ada@home", "s3:cret")
    assert proxy.url == "http://proxy.test:3128"
    assert "cret" not in repr(proxy) + str(proxy)
    assert b"\r\nProxy-Authorization: Basic YWRhQGhvbWU6czM6Y3JldA==\r\n\r\n" in proxy.request("engine.test", 443)


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", None),
        (b"HTTP/1.0 200\r\n\r\n", None),
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "refused: 407 Proxy Authentication Required"),
        (b"HTTP/1.1 502\r\n\r\n", "refused: 502"),
        (b"SSH-2.0-x\r\n", "gave no HTTP answer"),
        (b"", "gave no HTTP answer"),
    ],
)
def test_what_a_proxy_answers_is_told(answer: bytes, refusal: str | None) -> None:
    said = Proxy("p", 1, "HTTPS_PROXY").refusal(answer)
    assert said == (None if refusal is None else f"the proxy p:1 (HTTPS_PROXY) {refusal}")


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("engine:7070", "engine", 7070), ("dns:engine:7070", "engine", 7070), ("dns:///engine:7070", "engine", 7070),
        ("dns://8.8.8.8/engine:1", "engine", 1), ("ipv4:127.0.0.1:80", "127.0.0.1", 80), ("ipv6:[::1]:80", "::1", 80),
        ("[2001:db8::1]:443", "2001:db8::1", 443), ("127.0.0.1:1", "127.0.0.1", 1),
    ],
)  # fmt: skip
def test_an_address_is_split_into_host_and_port(address: str, host: str, port: int) -> None:
    assert split(address) == (host, port)
    assert split(joined(host, port)) == (host, port)


def test_each_side_has_the_proxy_of_its_own_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("grpc_proxy", "http://proxy.test:1")
    config = ClientConfig(token=token(grpc_broadcast_address="engine.test:7070", server_url="https://engine.test"))
    assert config.rest_proxy is None
    assert config.grpc_proxy is not None
    assert (config.grpc_proxy.host, config.grpc_proxy.port) == ("proxy.test", 1)


@pytest.mark.parametrize(("value", "source"), [("", "the token"), ("  ", "the token"), ("a.test:1", "the environment")])
def test_a_variable_of_blanks_is_none(monkeypatch: pytest.MonkeyPatch, value: str, source: str) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_HOST_PORT", value)
    config = ClientConfig(token=token(grpc_broadcast_address="engine.test:7070", server_url="https://engine.test"))
    assert source in config.came_from("host_port")


@pytest.mark.parametrize("host", sorted(LOOPBACK_NAMES))
def test_a_name_of_the_hosts_file_is_loopback(host: str) -> None:
    assert {
        "localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback",
    } == LOOPBACK_NAMES  # fmt: skip
    assert is_loopback(host)
    assert not is_loopback(f"x{host}")


def test_what_is_sent_for_a_tunnel() -> None:
    assert Proxy("p", 1, "HTTPS_PROXY").request("engine.test", 443) == (
        b"CONNECT engine.test:443 HTTP/1.1\r\nHost: engine.test:443\r\n\r\n"
    )
    known = Proxy("::1", 1, "HTTPS_PROXY", "ada", "")
    assert known.request("2001:db8::1", 7) == (
        b"CONNECT [2001:db8::1]:7 HTTP/1.1\r\nHost: [2001:db8::1]:7\r\nProxy-Authorization: Basic YWRhOg==\r\n\r\n"
    )
    assert (known.url, str(known)) == ("http://[::1]:1", "the proxy [::1]:1 (HTTPS_PROXY)")
    assert (known.authorization, Proxy("p", 1, "x", "", "p").authorization) == ("Basic YWRhOg==", "")


@pytest.mark.parametrize(
    ("name", "value", "host", "port"),
    [("HTTPS_PROXY", "http://a", "a", 80), ("all_proxy", " a:8 ", "a", 8), ("HTTP_PROXY", "HTTP://A:9", "a", 9),
     ("GRPC_PROXY", "http://[::2]:7", "::2", 7)],
)  # fmt: skip
def test_a_proxy_says_which_variable_names_it(
    name: str, value: str, host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert proxy_for("engine.test", 443, grpc=True) == Proxy(host, port, name)


@pytest.mark.parametrize(
    ("answer", "said"),
    [(b"HTTP/1.1 301 Moved", "refused: 301 Moved"),
     (b"HTTP/1.1 403 Verbot f\xfcr dich\r\n", "refused: 403 Verbot für dich"),
     (b"HTTP/2 200 OK", "gave no HTTP answer"), (b"HTTP/1.1 20", "gave no HTTP answer")],
)  # fmt: skip
def test_what_a_proxy_refuses_is_told_in_its_words(answer: bytes, said: str) -> None:
    assert Proxy("p", 1, "HTTPS_PROXY").refusal(answer) == f"the proxy p:1 (HTTPS_PROXY) {said}"


@pytest.mark.parametrize(
    ("host", "entries", "is_kept_out"),
    [
        ("engine.test", "", False), ("engine.test", " , ", False), ("engine.test", "a\tengine.test", True),
        ("engine.test.", "engine.test", True), ("Engine.Test", "engine.test.", True),
        ("a.engine.test", "engine.test", True),
        ("engine.test", "a.engine.test", False), ("engine.test", "*", True), ("engine.test", "**", False),
        ("engine.test", "*.engine.test", True), ("engine.test", "engine.test:x", False),
        ("engine.test", "test:443", True),
        ("engine.test_", "engine.test", False),
        ("_engine.test", "_engine.test", True),
        ("engine.test", "test:44", False), ("engine.test", ":443", False), ("fd00::1", "[fd00::1]", True),
        ("fd00::1", "fd00::1", True), ("10.1.2.3", "10.1.2.4", False), ("10.1.2.3", "10.9.9.9/8", True),
        ("10.1.2.3", "11.0.0.0/8", False), ("fd00::1", "10.0.0.0/8", False), ("engine.test", "engine.test/8", False),
    ],
)  # fmt: skip
def test_what_an_entry_of_no_proxy_covers(
    host: str, entries: str, is_kept_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://a:1")
    monkeypatch.setenv("NO_PROXY", entries)
    assert (proxy_for(host, 443, grpc=False) is None) == is_kept_out


def test_the_first_that_is_of_no_use_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "https://ada:x@p:1")
    monkeypatch.setenv("ALL_PROXY", "socks5://p:2")
    with pytest.raises(ConfigError) as raised:
        proxy_for("engine.test", 443, grpc=False)
    assert str(raised.value) == (
        "HTTPS_PROXY (from the environment): 'https://…@p:1' is not the URL of an HTTP proxy; gRPC can use no other. "
        "Name an HTTP proxy (http://host:port) in HTTPS_PROXY, or add engine.test to NO_PROXY to go without."
    )


@pytest.mark.parametrize(
    ("platform", "named", "bypassed", "found"),
    [
        ("darwin", {"https": "http://s:1", "http": "http://h:2"}, False, ("s", 1)),
        ("win32", {"http": "http://h:2", "ftp": "http://f:3"}, False, ("h", 2)),
        ("darwin", {"https": "http://s:1"}, True, None),
        ("darwin", {"ftp": "http://f:3"}, False, None),
        ("linux", {"https": "http://s:1"}, False, None),
    ],
)
def test_where_no_variable_is_set_the_system_may_name_a_proxy(
    platform: str, named: dict[str, str], bypassed: bool, found: tuple[str, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(urllib.request, "getproxies", lambda: named)
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda host: bypassed and host == "engine.test")
    expected = None if found is None else Proxy(*found, "the system's settings")
    assert proxy_for("engine.test", 443, grpc=False) == expected
    monkeypatch.setenv("HTTPS_PROXY", "http://a:1")
    assert proxy_for("engine.test", 443, grpc=False) == Proxy("a", 1, "HTTPS_PROXY")
