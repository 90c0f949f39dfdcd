"""What breaks in production, on purpose: no run is lost, none is done twice beyond what the engine promises."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable

import pytest

from hatchet import ApiError, Hatchet, NotFound, RunStatus
from tests.e2e.programs import Program, Restartable, settings_for, trigger, trigger_many, wait_until
from tests.proxy import Proxy

pytestmark = pytest.mark.timeout(300)

BACK_WITHIN = 10.0  # s after the engine serves again until its workers work again: what this client promises


def results(hatchet: Hatchet, runs: list[str], seconds: float = 180) -> list[object]:
    """What the runs gave, once all have ended."""

    async def wait() -> list[object]:
        refs = [hatchet.runs.get_run_ref(run) for run in runs]
        return [
            next(iter((await each).values()))
            for each in [asyncio.ensure_future(ref.aio_result(seconds)) for ref in refs]
        ]

    return asyncio.run(wait())


def is_stored(hatchet: Hatchet, run: str) -> bool:
    """Whether the engine has the run: one may answer a trigger a moment earlier."""
    try:
        hatchet.runs.get_details(run)
    except NotFound:
        return False
    return True


def wait_until_active(hatchet: Hatchet, worker: Program, seconds: float) -> None:
    """Until the engine sees the program's worker at work."""

    def active() -> bool:
        try:
            rows = hatchet.workers.list().rows or []
        except ApiError:  # the REST side may come up a moment later
            return False
        own = hatchet.config.apply_namespace("program")
        return any(row.name == own and row.status is not None and row.status.value == "ACTIVE" for row in rows)

    wait_until(active, f"the worker {worker.process.pid} to be back", seconds)


def test_200_running_tasks_survive_a_kill_of_the_engine(
    restartable: Restartable, start_program: Callable[..., Program]
) -> None:
    hatchet = restartable.client()
    worker = start_program({**settings_for(hatchet), "SLOTS": "250"})
    names = [f"n{number}" for number in range(200)]
    runs = trigger_many(hatchet, names, 4.0)
    worker.wait_for("began n", times=200)
    restartable.kill()
    restartable.start()
    assert results(hatchet, runs) == [f"{name} by {worker.process.pid}" for name in names]
    assert sorted(worker.lines("ended n")) == sorted(f"ended {name} 0" for name in names), "each once, first attempt"
    worker.process.send_signal(signal.SIGTERM)
    assert worker.end() == 0


def test_a_worker_is_back_after_each_of_ten_restarts_of_the_engine(
    restartable: Restartable, start_program: Callable[..., Program]
) -> None:
    hatchet = restartable.client()
    worker = start_program(settings_for(hatchet))
    runs: list[str] = []
    for number in range(10):
        restartable.kill()
        restartable.start()
        wait_until_active(hatchet, worker, BACK_WITHIN)
        run = trigger(hatchet, f"n{number}")
        runs.append(run)
        wait_until(lambda: is_stored(hatchet, runs[-1]), "the run to be stored, before the next kill")
    assert results(hatchet, runs) == [f"n{number} by {worker.process.pid}" for number in range(10)]
    assert sorted(worker.lines("ended")) == sorted(f"ended n{number} 0" for number in range(10))
    worker.process.send_signal(signal.SIGTERM)
    assert worker.end() == 0


@pytest.mark.lost_after(20.0)
def test_a_connection_that_is_half_open_for_30_seconds_loses_and_doubles_nothing(
    hatchet: Hatchet, program: Callable[..., Program]
) -> None:
    with Proxy(hatchet.config.host_port) as proxy:
        worker = program(HATCHET_CLIENT_HOST_PORT=proxy.address)
        names = [f"n{number}" for number in range(20)]
        runs = trigger_many(hatchet, names, 3.0)
        worker.wait_for("began n", times=20)
        proxy.freeze()
        frozen_until = time.monotonic() + 30
        into_the_silence = trigger_many(hatchet, ["lost0", "lost1"])
        assert results(hatchet, runs) == [f"{name} by {worker.process.pid}" for name in names]
        meanwhile: list[str] = []
        while time.monotonic() < frozen_until:
            meanwhile += trigger_many(hatchet, [f"meanwhile{len(meanwhile)}"])
            threading.Event().wait(1)
        proxy.thaw()
        for group in (meanwhile, into_the_silence, trigger_many(hatchet, ["after"])):
            ends = [str(result).rpartition(" by ")[2] for result in results(hatchet, group)]
            assert ends == [str(worker.process.pid)] * len(group)
        assert sorted(worker.lines("ended n")) == sorted(f"ended {name} 0" for name in names)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.end() == 0


def test_a_cut_connection_loses_and_doubles_nothing(hatchet: Hatchet, program: Callable[..., Program]) -> None:
    with Proxy(hatchet.config.host_port) as proxy:
        worker = program(HATCHET_CLIENT_HOST_PORT=proxy.address)
        names = [f"n{number}" for number in range(100)]
        runs = trigger_many(hatchet, names, 0.3)
        for _ in range(3):
            worker.wait_for("began n")
            proxy.cut()
            threading.Event().wait(0.1)
        assert results(hatchet, runs) == [f"{name} by {worker.process.pid}" for name in names]
        ended = worker.lines("ended n")
        assert {line.split()[1] for line in ended} == set(names)
        assert len(ended) == len(set(ended)), "no attempt was executed twice"


def test_sigterm_under_load_finishes_what_runs_and_leaves_the_rest_to_the_next(
    hatchet: Hatchet, program: Callable[..., Program]
) -> None:
    first = program(SLOTS="20")
    names = [f"n{number}" for number in range(300)]
    runs = trigger_many(hatchet, names, 0.2)
    first.wait_for("began n", times=30)
    first.process.send_signal(signal.SIGTERM)
    assert first.end(60) == 0
    began, ended = first.lines("began n"), first.lines("ended n")
    assert len(began) == len(ended), "what it began it has finished"
    assert 0 < len(began) < 300
    second = program()
    assert len(set(results(hatchet, runs))) == 300
    ended += second.lines("ended n")
    assert sorted(line.split()[1] for line in ended) == sorted(names), "each run was executed once"


@pytest.mark.lost_after(8.0)
def test_a_task_that_blocks_the_loop_for_20_seconds_costs_the_worker_nothing(
    hatchet: Hatchet, program: Callable[..., Program]
) -> None:
    worker = program()
    run = trigger(hatchet, "stuck", 20, "blocker")
    worker.wait_for("began stuck 0")
    beside = [trigger(hatchet, f"sync{number}", 0.1, "sync_job") for number in range(3)]
    assert hatchet.runs.get_run_ref(run).result(timeout=60)["blocker"] == "stuck"
    assert results(hatchet, beside) == ["sync0", "sync1", "sync2"]
    assert worker.lines("ended stuck") == ["ended stuck 0"], "it was not taken for lost and started again"


def test_a_killed_worker_s_tasks_are_all_done_by_another(hatchet: Hatchet, program: Callable[..., Program]) -> None:
    first = program()
    names = [f"n{number}" for number in range(50)]
    runs = trigger_many(hatchet, names, 1.0)
    first.wait_for("began n", times=50)
    first.process.kill()
    second = program()
    assert results(hatchet, runs) == [f"{name} by {second.process.pid}" for name in names]


def test_a_full_disk_for_the_program_s_own_log_stops_neither_tasks_nor_worker(
    hatchet: Hatchet, program: Callable[..., Program]
) -> None:
    worker = program(LOG_DISK="/dev/full")
    run = trigger(hatchet, "loud", workflow="speaker")
    assert hatchet.runs.get_run_ref(run).result(timeout=60)["speaker"] == "loud"
    assert hatchet.runs.get_run_ref(run).status() is RunStatus.COMPLETED

    def messages() -> list[str]:
        return [row.message for row in hatchet.logs.list(run).rows or []]

    wait_until(lambda: len(messages()) == 20, "all lines at the engine", 30)
    assert messages() == [f"loud says {line}" for line in range(20)]
    worker.process.send_signal(signal.SIGTERM)
    assert worker.end() == 0
