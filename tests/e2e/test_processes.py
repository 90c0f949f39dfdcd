"""Workers and engines as processes: signals, kills, restarts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hatchet import Hatchet, RunStatus
from hatchet.wire import run_calls
from tests.e2e.programs import ROOT, DevEngine, Program, Restartable, settings_for, trigger, wait_until

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("workflow", ["job", "sync_job"])
def test_sigterm_drains_the_running_task_finishes_and_its_result_arrives(
    hatchet: Hatchet, program: Callable[..., Program], workflow: str
) -> None:
    worker = program()
    run = trigger(hatchet, "long", 1.5, workflow)
    worker.wait_for("began long")
    worker.process.send_signal(signal.SIGTERM)
    result = hatchet.runs.get_run_ref(run).result(timeout=30)
    assert str(result[workflow]).startswith("long")
    assert worker.end() == 0
    assert worker.lines()[-2:] == ["ended long 0", "stopped 0"]


def test_a_draining_worker_takes_nothing_new_and_the_next_one_does(
    hatchet: Hatchet, program: Callable[..., Program]
) -> None:
    first = program(SLOTS="1")
    running = trigger(hatchet, "running", 1.5)
    first.wait_for("began running")
    waiting = trigger(hatchet, "waiting")
    first.process.send_signal(signal.SIGTERM)
    assert first.end() == 0
    assert "began waiting 0" not in first.lines()
    second = program()
    assert str(hatchet.runs.get_run_ref(waiting).result(timeout=60)["job"]) == f"waiting by {second.process.pid}"
    assert hatchet.runs.get_run_ref(running).status() is RunStatus.COMPLETED


@pytest.mark.parametrize("workflow", ["job", "sync_job"])
def test_a_second_signal_forces(hatchet: Hatchet, program: Callable[..., Program], workflow: str) -> None:
    worker = program()
    trigger(hatchet, "endless", 100, workflow)
    worker.wait_for("began endless")
    worker.process.send_signal(signal.SIGTERM)
    shown = [row.metadata.id for row in hatchet.workers.list().rows or []]

    def is_paused() -> bool:
        return any(
            seen.status is not None and seen.status.value == "PAUSED" for seen in map(hatchet.workers.get, shown)
        )

    wait_until(is_paused, "the worker to drain")
    worker.process.send_signal(signal.SIGTERM)
    assert worker.end(20) == 1
    assert "ended endless 0" not in worker.lines()


def test_a_killed_worker_s_task_is_handed_to_another(hatchet: Hatchet, program: Callable[..., Program]) -> None:
    first = program()
    run = trigger(hatchet, "handed-over", 3)
    first.wait_for("began handed-over 0")
    first.process.kill()
    second = program()
    result = hatchet.runs.get_run_ref(run).result(timeout=60)
    assert result["job"] == f"handed-over by {second.process.pid}"
    assert second.lines().count("ended handed-over 1") == 1


def test_a_worker_without_an_engine_ends_with_the_reason(program: Callable[..., Program]) -> None:
    worker = program(ready=False, HATCHET_CLIENT_HOST_PORT="127.0.0.1:9")
    assert worker.process.stderr is not None
    words = worker.process.stderr.read()
    assert worker.end(60) == 1
    assert "WorkerError" in words
    assert "cannot be reached" in words


def test_a_worker_with_a_refused_token_ends_with_the_reason(hatchet: Hatchet, program: Callable[..., Program]) -> None:
    worker = program(ready=False, HATCHET_CLIENT_TOKEN=hatchet.config.token[:-4] + "AAAA")
    assert worker.process.stderr is not None
    words = worker.process.stderr.read()
    assert worker.end(60) == 1
    assert "refused the token" in words


def test_an_engine_that_was_killed_goes_on_with_what_it_had_accepted(
    restartable: Restartable, start_program: Callable[..., Program]
) -> None:
    hatchet = restartable.client()
    worker = start_program({**settings_for(hatchet), "SLOTS": "3"})
    try:
        runs = [trigger(hatchet, f"job{number}", 1.0) for number in range(8)]
        worker.wait_for("began job2")
        restartable.kill()
        restartable.start()
        for number, run in enumerate(runs):
            result = hatchet.runs.get_run_ref(run).result(timeout=150)  # the real engine has leases of a minute
            assert result["job"] == f"job{number} by {worker.process.pid}"
        lines = worker.lines()
        assert sorted(line for line in lines if line.startswith("ended")) == sorted(
            f"ended job{number} 0" for number in range(8)
        ), lines
        worker.process.send_signal(signal.SIGTERM)
        assert worker.end() == 0
    finally:
        worker.close()
        hatchet.io.block(hatchet.gateway.close())


@pytest.mark.parametrize("doubt_after", [run_calls.DOUBT_AFTER, 0.1])  # with 0.1 the engine is asked while it is away
def test_a_result_is_waited_for_across_a_restart_of_the_engine(
    restartable: Restartable, start_program: Callable[..., Program], doubt_after: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_calls, "DOUBT_AFTER", doubt_after)
    monkeypatch.setenv("HATCHET_CLIENT_TENACITY_MAX_ATTEMPTS", "1")
    hatchet = restartable.client()
    worker = start_program(settings_for(hatchet))
    try:
        run = trigger(hatchet, "survives", 2)
        worker.wait_for("began survives")
        outcome: list[object] = []
        waiter = threading.Thread(
            target=lambda: outcome.append(hatchet.runs.get_run_ref(run).result(timeout=60)["job"])
        )
        waiter.start()
        for _ in range(2):
            restartable.kill()
            waiter.join(0.5)  # what is asked meanwhile finds no engine
            restartable.start()
        waiter.join(60)
        assert outcome == [f"survives by {worker.process.pid}"]
    finally:
        worker.close()
        hatchet.io.block(hatchet.gateway.close())


def test_a_fork_before_the_first_call_works_and_one_after_it_is_told_what_to_do(dev: DevEngine) -> None:
    program = """
import os, sys
from hatchet import ClientConfig, ClientTLSConfig, Hatchet, HatchetError
hatchet = Hatchet(ClientConfig(token=sys.argv[1], tls_config=ClientTLSConfig(strategy="none")))
def ask(who):
    try:
        print(who, hatchet.io.block(hatchet.gateway.engine_version()), flush=True)
    except HatchetError as error:
        print(who, error, flush=True)
for who in ("early", "late"):
    if (child := os.fork()) == 0:
        ask(who)
        os._exit(0)
    os.waitpid(child, 0)
    ask("parent")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, dev.token], capture_output=True, text=True, timeout=60, check=True
    )
    early, parent, late, again = done.stdout.splitlines()
    assert early.startswith("early v")
    assert parent.startswith("parent v")
    assert "forked from one that was connected" in late
    assert "spawn" in late
    assert again == parent


POOL = """
import multiprocessing, os, sys, threading
from hatchet import ClientConfig, ClientTLSConfig, Context, EmptyModel, Hatchet

hatchet = Hatchet(ClientConfig(token=sys.argv[1], tls_config=ClientTLSConfig(strategy="none")))

@hatchet.task()
async def who(input: EmptyModel, ctx: Context) -> int:
    return os.getpid()

def work(ready, stop):
    with hatchet.worker("pool", workflows=[who]):
        ready.release()
        stop.wait(60)

if __name__ == "__main__":
    method = sys.argv[2]
    context = multiprocessing.get_context(method)
    if method == "spawn":
        hatchet.io.block(hatchet.gateway.engine_version())  # connected already: a spawned process starts afresh
    ready, stop = context.Semaphore(0), context.Event()
    children = [context.Process(target=work, args=(ready, stop)) for _ in range(2)]
    for child in children:
        child.start()
    for _ in children:
        assert ready.acquire(timeout=60)
    found = set(who.run_many([who.create_bulk_run_item() for _ in range(40)]))
    stop.set()
    for child in children:
        child.join(60)
    print(len(found), found <= {child.pid for child in children}, [child.exitcode for child in children])
"""


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_workers_live_in_processes_that_are_spawned_or_forked_before_the_first_call(
    dev: DevEngine, tmp_path: Path, method: str
) -> None:
    program = tmp_path / "pool.py"
    program.write_text(POOL)
    done = subprocess.run(
        [sys.executable, str(program), dev.token, method],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'generated'}"},
    )
    assert done.stdout == "2 True [0, 0]\n", done.stderr


def test_two_programs_share_the_engine_of_one_folder(dev: DevEngine) -> None:
    joined = Hatchet.from_embedded(dev.data)
    assert joined.config.host_port.endswith(dev.ports[1])
    joined.stop_embedded()
    assert dev.process.poll() is None
