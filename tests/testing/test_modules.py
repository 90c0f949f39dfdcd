"""Tasks of an application's modules run on the engine of a test, and nothing of it is left for the next."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import unittest
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from hatchet import ClientConfig, Context, DefinitionError, EmptyModel, Hatchet, HatchetError, Worker, WorkerStatus
from hatchet.testing import MemoryEngine, StartWorker
from hatchet.transport.io_loop import shared_io_loop
from tests.testing import shop

ROOT = Path(__file__).parents[2]


def test_a_module_is_loaded_without_a_token_an_engine_or_the_network(tmp_path: Path) -> None:
    program = (
        "import socket, sys\n"
        "socket.socket.connect = socket.socket.bind = None\n"
        "import tests.testing.shop\n"
        "print(*[name for name in ('hatchet.engine', 'grpc', 'sqlite3', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": f"{ROOT}:{ROOT / 'generated'}"}, cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("\n", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("test", [1, 2])
def test_its_tasks_run_on_an_engine_of_each_test(worker: StartWorker, test: int) -> None:
    assert shop.hatchet.workflows.list().rows == []
    with worker(shop.price, shop.bill, shop.orders):
        assert shop.bill.run(shop.Order(items=2)) == "6 EUR"
        assert shop.orders.run(shop.Order(items=1))[shop.send] == "1 packed and sent"
    names = {row.name for row in shop.hatchet.workflows.list().rows or ()}
    assert names == {"price", "bill", "orders"}
    assert shop.price.get_id()
    shop.hatchet.rate_limits.put("calls", 1, shop.HOUR)


async def test_they_run_on_the_loop_of_an_async_test(worker: StartWorker) -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    @shop.hatchet.task()
    async def where(input: EmptyModel, ctx: Context) -> None:
        loops.append(asyncio.get_running_loop())

    async with worker([where, shop.price]):
        await where.aio_run()
        assert await shop.price.aio_run(shop.Order(items=1)) == 3
    assert loops == [asyncio.get_running_loop()]


def test_the_fixtures_client_and_the_programs_meet_at_one_engine(hatchet: Hatchet, engine: MemoryEngine) -> None:
    assert hatchet is not shop.hatchet
    with hatchet.worker("w", workflows=[shop.price, shop.bill]):
        assert shop.bill.run(shop.Order(items=1)) == "3 EUR"
    assert engine.of(shop.hatchet) is engine.of(hatchet) is engine


def test_two_clients_are_two_engines(engine: MemoryEngine) -> None:
    assert engine.of(shop.hatchet) is engine
    with engine.worker(shop.price), engine.worker(shop.elsewhere), engine.worker(shop.within):
        assert shop.price.run(shop.Order(items=1)) == 3
        assert shop.elsewhere.run() == "elsewhere"
        assert shop.within.run() == "within"
        assert [row.name for row in shop.hatchet.workflows.list().rows or ()] == ["price"]
        assert [row.name for row in shop.other.workflows.list().rows or ()] == ["other_elsewhere"]
        assert [row.name for row in shop.embedded.workflows.list().rows or ()] == ["within"]
    engines = {engine.of(client) for client in (shop.hatchet, shop.other, shop.embedded)}
    assert len(engines) == 3
    further = engine.of(shop.other)
    further.skip(3600)
    assert further.now() > engine.now()
    guest = further.client()
    assert engine.of(guest) is further.of(shop.other) is further
    assert [row.name for row in guest.workflows.list().rows or ()] == ["other_elsewhere"]
    with pytest.raises(DefinitionError, match="another client has declared"):
        engine.worker(shop.price, shop.within)


def test_a_client_that_the_test_makes_beside_the_fixture_has_an_engine_of_its_own(
    hatchet: Hatchet, engine: MemoryEngine
) -> None:
    with Hatchet.from_embedded(None) as own:
        assert engine.of(own) is not engine.of(hatchet)


def test_an_application_that_the_test_makes_has_the_engine_of_the_test(engine: MemoryEngine) -> None:
    made = Hatchet()
    assert engine.of(made) is engine


def test_clients_of_the_same_settings_share_an_engine(engine: MemoryEngine) -> None:
    config = ClientConfig(namespace="team")
    first, second = Hatchet(config), Hatchet(config)
    assert engine.of(first) is engine.of(second) is engine.of(Hatchet(first.config))


def test_settings_of_the_machine_do_not_reach_a_test(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: MemoryEngine
) -> None:
    monkeypatch.setenv("HATCHET_CLIENT_TOKEN", "nonsense")
    monkeypatch.setenv("HATCHET_CLIENT_NAMESPACE", "mine")
    monkeypatch.setenv("HATCHET_CLIENT_TYPO", "x")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("HATCHET_CLIENT_HOST_PORT=192.0.2.1:7\n")
    assert Hatchet().namespace == ""
    assert "192.0.2.1" not in shop.hatchet.config.host_port


def test_a_worker_that_a_module_makes_takes_the_engine_of_the_test(engine: MemoryEngine) -> None:
    worker = shop.hatchet.worker("w", workflows=[shop.price])
    assert worker.status is WorkerStatus.INITIALIZED
    with MemoryEngine() as inner, worker:
        assert shop.price.run(shop.Order(items=2)) == 6
        assert inner.of(shop.hatchet) is inner
    assert shop.worker.status is WorkerStatus.INITIALIZED


@pytest.mark.parametrize("test", [1, 2])
def test_a_feature_that_a_module_keeps_is_that_of_the_test(
    engine: MemoryEngine, worker: StartWorker, test: int
) -> None:
    with worker(shop.price):
        ref = shop.price.run_no_wait(shop.Order(items=1))
        ref.result()
        assert [row.workflow_run_external_id for row in shop.runs.list().rows] == [ref.workflow_run_id]
        assert shop.runs.get_run_ref(ref.workflow_run_id).result()
        shop.events.push("paid", {})
        assert len(shop.events.list().rows or ()) == 1


def test_engines_may_be_within_each_other(engine: MemoryEngine) -> None:
    with engine.worker(shop.price):
        with MemoryEngine():
            assert shop.hatchet.workflows.list().rows == []
        assert shop.price.run(shop.Order(items=1)) == 3


def test_a_client_that_the_program_closes_is_new_in_the_next_test() -> None:
    for _ in range(2):
        with MemoryEngine() as engine, engine.worker(shop.price):
            assert shop.price.run(shop.Order(items=1)) == 3
            shop.hatchet.stop_embedded()
            shop.hatchet.close()
            with pytest.raises(HatchetError, match="closed"):
                shop.price.run(shop.Order(items=1))


def test_a_reference_from_a_test_that_has_ended_says_so() -> None:
    with MemoryEngine() as engine, engine.worker(shop.price):
        ref = shop.price.run_no_wait(shop.Order(items=1))
        assert ref.result() == 3
    with pytest.raises(HatchetError, match="closed"):
        ref.details()
    with pytest.raises(HatchetError, match="has ended"):
        engine.skip(1)
    with pytest.raises(HatchetError, match="was entered before"), engine:
        pass


def test_nothing_is_left_of_an_engine() -> None:
    before = {thread.name for thread in threading.enumerate()}

    def one() -> weakref.ref[MemoryEngine]:
        with MemoryEngine() as engine, engine.worker(shop.price):
            shop.price.run(shop.Order(items=1))
        return weakref.ref(engine)

    left = [one() for _ in range(3)]
    shared_io_loop().block(asyncio.sleep(0.1))  # which comes round, and lets go of what it has just done
    gc.collect()
    assert [engine() for engine in left] == [None, None, None]
    assert {thread.name for thread in threading.enumerate()} <= before | {"hatchet-io"}


def test_a_worker_that_the_test_leaves_running_ends_with_it() -> None:
    with MemoryEngine() as engine:
        worker = engine.worker(shop.price)
        worker.start_in_background()
        assert shop.price.run(shop.Order(items=1)) == 3
    worker.wait()
    assert worker.status is WorkerStatus.STOPPED


def test_a_test_that_uses_no_engine_starts_none(engine: MemoryEngine) -> None:
    assert shop.pack.mock_run(shop.Order(items=3)) == "3 packed"
    assert shop.bill.mock_run(shop.Order(items=3), children={shop.price: 5}) == "5 EUR"
    assert repr(shop.orders) == "Workflow('orders', tasks=[pack, send])"
    assert engine._local is None


def test_mock_runs_need_no_settings() -> None:
    assert shop.bill.mock_run(shop.Order(items=3), children={shop.price: 5}) == "5 EUR"
    assert repr(shop.price) == "Standalone('price')"


def test_an_unknown_way_of_time_is_refused() -> None:
    with pytest.raises(HatchetError, match="'flowing' or 'automatic'"):
        MemoryEngine(time="fast")  # type: ignore[arg-type]  # callers without a checker


def test_an_engine_is_used_while_it_is_on() -> None:
    with pytest.raises(HatchetError, match="is not on; use it in `with"):
        MemoryEngine().skip(1)


def test_a_worker_of_nothing_is_refused(worker: StartWorker) -> None:
    with pytest.raises(HatchetError, match="nothing to execute"):
        worker()


def test_an_application_may_run_its_worker_itself(engine: MemoryEngine) -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with shop.hatchet.worker("w", workflows=[shop.price]):
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/price")
    async def price(items: int) -> int:
        return await shop.price.aio_run(shop.Order(items=items))

    @app.get("/blocking")
    def blocking(items: int) -> int:
        return shop.price.run(shop.Order(items=items))

    async def ask(path: str) -> object:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
            return (await client.get(path)).json()

    async def both() -> list[object]:
        async with lifespan(app):
            return [await ask("/price?items=2"), await ask("/blocking?items=3")]

    for _ in range(2):  # a loop of its own each time
        assert asyncio.run(both()) == [6, 9]


def test_a_worker_that_an_async_test_leaves_behind_ends_with_the_test() -> None:
    async def test() -> Worker:
        worker = engine.worker(shop.price)
        running.append(asyncio.create_task(worker.aio_start()))
        await worker.aio_wait_until_ready()
        return worker

    running: list[asyncio.Task[None]] = []
    with MemoryEngine() as engine:
        worker = asyncio.run(test())
    assert running[0].done()
    assert worker.status is WorkerStatus.STOPPED


def test_a_program_of_its_own_reaches_the_engine_of_the_test(engine: MemoryEngine) -> None:
    with engine.worker(shop.price):
        config = shop.hatchet.config
        program = "from tests.testing import shop; print(shop.price.run(shop.Order(items=5)))"
        settings = {
            "HATCHET_CLIENT_TOKEN": config.token,
            "HATCHET_CLIENT_TLS_STRATEGY": "none",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'generated'}",
        }
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-c", program], env=settings, capture_output=True, text=True, check=False, timeout=60
            )
            assert (done.stdout, done.stderr) == ("15\n", "")
            engine.restart()  # at the same address


class TestOfUnittest(unittest.TestCase):
    """Cases of the standard library use the engine as a context."""

    def setUp(self) -> None:
        self.engine = self.enterContext(MemoryEngine())

    def test_a_task(self) -> None:
        with self.engine.worker(shop.price):
            assert shop.price.run(shop.Order(items=2)) == 6


class TestOfAsyncUnittest(unittest.IsolatedAsyncioTestCase):
    """Async cases do, too."""

    async def asyncSetUp(self) -> None:
        self.engine = await self.enterAsyncContext(MemoryEngine())

    async def test_a_task(self) -> None:
        async with self.engine.worker(shop.price, shop.bill):
            assert await shop.bill.aio_run(shop.Order(items=2)) == "6 EUR"
