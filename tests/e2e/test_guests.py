"""A worker as a guest in a program, and as the owner of a process: signals, children, threads, and an end in time."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Generator

import pytest

from tests.e2e.programs import ROOT, wait_until
from tests.forking import Program, Programs

pytestmark = pytest.mark.timeout(120)


class Guest:
    """A program of guests.py, or the one of children.py."""

    def __init__(self, process: Program | subprocess.Popen[str]) -> None:
        self.process = process

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self, seconds: float = 60) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=seconds)
        return self.process.wait(seconds), out.strip(), err


@pytest.fixture
def guest(programs: Programs) -> Generator[Callable[..., Guest], None, None]:
    """Start one of the programs of guests.py."""
    started: list[Program] = []

    def start(*arguments: str) -> Guest:
        started.append(programs.start("-m", "tests.e2e.guests", *arguments))
        return Guest(started[-1])

    yield start
    for each in started:
        each.close()


@pytest.fixture
def parent() -> Generator[Callable[..., Guest], None, None]:
    """Start the program of children.py, which is no child that has been forked itself."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> Guest:
        command = [sys.executable, "-m", "tests.e2e.children", *arguments]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return Guest(started[-1])

    yield start
    for each in started:
        each.kill()
        each.communicate()


STUBBORN = [
    "swallows", "blocks", "spins", "sleeps", "settled", "in_default_executor", "leaves_a_coroutine",
    "cleans_up_for_ever",
]  # fmt: skip
IN_TIME = 20.0  # s; a forced worker has two, and the processes share the machine. Tasks go on for a minute


def test_a_second_signal_ends_the_process_whatever_the_task_does(guest: Callable[..., Guest]) -> None:
    programs = [guest("stubborn_start", task, "60") for task in STUBBORN]
    for program in programs:
        assert program.line() == "began"
        program.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)  # else the two may be one for the kernel
    for program in programs:
        program.process.send_signal(signal.SIGTERM)
    sent = time.monotonic()
    assert {task: program.end()[0] for task, program in zip(STUBBORN, programs, strict=True)} == dict.fromkeys(
        STUBBORN, 1
    )
    assert time.monotonic() - sent < IN_TIME


def test_the_end_of_drain_timeout_ends_the_process_whatever_the_task_does(guest: Callable[..., Guest]) -> None:
    programs = [guest("stubborn_start", task, "0.5") for task in STUBBORN]
    for program in programs:
        assert program.line() == "began"
        program.process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    assert {task: program.end()[0] for task, program in zip(STUBBORN, programs, strict=True)} == dict.fromkeys(
        STUBBORN, 1
    )
    assert time.monotonic() - sent < IN_TIME


def test_a_lifespan_that_does_not_end_counts_into_the_drain_timeout(guest: Callable[..., Guest]) -> None:
    program = guest("stubborn_lifespan")
    assert program.line() == "began"
    program.process.send_signal(signal.SIGTERM)
    code, _, _ = program.end(30)
    assert code == 1


@pytest.mark.parametrize(
    ("how", "tasks"),
    [
        # Not what the program itself waits for: threads of its executor, and coroutines on its own loop.
        ("stubborn_with", ["swallows", "blocks", "spins", "sleeps", "settled", "leaves_a_coroutine"]),
        ("stubborn_async_with", ["swallows", "sleeps", "settled", "cleans_up_for_ever"]),
    ],
)
def test_a_guest_ends_in_time_whatever_the_task_does_and_the_program_goes_on(
    guest: Callable[..., Guest], how: str, tasks: list[str]
) -> None:
    programs = [guest(how, task) for task in tasks]
    began = time.monotonic()
    assert {task: program.end()[:2] for task, program in zip(tasks, programs, strict=True)} == dict.fromkeys(
        tasks, (0, "after True")
    )
    assert time.monotonic() - began < 2 * IN_TIME


def test_a_program_keeps_its_signals_and_gets_them_back(guest: Callable[..., Guest]) -> None:
    assert guest("own_handlers").end()[:2] == (0, "['loop', 'plain', 'plain'] handlers are as before: True")


def test_a_guest_takes_signals_where_it_is_asked_to_and_leaves_them_where_it_is_asked_to(
    guest: Callable[..., Guest],
) -> None:
    code, out, _ = guest("asks_for_signals").end()
    assert (code, out.splitlines()) == (0, ["slow ended", "done False", "KeyboardInterrupt False"])


@pytest.mark.parametrize("how", ["ctrl_c_in_asyncio_run", "ctrl_c_in_aio_start"])
def test_ctrl_c_ends_asyncio_run_and_drains(guest: Callable[..., Guest], how: str) -> None:
    program = guest(how)
    assert program.line() == "began"
    program.process.send_signal(signal.SIGINT)
    _, out, err = program.end()
    assert out == "slow ended"
    assert "KeyboardInterrupt" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_web_server_with_a_worker_in_its_lifespan_ends_requests_and_drains(
    guest: Callable[..., Guest], number: signal.Signals
) -> None:
    program = guest("web")
    port = int(program.line())
    wait_until(lambda: _listens(port), "the server")
    answers: list[bytes] = []
    request = threading.Thread(
        target=lambda: answers.append(urllib.request.urlopen(f"http://127.0.0.1:{port}/slow", timeout=20).read())
    )
    request.start()
    time.sleep(0.2)  # the request is under way; should it not be, it is answered or refused all the same
    program.process.send_signal(number)
    code, out, err = program.end()
    request.join()
    assert answers == [b'"done"']
    assert out.splitlines() == ["slow ended", "drained STOPPED"], err
    # uvicorn raises the signal once more when it has shut down, as if nobody had heard it.
    assert code in (-number, 1) if number is signal.SIGTERM else "KeyboardInterrupt" in err


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(("how", "said"), [("daemon_thread", "done"), ("background", "done HEALTHY")])
def test_a_program_ends_by_itself_beside_a_worker_in_a_thread(guest: Callable[..., Guest], how: str, said: str) -> None:
    assert guest(how).end(20) == (0, said, "")


def test_context_variables_reach_tasks_in_all_forms_of_starting(guest: Callable[..., Guest]) -> None:
    code, out, err = guest("context_variables").end()
    assert (code, out) == (0, "10 {'north'}"), err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_drain_where_loops_know_none(guest: Callable[..., Guest], number: signal.Signals) -> None:
    program = guest("windows")
    assert program.line() == "began"
    program.process.send_signal(number)
    code, out, err = program.end()
    assert (code, out) == (0, "slow ended"), err


@pytest.mark.parametrize(
    ("kind", "count"),
    [("fork", 100), ("forkserver", 10), ("spawn", 5), ("pool", 30), ("executor", 30), ("os.fork", 30),
     ("terminate", 15)],
)  # fmt: skip
def test_children_of_a_task_live_and_end_as_without_the_library(
    parent: Callable[..., Guest], kind: str, count: int
) -> None:
    code, out, err = parent(kind, str(count)).end(100)
    assert (code, out.splitlines()) == (0, [f"{count} ['0'] alive HEALTHY"] * 2), err


def test_a_child_that_comes_out_of_the_function_ends_there(parent: Callable[..., Guest]) -> None:
    code, out, err = parent("comes out", "0").end()
    assert (code, out) == (0, "7 1 0 alive"), err
    assert err.count("ValueError: in the child") == 1
