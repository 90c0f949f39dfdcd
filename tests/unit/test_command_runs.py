"""`runs trigger --wait` and `runs watch` of an engine in this process: what people read, and how they end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, EmptyModel, Hatchet, InputError, RunCancelled, RunFailed
from hatchet.cli import acting, looking, main
from hatchet.cli.ending import Exit
from hatchet.errors import TaskFailure
from hatchet.runs.results import WorkflowResult
from hatchet.wire.values import StepRunEventType


class Name(BaseModel):
    name: str


@pytest.fixture(scope="module")
def hatchet() -> Iterator[Hatchet]:
    """A client of an engine with a worker for three tasks."""
    with Hatchet.from_embedded(None) as hatchet:

        @hatchet.task(name="greet")
        def greet(input: Name, ctx: Context) -> dict[str, str]:
            return {"said": f"hello {input.name}"}

        @hatchet.task(name="fails")
        def fails(input: EmptyModel, ctx: Context) -> None:
            raise ValueError("no")

        @hatchet.task(name="sleeps")
        async def sleeps(input: EmptyModel, ctx: Context) -> None:
            await asyncio.sleep(600)

        with hatchet.worker("w", workflows=[greet, fails, sleeps]):
            yield hatchet


@pytest.fixture(autouse=True)
def here(hatchet: Hatchet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works with this engine, whose client it does not close."""
    for module in (acting, looking):
        monkeypatch.setattr(module, "connected", lambda chosen: nullcontext(hatchet))


def test_who_waits_reads_the_outputs(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["runs", "trigger", "greet", "--input", '{"name": "Ada"}', "--wait"]
    assert main(words) == Exit.FINE
    assert capsys.readouterr().out == 'greet  {"said": "hello Ada"}\n'
    assert main([*words, "--json"]) == Exit.FINE
    told = json.loads(capsys.readouterr().out)
    assert (sorted(told), told["output"], len(told["id"])) == (["id", "output"], {"greet": {"said": "hello Ada"}}, 36)


def test_the_end_of_a_run_ends_the_command(hatchet: Hatchet, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "trigger", "fails", "--wait"]) == Exit.FAILED
    assert "ValueError: no" in capsys.readouterr().err
    for name, end, code in (("greet", "COMPLETED", Exit.FINE), ("fails", "FAILED", Exit.FAILED),
                            ("sleeps", "CANCELLED", Exit.FAILED)):  # fmt: skip
        assert main(["runs", "trigger", name, "--input", '{"name": "Ada"}']) == Exit.FINE
        run_id = capsys.readouterr().out.strip()
        if name == "sleeps":
            assert main(["runs", "cancel", run_id]) == Exit.FINE
            assert capsys.readouterr().out == f"{run_id} cancelled\n"
        hatchet.runs.wait_for([run_id])
        assert main(["runs", "watch", run_id]) == code
        assert capsys.readouterr().out == f"{end}\n"
        assert main(["runs", "watch", run_id, "--json"]) == code
        assert json.loads(capsys.readouterr().out) == {"status": end}


@pytest.mark.parametrize(
    ("end", "told", "code"),
    [(WorkflowResult({}, "r"), "COMPLETED", 0), (RunCancelled("r"), "CANCELLED", 1),
     (RunFailed("r", [TaskFailure("t", "E", "no", "", None)]), "FAILED", 1)],
)  # fmt: skip
def test_what_happens_in_a_run_is_watched(
    end: object, told: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []
    events = [
        SimpleNamespace(type=StepRunEventType.STEP_RUN_EVENT_TYPE_STARTED, payload=""),
        SimpleNamespace(type=StepRunEventType.STEP_RUN_EVENT_TYPE_COMPLETED, payload='{"n": 1}'),
        SimpleNamespace(type=None, payload="x"),
    ]
    ref = SimpleNamespace(details=lambda: SimpleNamespace(done=False), stream=lambda: iter(events))

    def get_run_ref(run_id: str) -> object:
        asked.append(run_id)
        return ref

    def wait_for(run_ids: list[str]) -> list[object]:
        asked.append(run_ids)
        return [end]

    stub = SimpleNamespace(runs=SimpleNamespace(get_run_ref=get_run_ref, wait_for=wait_for))
    monkeypatch.setattr(looking, "connected", lambda chosen: nullcontext(stub))
    assert main(["runs", "watch", "r"]) == code
    assert capsys.readouterr().out == (
        f'STEP_RUN_EVENT_TYPE_STARTED\nSTEP_RUN_EVENT_TYPE_COMPLETED  {{"n": 1}}\nSOMETHING NEW  x\n{told}\n'
    )
    assert main(["runs", "watch", "r", "--json"]) == code
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"type": "STEP_RUN_EVENT_TYPE_STARTED", "payload": ""},
        {"type": "STEP_RUN_EVENT_TYPE_COMPLETED", "payload": '{"n": 1}'},
        {"type": "SOMETHING NEW", "payload": "x"},
        {"status": told},
    ]
    assert asked == ["r", ["r"], "r", ["r"]]


def test_an_end_that_is_none_is_raised(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ref = SimpleNamespace(details=lambda: SimpleNamespace(done=True))
    runs = SimpleNamespace(get_run_ref=lambda run_id: ref, wait_for=lambda ids: [InputError("no such thing")])
    monkeypatch.setattr(looking, "connected", lambda chosen: nullcontext(SimpleNamespace(runs=runs)))
    assert main(["runs", "watch", "r"]) == Exit.USAGE
    assert capsys.readouterr() == ("", "hatchet-py: no such thing\n")
