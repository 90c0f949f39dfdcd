"""What all tests share."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.forking import Common, Programs
from tests.queues import turn_of

PROGRAMS: Final = pytest.StashKey[str]()
"""Where the socket of `Common` is."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        default="embedded",
        choices=["embedded", "embedded-in-process", "embedded-grpc", "env"],
        help="tests/conformance: the embedded engine by each way to it, or by one, or the engine of HATCHET_CLIENT_*",
    )
    parser.addoption("--engine-kill", help="tests/e2e with --engine=env: a command that kills the engine")
    parser.addoption(
        "--engine-start", help="tests/e2e with --engine=env: a command that starts it, and ends when it serves"
    )
    parser.addoption("--record", action="store_true", help="tests/conformance: write the expected answers anew")


def pytest_configure() -> None:
    """A program in the background of a shell ignores Ctrl-C, and so would all that tests start from there."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)  # when they have been shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first."""
    items.sort(key=lambda item: turn_of(item.nodeid))


def pytest_collection_finish(session: pytest.Session) -> None:
    """The modules and tests of a session are there until its end: nobody need look whether they are garbage."""
    gc.freeze()
    if session.config.getoption("processes", 0):
        _share_programs(session.config)


def _share_programs(config: pytest.Config) -> None:
    """The processes of the tests run programs as forks of one that all share."""
    folder = tempfile.TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    address = config.stash[PROGRAMS] = str(Path(folder.name) / "programs")
    config.add_cleanup(Common(Path(address)).close)


@pytest.fixture(scope="module", autouse=True)
def _old_garbage() -> None:
    """What earlier files have left is looked at once: tests that ask the collector pay for their own only."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def programs(request: pytest.FixtureRequest) -> Iterator[Programs]:
    """Runs programs without loading again what they all load."""
    started = Programs(request.config.stash.get(PROGRAMS, None))
    yield started
    started.close()


@pytest.fixture(autouse=True)
def _clean_environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine reaches a test, except where the test is about a real engine; none outlives its test.

    The commands put what a profile says into the environment of their process.
    """
    before = dict(os.environ)
    about_real = "conformance" in str(request.node.path) or (
        "e2e" in str(request.node.path) and request.config.getoption("--engine") == "env"
    )
    if not about_real:
        for name in [name for name in os.environ if name.startswith("HATCHET_")]:
            monkeypatch.delenv(name)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
