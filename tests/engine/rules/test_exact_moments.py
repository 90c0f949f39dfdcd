"""What happens at the very moment that a bound names, and just before: an engine without servers or real time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import pytest

from hatchet.engine.grpc import validate
from hatchet.engine.hub import Hub
from hatchet.engine.rules.scheduler import RETRY_PRIORITY
from hatchet.engine.state.changes import TaskEventType
from hatchet.engine.state.definitions import Window
from hatchet.engine.state.model import Status
from hatchet.engine.state.settings import EngineSettings
from hatchet.engine.state.timers import TimerKind
from hatchet_api.grpc.v1 import workflows_pb2
from tests.engine.peer import task
from tests.engine.serverless import NOW, advance, put, run, worker


@pytest.mark.parametrize(("age", "status"), [(4.999, Status.RUNNING), (5.0, Status.QUEUED)])
def test_a_worker_gets_tasks_until_its_heartbeat_is_five_seconds_old(hub: Hub, age: float, status: Status) -> None:
    put(hub)
    worker(hub)
    advance(hub, age)
    started = run(hub)
    hub.turns.run()
    assert started.status is status


@pytest.mark.parametrize(("age", "is_again"), [(4.999, False), (5.0, True)])
def test_a_heartbeat_makes_a_worker_fit_again_that_was_not(hub: Hub, age: float, is_again: bool) -> None:
    one = worker(hub)
    advance(hub, age)
    assert hub.fleet.heartbeat(one, hub.now(), hub.clock.steady()) is is_again


async def test_a_worker_is_lost_when_its_heartbeat_is_thirty_seconds_old(hub: Hub) -> None:
    put(hub, timeout="1h")
    one = worker(hub)
    running = run(hub)
    hub.turns.run()
    advance(hub, 29.75)
    assert running.status is Status.RUNNING
    hub.fleet.check(one.id, hub.now(), hub.clock.steady())
    assert running.status is Status.RUNNING
    advance(hub, 0.25)
    assert (running.status, running.retry_count, running.internal_retries) == (Status.QUEUED, 1, 1)
    assert running.priority == RETRY_PRIORITY


def test_a_worker_without_tasks_is_not_looked_at_again(hub: Hub) -> None:
    one = worker(hub)
    hub.fleet.check(one.id, hub.now(), hub.clock.steady())
    hub.fleet.check("nobody", hub.now(), hub.clock.steady())
    assert not hub.core.timers.booked(TimerKind.WORKER, one.id)


@pytest.mark.parametrize(("more", "is_known"), [(0.0, True), (0.001, False)])
@pytest.mark.parametrize("beats", [True, False])
def test_a_worker_that_has_gone_is_forgotten_after_a_day(hub: Hub, beats: bool, more: float, is_known: bool) -> None:
    one = worker(hub, beats=beats)
    hub.fleet.gone(one.id, one.listening_since or 0.0)
    hub.fleet.forget_old(NOW + 86_400 + more)
    assert (one.id in hub.core.scheduler.workers) is is_known


def test_a_worker_that_is_there_or_has_a_task_is_not_forgotten(hub: Hub) -> None:
    put(hub)
    there, busy = worker(hub), worker(hub)
    busy.tasks["t"] = run(hub)
    hub.fleet.gone(busy.id, busy.listening_since or 0.0)
    hub.fleet.forget_old(NOW * 2)
    assert {*hub.core.scheduler.workers} == {there.id, busy.id}


def test_a_window_is_over_ten_milliseconds_early_and_a_pause_at_its_moment(hub: Hub) -> None:
    limits = hub.rate_limits
    limits.put("k", 5, Window.MINUTE, 0.0)
    limits.spend((("k", 5),), 0.0)
    early = 60 - 0.01
    assert [limits.lack((("k", 1),), at) is None for at in (early - 0.001, early)] == [False, True]
    assert limits.pause("k", NOW + 90, NOW) == NOW + 90
    assert [limits.paused_until("k", at) for at in (NOW + 89.999, NOW + 90)] == [NOW + 90, None]
    assert limits.pause("k", NOW + 80, NOW) == NOW + 90
    assert limits.pause("other", NOW, NOW) == NOW
    assert [each.id for each in limits.pauses] == ["k"]
    limits.due("k", NOW + 89.999)
    limits.resume(NOW + 89.999)
    assert [each.id for each in limits.pauses] == ["k"]
    limits.resume(NOW + 90)
    assert [each.id for each in limits.pauses] == []
    limits.pause("k", NOW + 90, NOW)
    limits.due("k", NOW + 90)
    assert [each.id for each in limits.pauses] == []


def keyed(hub: Hub, method: workflows_pb2.IdempotencyMethod.ValueType) -> Callable[[], str]:
    """Start runs that hold one key for ten seconds; who holds it then."""
    rule = workflows_pb2.IdempotencyConfig(expression="'key'", ttl_ms=10_000, method=method)
    request = workflows_pb2.CreateWorkflowVersionRequest(
        name="w", tasks=[task("w", workflow="w", schedule_timeout="1h")], idempotency=rule
    )
    hub.catalog.put(validate.registration_of(request), hub.now())

    def start() -> str:
        try:
            return run(hub).id
        except Exception as error:
            return type(error).__name__

    return start


@pytest.mark.parametrize(("later", "is_free"), [(9.999, False), (10.0, True)])
def test_a_key_is_free_at_the_moment_at_which_it_expires(hub: Hub, later: float, is_free: bool) -> None:
    start = keyed(hub, workflows_pb2.TTL)
    first = start()
    hub.idempotency.due("key", hub.now() + later)
    assert (hub.idempotency.shelf.get("key") is None) is is_free
    assert (start() not in ("Collided", first)) is is_free


def test_a_key_is_free_again_although_nobody_has_noticed_that_it_has_expired(hub: Hub) -> None:
    start = keyed(hub, workflows_pb2.TTL)
    start()
    hub.core.timers.clear(next(kind for kind, key in hub.core.timers._due if key == "key"), "key")
    advance(hub, 9.999)
    assert start() == "Collided"
    advance(hub, 0.001)
    assert start() != "Collided"


async def test_a_batch_starts_at_the_moment_at_which_it_has_waited_long_enough(hub: Hub) -> None:
    batched = task("w", workflow="w")
    batched.batch.batch_max_size, batched.batch.batch_max_interval_ms = 3, 2000
    request = workflows_pb2.CreateWorkflowVersionRequest(name="w", tasks=[batched])
    hub.catalog.put(validate.registration_of(request), hub.now())
    waiting = run(hub)
    hub.turns.run()
    one = worker(hub)
    for seconds, status in ((1.999, Status.QUEUED), (0.001, Status.RUNNING)):
        advance(hub, seconds)
        hub.fleet.heartbeat(one, hub.now(), hub.clock.steady())
        hub.turns.run()
        assert waiting.status is status


@pytest.mark.parametrize(
    ("fields", "seconds", "kind"),
    [
        ({"schedule_timeout": "10s"}, 10.0, TaskEventType.SCHEDULING_TIMED_OUT),
        ({"timeout": "10s"}, 10.0, TaskEventType.TIMED_OUT),
    ],
)
async def test_a_timeout_is_over_at_its_moment(
    hub: Hub, fields: dict[str, str], seconds: float, kind: TaskEventType
) -> None:
    put(hub, **fields)
    if "timeout" in fields:
        worker(hub)
    started = run(hub)
    hub.turns.run()
    history = "SELECT count(*) FROM task_events WHERE type = ?"
    for part, count in ((seconds - 0.001, 0), (0.001, 1)):
        advance(hub, part)
        hub.turns.run()
        assert hub.store.db.execute(history, (kind.value,)).fetchone() == (count,), started.status


@pytest.mark.parametrize("how", ["failed", "failed with a delay", "started over", "replayed"])
async def test_what_has_begun_once_goes_before_everything_that_has_not(hub: Hub, how: str) -> None:
    put(hub, timeout="1h", retries=1)
    one = worker(hub)
    running = run(hub)
    hub.turns.run()
    one.paused = True
    now = hub.now()
    match how:
        case "started over":
            hub.lifecycle.start_over(running, now)
        case "replayed":
            hub.lifecycle.completed(running, 0, "{}", now)
            hub.replays.start([running.run], now)
        case _:
            delay = 1000 if "delay" in how else None
            hub.lifecycle.failed(running, 0, "no", now, retry_after_ms=delay)
    assert (running.status, running.priority) == (Status.QUEUED, RETRY_PRIORITY)


def test_the_thresholds_are_those_of_the_real_engine() -> None:
    assert asdict(EngineSettings()) == {
        "schedulable_after_heartbeat": 5.0,
        "lost_after_heartbeat": 30.0,
        "return_within": 8.0,
        "max_internal_retries": 10,
        "lazy_flush": 0.05,
        "finished_runs_in_memory": 500,
        "max_unsent_actions": 100_000,
        "retained_for": 30 * 86_400.0,
        "retained_runs": 100_000,
        "retained_bytes": 1 << 30,
        "tidy_every": 60.0,
        "completion_seen_after": 2.0,
        "completion_held_for": 60.0,
        "synchronous": "NORMAL",
        "retained_worker": 86_400.0,
        "wait_for_unknown_run": 10.0,
        "stream_gap": 5.0,
        "polls_per_second": 10,
        "webhooks_per_second": 50.0,
        "webhook_burst": 100,
    }
