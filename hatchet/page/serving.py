"""Serving the page on this machine, and the links that let browsers in."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Final

from hatchet.client import Hatchet
from hatchet.engine.rest.server import RestServer
from hatchet.errors import InputError
from hatchet.page.app import Page
from hatchet.page.session import Sessions

PORT: Final = 8733
"""The port, unless it is taken."""


@asynccontextmanager
async def serving(
    hatchet: Hatchet, engine: str, listener: socket.socket, say: Callable[[str], None]
) -> AsyncGenerator[Page]:
    """Serve the page while the block lasts.

    Args:
        hatchet: a client of the engine.
        engine: what people call the engine.
        listener: where; it is closed at the end.
        say: is given a link that lets one browser in, and the next one when it has been used.
    """
    sessions = _sessions(hatchet)
    host, port = listener.getsockname()[:2]
    where = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    page = Page(hatchet, sessions, engine)
    server = RestServer(page.app)
    await server.start(listener)
    try:
        sessions.used = lambda: say(f"{where}/enter?code={sessions.new_code()}")
        sessions.used()
        yield page
    finally:
        page.live.end()
        await server.stop()


def bound(hatchet: Hatchet, address: str | None = None, port: int | None = None) -> socket.socket:
    """A socket for the page of an engine.

    Args:
        hatchet: a client of the engine.
        address: a loopback address; default: one of the engine's own, where the system has more than one.
        port: default: 8733, or any where that is taken.

    Raises:
        InputError: the address is not of this machine alone.
        OSError: the port is taken.
    """
    if address is not None and not _is_loopback(address):
        raise InputError(f"{address!r} is no loopback address: the page is for this machine alone")
    hosts = [_sessions(hatchet).address, "127.0.0.1"] if address is None else [address]
    ports = [PORT, 0] if port is None else [port]
    failures: list[OSError] = []
    for each in ports:
        for host in hosts:
            try:
                return _listener(host, each)
            except OSError as error:
                failures.append(error)
    raise failures[0]


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    # Else each answer waits 40 ms until the browser has confirmed its headers. asyncio looks at what says TCP alone.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _sessions(hatchet: Hatchet) -> Sessions:
    return Sessions(hatchet.config.credential.current.text)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
