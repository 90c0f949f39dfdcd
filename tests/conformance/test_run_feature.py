"""`hatchet.runs`: lists, bulk changes, results of many."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    BulkCancelReplayOpts,
    Context,
    DesiredWorkerLabel,
    EmptyModel,
    Hatchet,
    InputError,
    NotFound,
    RunCancelled,
    RunFailed,
    RunFilter,
    RunStatus,
)
from hatchet_api.rest.models import V1TaskStatus
from tests.conformance.helpers import eventually

MISSING = "00000000-0000-4000-8000-000000000000"


class Number(BaseModel):
    n: int


def test_runs_are_listed_by_every_filter_and_iterated_once_each(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    since = datetime.now(timezone.utc) - timedelta(minutes=1)

    @hatchet.task(name="listed-many", input_validator=Number)
    def many(input: Number, ctx: Context) -> int:
        if input.n == 3:
            raise ValueError("three")
        return input.n

    with worker(many) as running:
        ids = []
        for n in range(5):
            ref = many.run_no_wait(Number(n=n), additional_metadata={"n": str(n), "kind": "odd" if n % 2 else "even"})
            ids.append(ref.workflow_run_id)
        ended = hatchet.runs.wait_for(ids)
        assert [isinstance(each, RunFailed) for each in ended] == [n == 3 for n in range(5)]

        def listed(**filters: Any) -> list[int]:  # Any: the list checks its arguments where it is called for real
            rows = hatchet.runs.iterate(since=since, workflow_ids=[many.id], page_size=2, **filters)
            return [ids.index(row.metadata.id) for row in rows]

        assert eventually(listed, lambda found: len(found) == 5) == [4, 3, 2, 1, 0]
        eventually(lambda: listed(statuses=[V1TaskStatus.COMPLETED]), lambda found: len(found) == 4)
        found = {
            "all": listed(),
            "failed": listed(statuses=[V1TaskStatus.FAILED]),
            "even": listed(additional_metadata={"kind": "even"}),
            "either": listed(additional_metadata={"kind": "odd", "n": "2"}),
            "tasks of the worker": listed(only_tasks=True, worker_id=running.id),
            "tasks of no worker": listed(only_tasks=True, worker_id=MISSING),
            "of an event": listed(triggering_event_external_id=MISSING),
            "of a parent": listed(parent_task_external_id=MISSING),
            "later": [*hatchet.runs.iterate(since=datetime.now(timezone.utc), workflow_ids=[many.id])],
            "page": [
                ids.index(row.metadata.id)
                for row in hatchet.runs.list(since=since, workflow_ids=[many.id], offset=1, limit=2).rows
            ],
        }
        answers("found", found)
        whole = hatchet.runs.list_with_pagination(since=since, workflow_ids=[many.id], offset=1, limit=3)
        assert [ids.index(run.metadata.id) for run in whole] == [3, 2, 1]
        row = hatchet.runs.list(since=since, additional_metadata={"n": "2"}, workflow_ids=[many.id]).rows[0]
        varying = {"metadata", "tenant_id", "task_id", "task_external_id", "workflow_run_external_id", "display_name"}
        times = {"created_at", "started_at", "finished_at", "task_inserted_at", "duration"}
        answers("row", row.model_dump(mode="json", exclude=varying | times))
        bare = hatchet.runs.list(since=since, workflow_ids=[many.id], include_payloads=False).rows[0]
        answers("without payloads", {"input": bare.input, "output": bare.output})


@pytest.mark.parametrize("version", [None, "v0.101.27"], ids=["as it is", "an engine that counts no runs"])
def test_runs_are_counted(hatchet: Hatchet, worker: Any, monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    if version is not None:

        async def told() -> str:
            return version

        monkeypatch.setattr(hatchet.gateway, "engine_version", told)

    @hatchet.task(name=f"counted-runs-{version}")
    def counted(input: EmptyModel, ctx: Context) -> None: ...

    with worker(counted):
        counted.run_many([counted.create_bulk_run_item() for _ in range(3)])
        assert eventually(lambda: hatchet.runs.count(workflow_ids=[counted.id]), lambda found: found == 3) == 3
        assert hatchet.runs.count(workflow_ids=[counted.id], statuses=[V1TaskStatus.FAILED]) == 0
        assert hatchet.runs.count(workflow_ids=[counted.id], since=datetime.now(timezone.utc)) == 0


def test_runs_are_cancelled_by_filter_over_several_chunks_and_replayed_by_id(hatchet: Hatchet, worker: Any) -> None:
    place = DesiredWorkerLabel(value=hatchet.namespace, required=True)

    @hatchet.task(name="cancelled-many", input_validator=Number, desired_worker_labels={"place": place})
    def many(input: Number, ctx: Context) -> int:
        return input.n

    started = datetime.now(timezone.utc) - timedelta(minutes=1)
    with worker(many):
        many_id = many.id  # registered; what is started from here on waits for a worker in the right place
    refs = [many.run_no_wait(Number(n=n), additional_metadata={"kind": "odd" if n % 2 else "even"}) for n in range(6)]
    ids = [ref.workflow_run_id for ref in refs]
    waiting = [V1TaskStatus.QUEUED, V1TaskStatus.RUNNING]
    eventually(lambda: hatchet.runs.list(workflow_ids=[many_id], statuses=waiting).rows, lambda rows: len(rows) == 6)
    odd: Any = {"since": started, "workflow_ids": [many_id], "additional_metadata": {"kind": "odd"}}
    assert hatchet.runs.bulk_cancel_by_filters_with_pagination(**odd, chunk_size=2).count == 3
    assert hatchet.runs.bulk_cancel(BulkCancelReplayOpts(ids=ids[:1])).count == 1
    none = RunFilter(since=started, workflow_ids=[many_id], additional_metadata={"kind": "none"})
    assert hatchet.runs.bulk_cancel(BulkCancelReplayOpts(filters=none)).count == 0
    cancelled = [ids[0], *ids[1::2]]
    for run_id in cancelled:
        assert eventually(partial(hatchet.runs.get_status, run_id), lambda seen: seen == "CANCELLED") == "CANCELLED"
    with worker(many, labels={"place": hatchet.namespace}):
        ended = hatchet.runs.wait_for(ids)
        assert [isinstance(each, RunCancelled) for each in ended] == [run_id in cancelled for run_id in ids]
        assert hatchet.runs.bulk_replay_by_filters_with_pagination(**odd).count == 3
        for run_id in ids[1::2]:
            assert eventually(partial(hatchet.runs.get_status, run_id), lambda seen: seen == "COMPLETED") == "COMPLETED"
            assert hatchet.runs.get_task_run(run_id).attempt == 2


def test_a_run_is_created_by_name_and_told_of_in_full(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="created", input_validator=Number)
    def created(input: Number, ctx: Context) -> int:
        return input.n + 1

    with worker(created):
        made = hatchet.runs.create("created", {"n": 1}, {"who": "me"}, priority=3)
        run_id = made.run.metadata.id
        assert hatchet.runs.get_result(run_id)["created"] == 2
        details = hatchet.runs.get_details(run_id)
        assert details.status is RunStatus.COMPLETED
        shown = eventually(lambda: hatchet.runs.get(run_id), lambda seen: seen.run.status.value == "COMPLETED")
        answers(
            "run",
            {
                "input": shown.run.input,
                "output": shown.run.output,
                "metadata": {
                    key: value for key, value in (shown.run.additional_metadata or {}).items() if key == "who"
                },
                "name": (shown.run.display_name or "").partition("-")[0],
                "tasks": [task.status.value for task in shown.tasks],
            },
        )


def test_what_is_missing_or_malformed_is_told_apart_before_and_behind_the_wire(hatchet: Hatchet) -> None:
    with pytest.raises(NotFound):
        hatchet.runs.get(MISSING)
    with pytest.raises(NotFound):
        hatchet.runs.get_task_run(MISSING)
    with pytest.raises(InputError, match="has no time zone"):
        hatchet.runs.list(since=datetime(2026, 1, 1))
    with pytest.raises(InputError, match="limit is 0"):
        hatchet.runs.list(limit=0)
    with pytest.raises(InputError, match="has a colon"):
        hatchet.runs.list(additional_metadata={"a:b": "c"})
    with pytest.raises(InputError, match="which is no id"):
        hatchet.runs.bulk_cancel(BulkCancelReplayOpts(ids=["mine"]))
    with pytest.raises(InputError, match="either ids or filters"):
        BulkCancelReplayOpts(ids=["mine"], filters=RunFilter())


def test_every_run_of_many_is_cancelled_and_runs_again(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="many-again")
    def again(input: EmptyModel, ctx: Context) -> str:
        return "ran"

    with worker(again):
        workflow = [again.id]
    again.run_many([again.create_bulk_run_item() for _ in range(250)], wait_for_result=False)

    def are(status: V1TaskStatus) -> bool:
        def count() -> int:
            return hatchet.runs.count(workflow_ids=workflow, statuses=[status])

        return eventually(count, lambda found: found == 250) == 250

    assert are(V1TaskStatus.QUEUED)
    assert hatchet.runs.bulk_cancel(BulkCancelReplayOpts(filters=RunFilter(workflow_ids=workflow))).count == 250
    assert are(V1TaskStatus.CANCELLED)
    assert hatchet.runs.bulk_replay_by_filters_with_pagination(workflow_ids=workflow).count == 250
    assert are(V1TaskStatus.QUEUED)
    with worker(again):
        assert are(V1TaskStatus.COMPLETED)
