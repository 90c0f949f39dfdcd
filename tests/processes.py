"""Runs tests side by side, in forks of the process that has collected them: `pytest -p tests.processes --processes 8`.

With pytest-xdist each process imports and collects all tests itself, which was a tenth of the work of a whole run.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, cast

import pytest

from tests.queues import queue_of

PLUGIN: Final = "reports of a process"
LOOK: Final = 1.0  # s after which it is looked whether a process has gone that something else keeps the pipe of
REPLACEMENTS: Final = 20  # processes that may die in one run
OF_A_PROCESS: Final = "the fixtures of a session"
"""In place of a test, where what outlives the tests of a process fails."""

Report = dict[str, Any]  # Any: as pytest writes them for another process


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    parser.addoption("--processes", type=int, default=0, metavar="N", help="run the tests in N processes")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run what was collected; None where pytest's own way is meant."""
    wanted = int(session.config.getoption("processes") or 0)
    if wanted < 1 or session.testsfailed or session.config.option.collectonly:
        return None
    Crew(session).run(wanted)
    return True


def queued(items: Iterable[pytest.Item]) -> deque[list[int]]:
    """The numbers of tests that one process runs one after the other, in the order of their first."""
    found: dict[str, list[int]] = {}
    for number, item in enumerate(items):
        found.setdefault(queue_of(item.nodeid), []).append(number)
    return deque(found.values())


class Warned(NamedTuple):
    """A warning, as pytest is told of it; not the object, which another process may be unable to make."""

    when: str
    nodeid: str
    location: tuple[str, int, str] | None
    category: str
    words: str
    file: str
    line: int

    def again(self) -> dict[str, Any]:  # Any: what the hook takes
        """What pytest is told here."""
        category = type(self.category, (Warning,), {})
        message = warnings.WarningMessage(category(self.words), category, self.file, self.line)
        return {"warning_message": message, "when": self.when, "nodeid": self.nodeid, "location": self.location}


class Done(NamedTuple):
    """What a process says of a test; the last of it has no number."""

    number: int | None
    reports: list[Report]
    warnings: list[Warned]
    failure: str = ""
    """Why the fixtures of the session could not end."""


class Member:
    """A process, as the one that has forked it knows it."""

    def __init__(self, pid: int, pipe: Connection) -> None:
        self.pid = pid
        self.pipe = pipe
        self.left: deque[int] = deque()
        self._status: int | None = None

    def take(self, queue: list[int]) -> None:
        """Have it run some tests; none lets it go."""
        self.left.extend(queue)
        with contextlib.suppress(ConnectionError):  # it has died, which is seen when it is listened to
            self.pipe.send(queue)

    @property
    def has_died(self) -> bool:
        """Whether it has."""
        if self._status is None and (found := os.waitpid(self.pid, os.WNOHANG))[0]:
            self._status = found[1]
        return self._status is not None

    def end(self) -> str:
        """Let go of it, and say how it ended."""
        self.pipe.close()
        if not self.has_died:
            os.kill(self.pid, signal.SIGKILL)
            self._status = os.waitpid(self.pid, 0)[1]
        code = os.waitstatus_to_exitcode(self._status or 0)
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


class Crew:
    """The processes of a run, and what they have not done yet."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self._hook = session.config.hook
        self._queues = queued(session.items)
        self._members: list[Member] = []
        self._forked = 0
        self._lost = 0

    def run(self, wanted: int) -> None:
        """Run all tests, in so many processes at most."""
        reporter: Any = self._session.config.pluginmanager.get_plugin("terminalreporter")  # Any: not a part of its API
        if reporter is not None:
            reporter.showfspath = False  # neighbours on the terminal are not of one file
        # Each puts its temporary folders into one of its own, below this.
        _temporary(self._session.config).getbasetemp()
        try:
            for _ in range(min(wanted, len(self._queues))):
                self._fork()
            while self._members:
                for member in self._ready():
                    self._hear(member)
                    if self._session.shouldfail:
                        raise self._session.Failed(self._session.shouldfail)
                    if self._session.shouldstop:
                        raise self._session.Interrupted(self._session.shouldstop)
        finally:
            for member in self._members:
                member.end()

    def _fork(self) -> None:
        ours, theirs = Pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if not pid:
            for pipe in (ours, *(member.pipe for member in self._members)):
                pipe.close()
            _live(self._session, theirs, self._forked)
        theirs.close()
        self._forked += 1
        member = Member(pid, ours)
        self._members.append(member)
        self._give(member)

    def _give(self, member: Member) -> None:
        member.take(self._queues.popleft() if self._queues else [])

    def _ready(self) -> list[Member]:
        """Those that have said something, or have died."""
        pipes = wait([member.pipe for member in self._members], LOOK)
        return [member for member in self._members if member.pipe in pipes or (not pipes and member.has_died)]

    def _hear(self, member: Member) -> None:
        try:
            done: Done | None = member.pipe.recv() if member.pipe.poll() else None
        except (EOFError, ConnectionError):
            done = None
        if done is None:
            self._members.remove(member)
            self._mourn(member, member.end())
        elif done.number is None:
            self._members.remove(member)
            self._tell(done)
            member.end()
        else:
            number = member.left.popleft()
            assert done.number == number, "tests are done in the order in which they were given"
            self._tell(done)
            if not member.left and not self._is_over:
                self._give(member)

    @property
    def _is_over(self) -> bool:
        """Whether nothing more is to begin, after a failure or because somebody says so."""
        return bool(self._session.shouldfail or self._session.shouldstop)

    def _tell(self, done: Done) -> None:
        for warned in done.warnings:
            self._hook.pytest_warning_recorded.call_historic(kwargs=warned.again())
        if done.number is not None:
            item = self._session.items[done.number]
            self._hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
            for data in done.reports:
                report = self._hook.pytest_report_from_serializable(config=self._session.config, data=data)
                self._hook.pytest_runtest_logreport(report=report)
            self._hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        elif done.failure:
            self._fail(done.failure)

    def _fail(self, words: str, item: pytest.Item | None = None) -> None:
        """A test has failed, or what is of none."""
        nodeid, location = (item.nodeid, item.location) if item else (OF_A_PROCESS, (OF_A_PROCESS, None, ""))
        report = pytest.TestReport(nodeid, location, {}, "failed", words, "call", [], 0.0, 0.0, 0.0)
        self._hook.pytest_runtest_logreport(report=report)

    def _mourn(self, member: Member, how: str) -> None:
        """A process has died: of the test that it ran, if it ran one. Another does what it has left."""
        if member.left:
            item = self._session.items[member.left.popleft()]
            self._hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
            self._fail(f"the process that ran this test {how}", item)
            self._hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        else:
            self._fail(f"a process {how}")
        if member.left:
            self._queues.appendleft(list(member.left))
        self._lost += 1
        if self._lost > REPLACEMENTS:
            raise self._session.Interrupted(f"{self._lost} processes have died")
        if self._queues:
            self._fork()


# -- in the process that was forked


class _Notes:
    """Keeps what is reported of a test until it has ended."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._reports: list[Report] = []
        self._warnings: list[Warned] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A part of a test has ended."""
        self._reports.append(self._config.hook.pytest_report_to_serializable(config=self._config, report=report))

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, when: str, nodeid: str, location: tuple[str, int, str] | None
    ) -> None:
        """Something has warned."""
        category, words = warning_message.category.__name__, str(warning_message.message)
        place = warning_message.filename, warning_message.lineno
        self._warnings.append(Warned(when, nodeid, location, category, words, *place))

    def take(self, number: int | None, failure: str = "") -> Done:
        """What was noted; it is forgotten here."""
        done = Done(number, self._reports, self._warnings, failure)
        self._reports, self._warnings = [], []
        return done


def _live(session: pytest.Session, pipe: Connection, number: int) -> NoReturn:
    """Run the tests that are told, and end without what the first process will do at its own end."""
    code = 1
    try:
        _work(session, pipe, number)
        code = 0
    except (EOFError, ConnectionError, KeyboardInterrupt):
        pass  # the first process has ended, or ends as this one does
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):  # what a test has done to them is told by then, or cannot be
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _work(session: pytest.Session, pipe: Connection, number: int) -> None:
    config = session.config
    _apart(config, number)
    notes = _Notes(config)
    config.pluginmanager.register(notes, PLUGIN)
    # What is of the session lives on after the last test of a queue, and the loop knows a session as such a "test".
    beyond = cast("pytest.Item", session)
    for queue in _told(pipe):
        tests = [session.items[each] for each in queue]
        for each, item, following in zip(queue, tests, [*tests[1:], beyond], strict=True):
            config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            pipe.send(notes.take(each))
    failure = ""
    try:
        session._setupstate.teardown_exact(None)  # pyright: ignore[reportPrivateUsage]  # as after the last test
    except Exception:
        failure = traceback.format_exc()
    pipe.send(notes.take(None, failure))


def _told(pipe: Connection) -> Iterator[list[int]]:
    while queue := pipe.recv():
        yield queue


def _apart(config: pytest.Config, number: int) -> None:
    """Part with what the processes would share: the files of captured output, temporary folders, the terminal."""
    manager = config.pluginmanager
    manager.unregister(manager.get_plugin("terminalreporter"))
    capture: Any = manager.get_plugin("capturemanager")  # Any: none of this is a part of pytest's API
    capture.stop_global_capturing()
    capture.start_global_capturing()
    capture.suspend_global_capture()
    factory = _temporary(config)
    own: Path = factory.getbasetemp() / f"process-{number}"
    own.mkdir(mode=0o700)
    factory._basetemp = own


def _temporary(config: pytest.Config) -> Any:  # Any: not a part of its API
    return config._tmp_path_factory  # type: ignore[attr-defined]
