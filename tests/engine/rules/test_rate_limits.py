"""Budgets of units per window, as a worker and a client see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

import grpc
import grpc.aio
import pytest

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet.engine.rules.rate_limits import RateLimit
from hatchet.engine.state.definitions import Window
from hatchet.engine.state.timers import TimerKind
from hatchet_api.grpc import workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import Peer, RawWorker, connected, errors, task
from tests.engine.rest_peer import asking, checked
from tests.engine.storage.test_durability import another_process, served

MINUTE = workflows_pb2.MINUTE
NEVER = datetime.fromtimestamp(0, timezone.utc)


async def put(peer: Peer, key: str, limit: int, duration: int = MINUTE) -> None:
    """Create or change a budget."""
    request = workflows_pb2.PutRateLimitRequest(key=key, limit=limit)
    request.duration = workflows_pb2.RateLimitDuration.ValueType(duration)
    await peer.workflows.put_rate_limit(request, metadata=peer.metadata)


async def using(peer: Peer, name: str, *limits: Mapping[str, object], **fields: object) -> RawWorker:
    """A workflow of one task that consumes these, as the client sends it, and a worker for it."""
    definition = task(name, workflow=name)
    for key, value in {"timeout": "100h", **fields}.items():
        setattr(definition, key, value)
    for limit in limits:
        made = definition.rate_limits.add()
        for key, value in {"limit_values_expr": "-1", "duration": 1, **limit}.items():
            setattr(made, key, value)
    await peer.put(name, definition)
    return await peer.worker(f"{name}:{name}", slots={"default": 100})


async def running(peer: Peer, *runs: str) -> int:
    """How many of the runs are with a worker."""
    return sum([(await peer.details(run)).status == admin_pb2.RUNNING for run in runs])


async def shown(peer: Peer, **query: str) -> list[models.RateLimit]:
    """The budgets as the REST side lists them."""
    endpoint = peer.endpoint
    async with asking(endpoint) as http:
        answer = await http.get(f"{endpoint.server_url}/api/v1/tenants/{endpoint.tenant_id}/rate-limits", params=query)
    assert answer.status_code == 200, answer.text
    return checked(models.RateLimitList, answer.json()).rows or []


async def events(peer: Peer, run: str) -> list[tuple[str, str]]:
    """What happened to a task, oldest first: type and message."""
    endpoint = peer.endpoint
    async with asking(endpoint) as http:
        answer = await http.get(f"{endpoint.server_url}/api/v1/stable/tasks/{run}/task-events")
    rows = checked(models.V1TaskEventList, answer.json()).rows or []
    return [(row.event_type.value, row.message) for row in reversed(rows)]


async def test_what_exceeds_the_budget_waits_for_the_next_window(peer: Peer, clock: MovableClock) -> None:
    await put(peer, "mail", 3)
    await using(peer, "send", {"key": "mail", "units": 1})
    runs = [await peer.trigger("send") for _ in range(5)]
    assert await running(peer, *runs) == 3
    assert ("REQUEUED_RATE_LIMIT", _exceeded("mail", 1, 0)) in await events(peer, runs[4])
    clock.advance(30)
    assert await running(peer, *runs) == 3
    clock.advance(31)
    assert await running(peer, *runs) == 5


@pytest.mark.parametrize(("limit", "is_booked"), [(3, True), (2, False)])
async def test_the_next_window_is_waited_for_only_where_it_holds_enough(
    clock: MovableClock, limit: int, is_booked: bool
) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        await put(peer, "mail", limit)
        await using(peer, "send", {"key": "mail", "units": 3})
        runs = [await peer.trigger("send") for _ in range(2)]
        assert await running(peer, *runs) == limit // 3
        due = engine.hub.core.timers.next_where(lambda key: key[0] is TimerKind.RATE)
        assert (due is not None) is is_booked
    await engine.stop()


def _exceeded(key: str, units: int, left: int) -> str:
    return f"Rate limit exceeded for key {key}, attempting to consume {units} units, but only had {left} remaining"


@pytest.mark.parametrize(
    ("order", "ascending"), [("key", ["a", "b", "c"]), ("value", ["c", "a", "b"]), ("limitValue", ["b", "c", "a"])]
)
async def test_budgets_are_listed_in_any_order(peer: Peer, order: str, ascending: list[str]) -> None:
    for key, limit in (("a", 30), ("b", 10), ("c", 20)):
        await put(peer, key, limit)
    await using(peer, "spends", {"key": "a", "units": 22}, {"key": "c", "units": 15})
    await peer.trigger("spends")
    assert {each.key: each.value for each in await shown(peer)} == {"a": 8, "b": 10, "c": 5}
    assert [each.key for each in await shown(peer, orderByField=order)] == ascending
    assert [each.key for each in await shown(peer, orderByField=order, orderByDirection="desc")] == ascending[::-1]


async def test_units_are_not_given_back_when_a_task_ends(peer: Peer) -> None:
    await put(peer, "once", 2)
    worker = await using(peer, "done", {"key": "once", "units": 2})
    first, second = [await peer.trigger("done") for _ in range(2)]
    await worker.complete(await worker.next())
    await peer.result(first)
    assert await running(peer, second) == 0


async def test_a_retry_consumes_again(peer: Peer) -> None:
    await put(peer, "tries", 2)
    worker = await using(peer, "failing", {"key": "tries", "units": 1}, retries=5)
    run = await peer.trigger("failing")
    await worker.fail(await worker.next())
    await worker.fail(await worker.next())
    assert ("REQUEUED_RATE_LIMIT", _exceeded("tries", 1, 0)) in await events(peer, run)


async def test_all_units_are_consumed_together_or_none(peer: Peer, clock: MovableClock) -> None:
    await put(peer, "wide", 10)
    await put(peer, "narrow", 1)
    await using(peer, "both", {"key": "wide", "units": 2}, {"key": "narrow", "units": 1})
    runs = [await peer.trigger("both") for _ in range(2)]
    assert await running(peer, *runs) == 1
    assert {each.key: each.value for each in await shown(peer)} == {"wide": 8, "narrow": 0}


async def test_a_task_that_lacks_units_does_not_block_others(peer: Peer) -> None:
    await put(peer, "full", 0)
    await put(peer, "free", 5)
    worker = await using(peer, "mixed", {"key": "mixed", "key_expr": "input.key", "units": 1})
    await peer.trigger("mixed", {"key": "full"}, priority=3)
    second = await peer.trigger("mixed", {"key": "free"})
    assert (await worker.next()).workflow_run_id == second


async def test_a_key_that_nobody_put_waits_until_somebody_does(peer: Peer, clock: MovableClock) -> None:
    worker = await using(peer, "unknown", {"key": "later", "units": 1}, schedule_timeout="10s")
    run = await peer.trigger("unknown")
    assert ("REQUEUED_RATE_LIMIT", "Rate limit later does not exist; put it before tasks use it") in await events(
        peer, run
    )
    await put(peer, "later", 1)
    assert (await worker.next()).workflow_run_id == run
    late = await peer.trigger("unknown")
    clock.advance(11)
    assert errors(await peer.result(late)) == {"unknown": ""}


async def test_more_units_than_the_limit_wait_until_it_is_raised(peer: Peer, clock: MovableClock) -> None:
    await put(peer, "small", 2)
    worker = await using(peer, "large", {"key": "small", "units": 3})
    run = await peer.trigger("large")
    clock.advance(100)
    assert await running(peer, run) == 0
    await put(peer, "small", 5)
    clock.advance(61)
    assert (await worker.next()).workflow_run_id == run


async def test_key_units_and_limit_may_come_from_the_input(peer: Peer, clock: MovableClock) -> None:
    dynamic = {"key": "d", "key_expr": "input.user", "units_expr": "input.units", "limit_values_expr": "input.most"}
    await using(peer, "dynamic", dynamic)
    a = [await peer.trigger("dynamic", {"user": "a", "units": 2, "most": 5}) for _ in range(3)]
    b = [await peer.trigger("dynamic", {"user": "b", "units": 1, "most": 1}) for _ in range(2)]
    assert (await running(peer, *a), await running(peer, *b)) == (2, 1)
    assert {(each.key, each.value, each.limit_value) for each in await shown(peer)} == {("a", 1, 5), ("b", 0, 1)}
    clock.advance(61)
    assert (await running(peer, *a), await running(peer, *b)) == (3, 2)


async def test_of_different_limits_that_wait_the_smaller_and_longer_wins(peer: Peer) -> None:
    hourly = {"key": "d", "key_expr": "'k'", "units": 9, "limit_values_expr": "input.most", "duration": 2}
    minutely = {**hourly, "duration": 1}
    await using(peer, "hourly", hourly)
    await using(peer, "minutely", minutely)
    await peer.trigger("hourly", {"most": 5})
    await peer.trigger("minutely", {"most": 3})
    await peer.trigger("minutely", {"most": 8})
    assert [(each.limit_value, each.window) for each in await shown(peer)] == [(3, "1 HOUR")]


async def test_a_limit_of_a_task_that_waits_no_more_counts_no_more_whatever_stands_before_it(peer: Peer) -> None:
    await put(peer, "static", 100)
    dynamic = {"key": "d", "key_expr": "'k'", "units": 9, "limit_values_expr": "input.most"}
    await using(peer, "both", {"key": "static", "units": 1}, dynamic)
    first = await peer.trigger("both", {"most": 3})
    assert [each.limit_value for each in await shown(peer) if each.key == "k"] == [3]
    await peer.cancel(first)
    await peer.trigger("both", {"most": 8})
    assert [each.limit_value for each in await shown(peer) if each.key == "k"] == [8]


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"key_expr": "input.n"}, "(input.n): expected string output for dynamic rate limit key, got int"),
        ({"units_expr": "input.s"}, "(input.s): expected int output for dynamic rate limit units, got string"),
        ({"limit_values_expr": "input.s"}, "(input.s): expected int output for dynamic rate limit value, got string"),
        ({"key_expr": "parents.a.b"}, "(parents.a.b): ERROR: <input>:1:1: undeclared reference to 'parents'"),
    ],
)
async def test_an_expression_that_fails_fails_the_run(peer: Peer, rule: dict[str, object], error: str) -> None:
    await using(peer, "faulty", {"key": "k", "units": 1, **rule})
    found = errors(await peer.result(await peer.trigger("faulty", {"n": 1, "s": "x"})))["faulty"]
    assert found.startswith(f"failed to parse step expression {error}")


async def test_a_lower_limit_cuts_what_is_left_and_a_higher_one_does_not_fill_it(
    peer: Peer, clock: MovableClock
) -> None:
    await put(peer, "cut", 10)
    await put(peer, "cut", 4)
    assert [(each.value, each.limit_value) for each in await shown(peer)] == [(4, 4)]
    await put(peer, "cut", 20, workflows_pb2.DAY)
    assert [(each.value, each.limit_value, each.window) for each in await shown(peer)] == [(4, 20, "1 DAY")]
    clock.advance(86_401)
    assert [each.value for each in await shown(peer)] == [20]


async def test_budgets_are_listed_and_deleted(peer: Peer) -> None:
    for key, limit in (("api:a", 3), ("api:b", 1), ("other", 2)):
        await put(peer, key, limit)
    assert [each.key for each in await shown(peer)] == ["api:a", "api:b", "other"]
    assert [each.key for each in await shown(peer, search="api:")] == ["api:a", "api:b"]
    assert [each.key for each in await shown(peer, orderByField="value")] == ["api:b", "other", "api:a"]
    assert [each.key for each in await shown(peer, orderByDirection="desc", limit="1")] == ["other"]
    endpoint = peer.endpoint
    url = f"{endpoint.server_url}/api/v1/tenants/{endpoint.tenant_id}/rate-limits"
    async with asking(endpoint) as http:
        assert (await http.delete(url, params={"key": "other"})).status_code == 204
        assert (await http.delete(url)).status_code == 400
        assert (await http.get(url, params={"orderByField": "age"})).status_code == 400
    assert [each.key for each in await shown(peer)] == ["api:a", "api:b"]


async def pause(peer: Peer, key: str, until: float) -> float:
    """Pause a key; returns when the pause ends."""
    request = workflows_pb2.PauseRateLimitRequest(key=key)
    request.paused_until.FromNanoseconds(round(until * 1e9))
    answer = await peer.workflows.pause_rate_limit(request, metadata=peer.metadata)
    return answer.paused_until.ToNanoseconds() / 1e9


async def test_a_paused_key_grants_nothing_until_its_pause_ends(peer: Peer, clock: MovableClock) -> None:
    await put(peer, "vendor", 10)
    await put(peer, "other", 10)
    worker = await using(peer, "calls", {"key": "vendor", "units": 1}, {"key": "other", "units": 1})
    now = clock.now()
    assert await pause(peer, "vendor", now + 100) == pytest.approx(now + 100, abs=0.01)
    run = await peer.trigger("calls")
    assert await running(peer, run) == 0
    assert {each.key: each.value for each in await shown(peer)} == {"vendor": 10, "other": 10}
    assert ("REQUEUED_RATE_LIMIT", "Rate limit vendor is paused") in await events(peer, run)
    # A pause is extended, never shortened; one in the past changes nothing.
    assert await pause(peer, "vendor", now + 50) == pytest.approx(now + 100, abs=0.01)
    [paused] = [each for each in await shown(peer) if each.key == "vendor"]
    assert paused.paused_until is not None
    assert paused.paused_until.timestamp() == pytest.approx(now + 100, abs=0.01)
    clock.advance(99)
    assert await running(peer, run) == 0
    clock.advance(2)
    assert (await worker.next()).workflow_run_id == run
    assert {each.key: each.paused_until for each in await shown(peer)} == {"vendor": None, "other": None}


async def test_a_pause_that_is_extended_while_tasks_wait_ends_when_it_says(peer: Peer, clock: MovableClock) -> None:
    await put(peer, "vendor", 10)
    worker = await using(peer, "calls", {"key": "vendor", "units": 1})
    now = clock.now()
    await pause(peer, "vendor", now + 10)
    run = await peer.trigger("calls")
    assert await running(peer, run) == 0
    await pause(peer, "vendor", now + 100)
    clock.advance(50)
    assert await running(peer, run) == 0
    [paused] = await shown(peer)
    assert (paused.paused_until or NEVER).timestamp() == pytest.approx(now + 100, abs=0.01)
    clock.advance(51)
    assert (await worker.next()).workflow_run_id == run


async def test_a_key_can_be_paused_before_it_is_put(peer: Peer, clock: MovableClock) -> None:
    worker = await using(peer, "early", {"key": "unborn", "units": 1})
    await pause(peer, "unborn", clock.now() + 10)
    await put(peer, "unborn", 1)
    run = await peer.trigger("early")
    assert await running(peer, run) == 0
    clock.advance(11)
    assert (await worker.next()).workflow_run_id == run


async def test_what_cannot_work_is_refused(peer: Peer) -> None:
    for call, words in (
        (put(peer, "", 1), "key is required"),
        (put(peer, "k", -1), "must not be negative, got -1"),
        (put(peer, "k", 1, 9), "9 is no window of a rate limit"),
        (pause(peer, "", 1), "key is required"),
        (using(peer, "w", {"units": 1}), "has neither a key nor an expression"),
        (using(peer, "w", {"key": "k", "units": -1}), "consumes -1 units"),
        (using(peer, "w", {"key": "k", "units_expr": "'a'"}), "gives string, wanted is int"),
        (using(peer, "w", {"key": "k", "key_expr": "oops.a"}), "undeclared reference to 'oops'"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert words in (caught.value.details() or "")


async def test_budgets_and_pauses_survive_kill_nine(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        await put(peer, "kept", 2, workflows_pb2.HOUR)
        await put(peer, "held", 2, workflows_pb2.HOUR)
        worker = await using(peer, "again", {"key": "k", "key_expr": "input.key", "units": 1})
        runs = [await peer.trigger("again", {"key": "kept"}) for _ in range(3)]
        for _ in range(2):
            await worker.started(await worker.next())
        await pause(peer, "held", clock.now() + 100)
        held = await peer.trigger("again", {"key": "held"})
        worker.hang_up()
    async with served(tmp_path, clock) as (_, peer):
        worker.peer = peer
        await worker.listen()
        assert {each.key: each.value for each in await shown(peer)} == {"kept": 0, "held": 2}
        assert await running(peer, *runs, held) == 2
        clock.advance(101)
        assert (await worker.next()).workflow_run_id == held
        assert await running(peer, runs[2]) == 0
        clock.advance(180)
        assert await running(peer, runs[2]) == 0


@pytest.mark.parametrize("window", list(Window))
def test_a_window_is_full_again_once_it_has_passed(window: Window) -> None:
    used = RateLimit("k", 5, window.name, 1, 1000.0)
    assert used.at(1000.0 + window.seconds - 0.02).value == 1
    assert used.at(1000.0 + window.seconds).value == 5
    assert used.at(1000.0 + 10 * window.seconds).last_refill == 1000.0 + 10 * window.seconds
    assert used.next_refill == 1000.0 + window.seconds


async def test_what_waits_and_what_runs_is_counted_by_task(peer: Peer) -> None:
    await put(peer, "few", 1)
    await using(peer, "limited", {"key": "few", "units": 1})
    definition = task("grouped", workflow="grouped")
    definition.concurrency.add(expression="input.k", max_runs=1, limit_strategy=admin_pb2.GROUP_ROUND_ROBIN)
    await peer.put("grouped", definition)
    await peer.worker("grouped:grouped")
    for _ in range(3):
        await peer.trigger("limited")
    for key in "aab":
        await peer.trigger("grouped", {"k": key})
    endpoint = peer.endpoint
    async with asking(endpoint) as http:
        url = f"{endpoint.server_url}/api/v1/tenants/{endpoint.tenant_id}"
        answer = await http.get(f"{url}/task-stats", params={"taskNames": "grouped,absent"})
        stats = {name: checked(models.TaskStat, value) for name, value in answer.json().items()}
        queues = (await http.get(f"{url}/step-run-queue-metrics")).json()["queues"]
    assert set(stats) == {"limited", "grouped", "absent"}
    limited, grouped, absent = stats["limited"], stats["grouped"], stats["absent"]
    assert limited.queued is not None
    assert limited.running is not None
    assert (limited.queued.total, limited.queued.queues, limited.running.total) == (2, {"limited:limited": 2}, 1)
    assert grouped.queued is not None
    assert [(each.type, each.keys) for each in grouped.queued.concurrency or []] == [("GROUP_ROUND_ROBIN", {"a": 1})]
    assert grouped.running is not None
    assert [each.keys for each in grouped.running.concurrency or []] == [{"a": 1, "b": 1}]
    assert (absent.queued and absent.queued.total, absent.running and absent.running.total) == (0, 0)
    assert queues == {"limited:limited": 2}
