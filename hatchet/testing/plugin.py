"""The pytest plugin; installed with the package, it loads nothing until a fixture is used.

::

    from shop.orders import bill          # a task of the module's own `hatchet = Hatchet()`

    def test_billing(engine, worker):
        with worker(bill):
            assert bill.run(Order(items=2)) == "6 EUR"

With `hatchet_engine = "memory"` in pytest's settings every test has an engine, whether it asks for the fixtures or not.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import pytest

from hatchet._modules import modules

if TYPE_CHECKING:
    from hatchet.client import Hatchet
    from hatchet.testing.engine import MemoryEngine
    from hatchet.testing.options import StartWorker

SETTING: Final = "hatchet_engine"
CHOICES: Final = ("", "memory", "automatic")
MARK: Final = "hatchet_engine"
REAL: Final = "real"
ENGINE: Final = pytest.StashKey["MemoryEngine"]()
FAILED: Final = pytest.StashKey[bool]()
NO_TEST: Final = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting."""
    parser.addini(
        SETTING,
        "memory: the clients of this package have an engine in memory in each test, a fresh one; automatic: the same, "
        "and its time passes by itself when everything waits",
        default="",
    )


def pytest_configure(config: pytest.Config) -> None:
    """With the setting, no client reaches the engine that it is meant for, also between tests."""
    config.addinivalue_line(
        "markers",
        f'{MARK}(time="automatic", start=datetime(…)): how the time of the test\'s engine passes, and when it begins',
    )
    if _setting(config):
        from hatchet._lifetime import takeovers  # the setting says that the tests use the package
        from hatchet.testing.takeover import NoTest

        stack = ExitStack()
        stack.enter_context(takeovers.put(NoTest()))
        config.stash[NO_TEST] = stack


def pytest_unconfigure(config: pytest.Config) -> None:
    """As it was before."""
    stack = config.stash.get(NO_TEST, None)
    if stack is not None:
        stack.close()


def _setting(config: pytest.Config) -> str:
    value = str(config.getini(SETTING))
    if value not in CHOICES:
        raise pytest.UsageError(f"{SETTING} is {value!r}; write memory or automatic, or leave it out")
    return value


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """The modules of a program are loaded: none of their clients starts an engine."""
    modules.are_collected = True
    try:
        return (yield)
    finally:
        modules.are_collected = False


@pytest.fixture(autouse=True)
def _hatchet_engine(request: pytest.FixtureRequest) -> Generator[None, None, None]:  # pyright: ignore[reportUnusedFunction]
    """With the setting: an engine for each test, unless a fixture of a wider scope has brought one."""
    mark = request.node.get_closest_marker(MARK)
    if mark is not None and mark.args:
        if mark.args != (REAL,):
            raise pytest.UsageError(f"{MARK} takes {REAL!r}, or time= and start=, and was given {mark.args[0]!r}")
        from hatchet._lifetime import takeovers

        with takeovers.put(None):
            yield
        return
    if mark is not None or (request.config.stash.get(NO_TEST, None) is not None and _no_engine_yet()):
        request.getfixturevalue("hatchet_engine")
    yield


def _no_engine_yet() -> bool:
    from hatchet._lifetime import takeovers
    from hatchet.testing.takeover import NoTest

    return isinstance(takeovers.current, NoTest)


@pytest.fixture
def hatchet_engine(request: pytest.FixtureRequest) -> Generator[MemoryEngine, None, None]:
    """The engine of this test, in memory: the clients of the program's modules have it until the test ends."""
    from hatchet.testing.engine import MemoryEngine  # loaded only by tests that ask for it
    from hatchet.testing.report import LeftoverWarning

    with MemoryEngine(**_options(request)) as engine:
        request.node.stash[ENGINE] = engine
        yield engine
        left = engine.leftovers
        if (left.running or left.unread) and not request.node.stash.get(FAILED, False):
            request.node.warn(LeftoverWarning(f"the test has left\n{left}"))


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:  # Any: MemoryEngine says what it takes
    options: dict[str, Any] = {"time": "automatic"} if _setting(request.config) == "automatic" else {}
    for mark in reversed(list(request.node.iter_markers(MARK))):  # the closest last
        options |= mark.kwargs
    return options


@pytest.fixture
def engine(hatchet_engine: MemoryEngine) -> MemoryEngine:
    """The same, under a name that a program may need for another fixture."""
    return hatchet_engine


@pytest.fixture
def hatchet(hatchet_engine: MemoryEngine) -> Hatchet:
    """A client of this test's engine, for what the test declares itself."""
    return hatchet_engine.client()


@pytest.fixture
def worker(hatchet_engine: MemoryEngine) -> StartWorker:
    """Start a worker for some workflows and standalone tasks, as a context manager that drains it at the end.

    They may be the program's, or those of the fixture `hatchet`.
    """
    return hatchet_engine.worker


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what tasks raised, and what goes on, in the report of a test that failed."""
    report = yield
    engine = item.stash.get(ENGINE, None)
    if engine is not None and report.failed and call.when == "call":
        item.stash[FAILED] = True
        if engine.failures:
            report.sections.append(("hatchet: what tasks raised", "\n\n".join(engine.failures)))
        left = str(engine.leftovers)
        if left:
            report.sections.append(("hatchet: what the test left", left))
    return report
