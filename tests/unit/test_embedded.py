"""The embedded engine of a client: reached in the process, and how a folder is shared."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Generator
from pathlib import Path

import psutil
import pytest

from hatchet import (
    ClientConfig,
    ClientTLSConfig,
    Context,
    EmptyModel,
    Hatchet,
    HatchetError,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
    embedded,
)
from hatchet.embedded import Local
from hatchet.engine import EmbeddedEngine, EngineStartError, running
from hatchet.transport.io_loop import shared_io_loop
from hatchet.transport.retry import ONCE
from tests.unit.offline import token

ROOT = Path(__file__).parents[2]


def program(text: str, *arguments: str) -> str:
    """What a program of its own prints."""
    command = [sys.executable, "-c", textwrap.dedent(text), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for what happens in the background."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def of_folder(tmp_path: Path) -> Generator[Hatchet, None, None]:
    hatchet = Hatchet.from_embedded(tmp_path / "data")
    yield hatchet
    hatchet.stop_embedded()


def test_an_engine_in_memory_opens_no_port_and_loads_neither_grpc_nor_a_web_server() -> None:
    said = program("""
        import sys
        import psutil
        from hatchet import Context, EmptyModel, Hatchet

        hatchet = Hatchet.from_embedded(None)

        @hatchet.task()
        async def one(input: EmptyModel, ctx: Context) -> int:
            return 1

        with hatchet.worker("w", workflows=[one]):
            print(one.run())
            print([name for name in ("grpc", "uvicorn", "starlette", "httpx", "celpy") if name in sys.modules])
            print(len(hatchet.runs.list().rows))
        print([name for name in ("grpc", "uvicorn") if name in sys.modules])
        print([each for each in psutil.Process().net_connections() if each.status == "LISTEN"])
        hatchet.stop_embedded()
    """)
    assert said.splitlines() == ["1", "[]", "1", "[]", "[]"]


def test_a_folder_is_served_to_others_once_the_first_call_is_done(of_folder: Hatchet, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert running(data) is None
    assert of_folder.get_engine_version()
    until(lambda: running(data) is not None)
    endpoint = running(data)
    assert endpoint is not None
    assert (endpoint.grpc_address, endpoint.server_url, endpoint.token) == (
        of_folder.config.host_port,
        of_folder.config.server_url,
        of_folder.config.token,
    )
    said = program(
        """
        import sys
        from hatchet import Hatchet
        hatchet = Hatchet.from_embedded(sys.argv[1])
        print(hatchet.get_engine_version(), hatchet.tenant.get().metadata.id, hatchet.gateway.local)
        """,
        str(data),
    )
    assert said == f"{of_folder.get_engine_version()} {of_folder.tenant_id} None"


def test_an_engine_that_stops_while_its_ports_open_leaves_none_open(tmp_path: Path) -> None:
    for _ in range(3):
        hatchet = Hatchet.from_embedded(tmp_path)
        ports = {hatchet.config.grpc_endpoint[1], hatchet.config.rest_endpoint[1]}
        hatchet.get_engine_version()
        hatchet.stop_embedded()
        assert [each for each in psutil.Process().net_connections() if getattr(each.laddr, "port", 0) in ports] == []
        assert running(tmp_path) is None


def test_a_folder_is_served_after_a_while_without_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "SERVE_AFTER", 0.05)
    hatchet = Hatchet.from_embedded(tmp_path)
    until(lambda: running(tmp_path) is not None)
    hatchet.stop_embedded()
    assert running(tmp_path) is None


def test_who_comes_before_a_folder_is_served_waits_for_it(tmp_path: Path) -> None:
    io = shared_io_loop()
    other = EmbeddedEngine(tmp_path)  # as that of another process
    io.block(other.open())
    io.post(lambda: io.loop.call_later(0.3, lambda: io.spawn(serve(), "serving")))

    async def serve() -> None:
        await other.serve()

    hatchet = Hatchet.from_embedded(tmp_path)
    assert hatchet.gateway.local is None
    assert hatchet.get_engine_version()
    io.block(hatchet.gateway.close())
    io.block(other.stop())


def test_a_folder_that_another_keeps_without_serving_it_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED_READY_TIMEOUT_SECONDS", "0.1")
    io = shared_io_loop()
    other = EmbeddedEngine(tmp_path)
    io.block(other.open())
    with pytest.raises(HatchetError, match=r"did not start: .*already serves the data folder"):
        Hatchet.from_embedded(tmp_path)
    io.block(other.stop())


def test_clients_of_one_folder_share_its_engine(of_folder: Hatchet, tmp_path: Path) -> None:
    second = Hatchet.from_embedded(str(tmp_path / "other" / ".." / "data"))
    assert second.gateway.local is of_folder.gateway.local

    @of_folder.task(name="shared")
    def shared(input: EmptyModel, ctx: Context) -> int:
        return 7

    with of_folder.worker("w", workflows=[shared]):
        assert second.stubs.task(name="shared", output_validator=int).run() == 7
    second.stop_embedded()
    assert of_folder.get_engine_version()


def test_a_client_with_the_settings_of_another_shares_an_engine_that_only_memory_has() -> None:
    first = Hatchet.from_embedded(None)
    second = Hatchet(first.config)
    assert second.gateway.local is first.gateway.local
    assert second.tenant_id == first.tenant_id
    second.stop_embedded()
    assert second.get_engine_version()
    first.stop_embedded()
    alone = Hatchet.from_embedded(None)
    assert alone.tenant_id != first.tenant_id
    alone.stop_embedded()


async def test_an_engine_in_memory_serves_on_ports_once_its_address_is_asked_for() -> None:
    hatchet = Hatchet.from_embedded(None)

    @hatchet.task(name="greet")
    async def greet(input: str, ctx: Context) -> str:
        return f"Hello, {input}!"

    assert "127.0.0.1" not in repr(hatchet.config)  # which is not asking
    async with hatchet.worker("w", workflows=[greet]):
        assert await greet.aio_run("Ada") == "Hello, Ada!"
        config = hatchet.config
        settings = ClientConfig(
            token=config.token,
            host_port=config.host_port,
            server_url=config.server_url,
            tls_config=ClientTLSConfig(strategy="none"),
        )
        assert settings.host_port == config.host_port
        assert config.host_port.startswith("127.0.0.1:")
        other = Hatchet(settings)
        by_claims = Hatchet(ClientConfig(token=config.token, tls_config=ClientTLSConfig(strategy="none")))
        for client in (other, by_claims):
            stub = client.stubs.task(name="greet", input_validator=str, output_validator=str)
            assert await stub.aio_run("Grace") == "Hello, Grace!"
            assert (await client.workflows.aio_list()).rows
            await client.io.run(client.gateway.close())
        assert await greet.aio_run("Ada") == "Hello, Ada!"
    await hatchet.aio_stop_embedded()
    assert hatchet.config.host_port == settings.host_port


def test_an_engine_that_was_stopped_is_unavailable_over_both_interfaces() -> None:
    hatchet = Hatchet.from_embedded(None)
    hatchet.gateway._policy = ONCE
    hatchet.get_engine_version()
    hatchet.stop_embedded()
    with pytest.raises((Unavailable, HatchetError), match="stopped"):
        hatchet.get_engine_version()
    with pytest.raises(Unavailable, match="has stopped"):
        hatchet.tenant.with_options(timeout=0.2).get()


def test_the_token_is_checked_in_the_process_too() -> None:
    hatchet = Hatchet.from_embedded(None)
    hatchet.config.token, token_ = "ey.ey.ey", hatchet.config.token
    with pytest.raises(Unauthenticated):
        hatchet.get_engine_version()
    with pytest.raises(PermissionDenied):
        hatchet.tenant.get()
    hatchet.config.token = token_
    assert hatchet.tenant.get().metadata.id == hatchet.tenant_id
    hatchet.stop_embedded()


def test_a_folder_keeps_what_was_accepted_and_its_ports(tmp_path: Path) -> None:
    first = Hatchet.from_embedded(tmp_path)

    @first.task(name="kept")
    def kept(input: EmptyModel, ctx: Context) -> None: ...

    with first.worker("w", workflows=[kept]):
        kept.run()
    until(lambda: running(tmp_path) is not None)
    first.stop_embedded()
    again = Hatchet.from_embedded(tmp_path)
    assert (again.tenant_id, again.config.host_port) == (first.tenant_id, first.config.host_port)
    assert [row.workflow_name for row in again.runs.list().rows] == ["kept"]
    again.stop_embedded()


@pytest.mark.parametrize("where", ["memory", "folder"])
def test_a_variable_makes_clients_of_an_embedded_engine(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED", where)
    monkeypatch.setenv("HATCHET_CLIENT_NAMESPACE", "n")
    monkeypatch.setenv("HATCHET_CLIENT_HOST_PORT", "192.0.2.1:7")
    hatchet = Hatchet()
    assert isinstance(hatchet.gateway.local, Local)
    assert hatchet.namespace == "n_"
    assert hatchet.get_engine_version()
    assert "192.0.2.1" not in hatchet.config.host_port
    assert [each.name for each in tmp_path.iterdir()] == ([] if where == "memory" else ["folder"])
    hatchet.stop_embedded()


def test_a_token_that_the_program_gives_wins_over_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_EMBEDDED", "memory")
    config = ClientConfig(token=token())
    assert config.embedded == ""
    assert Hatchet(config).gateway.local is None
    assert ClientConfig(embedded="memory").embedded == "memory"


async def test_an_engine_without_ports_says_what_to_do() -> None:
    engine = EmbeddedEngine()
    for ask in (lambda: engine.connect(1), lambda: engine.tenant_id, lambda: engine.endpoint):
        with pytest.raises(EngineStartError, match="not running"):
            ask()
    assert engine.rest_app() is None
