"""`hatchet.cron` and `hatchet.scheduled`."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from hatchet import Context, EmptyModel, Hatchet, InputError, InvalidRequest, NotFound
from hatchet_api.rest.models import ScheduledRunStatus, ScheduledWorkflowsBulkUpdateItem
from tests.conformance.helpers import eventually

MISSING = "00000000-0000-4000-8000-000000000000"


def in_hours(hours: float) -> datetime:
    return datetime.now(timezone.utc) + timedelta(hours=hours)


def test_crons_are_created_found_switched_triggered_and_deleted(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="by-cron", on_crons=["@daily"])
    def by_cron(input: EmptyModel, ctx: Context) -> str:
        return str(ctx.additional_metadata["who"])

    with worker(by_cron):
        made = hatchet.cron.create("by-cron", "mine", "0 30 5 * * MON-FRI", {"n": 1}, {"who": "ada"}, priority=2)
        hatchet.cron.create("by-cron", "other", "@weekly", {}, {"who": "eve"})
        answers("created", made.model_dump(mode="json", exclude={"metadata", "tenant_id"}))

        def found(**filters: Any) -> list[str]:  # Any: the list checks its arguments where it is called for real
            return [row.cron for row in hatchet.cron.iterate(workflow_id=by_cron.id, page_size=1, **filters)]

        answers(
            "found",
            {
                "all": sorted(found()),
                "named": found(cron_name="mine"),
                "of a name": sorted(found(workflow_name="by-cron")),
                "with metadata": found(additional_metadata={"who": "eve"}),
                "by name": found(order_by_field="name", order_by_direction="DESC"),
            },
        )
        cron_id = made.metadata.id
        hatchet.cron.update(cron_id, enabled=False)
        assert not hatchet.cron.get(cron_id).enabled
        assert hatchet.cron.trigger(cron_id).result(timeout=30)["by-cron"] == "ada"
        with pytest.raises(InvalidRequest):
            hatchet.cron.create("by-cron", "mine", "0 30 5 * * MON-FRI", {})
        hatchet.cron.delete(cron_id)
        assert found(cron_name="mine") == []
    hatchet.workflows.delete(by_cron.id)


def test_a_cron_that_cannot_be_read_is_refused_before_it_is_sent(hatchet: Hatchet) -> None:
    with pytest.raises(InputError, match=r"the hour is 0 to 23, not '25'\n    0 25 \* \* \*\n      \^\^"):
        hatchet.cron.create("nobody", "mine", "0 25 * * *", {})
    with pytest.raises(InputError, match=r"'0 0 30 2 \*' is never due"):
        hatchet.cron.create("nobody", "mine", "0 0 30 2 *", {})
    with pytest.raises(InputError, match="has a colon"):
        hatchet.cron.list(additional_metadata={"at": "10:30"})
    with pytest.raises(InputError, match=r"order_by_field is 'age'; write one of (name|createdAt), "):
        hatchet.cron.list(order_by_field="age")  # type: ignore[arg-type]  # what this is about


def test_the_next_times_of_a_cron_need_no_engine(hatchet: Hatchet) -> None:
    after = datetime(2026, 11, 24, 5, 1, tzinfo=timezone.utc)
    assert hatchet.cron.next_times("*/20 * * * *", 2, after) == [
        datetime(2026, 11, 24, 5, 20, tzinfo=timezone.utc),
        datetime(2026, 11, 24, 5, 40, tzinfo=timezone.utc),
    ]
    assert len(hatchet.cron.next_times("@hourly")) == 5
    assert hatchet.cron.next_times("0 0 30 2 *") == []
    with pytest.raises(InputError, match="has no time zone"):
        hatchet.cron.next_times("@hourly", after=datetime(2026, 1, 1))


def test_scheduled_runs_are_created_found_moved_and_triggered(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="by-time")
    def by_time(input: EmptyModel, ctx: Context) -> str:
        return str(ctx.additional_metadata["who"])

    with worker(by_time):
        made = [
            hatchet.scheduled.create("by-time", in_hours(n + 1), {"n": n}, {"who": f"u{n}"}, priority=n + 1)
            for n in range(3)
        ]
        ids = [each.metadata.id for each in made]
        left_out = {"metadata", "tenant_id", "workflow_run_created_at", "workflow_run_name"}
        answers("created", made[2].model_dump(mode="json", exclude=left_out))

        def found(**filters: Any) -> list[int]:  # Any: the list checks its arguments where it is called for real
            rows = hatchet.scheduled.iterate(workflow_id=by_time.id, page_size=2, **filters)
            return [ids.index(row.metadata.id) for row in rows]

        hatchet.scheduled.update(ids[0], in_hours(9))
        answers(
            "found",
            {
                "all": found(),
                "latest": found(order_by_field="triggerAt", order_by_direction="DESC"),
                "with metadata": found(additional_metadata={"who": "u1"}),
                "scheduled": found(statuses=[ScheduledRunStatus.SCHEDULED]),
                "failed": found(statuses=[ScheduledRunStatus.FAILED]),
            },
        )
        moved = hatchet.scheduled.bulk_update([(ids[1], in_hours(20)), (MISSING, in_hours(20))])
        answers("moved", moved.model_dump(mode="json"))
        assert found(order_by_field="triggerAt") == [1, 0, 2]
        assert hatchet.scheduled.trigger(ids[2]).result(timeout=30)["by-time"] == "u2"
        eventually(found, lambda seen: seen == [0, 1])
        gone = hatchet.scheduled.bulk_delete(scheduled_ids=[ids[0], MISSING])
        answers("deleted", gone.model_dump(mode="json"))
        by_state = hatchet.scheduled.bulk_delete(workflow_id=by_time.id, statuses=[ScheduledRunStatus.SCHEDULED])
        assert [str(each) for each in by_state.deleted_ids] == [ids[1]]
        one = hatchet.scheduled.create("by-time", in_hours(1), {})
        assert hatchet.scheduled.get(one.metadata.id).input == {}
        hatchet.scheduled.delete(one.metadata.id)
        with pytest.raises(NotFound):
            hatchet.scheduled.get(one.metadata.id)


def test_a_time_means_the_same_in_every_zone(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="by-zone")
    def by_zone(input: EmptyModel, ctx: Context) -> None: ...

    east = timezone(timedelta(hours=5))
    with worker(by_zone):
        at = datetime(2040, 1, 1, 3, tzinfo=east)
        made = hatchet.scheduled.create("by-zone", at, {})
        assert made.trigger_at == at
        later = at + timedelta(hours=1)
        assert hatchet.scheduled.update(made.metadata.id, later).trigger_at == later
        latest = at + timedelta(hours=2)
        moved = ScheduledWorkflowsBulkUpdateItem(id=made.metadata.id, trigger_at=latest)
        hatchet.scheduled.bulk_update([moved])
        assert hatchet.scheduled.get(made.metadata.id).trigger_at == latest
        by_zone.run()
        now = datetime.now(east)
        past: Any = {"since": now - timedelta(minutes=1), "workflow_ids": [by_zone.id]}
        eventually(lambda: hatchet.runs.list(**past).rows, lambda rows: len(rows) == 1)
        assert hatchet.runs.list(**past, until=now - timedelta(seconds=30)).rows == []
    hatchet.workflows.delete(by_zone.id)


def test_what_scheduled_runs_do_not_take_is_refused_before_it_is_sent(hatchet: Hatchet) -> None:
    with pytest.raises(InputError, match=r"trigger_at is .* no time zone"):
        hatchet.scheduled.create("nobody", datetime(2026, 1, 1), {})
    with pytest.raises(InputError, match="scheduled_ids has 501 entries; one call takes 1 to 500"):
        hatchet.scheduled.bulk_delete(scheduled_ids=[MISSING] * 501)
    with pytest.raises(InputError, match="updates has 0 entries"):
        hatchet.scheduled.bulk_update([])
    with pytest.raises(InputError, match=r"updates is .* no time zone"):
        hatchet.scheduled.bulk_update([(MISSING, datetime(2026, 1, 1))])
    with pytest.raises(InputError, match="would delete all"):
        hatchet.scheduled.bulk_delete()
    with pytest.raises(InputError, match="either scheduled_ids or a filter"):
        hatchet.scheduled.bulk_delete(scheduled_ids=[MISSING], workflow_id=MISSING)
    assert ScheduledWorkflowsBulkUpdateItem.model_fields.keys() == {"id", "trigger_at"}
