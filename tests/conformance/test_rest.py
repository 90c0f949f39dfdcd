"""The REST side: what the feature clients of this part show."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import CELFailure, CELSuccess, Context, EmptyModel, Hatchet, HatchetError, InputError, NotFound
from hatchet_api.rest import errors, models
from hatchet_api.rest.api import runs as run_api
from hatchet_api.rest.api import workers as worker_api
from tests.conformance.helpers import Api, eventually


class Text(BaseModel):
    text: str


def status_of(worker: models.Worker) -> str | None:
    return None if worker.status is None else worker.status.value


def test_a_finished_run_is_shown_with_its_task(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="shown", description="a task")
    def shown(input: Text, ctx: Context) -> Text:
        return Text(text=input.text.upper())

    with worker(shown):
        ref = shown.run_no_wait(Text(text="a"), additional_metadata={"who": "me"})
        ref.result()
        run_id = ref.workflow_run_id

        details = eventually(lambda: hatchet.runs.get(run_id), lambda seen: seen.run.status.value == "COMPLETED")
        assert details.run.output == {"text": "A"}
        assert [task.metadata.id for task in details.tasks] == [run_id]
        assert hatchet.runs.get_status(run_id).value == "COMPLETED"
        task = hatchet.runs.get_task_run(run_id)
        assert task.attempt == 1
        answers(
            "task",
            {
                "status": task.status.value,
                "input": task.input,
                "output": task.output,
                "type": task.type.value,
                "retry_count": task.retry_count,
                "is_durable": task.is_durable,
                "action_id": task.action_id,
                "metadata": sorted(task.additional_metadata or {}),
            },
        )


def test_a_failed_run_is_listed_with_its_error(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="listed-failure")
    def listed(input: EmptyModel, ctx: Context) -> None:
        raise ValueError("shown in the list")

    since = datetime.now(timezone.utc) - timedelta(minutes=1)
    with worker(listed):
        ref = listed.run_no_wait(additional_metadata={"marker": hatchet.namespace + "listed"})
        with pytest.raises(HatchetError):
            ref.result()

        def listing() -> Any:
            return hatchet.runs.list(since=since, additional_metadata={"marker": hatchet.namespace + "listed"})

        listed_runs = eventually(listing, lambda seen: bool(seen.rows) and seen.rows[0].status.value == "FAILED")
        (row,) = listed_runs.rows
        assert row.metadata.id == ref.workflow_run_id
        assert row.status.value == "FAILED"
        assert "shown in the list" in (row.error_message or "")
        only_completed = [s for s in type(row.status) if s.value == "COMPLETED"]
        assert hatchet.runs.list(since=since, statuses=only_completed, workflow_ids=[row.workflow_id]).rows == []


def test_workflows_are_listed_by_name_with_their_versions(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("listed-workflow", description="described")

    @flow.task()
    def only(input: EmptyModel, ctx: Context) -> None: ...

    with worker(flow):
        listing = hatchet.workflows.list("listed-workflow")
        (row,) = listing.rows or []
        assert row.name == f"{hatchet.namespace}listed-workflow"
        workflow = hatchet.workflows.get(row.metadata.id)
        assert workflow.description == "described"
        assert len(workflow.versions or []) == 1
        (listed,) = workflow.versions or []
        assert hatchet.workflows.get_version(row.metadata.id).metadata.id == listed.metadata.id


def test_a_worker_is_shown_with_its_slots_and_labels(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="offered")
    def offered(input: EmptyModel, ctx: Context) -> None: ...

    with worker(offered, slots=7, labels={"zone": "north", "gpus": 2}) as running:
        shown = eventually(lambda: hatchet.workers.get(running.id), lambda seen: status_of(seen) == "ACTIVE")
        assert shown.name == running.name
        assert status_of(shown) == "ACTIVE"
        assert (shown.slot_config or {})["default"].limit == 7
        assert {label.key: label.value for label in shown.labels or []} == {"zone": "north", "gpus": "2"}
        assert f"{hatchet.namespace}offered:offered" in (shown.actions or [])
        assert running.id in {row.metadata.id for row in hatchet.workers.list().rows or []}
        assert status_of(hatchet.workers.pause(running.id)) == "PAUSED"
        assert status_of(hatchet.workers.unpause(running.id)) == "ACTIVE"


def test_a_paused_worker_gets_nothing_until_it_goes_on(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="waits-for-unpause")
    def waits(input: EmptyModel, ctx: Context) -> str:
        return ctx.worker_id

    with worker(waits) as running:
        hatchet.workers.pause(running.id)
        held, deadline = None, time.monotonic() + 20
        while held is None and time.monotonic() < deadline:  # the real scheduler looks at its workers every 5 s
            ref = waits.run_no_wait()
            try:
                ref.result(timeout=1)
            except TimeoutError:
                held = ref
        assert held is not None
        hatchet.workers.unpause(running.id)
        assert held.result(timeout=30) == running.id


def test_log_lines_are_listed_in_their_order(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="logs-lines")
    async def logs_lines(input: EmptyModel, ctx: Context) -> None:
        for number in range(3):
            await ctx.aio_log(f"line {number}", raise_on_error=True)

    with worker(logs_lines):
        ref = logs_lines.run_no_wait()
        ref.result()
        lines = eventually(lambda: hatchet.logs.list(ref.workflow_run_id), lambda seen: len(seen.rows or []) == 3)
        assert [line.message for line in lines.rows or []] == ["line 0", "line 1", "line 2"]


class Fails(BaseModel):
    fails: bool


def test_tasks_are_counted_by_status(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="counted-by-status")
    async def counted(input: Fails, ctx: Context) -> None:
        if input.fails:
            raise ValueError("as wanted")

    with worker(counted):
        counted.run_many([counted.create_bulk_run_item(Fails(fails=n == 2)) for n in range(3)], return_exceptions=True)
        since = datetime.now(timezone.utc) - timedelta(minutes=10)
        found = eventually(
            lambda: hatchet.metrics.get_task_metrics(since=since, workflow_ids=[counted.id]),
            lambda seen: seen.running == 0,
        )
    assert (found.completed, found.failed, found.cancelled, found.queued, found.running) == (2, 1, 0, 0, 0)
    assert (found.running_evicted, found.running_on_worker) == (0, 0)


def test_what_is_not_there_and_what_is_malformed_are_told_apart(hatchet: Hatchet, api: Api) -> None:
    with pytest.raises(NotFound):
        hatchet.workers.get("00000000-0000-4000-8000-000000000000")
    with pytest.raises(NotFound):
        hatchet.workflows.get("00000000-0000-4000-8000-000000000000")
    with pytest.raises(InputError, match="worker_id is 'not-an-id', which is no id"):
        hatchet.workers.get("not-an-id")
    with pytest.raises(errors.BadRequest):
        api(worker_api.get.sync, "not-an-id")


def test_answers_are_shown_as_they_came(hatchet: Hatchet) -> None:
    shown = hatchet.workers.with_raw_response(lambda workers: workers.list())
    assert shown.status == 200
    assert shown.headers["Content-Type"].startswith("application/json")
    assert [(each.method, each.url.partition("/api/")[2]) for each in shown.responses] == [
        ("GET", f"v1/tenants/{hatchet.tenant_id}/worker")
    ]
    assert len(json.loads(shown.last.content).get("rows") or []) == len(shown.value.rows or [])
    missing = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(NotFound) as raised:
        hatchet.workers.with_raw_response(lambda workers: workers.get(missing))
    assert raised.value.response is not None
    assert (raised.value.response.status, raised.value.response.url.rpartition("/")[2]) == (404, missing)


def test_a_replayed_run_runs_again_under_its_id(hatchet: Hatchet, worker: Any) -> None:
    attempts: list[int] = []

    @hatchet.task(name="replayed")
    def replayed(input: EmptyModel, ctx: Context) -> int:
        attempts.append(ctx.retry_count)
        if len(attempts) == 1:
            raise ValueError("once")
        return len(attempts)

    with worker(replayed):
        ref = replayed.run_no_wait()
        with pytest.raises(HatchetError):
            ref.result()
        hatchet.runs.replay(ref.workflow_run_id)
        deadline = time.monotonic() + 30
        while len(attempts) < 2 and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        assert attempts == [0, 1]


def test_a_dag_is_shown_with_its_tasks_its_shape_and_its_history(
    hatchet: Hatchet, worker: Any, answers: Any, api: Api
) -> None:
    flow = hatchet.workflow("history", input_validator=Text)

    @flow.task()
    def first(input: Text, ctx: Context) -> Text:
        return input

    @flow.task(parents=[first], retries=1)
    def second(input: Text, ctx: Context) -> int:
        if ctx.retry_count == 0:
            raise ValueError("once")
        return 2

    @flow.task(parents=[first, second])
    def third(input: Text, ctx: Context) -> dict[str, int]:
        return {"n": 3}

    with worker(flow):
        ref = flow.run_no_wait(Text(text="a"), additional_metadata={"who": "me"}, priority=2)
        ref.result(timeout=30)
    run_id = ref.workflow_run_id

    def whole(seen: models.V1WorkflowRunDetails) -> bool:
        # Four attempts with four steps each; three of them end well, one fails and is tried again.
        return seen.run.status.value == "COMPLETED" and len(seen.task_events) == 4 * 4 + 3 + 2

    details = eventually(lambda: hatchet.runs.get(run_id), whole)
    steps = {each.step_id: each.task_name for each in details.shape}
    answers("shape", {each.task_name: sorted(steps[c] for c in each.children_step_ids) for each in details.shape})
    tasks = sorted(details.tasks, key=lambda task: task.action_id or "")
    answers(
        "tasks",
        [
            {
                "action": task.action_id,
                "status": task.status.value,
                "attempt": task.attempt,
                "retry_count": task.retry_count,
                "input": task.input,
                "output": task.output,
                "type": task.type.value,
                "run": task.workflow_run_external_id == run_id,
            }
            for task in tasks
        ],
    )
    run = details.run
    answers("run", {"status": run.status.value, "input": run.input, "parent": run.parent_task_external_id})
    # Steps of one moment come in any order.
    history = [(event.attempt or 0, event.event_type.value) for event in details.task_events]
    answers("history", sorted(history))
    timings = api(run_api.get_timings.sync, run_id)
    answers("timings", [[row.task_display_name.split("-")[0], row.depth, row.attempt] for row in timings.rows])
    listed = hatchet.runs.list(workflow_ids=[run.workflow_id]).rows
    answers(
        "list",
        [
            {
                "type": row.type.value,
                "status": row.status.value,
                "input": row.input,
                "children": sorted(child.action_id or "" for child in row.children or []),
            }
            for row in listed
        ],
    )


def test_a_run_has_no_traces_while_observability_is_off(hatchet: Hatchet, api: Api) -> None:
    path = f"/api/v1/stable/tenants/{api.tenant}/traces"
    answer = api.http.get(path, params={"run_external_id": "6f6e0000-0000-4000-8000-000000000000"})
    assert answer.status_code == 200
    assert answer.json().get("rows", []) == []
    assert api.http.get(path).status_code == 400


@pytest.mark.parametrize(
    "expression",
    [
        "timestamp('2024-07-01T22:00:00.5Z').getDate('Europe/Berlin') == 2",
        "timestamp('2024-01-02T03:04:05+02:00').getHours() == 1 && string(duration('1ns')) == '0.000000001s'",
        "{'a': 1, 'b': 2} != {'a': 1, 'b': 3} && {true: 't', 1: 'one'}[1] == 'one' && {'a-b': 1}.`a-b` == 1",
        "'%d%%'.format([50]) == '50%' && '%s'.format([{'b': 1, 'a': null}]) == '{a: null, b: 1}'",
        "b'\\377' == b'\\xff' && r'\\n' == '\\\\n' && 'abc'.indexOf('c', 30) == -1",
        "dyn(9007199254740993) == 9007199254740992.0 && dyn(-1) < 0u && [1].all(x, x < 2.5)",
        "input.name.matches('(?i)^ADA$') && size(input.name) == 3 && has(input.name) && !has(input.other)",
        "type(input.n) == double && int(input.n) == 3 && string(input.n) == '3'",
    ],
)
def test_expressions_give_the_same_on_every_engine(hatchet: Hatchet, expression: str) -> None:
    assert hatchet.cel.debug(expression, {"name": "Ada", "n": 3}).result == CELSuccess(output=True)


@pytest.mark.parametrize(
    "expression",
    [
        "timestamp('2024-02-30T00:00:00Z') == timestamp(0)",
        "timestamp('9999-12-31T23:59:59Z') + duration('1s') == timestamp(0)",
        "int('9223372036854775808') == 0",
        "bool('yes')",
        "string(b'\\xff') == ''",
        "[1] == [1.0]",
        "'%d'.format(['a']) == ''",
        "'%s'.format(['a', 'b']) == ''",
        "input.name.matches('(?<=a)b')",
        "--9223372036854775808 == 0",
    ],
)
def test_expressions_fail_on_every_engine(hatchet: Hatchet, expression: str) -> None:
    assert isinstance(hatchet.cel.debug(expression, {"name": "Ada"}).result, CELFailure)
