"""The command's words against an engine: what they show, what they change, and the codes that they end with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, DurableContext, EmptyModel, Hatchet, TlsStrategy
from hatchet.cli import main
from hatchet.cli.ending import Exit
from tests.conformance.helpers import eventually

MISSING = "00000000-0000-4000-8000-000000000000"
Said = Callable[..., list[dict[str, Any]]]


class Name(BaseModel):
    name: str


@pytest.fixture
def environment(hatchet: Hatchet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine of this scenario, as a terminal has it."""
    config = hatchet.config
    for name, value in {
        "TOKEN": config.token,
        "HOST_PORT": config.host_port,
        "SERVER_URL": config.server_url,
        "NAMESPACE": hatchet.namespace,
        "TLS_STRATEGY": TlsStrategy(config.tls_config.strategy).value,
    }.items():
        monkeypatch.setenv(f"HATCHET_CLIENT_{name}", value)
    monkeypatch.delenv("HATCHET_CLIENT_EMBEDDED", raising=False)


@pytest.fixture
def said(environment: None, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a word, and read what it printed for programs."""

    def run(*words: str, code: int = Exit.FINE) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert main([*words, "--json"]) == code, capsys.readouterr()
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_a_run_is_started_seen_and_repeated(hatchet: Hatchet, worker: Any, said: Said) -> None:
    @hatchet.task(name="greet")
    async def greet(input: Name, ctx: Context) -> str:
        await ctx.aio_log(f"greeting {input.name}")
        return f"hello {input.name}"

    with worker(greet):
        [run] = said("runs", "trigger", "greet", "--input", '{"name": "Ada"}', "--wait", "--metadata", "who:me")
        assert run["output"] == {"greet": "hello Ada"}
        run_id = run["id"]
        rows = eventually(
            lambda: said("runs", "list", "--workflow", "greet"),
            lambda rows: [row["status"] for row in rows] == ["COMPLETED"],
        )
        assert [row["id"] for row in rows] == [run_id]
        assert said("runs", "list", "--workflow", "greet", "--status", "failed") == []
        [shown] = eventually(lambda: said("runs", "get", run_id), lambda rows: rows[0]["status"] == "COMPLETED")
        assert (shown["input"], [task["status"] for task in shown["tasks"]]) == ({"name": "Ada"}, ["COMPLETED"])
        lines = eventually(lambda: said("runs", "logs", run_id), lambda lines: len(lines) == 1)
        assert [line["message"] for line in lines] == ["greeting Ada"]
        assert said("runs", "replay", run_id) == [{"id": run_id, "done": "runs again"}]
        assert said("runs", "watch", run_id)[-1] == {"status": "COMPLETED"}
        names = [row["name"] for row in said("workflows", "list")]
        assert hatchet.config.apply_namespace("greet") in names
        workers = [row for row in said("workers", "list") if row["status"] == "ACTIVE"]
        assert workers[0]["slots"].startswith("default ")


def test_a_run_that_fails_or_is_cancelled_ends_the_command_so(hatchet: Hatchet, worker: Any, said: Said) -> None:
    @hatchet.task(name="fails")
    def fails(input: EmptyModel, ctx: Context) -> None:
        raise ValueError("no")

    @hatchet.task(name="sleeps")
    async def sleeps(input: EmptyModel, ctx: Context) -> None:
        await asyncio.sleep(600)

    with worker(fails, sleeps):
        said("runs", "trigger", "fails", "--wait", code=Exit.FAILED)
        ref = fails.run_no_wait()
        assert said("runs", "watch", ref.workflow_run_id, code=Exit.FAILED)[-1] == {"status": "FAILED"}
        ref = sleeps.run_no_wait()
        hatchet.runs.get(ref.workflow_run_id)  # what is not stored yet cannot be cancelled
        assert said("runs", "cancel", ref.workflow_run_id) == [{"id": ref.workflow_run_id, "done": "cancelled"}]
        assert said("runs", "watch", ref.workflow_run_id, code=Exit.FAILED)[-1] == {"status": "CANCELLED"}


def test_triggers_are_created_listed_and_deleted(hatchet: Hatchet, worker: Any, said: Said) -> None:
    @hatchet.task(name="planned")
    def planned(input: Name, ctx: Context) -> str:
        return input.name

    with worker(planned):
        full = hatchet.config.apply_namespace("planned")
        [cron] = said("crons", "create", "planned", "yearly", "0 0 1 1 *", "--input", '{"name": "Ada"}')
        assert cron["first"].endswith("-01-01T00:00:00+00:00")
        [row] = [row for row in said("crons", "list") if row["workflow"] == full]
        assert (row["name"], row["expression"], row["enabled"], row["input"]) == (
            "yearly", "0 0 1 1 *", True, {"name": "Ada"},
        )  # fmt: skip
        said("crons", "delete", cron["id"])
        assert [row for row in said("crons", "list") if row["workflow"] == full] == []
        [event] = said("events", "push", "made:here", '{"n": 1}', "--scope", "s")
        rows = eventually(lambda: said("events", "list"), lambda rows: event["id"] in [row["id"] for row in rows])
        assert [(row["payload"], row["scope"]) for row in rows if row["id"] == event["id"]] == [({"n": 1}, "s")]
        assert said("rate-limits", "set", f"{hatchet.namespace}k", "7", "minute") == [
            {"key": f"{hatchet.namespace}k", "limit": 7, "per": "MINUTE"}
        ]
        [limit] = [row for row in said("rate-limits", "list") if row["key"] == f"{hatchet.namespace}k"]
        assert (limit["left"], limit["limit"]) == (7, 7)
        assert said("workflows", "pause", "planned")[0]["name"] == "planned"
        [paused] = [row for row in said("workflows", "list") if row["name"] == full]
        assert paused["paused"] is True
        said("workflows", "resume", "planned")


def test_a_durable_log_is_shown(hatchet: Hatchet, worker: Any, said: Said) -> None:
    @hatchet.durable_task(name="steps")
    async def steps(input: EmptyModel, ctx: DurableContext) -> int:
        return await ctx.aio_memo(int, "7")

    with worker(steps):
        ref = steps.run_no_wait()
        assert ref.result() == 7
        hatchet.runs.get(ref.workflow_run_id)
        entries = eventually(lambda: said("durable", "show", ref.workflow_run_id), lambda rows: len(rows) == 1)
        assert [(row["kind"], row["node"], row["branch"]) for row in entries] == [("MEMO", 1, 1)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["runs", "get", MISSING], Exit.NOT_FOUND),
        (["runs", "get", "nonsense"], Exit.USAGE),
        (["runs", "list", "--status", "dancing"], Exit.USAGE),
        (["runs", "list", "--since", "soon"], Exit.USAGE),
        (["runs", "list", "--metadata", "nothing"], Exit.USAGE),
        (["runs", "list", "--workflow", "nobody"], Exit.NOT_FOUND),
        (["runs", "trigger", "nobody"], Exit.NOT_FOUND),
        (["runs", "trigger", "nobody", "--input", "{"], Exit.USAGE),
        (["runs", "trigger", "nobody", "--input", "@/nowhere/file"], Exit.USAGE),
        (["events", "push", "k", "[1]"], Exit.USAGE),
        (["crons", "delete", MISSING], Exit.NOT_FOUND),
        (["schedules", "delete", MISSING], Exit.NOT_FOUND),
        (["workers", "pause", MISSING], Exit.NOT_FOUND),
        (["workflows", "delete", "nobody"], Exit.NOT_FOUND),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(
    environment: None, capsys: pytest.CaptureFixture[str], words: list[str], code: Exit
) -> None:
    assert main(words) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("hatchet-py: ")
    assert printed.err.count("\n") == 1


def test_a_token_that_is_refused_and_an_engine_that_is_not_there_are_told_apart(
    environment: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], hatchet: Hatchet
) -> None:
    head, payload, _ = hatchet.config.token.split(".")
    monkeypatch.setenv("HATCHET_CLIENT_TOKEN", f"{head}.{payload}.c2lnbmVk")
    assert main(["workers", "list"]) == Exit.REFUSED
    monkeypatch.setenv("HATCHET_CLIENT_TENACITY_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("HATCHET_CLIENT_SERVER_URL", "http://127.0.0.1:9")
    assert main(["workers", "list"]) == Exit.UNREACHABLE
    assert capsys.readouterr().err.count("hatchet-py: ") == 2


FIELDS = {
    "runs list": "id workflow status created duration_ms error",
    "runs get": "id name status created started finished input output metadata error tasks",
    "a task of runs get": "task id status attempt started finished output error",
    "runs logs": "task created level message",
    "durable show": "branch node kind label done created satisfied",
    "workflows list": "name id paused description changed",
    "workers list": "name id status slots heartbeat labels",
    "events list": "key id seen scope payload",
    "crons list": "workflow name expression id enabled input",
    "schedules list": "workflow id at status input",
    "rate-limits list": "key left limit per",
}
"""What a program reads of each list, in its order."""


def test_a_program_reads_the_same_fields_of_every_row(hatchet: Hatchet, worker: Any, said: Said) -> None:
    @hatchet.durable_task(name="shown", on_events=["shown:now"])
    async def shown(input: EmptyModel, ctx: DurableContext) -> int:
        await ctx.aio_log("a line", raise_on_error=True)
        return await ctx.aio_memo(int, "7")

    space = hatchet.namespace
    with worker(shown):
        said("events", "push", "shown:now", "{}")
        said("crons", "create", "shown", "yearly", "0 0 1 1 *")
        shown.schedule(datetime(2999, 1, 1, tzinfo=timezone.utc))
        said("rate-limits", "set", f"{space}shown", "7", "minute")
        [row] = eventually(
            lambda: said("runs", "list", "--workflow", "shown", "--status", "completed"), lambda rows: len(rows) == 1
        )
        words = {
            "runs list": ("--workflow", "shown"),
            "runs get": (row["id"],),
            "runs logs": (row["id"],),
            "durable show": (row["id"],),
            **{f"{each} list": () for each in ("workflows", "workers", "events", "crons", "schedules", "rate-limits")},
        }
        fields: dict[str, set[str]] = {}
        for each, more in words.items():
            rows = eventually(partial(said, *each.split(), *more), bool)
            fields[each] = {" ".join(one) for one in rows}
        [whole] = said("runs", "get", row["id"])
        fields["a task of runs get"] = {" ".join(task) for task in whole["tasks"]}
    assert fields == {name: {text} for name, text in FIELDS.items()}
