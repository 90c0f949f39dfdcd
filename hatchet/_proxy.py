"""Which proxy leads to a host: the one that the usual variables name, and none for this machine itself.

gRPC and httpx each read these variables by rules of their own. Here they are read once, for both.
"""

from __future__ import annotations

import base64
import os
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import field
from urllib.parse import unquote, urlsplit

from hatchet._dataclasses import dataclass
from hatchet.errors import ConfigError

# As /etc/hosts spells it on Debian, Red Hat and their like; `.localhost` is reserved for it (RFC 6761).
LOOPBACK_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback"}
)
MAPPED = bytes(10) + b"\xff\xff"  # an IPv4 address written as IPv6
# Every connection is a tunnel, so the variable for HTTPS comes first; gRPC falls back on the one for HTTP, too.
VARIABLES = ("https_proxy", "all_proxy", "http_proxy")
DEFAULT_PORT = 80
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: ([^\r\n]*))?")


@dataclass(frozen=True)
class Proxy:
    """An HTTP proxy that is asked by CONNECT for a tunnel to the engine."""

    host: str
    """Its name or address."""
    port: int
    """Its port."""
    source: str
    """The variable that names it."""
    user: str = field(default="", repr=False)
    """Who asks; empty where the proxy asks for nothing."""
    password: str = field(default="", repr=False)
    """The user's password."""

    def __str__(self) -> str:
        return f"the proxy {joined(self.host, self.port)} ({self.source})"

    @property
    def url(self) -> str:
        """Its URL, without credentials."""
        return f"http://{joined(self.host, self.port)}"

    @property
    def authorization(self) -> str:
        """The value of the header that tells the proxy who asks; empty where it asks for nothing."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode() if self.user else ""

    def request(self, host: str, port: int) -> bytes:
        """What is sent to get a tunnel."""
        target = joined(host, port)
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if self.authorization:
            lines.append(f"Proxy-Authorization: {self.authorization}")
        return "\r\n".join([*lines, "", ""]).encode()

    def refusal(self, answer: bytes) -> str | None:
        """Why there is no tunnel, in the proxy's words; None when there is one."""
        status = STATUS.match(answer)
        if status is None:
            return f"{self} gave no HTTP answer"
        if status[1].startswith(b"2"):
            return None
        return f"{self} refused: {status[1].decode()} {(status[2] or b'').decode('latin-1')}".rstrip()


def joined(host: str, port: int) -> str:
    """`host:port`, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def split(address: str) -> tuple[str, int]:
    """Host and port of `host:port`, without brackets and without a scheme of gRPC's such as `dns:///`."""
    host, _, port = address.rpartition(":")
    bare = host.rpartition("/")[2]
    for scheme in ("dns:", "ipv4:", "ipv6:"):
        bare = bare.removeprefix(scheme)
    return bare.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine, by its spelling: nothing is looked up.

    Addresses that stand for no machine (`0.0.0.0`) lead here, too.
    """
    name = host.strip("[]").partition("%")[0].rstrip(".").lower()
    if name in LOOPBACK_NAMES or name.endswith(".localhost"):
        return True
    packed = _packed(name)
    return packed is not None and (packed[0] == 127 or not any(packed) or packed == bytes(15) + b"\x01")


def _packed(name: str) -> bytes | None:
    """The bytes of an address; None for a name."""
    try:
        if ":" not in name:
            return socket.inet_aton(name)  # short forms included: 127.1
        packed = socket.inet_pton(socket.AF_INET6, name)
    except (OSError, ValueError):
        return None
    return packed[12:] if packed.startswith(MAPPED) else packed


def proxy_for(host: str, port: int, *, grpc: bool) -> Proxy | None:
    """The proxy that leads to a host, if one does.

    Args:
        host: where to.
        port: its port.
        grpc: gRPC has variables of its own besides, which come first.

    Raises:
        ConfigError: only proxies are named that gRPC cannot use: SOCKS, or TLS to the proxy itself.
    """
    if is_loopback(host):
        return None
    unusable: ConfigError | None = None
    for source, value in _named(host, port, grpc=grpc):
        try:
            return _read(source, value, host)
        except ConfigError as error:
            unusable = unusable or error
    if unusable is not None:
        raise unusable
    return None


def _named(host: str, port: int, *, grpc: bool) -> Iterator[tuple[str, str]]:
    """The proxies that are named for a host, the first choice first: the variable and its value."""
    found = [pair for name in (("grpc_proxy", *VARIABLES) if grpc else VARIABLES) if (pair := _variable(name))[1]]
    exceptions = (_variable("no_grpc_proxy")[1] if grpc else "") or _variable("no_proxy")[1]
    if any(_excepts(entry, host, port) for entry in re.split(r"[,\s]+", exceptions)):
        return
    yield from found
    if not found and sys.platform in ("win32", "darwin"):
        from urllib.request import getproxies, proxy_bypass  # knows the system's settings; a heavy import

        system = getproxies()
        if not proxy_bypass(host):
            yield from (("the system's settings", system[name]) for name in ("https", "http") if name in system)


def _variable(name: str) -> tuple[str, str]:
    """How a variable is spelt here, and its value; in lower case it wins, also when it is empty."""
    if name in os.environ:
        return name, os.environ[name].strip()
    # Under CGI, HTTP_PROXY is a header that the client of the web server chooses.
    if name == "http_proxy" and "REQUEST_METHOD" in os.environ:
        return name, ""
    return name.upper(), os.environ.get(name.upper(), "").strip()


def _excepts(entry: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY covers a host: `*`, a domain with all below it, an address or network, `…:port`."""
    entry = entry.strip().lower()
    name = host.lower().rstrip(".")
    if entry in ("", "*"):
        return entry == "*"
    if "/" in entry:
        import ipaddress  # only for networks, which are rare

        try:
            return ipaddress.ip_address(name) in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    if _packed(entry.strip("[]")) is None:
        domain, colon, number = entry.rpartition(":")
        if colon and number.isdigit():
            if int(number) != port:
                return False
            entry = domain
    domain = entry.strip("[]").removeprefix("*").strip(".")
    return name == domain or name.endswith(f".{domain}")


def _read(source: str, value: str, host: str) -> Proxy:
    shown = re.sub(r"^(\w+://)?.*@", r"\1…@", value)  # nobody is to read a password in a log
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        port = parts.port or DEFAULT_PORT
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme == "http" and parts.hostname:
        return Proxy(parts.hostname, port, source, unquote(parts.username or ""), unquote(parts.password or ""))
    kind = "a SOCKS proxy, and none for HTTP" if parts.scheme.startswith("socks") else "not the URL of an HTTP proxy"
    raise ConfigError(
        source,
        f"{shown!r} is {kind}; gRPC can use no other",
        source="the environment",
        remedy=f"Name an HTTP proxy (http://host:port) in HTTPS_PROXY, or add {host} to NO_PROXY to go without.",
    )
