"""What is shown over REST, field by field: runs, workflows, workers, triggers, events, filters, log lines."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import pytest
from pydantic import BaseModel

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    EmptyModel,
    Hatchet,
    RunFailed,
    StickyStrategy,
)
from hatchet_api.rest import models
from tests.conformance.helpers import eventually


class Number(BaseModel):
    n: int = 0


#: These count, or tell of the place and the moment.
VARYING = {"metadata", "tenant_id", "task_id", "duration", "display_name", "order", "task_display_name"}


def shown(value: models.V1TaskSummary | models.V1WorkflowRun, *without: str) -> dict[str, Any]:
    """The fields that an engine has sent, but for those that vary."""
    return value.model_dump(mode="json", exclude_unset=True, exclude={*VARYING, *without})


def test_what_is_shown_of_runs(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    flow = hatchet.workflow(
        "viewed",
        input_validator=Number,
        sticky=StickyStrategy.SOFT,
        concurrency=ConcurrencyExpression(
            expression="'all'", max_runs=5, limit_strategy=ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN
        ),
    )

    @flow.task()
    def first(input: Number, ctx: Context) -> Number:
        return input

    @flow.task(parents=[first])
    def second(input: Number, ctx: Context) -> Number:
        return input

    @hatchet.task(name="viewed-alone", retries=2, description="alone", on_crons=["0 3 * * *"], on_events=["viewed"])
    def alone(input: EmptyModel, ctx: Context) -> None: ...

    with worker(flow, alone):
        dag, single = flow.run_no_wait(Number(n=1)), alone.run_no_wait()
        for ref in (dag, single):
            ref.result(timeout=30)
        run_id, single_id = dag.workflow_run_id, single.workflow_run_id

        def listed(**filters: Any) -> list[models.V1TaskSummary]:  # Any: checked where the list is called for real
            return [*hatchet.runs.list(workflow_ids=[flow.id, alone.id], **filters).rows]

        def ended() -> bool:
            rows = listed()
            return len(rows) == 2 and all(row.status.value == "COMPLETED" and row.finished_at for row in rows)

        eventually(ended, bool)
        rows = {row.metadata.id: row for row in listed()}
        # What the output of a DAG is differs on purpose: see docs/engine-differences.md.
        answers("listed dag", shown(rows[run_id], "children", "output", "additional_metadata"))
        answers("children", [shown(child, "additional_metadata") for child in rows[run_id].children or ()])
        answers("listed task", shown(rows[single_id], "additional_metadata"))
        tasks = {row.action_id: shown(row, "additional_metadata") for row in listed(only_tasks=True)}
        answers("tasks", [tasks[action] for action in sorted(tasks, key=str)])
        details = hatchet.runs.get(run_id)
        answers("details", shown(details.run, "output", "additional_metadata"))
        # The real engine shows the year 1 for when its tasks were created.
        answers("tasks of details", [shown(task, "additional_metadata", "created_at") for task in details.tasks])
        answers("config of a dag", without_schema(details.workflow_config))
        answers("config of a task", without_schema(hatchet.runs.get(single_id).workflow_config))
        answers("task", shown(hatchet.runs.get_task_run(single_id), "additional_metadata", "created_at"))
        counts = eventually(lambda: hatchet.workflows.get_metrics(flow.id), lambda found: found.completed == 1)
        answers("counts", vars(counts))


def without_schema(config: dict[str, Any] | None) -> dict[str, Any]:
    """What was registered; the schema of the input depends on pydantic's version."""
    return {key: value for key, value in (config or {}).items() if key != "inputJsonSchema"}


def test_what_is_shown_of_workflows_and_workers(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="registered", on_events=["registered"])
    def registered(input: EmptyModel, ctx: Context) -> None: ...

    with worker(registered, labels={"view": hatchet.namespace}) as running:
        answers("workflow", hatchet.workflows.get(registered.id).model_dump(mode="json", exclude={"versions"}))
        assert len(hatchet.workflows.get(registered.id).versions or []) == 1
        page = hatchet.workflows.list("registered")
        answers("listed workflow", [row.model_dump(mode="json") for row in page.rows or []])
        version = hatchet.workflows.get_version(registered.id)
        answers("version", version.model_dump(mode="json", exclude={"order", "metadata", "workflow_config"}))
        paused = hatchet.workflows.pause(registered.id, timedelta(hours=1), "DROP")
        answers("paused", paused.model_dump(mode="json"))
        answers("while paused", hatchet.workflows.get(registered.id).model_dump(mode="json", exclude={"versions"}))
        answers("unpaused", hatchet.workflows.unpause(registered.id).model_dump(mode="json"))

        found = eventually(
            lambda: hatchet.workers.list(labels={"view": hatchet.namespace}), lambda seen: bool(seen.rows)
        )
        left_out = {"metadata", "name", "runtime_info", "last_heartbeat_at", "labels"}
        (row,) = found.rows or []
        answers("listed worker", row.model_dump(mode="json", exclude=left_out))
        answers("page of workers", found.pagination.model_dump(mode="json") if found.pagination else None)
        answers("worker", hatchet.workers.get(running.id).model_dump(mode="json", exclude=left_out))
    hatchet.workflows.delete(registered.id)


def test_what_is_shown_of_triggers_events_filters_and_lines(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="seen", on_events=["seen"])
    def seen(input: EmptyModel, ctx: Context) -> None:
        ctx.log("100% done")
        ctx.log("Half_done: ÄRGER")

    with worker(seen):
        later = hatchet.scheduled.create("seen", datetime.now(timezone.utc) + timedelta(hours=1), {})
        answers("scheduled", later.model_dump(mode="json", exclude={"metadata", "tenant_id"}))
        twice = hatchet.scheduled.bulk_delete(scheduled_ids=[later.metadata.id, later.metadata.id])
        answers("deleted twice", twice.model_dump(mode="json"))

        pushed = hatchet.event.push("seen", {})
        eventually(lambda: hatchet.event.get(pushed.event_id).triggered_runs, bool)
        event = hatchet.event.list(event_ids=[pushed.event_id]).rows or []
        left_out = {"metadata", "seen_at", "workflow_run_summary", "additional_metadata"}
        answers("listed event", [row.model_dump(mode="json", exclude=left_out) for row in event])

        hatchet.filters.create(seen.id, "true", "a")
        hatchet.filters.create(seen.id, "true", "b")
        pages = [hatchet.filters.list(workflow_ids=[seen.id], limit=1, offset=offset).pagination for offset in (0, 1)]
        answers("pages of filters", [page.model_dump(mode="json") if page else None for page in pages])

        ref = seen.run_no_wait()
        ref.result(timeout=30)
        run_id = ref.workflow_run_id
        lines = eventually(lambda: hatchet.logs.list(run_id), lambda found: len(found.rows or []) == 2)
        answers("page of lines", lines.pagination.model_dump(mode="json") if lines.pagination else None)
        texts = ("0%", "%half", "f_d", "_", "%", "ärger", "e%r", "e%f", "\\%", "\\_", ".", "a.*b")
        answers("found", {text: len(hatchet.logs.list(run_id, search=text).rows or []) for text in texts})


def test_what_is_shown_of_an_expression_that_is_neither_true_nor_false(hatchet: Hatchet, answers: Any) -> None:
    answers("tried", vars(hatchet.cel.debug("input.n", {"n": "text"}).result))


def test_a_run_is_drawn_with_the_states_of_its_tasks(hatchet: Hatchet, worker: Any) -> None:
    flow = hatchet.workflow("drawn")

    @flow.task()
    async def first(input: EmptyModel, ctx: Context) -> int:
        return 1

    @flow.task(parents=[first])
    async def second(input: EmptyModel, ctx: Context) -> int:
        raise ValueError("no")

    with worker(flow):
        ref = flow.run_no_wait()
        with pytest.raises(RunFailed):
            ref.result()
        expected = ['    t0["first<br/>COMPLETED"]', '    t1["second<br/>FAILED"]', "    t0 --> t1"]
        assert ref.to_mermaid().splitlines()[1:4] == expected
        seen = eventually(lambda: hatchet.runs.to_mermaid(ref.workflow_run_id, "TB"), lambda text: "FAILED" in text)
        assert seen.startswith("flowchart TB\n")
        assert sorted(re.findall(r'\["(.*)"\]', seen)) == ["first<br/>COMPLETED", "second<br/>FAILED"]
        names = dict(re.findall(r'(t\d)\["(\w+)<', seen))
        assert [(names[a], names[b]) for a, b in re.findall(r"(t\d) --> (t\d)", seen)] == [("first", "second")]
        for drawn in (ref.to_svg(), hatchet.runs.to_svg(ref.workflow_run_id, "TB")):
            texts = [text.text for text in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
            assert {"first", "second", "completed", "failed"} <= set(texts)
