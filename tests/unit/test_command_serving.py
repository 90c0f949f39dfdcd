"""The words that serve: `dev`, `page` and `worker --reload`, without processes; and what `replay` makes of files."""

from __future__ import annotations

import asyncio
import io
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

import pytest

from hatchet import Hatchet, HatchetError, InputError
from hatchet._embedded_options import EmbeddedSpec
from hatchet.cli import dev, main, paging, replaying, working
from hatchet.cli.dev import Where
from hatchet.cli.ending import Exit, Stop
from hatchet.cli.shown import Shown
from hatchet.engine import Endpoint, EngineStartError
from tests.unit.offline import offline, token

ENDPOINT = Endpoint("a token", "a tenant", "127.0.0.1:1", "http://127.0.0.1:2", 3)


class Signals:
    """A signal that has come already."""

    def __init__(self, handler: Callable[[int, int], object]) -> None:
        self._handler = handler

    def __enter__(self) -> None:
        self._handler(15, 1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing."""


class Engine:
    """What `dev` asks of an engine, noted."""

    def __init__(self, done: list[Any], error: Exception | None = None) -> None:
        self.done, self.error = done, error
        self.endpoint = ENDPOINT

    async def start(self) -> None:
        if self.error is not None:
            raise self.error
        self.done.append("start")

    async def stop(self) -> None:
        self.done.append("stop")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is done, with an engine and signals that are none."""
    noted: list[Any] = []

    def made(data: Path | None, **given: Any) -> Engine:
        settings = given.pop("settings")
        noted.append((data, given, settings.retained_runs))
        return Engine(noted)

    monkeypatch.setattr("hatchet.engine.EmbeddedEngine", made)
    monkeypatch.setattr(dev, "StopSignals", Signals)
    monkeypatch.setattr(paging, "StopSignals", Signals)
    monkeypatch.setattr(dev, "log_to_stderr", lambda *, verbose: noted.append(verbose))
    monkeypatch.setattr(logging, "basicConfig", lambda **options: noted.append(options["level"]))
    return noted


TOLD = """\
gRPC 127.0.0.1:1, REST http://127.0.0.1:2, data in {data}
In another terminal:

export HATCHET_CLIENT_TOKEN=a token
export HATCHET_CLIENT_TLS_STRATEGY=none

"""


def test_dev_serves_until_it_is_stopped(done: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["dev", "--data", "here", "--grpc-port", "7", "--api-port", "8", "--retained-runs", "9", "--no-page"]
    assert main(words) == Exit.FINE
    assert capsys.readouterr().out == TOLD.format(data="here")
    assert done == [False, (Path("here"), {"grpc_port": 7, "api_port": 8}, 9), "start", "stop"]
    done.clear()
    assert main(["dev", "--memory", "--no-page", "--verbose"]) == Exit.FINE
    assert capsys.readouterr().out == TOLD.format(data="memory")
    assert done[:2] == [True, (None, {"grpc_port": 0, "api_port": 0}, 100_000)]


def test_dev_runs_a_worker_and_ends_it_first(done: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def begun(module: str, endpoint: Endpoint) -> str:
        done.append((module, endpoint.token))
        return "process"

    monkeypatch.setattr(dev, "_worker", begun)
    monkeypatch.setattr(working, "end", lambda process: done.append(("end", process)))
    assert main(["dev", "tasks", "--memory", "--no-page"]) == Exit.FINE
    assert done[2:] == ["start", ("tasks", "a token"), ("end", "process"), "stop"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ImportError("no", name="grpc"), "it needs grpc: pip install 'hatchet-typed[embedded]'"),
        (EngineStartError("the folder is taken"), "the folder is taken"),
        (OSError("no port"), "no port"),
    ],
)
def test_an_engine_that_does_not_start_is_told(
    done: list[Any], error: Exception, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hatchet.engine.EmbeddedEngine", lambda data, **given: Engine(done, error))
    assert main(["dev", "--memory"]) == Exit.FAILED
    assert capsys.readouterr() == ("", f"hatchet-py: {told}\n")
    assert done == [False]


@pytest.mark.parametrize(
    ("words", "page", "module"),
    [
        ([], Where(None, None), None),
        (["tasks", "--page-address", "127.0.0.2", "--page-port", "5"], Where("127.0.0.2", 5), "tasks"),
        (["--no-page", "--page-port", "5"], None, None),
    ],
)
def test_dev_serves_the_page_where_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch, words: list[str], page: Where | None, module: str | None
) -> None:
    given: list[Any] = []

    async def served(
        data: Path | None, grpc_port: int, api_port: int, spec: EmbeddedSpec, module: str | None, page: Where | None
    ) -> Exit:
        given.append((page, module))
        return Exit.FINE

    monkeypatch.setattr(dev, "_dev", served)
    monkeypatch.setattr(dev, "log_to_stderr", lambda *, verbose: None)
    assert main(["dev", *words]) == Exit.FINE
    assert given == [(page, module)]


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pages that are served, in words."""
    served: list[Any] = []

    @asynccontextmanager
    async def serving(
        hatchet: Hatchet, engine: str, listener: object, say: Callable[[str], None]
    ) -> AsyncIterator[None]:
        served.append((hatchet.config.host_port, engine, listener))
        say("http://there")
        yield
        served.append("over")

    def bound(hatchet: Hatchet, address: str | None, port: int | None) -> object:
        if port == 1:
            raise OSError("taken")
        return address, port

    monkeypatch.setattr("hatchet.page.serving.serving", serving)
    monkeypatch.setattr("hatchet.page.serving.bound", bound)
    return served


def test_page_serves_until_it_is_stopped(
    done: list[Any], pages: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paging, "client", lambda chosen: (offline(), "an engine"))
    assert main(["page", "--address", "127.0.0.2", "--port", "5"]) == Exit.FINE
    assert capsys.readouterr().out == "page http://there\n"
    assert pages == [("127.0.0.1:9", "an engine", ("127.0.0.2", 5)), "over"]
    assert done == [logging.WARNING]
    assert main(["page"]) == Exit.FINE
    assert pages[2:] == [("127.0.0.1:9", "an engine", (None, None)), "over"]
    capsys.readouterr()
    assert main(["page", "--port", "1"]) == Exit.FAILED
    assert capsys.readouterr().err == "hatchet-py: the page cannot be served: taken\n"


def test_dev_pages_its_own_engine(pages: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    endpoint = Endpoint(token(), "a tenant", "127.0.0.1:1", "http://127.0.0.1:2", 3)

    async def served(page: Where | None) -> None:
        async with dev._paged(endpoint, "embedded, in here", page):
            pages.append("inside")

    asyncio.run(served(Where("127.0.0.3", 7)))
    assert pages == [("127.0.0.1:1", "embedded, in here", ("127.0.0.3", 7)), "inside", "over"]
    assert capsys.readouterr().out == "page http://there\n"


def test_what_the_page_needs_is_here() -> None:
    assert paging.missing() is None
    assert paging.EXTRA == ("htpy", "starlette", "uvicorn")


class Pipe(io.StringIO):
    """Standard output that leads to a program, which reads what was flushed."""

    told = ""

    def flush(self) -> None:
        self.told = self.getvalue()


def test_a_program_reads_at_once_what_is_printed(
    done: list[Any], pages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(*words: str) -> str:
        pipe = Pipe()
        monkeypatch.setattr("sys.stdout", pipe)
        assert main(words) == Exit.FINE
        assert pipe.told == pipe.getvalue()
        return pipe.told

    monkeypatch.setattr(paging, "client", lambda chosen: (offline(), "an engine"))
    assert written("page") == "page http://there\n"
    assert written("dev", "--memory", "--no-page") == TOLD.format(data="memory")
    pipe = Pipe()
    monkeypatch.setattr("sys.stdout", pipe)
    for as_json in (True, False):
        Shown(as_json=as_json).say("a sentence", n=1)
        assert pipe.told == pipe.getvalue()
    assert pipe.told == '{"n": 1}\na sentence\n'


# -- a worker that begins anew


class Process:
    """A worker's process that ends, or goes on."""

    def __init__(self, command: list[str], code: int | None) -> None:
        self.args, self.returncode = command, code

    def poll(self) -> int | None:
        return self.returncode


@pytest.fixture
def reloads(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A folder whose files are told one look after the other, and processes with codes that are told, too."""
    told = SimpleNamespace(looks=[], codes=[], started=[], ended=[], slept=[], stop=None)

    class Stop:
        def __init__(self, handler: Callable[[int, int], object]) -> None:
            told.stop = handler

        def __enter__(self) -> None: ...

        def __exit__(self, *error: object) -> None: ...

    def files(folder: Path) -> dict[str, int]:
        look: dict[str, int] | None = told.looks.pop(0)
        if look is None:
            told.stop(15, 1)
            return {}
        return look

    def started(command: list[str]) -> Process:
        told.started.append(command)
        return Process(command, told.codes.pop(0))

    monkeypatch.setattr(working, "StopSignals", Stop)
    monkeypatch.setattr(working, "_files", files)
    monkeypatch.setattr(working, "end", lambda process: told.ended.append(process.returncode))
    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setattr(working, "time", SimpleNamespace(sleep=told.slept.append))
    return told


def test_a_worker_begins_anew_when_files_change(reloads: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = {"a.py": 1, "b.py": 1, "c.py": 1}, {"a.py": 2, "b.py": 1, "d.py": 1}
    reloads.looks = [first, first, second, second, None]
    reloads.codes = [None, None]
    assert working.reloading(["worker"], Path()) == Exit.FINE
    assert capsys.readouterr() == ("", "hatchet-py: changed: a.py, c.py, d.py; the worker begins anew\n")
    assert (reloads.started, reloads.ended, reloads.slept) == ([["worker"]] * 2, [None, None], [0.3])


def test_a_worker_that_has_ended_waits_for_a_change(
    reloads: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = {"a.py": 1}, {"a.py": 2}
    reloads.looks = [first, first, first, second, second, None]
    reloads.codes = [7, None]
    assert working.reloading(["worker"], Path()) == Exit.FINE
    assert capsys.readouterr().err == (
        "hatchet-py: the worker has ended with code 7; it begins anew when a file changes\n"
    )
    assert (reloads.started, reloads.ended, reloads.slept) == ([["worker"]] * 2, [7, None], [0.3])


def test_a_signal_ends_it_without_a_word(reloads: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    reloads.looks = [{"a.py": 1}, None]
    reloads.codes = [None]
    assert working.reloading(["worker"], Path()) == Exit.FINE
    reloads.looks = [{"a.py": 1}, {"a.py": 1}, None]
    reloads.codes = [1]
    assert working.reloading(["worker"], Path()) == Exit.FINE
    assert "begins anew;" not in capsys.readouterr().err
    assert (len(reloads.started), reloads.ended) == (2, [None, 1])


# -- histories


def replayed(ended: bool, error: Exception | None = None) -> Any:
    return SimpleNamespace(ended=ended, error=error, entries=3)


FILES: dict[str, tuple[Any, int, str, str]] = {
    "fine": (replayed(True), 0, "fine: the code goes along with it, 3 entries, to its end\n", ""),
    "open": (replayed(False), 0, "open: the code goes along with it, 3 entries, as far as the history goes\n", ""),
    "raises": (replayed(True, ValueError("x")), 1, "raises: the code raises after 3 entries: ValueError('x')\n", ""),
    "parts": (HatchetError("they part"), 1, "parts: they part\n", ""),
    "none": (InputError("no file"), 2, "", "none: no file\n"),
}


@pytest.mark.parametrize("names", [["fine"], ["open"], ["raises"], ["parts"], ["none"], ["none", "parts", "fine"],
                                   ["parts", "fine"], ["raises", "open"]])  # fmt: skip
def test_replay_says_what_came_of_each_file(
    names: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []

    async def aio_replay(file: str, *workflows: Any, patience: float) -> Any:
        asked.append((file, workflows, patience))
        found = FILES[file][0]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr("hatchet.testing.replays.aio_replay", aio_replay)
    monkeypatch.setattr(replaying, "declared", lambda target: (target, ["a", "b"]))
    monkeypatch.setattr(replaying, "log_to_stderr", lambda *, verbose: asked.append(verbose))
    assert main(["replay", "tasks", *names, "--patience", "5"]) == max(FILES[name][1] for name in names)
    assert asked == [False, *((name, ("a", "b"), 5.0) for name in names)]
    assert capsys.readouterr() == ("".join(FILES[name][2] for name in names), "".join(FILES[name][3] for name in names))


def test_a_module_that_is_none_ends_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    def declared(target: str) -> Any:
        raise Stop(Exit.USAGE, "none")

    monkeypatch.setattr(replaying, "declared", declared)
    monkeypatch.setattr(replaying, "log_to_stderr", lambda *, verbose: None)
    assert main(["replay", "tasks", "one", "--verbose"]) == Exit.USAGE


@pytest.mark.parametrize(
    ("verbose", "level", "own"), [(False, logging.WARNING, logging.WARNING), (True, logging.INFO, logging.DEBUG)]
)
def test_what_is_logged_goes_to_the_errors(
    verbose: bool, level: int, own: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []
    logger = logging.getLogger("hatchet")
    before = logger.level
    monkeypatch.setattr(logging, "basicConfig", lambda **options: given.append(options))
    try:
        dev.log_to_stderr(verbose=verbose)
        assert logger.level == own
    finally:
        logger.setLevel(before)
    words = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    assert given == [{"stream": sys.stderr, "level": level, "format": words}]
