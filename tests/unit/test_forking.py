"""Programs that tests/forking.py runs are what they are as processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.forking import PATH, Common, Program, Programs

SHOW = """
import os, signal, sys, threading
print(__name__, __spec__ and __spec__.name, globals().get("__file__"), sys.argv, sys.path[0], os.getcwd())
print(sys.modules["__main__"].__dict__ is globals(), os.environ["NAME"], sys.stdin.read(), sys.stdout.line_buffering)
print(sorted(os.listdir("/dev/fd")), os.getpgid(0), threading.active_count(), threading.current_thread().name)
print([str(signal.getsignal(number)).partition(" at 0x")[0] for number in signal.valid_signals()])
"""
ENDS = {
    "falls off its end": "print('a')",
    "sys.exit with a number": "import sys; print('a'); sys.exit(3)",
    "sys.exit with words": "import sys; sys.exit('no')",
    "os._exit": "import os; print('lost'); os._exit(4)",
    "an exception": "raise ValueError('no')",
    "Ctrl-C": "import os, signal; print('a'); os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(60)",
    "SIGTERM": "import os, signal; print('a', flush=True); os.kill(os.getpid(), signal.SIGTERM)",
    "SIGKILL": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "atexit": "import atexit; atexit.register(print, 'last'); print('first')",
    "a thread": "import threading, time; threading.Thread(target=lambda: (time.sleep(0.2), print('last'))).start()",
    "a daemon": "import threading, time; threading.Thread(target=time.sleep, args=[60], daemon=True).start()",
    "an executor": "import concurrent.futures as c; c.ThreadPoolExecutor().submit(print, 'in thread')",
    "a broken pipe": "import os; read, write = os.pipe(); os.close(read); os.write(write, b'a')",
    "a process that is spawned": """
import multiprocessing
def say(): print(__name__, flush=True)
if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=say)
    child.start(); child.join(); print(child.exitcode)
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "within").mkdir()
    return tmp_path


def as_a_process(*command: str, folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env={**os.environ, **PATH, "NAME": "value"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def forked(programs: Programs, *command: str, folder: Path) -> tuple[int, str, str]:
    with closing(programs.start(*command, folder=folder, environment={"NAME": "value"})) as program:
        said, complained = program.communicate(60)
        return program.wait(0), said, complained


@pytest.mark.parametrize(
    "command",
    ["program.py 1", "within/program.py -m", "-m program -x", "-m within", "-m within.program", "-c"],
)
def test_a_program_finds_itself_where_python_puts_it(command: str, folder: Path, programs: Programs) -> None:
    for name in ("program", "within/program", "within/__main__"):
        (folder / f"{name}.py").write_text(SHOW)
    words = ["-c", SHOW, "1", "-c"] if command == "-c" else command.split()
    real = as_a_process(*words, folder=folder)
    assert real[0] == 0, real
    assert forked(programs, *words, folder=folder) == real


@pytest.mark.parametrize("end", ENDS)
def test_a_program_ends_as_under_python(end: str, folder: Path, programs: Programs) -> None:
    (folder / "program.py").write_text(ENDS[end])
    code, said, complained = forked(programs, "program.py", folder=folder)
    real = as_a_process("program.py", folder=folder)
    assert (code, said, complained.splitlines()[-1:]) == (*real[:2], real[2].splitlines()[-1:])


def test_a_program_may_complain_to_a_file(folder: Path, programs: Programs) -> None:
    with (
        (folder / "file").open("w") as file,
        closing(programs.start("-c", "raise ValueError('no')", stderr=file.fileno())) as program,
    ):
        assert program.communicate(60) == ("", "")
    assert (folder / "file").read_text().endswith("ValueError: no\n")


@pytest.fixture
def talker(programs: Programs) -> Iterator[Program]:
    text = "import sys, time; print('one', flush=True); print('two', file=sys.stderr); time.sleep(60)"
    with closing(programs.start("-c", text)) as program:
        yield program


def test_what_a_program_says_is_read_while_it_runs(talker: Program) -> None:
    assert (talker.stdout.readline(), talker.stderr.readline()) == ("one\n", "two\n")
    assert talker.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        talker.wait(0.01)
    with pytest.raises(subprocess.TimeoutExpired):
        talker.communicate(0.01)
    talker.send_signal(signal.SIGINT)
    said, complained = talker.communicate(60)
    assert (said, complained.splitlines()[-1], talker.poll()) == ("", "KeyboardInterrupt", -signal.SIGINT)
    talker.send_signal(signal.SIGTERM)  # nobody is there


def test_a_program_ends_while_another_that_began_later_lives(talker: Program, programs: Programs) -> None:
    began = time.monotonic()
    with (
        closing(programs.start("-c", "input()")) as first,
        closing(programs.start("-c", "import time; time.sleep(60)")),
    ):
        assert "EOFError" in first.communicate(50)[1]
    assert time.monotonic() - began < 50
    talker.kill()
    assert talker.wait(50) == -signal.SIGKILL


def test_what_still_runs_ends_with_who_has_started_it_and_what_others_have_started_goes_on(tmp_path: Path) -> None:
    common = Common(tmp_path / "programs")
    one, two = (Programs(str(tmp_path / "programs")) for _ in range(2))
    first, second = (each.start("-c", "import time; print('here', flush=True); time.sleep(60)") for each in (one, two))
    assert first.stdout.readline() == second.stdout.readline() == "here\n"
    one.close()
    assert first.wait(30) == -signal.SIGKILL
    common.close()  # for those that come later
    assert two.run("-c", "print('fine')").said == "fine\n"
    assert second.poll() is None
    two.close()
    assert second.wait(30) == -signal.SIGKILL
    first.close()
    second.close()


def test_what_nobody_asks_for_ends_at_once(tmp_path: Path) -> None:
    common = Common(tmp_path / "programs")
    common.close()
    with pytest.raises(OSError, match="refused"):
        Programs(str(tmp_path / "programs"))
