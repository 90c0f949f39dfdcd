"""Which ports an engine listens on: the former ones where they are free, others where not, and those that are named."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hatchet.engine import EmbeddedEngine
from hatchet.engine.endpoint import port_of, reserve
from hatchet.engine.grpc.server import GrpcServer
from hatchet.engine.state.errors import EngineStartError

HOST = "127.0.0.1"
CHOSEN = range(1024, 1 << 16)
"""Ports that a system chooses from."""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program uses."""
    with socket.create_server((HOST, 0)) as other:
        yield int(other.getsockname()[1])


@pytest.fixture
def free() -> int:
    """A port that nobody uses."""
    with socket.create_server((HOST, 0)) as other:
        return int(other.getsockname()[1])


def reserved(port: int, former: int | None) -> int:
    with reserve(HOST, port, former, "REST") as found:
        assert not found.getblocking()
        assert found.proto == socket.IPPROTO_TCP
        return port_of(found)


def test_a_port_is_the_named_one_or_the_former_one_or_any(free: int, taken: int) -> None:
    assert reserved(free, None) == reserved(free, taken) == reserved(0, free) == free
    assert reserved(0, None) in CHOSEN
    assert reserved(0, taken) in set(CHOSEN) - {taken}


@pytest.mark.parametrize("former", [None, 0])
def test_a_named_port_that_is_taken_is_refused(taken: int, former: int | None) -> None:
    words = (
        f"the REST side cannot listen on {HOST}:{taken}; another program may use the port: free it, or leave the port"
        " at 0 to have a free one chosen"
    )
    with pytest.raises(EngineStartError, match=f"^{re.escape(words)}$"):
        reserve(HOST, taken, former, "REST")


async def test_grpc_listens_elsewhere_where_its_port_is_taken_unless_that_was_named(taken: int) -> None:
    server = GrpcServer({}, HOST)
    assert await server.start(taken, insist=False) in set(CHOSEN) - {taken}
    await server.stop(0)
    words = f"the gRPC side cannot listen on {HOST}:{taken}; another program uses the port"
    with pytest.raises(EngineStartError, match=f"^{re.escape(words)}$"):
        await server.start(taken, insist=True)


async def test_an_engine_is_found_again_at_its_ports_and_goes_elsewhere_where_they_are_taken(tmp_path: Path) -> None:
    ports: list[list[int]] = []
    for _ in range(2):
        engine = EmbeddedEngine(tmp_path)
        endpoint = await engine.start()
        ports.append([int(each.rpartition(":")[2]) for each in (endpoint.grpc_address, endpoint.server_url)])
        await engine.stop(grace=0)
    assert ports[0] == ports[1]
    with socket.create_server((HOST, ports[0][0])), socket.create_server((HOST, ports[0][1])):
        engine = EmbeddedEngine(tmp_path)
        endpoint = await engine.start()
        await engine.stop(grace=0)
    others = {int(each.rpartition(":")[2]) for each in (endpoint.grpc_address, endpoint.server_url)}
    assert len(others - {*ports[0]}) == 2
