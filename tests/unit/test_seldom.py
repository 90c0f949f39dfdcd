"""What is seldom needed and does what it says: modules that load late, hooks that change nothing, refusals."""

from __future__ import annotations

import gc
import logging
import os
import threading
import weakref
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import httpx
import pytest

from hatchet import ClientConfig, Context, EmptyModel, Hatchet, Hook
from hatchet import embedded as embedded_module
from hatchet._credential import _day, read_token_file
from hatchet._lazy import Deferred
from hatchet.cli import checking
from hatchet.cli.ending import Exit
from hatchet.cli.shown import _text as cell
from hatchet.errors import ConfigError, DeadlineExceeded, HatchetError, InputError, NotFound
from hatchet.options import cel, cron
from hatchet.options.conditions import Condition
from hatchet.options.specs import RunSpec
from hatchet.page import workflows as page_workflows
from hatchet.pictures import _said as said
from hatchet.runs import trigger
from hatchet.runs.waits import Waits
from hatchet.scope import Scope, current_scope
from hatchet.testing import aio_history_of
from hatchet.transport.flag import Flag
from hatchet.transport.http import HttpSession
from hatchet.transport.io_loop import IoLoop
from hatchet.transport.threads import FORKED
from hatchet.transport.weak import WeakFinish
from hatchet.wire import api_errors
from hatchet.wire.run_calls import _result_events_of
from hatchet.wire.values import RunStatus, TaskRunDetails
from hatchet.worker.loop_watch import LoopWatch
from hatchet_api.calls import CallError, StatusCode
from tests.unit.offline import offline, token
from tests.unit.scripted import ScriptedEngine


def test_a_module_that_loads_late_has_its_names_and_no_others() -> None:
    late = Deferred("hatchet.options.cron")
    assert not hasattr(late, "__path__")
    assert list(late.__dict__) == ["_deferred_name"], "it is not loaded for that"
    with pytest.raises(AttributeError, match=r"^module 'hatchet\.options\.cron' has no attribute 'nothing'$"):
        late.nothing  # noqa: B018  # looked up
    assert late.YEARS_AHEAD is cron.YEARS_AHEAD


async def test_a_hook_that_overrides_nothing_changes_nothing() -> None:
    hook = Hook()

    async def starts(runs: Sequence[Any]) -> list[str]:
        return [f"id of {run}" for run in runs]

    async def runs(input: object) -> object:
        return f"output of {input}"

    assert await hook.around_trigger(cast(Any, ["a", "b"]), starts) == ["id of a", "id of b"]
    assert await hook.around_task(cast(Any, None), "x", runs) == "output of x"


async def test_a_hook_keeps_the_number_of_runs() -> None:
    class Drops(Hook):
        async def around_trigger(self, runs: Sequence[Any], call_next: Any) -> Sequence[str]:
            return cast(Sequence[str], await call_next(runs[:1]))

    hatchet = Hatchet(offline().config, hooks=[Drops()])
    run = trigger.build("w", b"{}", RunSpec())
    with pytest.raises(HatchetError, match=r"^a hook made 1 runs of 2; around_trigger keeps their number$"):
        await trigger.start(hatchet.gateway, [run, run])


async def test_in_a_mock_run_the_children_of_a_durable_task_may_be_taken_down() -> None:
    recorder = SimpleNamespace(keeps_children=False, started=lambda run: f"mock of {run.workflow}")
    log = SimpleNamespace(knows=lambda run_id: False)
    made = Scope("run", "task", 0, "w", {}, recorder=cast(Any, recorder), log=cast(Any, log))
    other = trigger.build("w", b"{}", RunSpec())
    reset = current_scope.set(made)
    try:
        assert await trigger.start(offline().gateway, [other]) == ["mock of w"]
    finally:
        current_scope.reset(reset)


def test_a_flag_that_is_set_is_not_waited_for() -> None:
    flag = Flag()
    assert flag.wait(0.0) is False
    flag.set()
    assert flag.wait(None) is True
    early = Flag()
    threading.Timer(0.01, early.set).start()
    assert early.wait(20) is True


async def test_an_end_of_what_is_gone_is_nothing() -> None:
    class Thing:
        ended = 0

        async def end(self) -> None:
            self.ended += 1

    thing, other = Thing(), Thing()
    first, second, third = (WeakFinish(cast(Any, each.end)) for each in (thing, thing, other))
    assert ({first, second}, first == third, first == "first") == ({first}, False, False)
    await first()
    assert thing.ended == 1
    del thing
    gc.collect()
    await first()


@pytest.mark.parametrize(("moment", "day"), [(0.0, "1970-01-01 00:00 UTC"), (1e30, "1e+30")])
def test_when_a_token_expired_may_be_no_date(moment: float, day: str) -> None:
    assert _day(moment) == day


def test_a_path_that_no_file_can_have_is_told() -> None:
    with pytest.raises(ConfigError, match="cannot be read: embedded null"):
        read_token_file("a\0b")


def test_a_client_with_debug_logs_all(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("hatchet")
    before = logger.level
    try:
        Hatchet(ClientConfig(token=token()))
        assert logger.level == before
        Hatchet(ClientConfig(token=token(), debug=True))
        assert logger.level == logging.DEBUG
    finally:
        logger.setLevel(before)


@pytest.mark.parametrize("missing", embedded_module.EXTRA)
def test_what_the_embedded_engine_needs_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_module, "find_spec", lambda name: None if name == missing else name)
    with pytest.raises(HatchetError) as refused:
        embedded_module.check_extra()
    assert str(refused.value) == (
        f"the embedded engine needs {missing}; install it with: pip install 'hatchet-typed[embedded]'"
    )
    assert embedded_module.EXTRA == ("re2", "starlette", "uvicorn")


def test_without_cel_a_check_says_what_it_has_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checking, "declared", lambda module: (None, []))
    told: list[str] = []
    for installed in (True, False):
        monkeypatch.setattr(cel, "is_installed", lambda installed=installed: installed)
        assert checking.check(cast(Any, SimpleNamespace(json=False, module="shop"))) is Exit.FINE
        told.append(capsys.readouterr().err)
    assert told == [
        "", "hatchet-py: expressions in CEL were not looked at: pip install 'hatchet-typed[embedded]'\n",
    ]  # fmt: skip


def test_a_cell_holds_anything() -> None:
    identity = UUID(int=1)
    assert cell([identity, None]) == f'["{identity}", null]'


def test_a_condition_that_nobody_knows_is_drawn_as_it_is() -> None:
    class Odd(Condition):
        def __str__(self) -> str:
            return "an odd one"

    assert said(Odd()) == "an odd one"


def test_a_workflow_of_another_namespace_is_not_started_by_the_page() -> None:
    version: Any = SimpleNamespace(workflow=SimpleNamespace(name="order"))
    assert page_workflows._name(offline(), version) == "order"
    with pytest.raises(InputError) as refused:
        page_workflows._name(offline(namespace="team"), version)
    assert str(refused.value) == "'order' is not of the namespace 'team_', of which this page starts runs"
    version.workflow.name = "team_order"
    assert page_workflows._name(offline(namespace="team"), version) == "team_order"


async def test_a_history_is_only_that_of_an_engine_in_this_process() -> None:
    hatchet = ScriptedEngine().client()
    with pytest.raises(NotFound, match=r"^there is no durable task run r$"):
        await aio_history_of(hatchet, "r")
    hatchet.gateway.local = None
    with pytest.raises(HatchetError, match=r"^the engine is in another process, and tells no history; let the worker"):
        await aio_history_of(hatchet, "r")


def test_whoever_holds_a_client_is_the_one_who_waits_in_it() -> None:
    class Gone:
        """A client of which nothing is left."""

    gone = weakref.ref(Gone())
    gc.collect()
    with pytest.raises(HatchetError, match=r"^the client is gone, and nobody waits for its results$"):
        _result_events_of(cast(Any, gone), cast(Any, None))
    waits = Waits(cast(Any, Gone()))
    gc.collect()
    with pytest.raises(HatchetError, match=r"^the client is gone, and nobody waits in it$"):
        waits._connected  # noqa: B018  # looked up


def test_a_loop_of_before_a_fork_is_not_used_after_it() -> None:
    io = IoLoop()
    io._loop, io._pid = cast(Any, "a loop"), os.getpid()
    assert io.loop == cast(Any, "a loop")
    io._pid += 1
    with pytest.raises(HatchetError) as refused:
        io.loop  # noqa: B018  # looked up
    assert str(refused.value) == FORKED


@pytest.mark.parametrize("error", [httpx.ReadTimeout("late"), httpx.PoolTimeout("late"), httpx.WriteTimeout("late")])
async def test_a_packet_that_is_late_is_a_deadline(error: httpx.TimeoutException) -> None:
    hatchet = offline()
    session = HttpSession(hatchet.config, hatchet.io)
    late = await session._unreachable(error, "v1-task:get")
    assert (type(late), str(late), late.code, late.call) == (
        DeadlineExceeded, "v1-task:get: no answer in time", "TIMEOUT", "v1-task:get",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "words", "sent"),
    [
        (httpx.ConnectTimeout("slow"), "the engine's REST API cannot be reached at http://127.0.0.1:9 (slow); is it "
         "running, and is server_url right?", False),
        (httpx.ConnectError("none"), "the engine's REST API cannot be reached at http://127.0.0.1:9 (none); is it "
         "running, and is server_url right?", False),
        (httpx.ReadError("cut"), "the connection broke: ReadError('cut')", True),
    ],
)  # fmt: skip
async def test_a_server_that_was_not_reached_has_not_been_asked(error: httpx.HTTPError, words: str, sent: bool) -> None:
    hatchet = offline()
    raised = await HttpSession(hatchet.config, hatchet.io)._unreachable(error, "v1-task:get")
    assert (str(raised), raised.code, raised.call, raised.sent) == (
        f"v1-task:get: {words}", "UNAVAILABLE", "v1-task:get", sent,
    )  # fmt: skip


def test_a_loop_of_no_thread_is_at_an_unknown_place() -> None:
    watch = LoopWatch(cast(Any, None), -1, 1.0, lambda: "nobody")
    assert watch._where() == "an unknown place"
    here = LoopWatch(cast(Any, None), threading.get_ident(), 1.0, lambda: "nobody")._where()
    assert here.count(" < ") == 2
    assert "test_seldom.py" in here


def test_a_task_run_has_the_engine_s_name_for_its_id() -> None:
    assert TaskRunDetails("id", "t", RunStatus.QUEUED, None, None).external_id == "id"


@pytest.mark.parametrize("detail", [b"\x0a\xff", b"\x0a\x01\xff"])
def test_details_that_cannot_be_read_say_nothing(detail: bytes) -> None:
    found: Any = SimpleNamespace(type_url="type.googleapis.com/google.rpc.RetryInfo", value=detail)
    assert api_errors._retry_after([found]) is None
    status = CallError(StatusCode.ALREADY_EXISTS, "no", (("grpc-status-details-bin", detail),))
    assert type(api_errors.from_call(status, "TriggerWorkflow w")).__name__ == "AlreadyExists"


async def test_workflows_are_registered_under_the_name_of_other_clients() -> None:
    hatchet = offline()

    @hatchet.task(name="quick")
    async def quick(input: EmptyModel, ctx: Context) -> None: ...

    worker = hatchet.worker("w")
    await worker.aio_register_workflow(quick)
    assert repr(worker) == "Worker('w', INITIALIZED, workflows=[quick])"
