"""Limits: how many run at once, and how many units they consume in a window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import (
    ConcurrencyExpression,
    ConcurrencyLimitStrategy,
    Context,
    EmptyModel,
    Hatchet,
    RateLimit,
    RateLimitDuration,
    RunCancelled,
    RunFailed,
    Standalone,
    TaskRunRef,
)
from hatchet_api.rest import models
from hatchet_api.rest.api import tenants as tenant_api
from hatchet_api.rest.api import workflow_versions as version_api
from tests.conformance.helpers import Api, eventually

Since = Callable[[str], None]
ROBIN = ConcurrencyLimitStrategy.GROUP_ROUND_ROBIN


class Key(BaseModel):
    key: str
    n: int = 0


Gated = Callable[[str, ConcurrencyExpression | list[ConcurrencyExpression]], Standalone[Key, int]]


class Gate:
    """Tasks say that they began, and wait until the test lets them go on."""

    def __init__(self) -> None:
        self.began: list[int] = []
        self._changed = threading.Condition()
        self._open: set[int] = set()

    def pass_through(self, n: int) -> None:
        """Called by a task."""
        with self._changed:
            self.began.append(n)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: n in self._open, 30)

    def wait(self, *numbers: int) -> None:
        """Until these began."""
        with self._changed:
            assert self._changed.wait_for(lambda: set(numbers) <= set(self.began), 30), self.began

    def open(self, *numbers: int) -> None:
        """Let these go on."""
        with self._changed:
            self._open.update(numbers)
            self._changed.notify_all()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def gated(hatchet: Hatchet, gate: Gate) -> Gated:
    """Declares a limited task that passes through the gate with its number, and returns it."""

    def declare(name: str, limits: ConcurrencyExpression | list[ConcurrencyExpression]) -> Standalone[Key, int]:
        @hatchet.task(name=name, concurrency=limits)
        def passes(input: Key, ctx: Context) -> int:
            gate.pass_through(input.n)
            return input.n

        return passes

    return declare


def cancelled(ref: TaskRunRef[Any, Any]) -> bool:
    with pytest.raises(RunCancelled):
        ref.result()
    return True


def test_each_key_takes_its_turns(worker: Any, gate: Gate, gated: Gated) -> None:
    robin = gated("robin", ConcurrencyExpression("input.key", 1, ROBIN))

    with worker(robin):
        refs = [robin.run_no_wait(Key(key=key, n=n)) for n, key in enumerate("aaab")]
        gate.wait(0, 3)
        assert sorted(gate.began) == [0, 3]
        gate.open(0)
        gate.wait(1)
        gate.open(1, 2, 3)
        assert [ref.result() for ref in refs] == [0, 1, 2, 3]
        assert [n for n in gate.began if n != 3] == [0, 1, 2]


def test_a_plain_number_limits_all_runs_together(hatchet: Hatchet, worker: Any) -> None:
    running: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    @hatchet.task(name="two-at-once", concurrency=2)
    def two(input: EmptyModel, ctx: Context) -> None:
        with lock:
            running.append(1)
            most.append(len(running))
        time.sleep(0.1)
        with lock:
            running.pop()

    with worker(two):
        two.run_many([two.create_bulk_run_item() for _ in range(6)])
    assert max(most) == 2


def test_a_newer_run_replaces_the_one_that_runs(hatchet: Hatchet, worker: Any, gate: Gate, gated: Gated) -> None:
    in_progress = ConcurrencyLimitStrategy.CANCEL_IN_PROGRESS
    latest = gated("latest", ConcurrencyExpression("input.key", 1, in_progress))

    with worker(latest):
        old = latest.run_no_wait(Key(key="a", n=0))
        gate.wait(0)
        new = latest.run_no_wait(Key(key="a", n=1))
        assert cancelled(old)
        gate.wait(1)
        gate.open(0, 1)
        assert new.result() == 1
        run_id = old.workflow_run_id
        shown = eventually(lambda: hatchet.runs.get_status(run_id).value, lambda status: status == "CANCELLED")
        assert shown == "CANCELLED"


def test_newcomers_beyond_the_limit_are_turned_away(worker: Any, gate: Gate, gated: Gated) -> None:
    newest = ConcurrencyLimitStrategy.CANCEL_NEWEST
    full = gated("full", ConcurrencyExpression("input.key", 1, newest))

    with worker(full):
        first = full.run_no_wait(Key(key="a", n=0))
        gate.wait(0)
        assert cancelled(full.run_no_wait(Key(key="a", n=1)))
        gate.open(0)
        assert first.result() == 0
        assert gate.began == [0]


def test_several_limits_are_passed_one_after_the_other(worker: Any, gate: Gate, gated: Gated) -> None:
    limits = [ConcurrencyExpression("input.key", 1, ROBIN), ConcurrencyExpression("'all'", 2, ROBIN)]
    chained = gated("chained", limits)

    with worker(chained):
        refs = [chained.run_no_wait(Key(key=key, n=n)) for n, key in enumerate("aabc")]
        gate.wait(0, 2)
        assert sorted(gate.began) == [0, 2]
        gate.open(2)
        gate.wait(3)
        gate.open(0, 1, 3)
        assert [ref.result() for ref in refs] == [0, 1, 2, 3]


def test_a_workflow_keeps_its_slot_until_all_its_tasks_have_ended(hatchet: Hatchet, worker: Any, gate: Gate) -> None:
    whole = hatchet.workflow(
        name="whole", input_validator=Key, concurrency=ConcurrencyExpression("input.key", 1, ROBIN)
    )

    @whole.task()
    def first(input: Key, ctx: Context) -> int:
        gate.pass_through(input.n)
        return input.n

    @whole.task(parents=[first])
    def second(input: Key, ctx: Context) -> int:
        gate.pass_through(input.n + 10)
        return input.n

    with worker(whole):
        refs = [whole.run_no_wait(Key(key="a", n=n)) for n in range(2)]
        gate.wait(0)
        gate.open(0)
        gate.wait(10)
        assert gate.began == [0, 10]
        gate.open(10)
        gate.wait(1)
        gate.open(1, 11)
        for ref in refs:
            ref.result()
        assert gate.began == [0, 10, 1, 11]


def test_a_key_that_is_no_text_fails_the_run(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="no-key", concurrency=ConcurrencyExpression("input.n", 1, ROBIN))
    def no_key(input: Key, ctx: Context) -> None: ...

    with worker(no_key):
        with pytest.raises(RunFailed) as caught:
            no_key.run(Key(key="a", n=1))
        answers("errors", [error.message for error in caught.value.errors])


def test_a_retry_keeps_its_turn(hatchet: Hatchet, worker: Any) -> None:
    order: list[tuple[int, int]] = []

    @hatchet.task(name="again", retries=1, concurrency=ConcurrencyExpression("input.key", 1, ROBIN))
    def again(input: Key, ctx: Context) -> int:
        order.append((input.n, ctx.retry_count))
        if input.n == 0 and ctx.retry_count == 0:
            raise ValueError("once more")
        return input.n

    with worker(again):
        refs = again.run_many([again.create_bulk_run_item(Key(key="a", n=n)) for n in range(2)])
        assert refs == [0, 1]
    assert order == [(0, 0), (0, 1), (1, 0)]


def test_a_pause_before_a_retry_leaves_the_slot_to_others(hatchet: Hatchet, worker: Any) -> None:
    order: list[tuple[int, int]] = []

    @hatchet.task(
        name="pauses-first", retries=1, backoff_factor=3, concurrency=ConcurrencyExpression("input.key", 1, ROBIN)
    )
    def pauses(input: Key, ctx: Context) -> int:
        order.append((input.n, ctx.retry_count))
        if input.n == 0 and ctx.retry_count == 0:
            raise ValueError("once more")
        return input.n

    with worker(pauses):
        refs = pauses.run_many_no_wait([pauses.create_bulk_run_item(Key(key="a", n=n)) for n in range(2)])
        assert [ref.result(timeout=40) for ref in refs] == [0, 1]
    assert order == [(0, 0), (1, 0), (0, 1)]


def test_a_newcomer_of_lower_priority_replaces_nothing(worker: Any, gate: Gate, gated: Gated) -> None:
    in_progress = ConcurrencyLimitStrategy.CANCEL_IN_PROGRESS
    important = gated("important", ConcurrencyExpression("input.key", 1, in_progress))

    with worker(important):
        first = important.run_no_wait(Key(key="a", n=0), priority=3)
        gate.wait(0)
        assert cancelled(important.run_no_wait(Key(key="a", n=1), priority=1))
        gate.open(0)
        assert first.result() == 0
    assert gate.began == [0]


def test_a_newer_run_of_a_workflow_cancels_all_of_an_older_one(hatchet: Hatchet, worker: Any, gate: Gate) -> None:
    in_progress = ConcurrencyLimitStrategy.CANCEL_IN_PROGRESS
    whole = hatchet.workflow(
        name="replaced", input_validator=Key, concurrency=ConcurrencyExpression("input.key", 1, in_progress)
    )

    @whole.task()
    def first(input: Key, ctx: Context) -> int:
        gate.pass_through(input.n)
        return input.n

    @whole.task(parents=[first])
    def second(input: Key, ctx: Context) -> int:
        return input.n

    with worker(whole):
        old = whole.run_no_wait(Key(key="a", n=0))
        gate.wait(0)
        new = whole.run_no_wait(Key(key="a", n=1))
        gate.wait(1)
        gate.open(0, 1)
        assert dict(new.result()) == {"first": 1, "second": 1}
        with pytest.raises(RunCancelled):
            old.result()


def key_of(hatchet: Hatchet, name: str) -> str:
    """Keys of rate limits have no namespace, so a shared engine needs this one."""
    return f"{hatchet.namespace}-{name}"


def test_a_put_rate_limit_is_consumed_and_filled_again(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    key = key_of(hatchet, "put")
    hatchet.rate_limits.put(key, 2, RateLimitDuration.SECOND)
    began: list[float] = []

    @hatchet.task(name="consumes", rate_limits=[RateLimit(static_key=key, units=1)])
    def consumes(input: EmptyModel, ctx: Context) -> None:
        began.append(time.monotonic())

    with worker(consumes):
        consumes.run_many([consumes.create_bulk_run_item() for _ in range(4)])
    began.sort()
    assert len(began) == 4
    assert began[2] - began[0] > 0.5
    [row] = [each for each in hatchet.rate_limits.list(search=key).rows or [] if each.key == key]
    answers("row", {"limitValue": row.limit_value, "window": row.window})


def test_a_dynamic_rate_limit_has_a_budget_for_each_key(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    began: list[str] = []
    prefix = key_of(hatchet, "")
    limit = RateLimit(dynamic_key=f"'{prefix}' + input.key", units="input.n", limit=3, duration=RateLimitDuration.HOUR)

    @hatchet.task(name="by-user", rate_limits=[limit])
    def by_user(input: Key, ctx: Context) -> str:
        began.append(input.key)
        return input.key

    with worker(by_user):
        assert by_user.run(Key(key="a", n=2)) == "a"
        waiting = by_user.run_no_wait(Key(key="a", n=2))
        assert by_user.run(Key(key="b", n=3)) == "b"
        assert hatchet.runs.get_status(waiting.workflow_run_id).value == "QUEUED"
        hatchet.runs.cancel(waiting.workflow_run_id)
        assert cancelled(waiting)
    assert began == ["a", "b"]
    found = eventually(
        lambda: {row.key.removeprefix(prefix): row for row in hatchet.rate_limits.list(search=prefix).rows or []},
        lambda rows: {name: row.value for name, row in rows.items()} == {"a": 1, "b": 0, "put": 2},
        seconds=5,
    )
    answers("rows", {name: [row.value, row.limit_value, row.window] for name, row in found.items() if name in "ab"})


def test_a_rate_limit_expression_that_fails_fails_the_run(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.task(name="no-units", rate_limits=[RateLimit(dynamic_key="input.key", units="input.key", limit=3)])
    def no_units(input: Key, ctx: Context) -> None: ...

    with worker(no_units):
        with pytest.raises(RunFailed) as caught:
            no_units.run(Key(key="a"))
        answers("errors", [error.message for error in caught.value.errors])


@pytest.mark.parametrize(
    ("strategy", "kept"),
    [
        (ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_NEWEST, 3),
        (ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_OLDEST, 1),
    ],
)
def test_of_those_that_wait_one_is_kept(
    worker: Any, gate: Gate, gated: Gated, since: Since, strategy: ConcurrencyLimitStrategy, kept: int
) -> None:
    since("v1.ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_NEWEST")
    waits = gated(f"waits-{kept}", ConcurrencyExpression("input.key", 1, strategy))

    with worker(waits):
        refs = [waits.run_no_wait(Key(key="a", n=0))]
        gate.wait(0)
        refs += [waits.run_no_wait(Key(key="a", n=n)) for n in range(1, 4)]
        assert [cancelled(ref) for n, ref in enumerate(refs) if n not in (0, kept)] == [True, True]
        gate.open(0, kept)
        assert (refs[0].result(), refs[kept].result()) == (0, kept)


def test_a_shared_limit_counts_across_workflows(
    hatchet: Hatchet, worker: Any, gate: Gate, gated: Gated, since: Since
) -> None:
    since("v1.Concurrency.is_tenant_scoped")
    shared = ConcurrencyExpression("'all'", 1, ROBIN, name=key_of(hatchet, "shared"), is_tenant_scoped=True)
    one = gated("shares-one", shared)
    two = gated("shares-two", shared)

    with worker(one, two):
        first = one.run_no_wait(Key(key="", n=1))
        gate.wait(1)
        second = two.run_no_wait(Key(key="", n=2))
        assert hatchet.runs.get_status(second.workflow_run_id).value == "QUEUED"
        gate.open(1, 2)
        assert (first.result(), second.result()) == (1, 2)


def test_the_limit_may_come_from_the_input(worker: Any, gate: Gate, gated: Gated, since: Since) -> None:
    since("v1.Concurrency.is_tenant_scoped")
    grows = gated("grows", ConcurrencyExpression("input.key", "input.n", ROBIN))

    with worker(grows):
        refs = [grows.run_no_wait(Key(key="a", n=1))]
        gate.wait(1)
        refs.append(grows.run_no_wait(Key(key="a", n=2)))
        gate.wait(2)
        gate.open(1, 2)
        assert [ref.result() for ref in refs] == [1, 2]


def test_a_paused_rate_limit_grants_nothing_until_then(hatchet: Hatchet, worker: Any, since: Since) -> None:
    since("WorkflowService.PauseRateLimit")
    key = key_of(hatchet, "paused")
    hatchet.rate_limits.put(key, 10, RateLimitDuration.MINUTE)
    began: list[float] = []

    @hatchet.task(name="pauses", rate_limits=[RateLimit(static_key=key)])
    def pauses(input: EmptyModel, ctx: Context) -> None:
        began.append(time.time())

    with worker(pauses):
        until = datetime.now(timezone.utc) + timedelta(seconds=2)
        assert abs((hatchet.rate_limits.pause(key, until) - until).total_seconds()) < 0.01
        # A pause is extended, never shortened.
        assert hatchet.rate_limits.pause(key, until - timedelta(seconds=1)) > until - timedelta(seconds=0.5)
        pauses.run()
    assert began[0] >= until.timestamp()


def test_the_limits_of_a_workflow_are_shown(hatchet: Hatchet, worker: Any, api: Api, answers: Any) -> None:
    shown = hatchet.workflow(
        name="shown-limits", input_validator=Key, concurrency=ConcurrencyExpression("input.key", 3, ROBIN)
    )

    @shown.task(concurrency=[ConcurrencyExpression("'all'", 2, ConcurrencyLimitStrategy.CANCEL_NEWEST)])
    def first(input: Key, ctx: Context) -> None: ...

    @shown.task()
    def second(input: Key, ctx: Context) -> None: ...

    with worker(shown):
        ref = shown.run_no_wait(Key(key="a"))
        ref.result()
        run = eventually(lambda: hatchet.runs.get(ref.workflow_run_id).run, lambda seen: bool(seen.workflow_version_id))
        version = api(version_api.get.sync, run.workflow_id, version=run.workflow_version_id)
    rules = [rule.model_dump(mode="json", by_alias=True) for rule in version.v1_concurrency or []]
    answers("rules", sorted(rules, key=lambda rule: str(rule["scope"])))


def test_what_waits_and_what_runs_is_counted(
    hatchet: Hatchet, worker: Any, gate: Gate, gated: Gated, api: Api, answers: Any
) -> None:
    own = f"counted-{hatchet.namespace}"
    counted = gated(own, ConcurrencyExpression("input.key", 1, ROBIN))

    def total(state: models.TaskStatusStat | None) -> int:
        return (state.total or 0) if state is not None else 0

    with worker(counted):
        refs = [counted.run_no_wait(Key(key="a", n=n)) for n in range(3)]
        gate.wait(0)
        found = eventually(
            lambda: api(tenant_api.get_task_stats.sync, api.tenant, task_names=[own])[own],
            lambda stat: (total(stat.queued), total(stat.running)) == (2, 1),
        )
        gate.open(0, 1, 2)
        assert [ref.result() for ref in refs] == [0, 1, 2]
    answers("stats", without_times(found.model_dump(mode="json", by_alias=True)))


def without_times(value: Any) -> Any:
    """The same without dates and without what is left out."""
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if item is not None and "oldest" not in key}
    return [without_times(item) for item in value] if isinstance(value, list) else value
