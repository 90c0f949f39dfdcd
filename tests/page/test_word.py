"""`hatchet-py page` and `dev`: they serve the page of the engine that is meant, or say how to get it."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import httpx
import pytest

from hatchet.cli import main, paging
from hatchet.cli.dev import Where, _paged
from hatchet.cli.ending import Exit
from hatchet.engine import Endpoint
from tests.forking import Program, Programs

pytestmark = pytest.mark.timeout(120)


Started = Callable[..., AbstractContextManager[Program]]


@pytest.fixture
def program(programs: Programs, tmp_path: Path) -> Started:
    @contextmanager
    def program(*words: str, **settings: str) -> Iterator[Program]:
        with closing(programs.start("-m", "hatchet", *words, environment=settings)) as process:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0

    return program


def link_of(process: Program) -> str:
    line = next(line for line in process.stdout if line.startswith("page "))
    return line.split()[1]


def seen(link: str) -> str:
    """What somebody sees who opens the link of a terminal."""
    with httpx.Client(follow_redirects=True, trust_env=False) as http:
        answer = http.get(link)
    assert (answer.status_code, answer.url.path) == (200, "/runs")
    return answer.text


def test_dev_serves_the_page_of_its_engine_and_page_that_of_the_environment(program: Started) -> None:
    with program("dev", "--data", "here", "--retained-runs", "50") as dev:
        assert "Engine: embedded, in here" in seen(link_of(dev))
        exports = dict(re.findall(r"export (\w+)=(\S+)", "".join(next(dev.stdout) for _ in range(5))))
        with program("page", "--port", "0", "--address", "127.0.0.1", **exports) as page:
            link = link_of(page)
            assert link.startswith("http://127.0.0.1:")
            assert "Engine: 127.0.0.1:" in seen(link)


def test_page_serves_an_engine_of_a_folder_that_nobody_serves_yet(program: Started) -> None:
    with program("page", "--data", "there") as page:
        assert "Engine: embedded, in there" in seen(link_of(page))


def test_settings_of_an_embedded_engine_in_the_environment_do_not_disturb_dev(program: Started) -> None:
    with program("dev", "--memory", HATCHET_CLIENT_EMBEDDED_RETAINED_RUNS="50") as dev:
        assert "Engine: embedded, in memory" in seen(link_of(dev))


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "EXTRA", ("starlette", "nothing_of_that_name"))


@pytest.mark.usefixtures("missing")
def test_page_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["page"]) == Exit.FAILED
    assert capsys.readouterr().err == (
        "hatchet-py: the page needs nothing_of_that_name: pip install 'hatchet-typed[page]'\n"
    )


@pytest.mark.usefixtures("missing")
@pytest.mark.parametrize(
    ("page", "said"),
    [(Where(None, None), "For a page to work with it in a browser: pip install 'hatchet-typed[page]'\n"), (None, "")],
)
def test_dev_goes_on_without_the_page(page: Where | None, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    endpoint = Endpoint("a token", "a tenant", "127.0.0.1:1", "http://127.0.0.1:1", 1)

    async def served() -> None:
        async with _paged(endpoint, "an engine", page):
            """While the engine serves."""

    asyncio.run(served())
    assert capsys.readouterr().out == said


def test_an_address_that_others_reach_and_a_port_that_is_taken_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["page", "--data", "x", "--address", "0.0.0.0"]) == Exit.USAGE
    assert "'0.0.0.0' is no loopback address" in capsys.readouterr().err
    assert main(["page", "--data", "x", "--port", "1", "--address", "127.0.0.999"]) == Exit.USAGE
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["page", "--data", "x", "--port", port, "--address", "127.0.0.1"]) == Exit.FAILED
        assert "the page cannot be served" in capsys.readouterr().err
