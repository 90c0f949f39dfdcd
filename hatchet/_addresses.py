"""Addresses of engines, and names in a namespace, as the settings give them."""

from __future__ import annotations

from urllib.parse import urlsplit

from hatchet._settings import variable
from hatchet.errors import ConfigError


def address_of(value: str, source: str) -> str:
    """An address, `host:port`; raises ConfigError when it is none."""
    host, _, port = value.rpartition(":")
    if not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
        raise ConfigError(
            variable("host_port"), f"{value!r} is no address", source=source, remedy="Write host:port: localhost:7070."
        )
    return value


def url_of(value: str, source: str) -> str:
    """The base of the REST API; raises ConfigError when it is none."""
    setting, problem = variable("server_url"), f"{value!r} is no URL"
    try:
        parts = urlsplit(value)
        if parts.username or parts.password:
            problem = "it holds a user or a password, and the API takes the token alone"
        elif parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts.geturl().rstrip("/")
    except ValueError:  # a port that is no number, or half an address
        pass
    raise ConfigError(setting, problem, source=source, remedy="Write http://host:port or https://host:port.")


def namespace_of(value: str) -> str:
    """The prefix that a namespace is: lowered, with `_` at its end."""
    lowered = value.lower()
    return lowered if not lowered or lowered.endswith("_") else f"{lowered}_"


def named(name: str, prefix: str, namespace: str | None = None) -> str:
    """A name with a client's prefix in front, or that of another namespace, unless it is there already."""
    prefix = prefix if namespace is None else namespace_of(namespace)
    return name if not name or name.startswith(prefix) else prefix + name
