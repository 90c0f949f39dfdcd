"""The pytest plugin, as a project that uses the package meets it."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hatchet._lifetime import takeovers
from hatchet._modules import modules
from tests.forking import Programs
from tests.plugins import PYTEST

HERE = ("-p", "no:xdist", "-p", "no:timeout", "-p", "no:pytest_cov", "--capture=sys")
"""For a run of pytest within one."""
INI = "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = default"
APPLICATION = """
from hatchet import ClientConfig, Context, EmptyModel, Hatchet

hatchet = Hatchet()
folder = Hatchet.from_embedded()
configured = Hatchet(ClientConfig(namespace="team"))

@hatchet.task()
def greet(input: str, ctx: Context) -> str:
    return f"hello {input}"

@folder.task()
def inside(input: EmptyModel, ctx: Context) -> str:
    return "inside"

@configured.task()
async def named(input: EmptyModel, ctx: Context) -> str:
    return ctx.workflow_name if hasattr(ctx, "workflow_name") else "named"

workers = [
    client.worker("w", workflows=[task]) for client, task in ((hatchet, greet), (folder, inside), (configured, named))
]

@hatchet.task()
def fail(input: EmptyModel, ctx: Context) -> None:
    raise ValueError("ouch")
"""


class Project:
    """A project in a folder, whose tests pytest runs."""

    def __init__(self, folder: Path, programs: Programs) -> None:
        self.folder = folder
        self._programs = programs

    def run(self, tests: str, *options: str, settings: str = "") -> tuple[int, str]:
        """Its code, and what it says."""
        ended = self._programs.run(*self.command(tests, *options, settings=settings), folder=self.folder)
        return ended.code, ended.said + ended.complained

    def run_here(self, tests: str, *options: str, settings: str = "") -> tuple[int, str]:
        """The same in this process."""
        _, _, *arguments = self.command(tests, *HERE, *options, settings=settings)
        said = io.StringIO()
        try:
            with contextlib.chdir(self.folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                before = takeovers.current
                code = pytest.main(arguments)
                assert takeovers.current is before, "what the setting does ends with the run"
                assert not modules.are_collected
        finally:
            for name in ("application", "test_project"):
                sys.modules.pop(name, None)
        return int(code), said.getvalue()

    def command(self, tests: str, *options: str, settings: str = "") -> list[str]:
        """What Python is told, when its tests are written."""
        (self.folder / "test_project.py").write_text("from application import *\n" + tests)
        (self.folder / "pytest.ini").write_text(f"[pytest]\npythonpath = .\n{INI}\n{settings}\n")
        return [*PYTEST, "-p", "no:randomly", *options]


@pytest.fixture
def project(tmp_path: Path, programs: Programs) -> Project:
    (tmp_path / "application.py").write_text(APPLICATION)
    return Project(tmp_path, programs)


PLAIN = """
import pytest

@pytest.fixture
def engine():
    return "a database"

def test_a_task_of_the_application(worker):
    with worker(greet, slots=2):
        assert greet.run("Ada") == "hello Ada"

def test_a_task_of_the_test(hatchet, worker):
    @hatchet.task()
    def twice(input: int, ctx: Context) -> int:
        return input * 2

    with worker(twice, greet):
        assert twice.run(2) == 4
        assert greet.run("Ada") == "hello Ada"

def test_engines_are_apart(hatchet, engine, hatchet_engine):
    assert engine == "a database"
    assert hatchet_engine.of(hatchet) is hatchet_engine
    assert hatchet.workflows.list().rows == []

async def test_async(worker):
    async with worker(inside), worker([named]):
        assert await inside.aio_run() == "inside"
        assert await named.aio_run() is not None
"""


def test_a_project_s_tests_get_an_engine_of_their_own(project: Project) -> None:
    code, said = project.run_here(PLAIN)
    assert "4 passed" in said, said
    assert code == 0
    assert not (project.folder / ".hatchet").exists()


EACH = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_one(number):
    assert hatchet.workflows.list().rows == []
    with hatchet.worker("w", workflows=[greet]):
        assert greet.run("Ada") == "hello Ada"

def test_a_worker_of_a_module():
    with workers[0]:
        assert greet.run("Ada") == "hello Ada"
    assert {each.status.name for each in workers} == {"INITIALIZED", "STOPPED"}

async def test_async():
    async with folder.worker("w", workflows=[inside]):
        assert await inside.aio_run() == "inside"

@pytest.fixture(scope="module")
def shared():
    from hatchet.testing import MemoryEngine
    with MemoryEngine() as engine, engine.worker(greet):
        yield engine

@pytest.mark.parametrize("number", range(2))
def test_wider(shared, number):
    assert greet.run("Ada") == "hello Ada"
    assert len(shared.runs()) == number + 1
"""


def test_one_line_of_the_settings_does_it_for_every_test(project: Project) -> None:
    code, said = project.run_here(EACH, settings="hatchet_engine = memory")
    assert "10 passed" in said, said
    assert code == 0
    assert not (project.folder / ".hatchet").exists()


def test_it_does_so_in_several_processes(project: Project) -> None:
    tests = "def test_one(): assert hatchet.workflows.list().rows == []\n"
    code, said = project.run(tests, "-n", "1", settings="hatchet_engine = memory")
    assert (code, "1 passed" in said) == (0, True), said


def test_a_test_may_reach_the_engine_that_is_meant(project: Project) -> None:
    tests = """
import pytest
from hatchet import ConfigError

@pytest.mark.hatchet_engine("real")
def test_real():
    with pytest.raises(ConfigError, match="no API token"):
        greet.run("Ada")

@pytest.mark.hatchet_engine("wrong")
def test_wrong():
    pass

def test_memory():
    assert hatchet.workflows.list().rows == []
"""
    code, said = project.run_here(tests, settings="hatchet_engine = memory")
    assert "2 passed, 1 error" in said, said
    assert "hatchet_engine takes 'real', or time= and start=, and was given 'wrong'" in said
    assert code == 1


def test_between_tests_no_client_reaches_the_engine_that_it_is_meant_for(project: Project) -> None:
    code, said = project.run_here("greet.run_no_wait('Ada')\n", settings="hatchet_engine = memory")
    assert code != 0
    assert 'no test is running, and with hatchet_engine = "memory" there is an engine only while one does' in said


def test_time_may_pass_by_itself_for_every_test(project: Project) -> None:
    tests = """
from datetime import timedelta
from hatchet import DurableContext

@hatchet.durable_task(execution_timeout=timedelta(days=40))
async def nap(input: EmptyModel, ctx: DurableContext) -> str:
    await ctx.aio_sleep_for(timedelta(days=30))
    return "rested"

def test_a_month():
    with hatchet.worker("w", workflows=[nap]):
        assert nap.run() == "rested"
"""
    code, said = project.run_here(tests, settings="hatchet_engine = automatic")
    assert (code, "1 passed" in said) == (0, True), said


def test_of_setting_and_marks_the_closest_decides(project: Project) -> None:
    tests = """
from datetime import UTC, datetime, timedelta
import pytest
from hatchet import DurableContext

pytestmark = pytest.mark.hatchet_engine(start=datetime(2021, 5, 1, tzinfo=UTC))

@hatchet.durable_task(execution_timeout=timedelta(days=40))
async def nap(input: EmptyModel, ctx: DurableContext) -> str:
    await ctx.aio_sleep_for(timedelta(days=20))
    return "rested"

def test_of_the_module(engine):
    with hatchet.worker("w", workflows=[nap]):
        assert nap.run() == "rested"
    assert engine.now().date().isoformat() == "2021-05-21"

@pytest.mark.hatchet_engine(time="flowing", start=datetime(2022, 6, 2, tzinfo=UTC))
class TestClass:
    def test_of_the_class(self, engine):
        with hatchet.worker("w", workflows=[nap]):
            ref = nap.run_no_wait()
            engine.settle()
            assert engine.state(ref) == "WAITING"
            ref.cancel()
        assert engine.now().date().isoformat() == "2022-06-02"

    @pytest.mark.hatchet_engine(time="automatic")
    def test_of_its_own(self, engine):
        with hatchet.worker("w", workflows=[nap]):
            assert nap.run() == "rested"
        assert engine.now().date().isoformat() == "2022-06-22"
"""
    code, said = project.run_here(tests, settings="hatchet_engine = automatic")
    assert (code, "3 passed" in said) == (0, True), said


def test_a_mark_alone_brings_an_engine_too(project: Project) -> None:
    tests = """
import pytest
from hatchet._lifetime import takeovers

@pytest.mark.hatchet_engine
def test_with():
    assert hatchet.workflows.list().rows == []

def test_without():
    assert takeovers.current is None
"""
    code, said = project.run_here(tests)
    assert (code, "2 passed" in said) == (0, True), said


def test_a_wrong_setting_is_told(project: Project) -> None:
    code, said = project.run_here(PLAIN, settings="hatchet_engine = disk")
    assert code == 4
    assert "hatchet_engine is 'disk'; write memory or automatic, or leave it out" in said


REPORTS = """
from datetime import timedelta

def test_fails(worker, engine):
    with worker(fail):
        fail.run_no_wait()
        engine.settle()
        raise AssertionError("as it happens")

def test_unread(worker, engine):
    with worker(fail):
        fail.run_no_wait()
        engine.settle()

def test_read(worker):
    with worker(fail):
        try:
            fail.run()
        except Exception:
            pass
"""


def test_the_report_shows_what_tasks_raised_and_what_was_left(project: Project) -> None:
    code, said = project.run_here(REPORTS)
    assert code == 1
    assert "1 failed, 2 passed, 1 warning" in said, said
    shown = said.partition("hatchet: what tasks raised")[2]
    assert re.search(r'fail, task fail, attempt 1:\nTraceback .*\n  File ".*application\.py", line \d+, in fail', shown)
    assert re.search(r"hatchet: what the test left -+\nfailed, and nobody has asked for the result: fail \(", shown)
    warned = said.partition("warnings summary")[2]
    assert re.search(
        r"test_project\.py:\d+: LeftoverWarning: the test has left\n +failed, and nobody has asked", warned
    )
    assert "test_read" not in warned


LEFT = """
import asyncio
from contextlib import ExitStack
import pytest

@hatchet.task()
async def endless(input: EmptyModel, ctx: Context) -> None:
    await asyncio.Event().wait()

@pytest.fixture
def later():
    with ExitStack() as stack:
        yield stack

def test_running(later, worker, engine):
    later.enter_context(worker(endless, drain_timeout=0.1))
    ref = endless.run_no_wait()
    engine.wait_for(ref, "RUNNING")

def test_waiting(worker):
    with worker(greet):
        pass
    greet.run_no_wait("Ada")

def test_fails_without_tasks(engine):
    raise AssertionError("no task")

def test_fails_with_one_that_waits(worker):
    with worker(greet):
        pass
    greet.run_no_wait("Ada")
    raise AssertionError("a task waits")

@pytest.fixture
def broken(engine, worker):
    yield
    with worker(fail):
        fail.run_no_wait()
        engine.settle()
        list(hatchet.runs.list().rows)
        raise RuntimeError("after the test")

def test_ends_badly(broken):
    pass
"""


def test_what_goes_on_is_warned_of_and_what_only_waits_is_not(project: Project) -> None:
    code, said = project.run_here(LEFT)
    assert code == 1
    assert "2 failed, 3 passed, 1 warning, 1 error" in said, said
    assert re.findall(r"LeftoverWarning: the test has left\n +(.*) \(", said) == ["still running: endless"]
    sections = [re.findall(r"-+ (hatchet: .*) -+\n(.*?) \(", part) for part in said.split("\n____")]
    assert [each for each in sections if each] == [[("hatchet: what the test left", "still waiting: greet")]], said


def test_the_plugin_loads_nothing_until_a_fixture_is_used(project: Project) -> None:
    (project.folder / "application.py").write_text("")
    tests = """
import sys
def test_light():
    heavy = {name for name in sys.modules if name.startswith(("hatchet.client", "hatchet.engine", "grpc", "pydantic"))}
    assert heavy == set()
"""
    # In a process of its own: the one that is forked has loaded all of it.
    command = [sys.executable, *project.command(tests, "-p", "no:xdist")]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr
