"""Tasks that wait for sleeps, events and their parents' outputs, over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import grpc
import grpc.aio
import pytest

from hatchet.engine import MovableClock
from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import condition_pb2
from tests.engine.peer import Peer, RawWorker, errors, outputs, payload, push, task

QUEUE, CANCEL, SKIP = condition_pb2.QUEUE, condition_pb2.CANCEL, condition_pb2.SKIP
GROUP = "11111111-1111-4111-8111-111111111111"


def sleeps(
    opts: admin_pb2.CreateTaskOpts, duration: str, action: condition_pb2.Action.ValueType = QUEUE, group: str = ""
) -> None:
    """Add a sleep to a task."""
    base = condition_pb2.BaseMatchCondition(readable_data_key=f"sleep:{duration}", action=action, or_group_id=group)
    opts.conditions.sleep_conditions.add(base=base, sleep_for=duration)


def awaits(
    opts: admin_pb2.CreateTaskOpts,
    key: str,
    action: condition_pb2.Action.ValueType = QUEUE,
    group: str = "",
    expression: str = "",
    scope: str | None = None,
) -> None:
    """Add an event to what a task waits for."""
    base = condition_pb2.BaseMatchCondition(
        readable_data_key=key, action=action, or_group_id=group, expression=expression
    )
    opts.conditions.user_event_conditions.add(base=base, user_event_key=key, event_scope=scope)


def judges(
    opts: admin_pb2.CreateTaskOpts,
    parent: str,
    expression: str,
    action: condition_pb2.Action.ValueType,
    group: str = "",
) -> None:
    """Add a condition on a parent's output to a task."""
    base = condition_pb2.BaseMatchCondition(action=action, or_group_id=group, expression=expression)
    opts.conditions.parent_override_conditions.add(base=base, parent_readable_id=parent)


async def pair(peer: Peer, name: str, second: admin_pb2.CreateTaskOpts, **fields: object) -> RawWorker:
    """A workflow of `first` and the task given, and a worker for both."""
    await peer.put(name, task("first", workflow=name), second, **fields)
    return await peer.worker(f"{name}:first", f"{name}:{second.readable_id}")


async def test_a_sleep_counts_from_the_end_of_the_parents(peer: Peer, clock: MovableClock) -> None:
    second = task("second", workflow="sleepy", parents=["first"])
    sleeps(second, "1h")
    worker = await pair(peer, "sleepy", second)
    run_id = await peer.trigger("sleepy")
    first = await worker.next()
    clock.advance(30)
    await worker.complete(first, {"n": 1})
    clock.advance(3590)
    assert set((await peer.details(run_id)).task_runs) == {"first"}
    clock.advance(11)
    released = await worker.next()
    assert payload(released)["parents"] == {"first": {"n": 1}}
    assert payload(released)["triggers"] == {"sleep:1h": {"sleep_duration": "1h"}, "filter_payload": None}
    await worker.complete(released, {"n": 2})
    assert outputs(await peer.result(run_id)) == {"first": {"n": 1}, "second": {"n": 2}}


async def test_a_task_alone_waits_as_a_dag_of_one(peer: Peer, clock: MovableClock) -> None:
    alone = task("alone", workflow="alone")
    sleeps(alone, "10m")
    await peer.put("alone", alone)
    worker = await peer.worker("alone:alone")
    run_id = await peer.trigger("alone", {"a": 1})
    assert (await peer.details(run_id)).status == admin_pb2.QUEUED
    clock.advance(601)
    action = await worker.next()
    assert action.task_run_external_id != run_id
    assert payload(action)["input"] == {"a": 1}
    await worker.complete(action, {"ok": 1})
    assert outputs(await peer.result(run_id)) == {"alone": {"ok": 1}}


async def test_an_event_releases_a_task_and_comes_with_it(peer: Peer) -> None:
    second = task("second", workflow="eventful", parents=["first"])
    awaits(second, "user:created", expression="input.n > 5")
    worker = await pair(peer, "eventful", second)
    await peer.trigger("eventful")
    first = await worker.next()
    await push(peer, "user:created", {"n": 9, "when": "before the parent's end"})
    await worker.complete(first)
    await push(peer, "user:created", {"n": 1})
    await push(peer, "user:deleted", {"n": 7})
    await push(peer, "user:created", {"n": 6})
    released = await worker.next()
    assert payload(released)["triggers"] == {"user:created": {"n": 6}, "filter_payload": None}


async def test_a_scoped_condition_hears_only_events_of_its_scope(peer: Peer) -> None:
    scoped = task("scoped", workflow="scoped")
    awaits(scoped, "e", scope="tenant-1")
    await peer.put("scoped", scoped)
    worker = await peer.worker("scoped:scoped")
    await peer.trigger("scoped")
    await push(peer, "e", {"from": "nobody"})
    await push(peer, "e", {"from": 2}, scope="tenant-2")
    await push(peer, "e", {"from": 1}, scope="tenant-1")
    triggers = payload(await worker.next())["triggers"]
    assert triggers == {"e": {"from": 1}, "filter_payload": None}


async def test_alternatives_need_one_and_groups_need_all(peer: Peer, clock: MovableClock) -> None:
    both = task("both", workflow="groups")
    sleeps(both, "30s", group=GROUP)
    awaits(both, "either", group=GROUP)
    awaits(both, "and")
    await peer.put("groups", both)
    worker = await peer.worker("groups:both")
    await peer.trigger("groups")
    await push(peer, "either", {"n": 1})
    await push(peer, "and", {"n": 2})
    assert payload(await worker.next())["triggers"] == {"either": {"n": 1}, "and": {"n": 2}, "filter_payload": None}
    run_id = await peer.trigger("groups")
    clock.advance(31)
    assert not (await peer.details(run_id)).task_runs
    await push(peer, "and", {"n": 3})
    released = payload(await worker.next())["triggers"]
    assert released == {"sleep:30s": {"sleep_duration": "30s"}, "and": {"n": 3}, "filter_payload": None}


async def test_a_skipped_task_shows_its_output_to_those_after_it(peer: Peer) -> None:
    second = task("second", workflow="skips", parents=["first"])
    judges(second, "first", "output.n > 50.0", SKIP)
    third = task("third", workflow="skips", parents=["first", "second"])
    await peer.put("skips", task("first", workflow="skips"), second, third)
    worker = await peer.worker("skips:first", "skips:second", "skips:third")
    skipped = await peer.trigger("skips")
    await worker.complete(await worker.next(), {"n": 51})
    third_run = await worker.next()
    assert third_run.task_name == "third"
    assert payload(third_run)["parents"] == {"first": {"n": 51}, "second": {"skipped": True}}
    await worker.complete(third_run, {})
    assert outputs(await peer.result(skipped))["second"] == {"skipped": True}
    await peer.trigger("skips")
    await worker.complete(await worker.next(), {"n": 50})
    assert (await worker.next()).task_name == "second"


async def test_a_condition_on_a_parent_replaces_its_plain_completion(peer: Peer) -> None:
    second = task("second", workflow="choosy", parents=["first"])
    judges(second, "first", "output.go", QUEUE)
    judges(second, "first", "!output.go", SKIP)
    worker = await pair(peer, "choosy", second)
    await peer.trigger("choosy")
    await worker.complete(await worker.next(), {"go": True})
    assert (await worker.next()).task_name == "second"
    other = await peer.trigger("choosy")
    await worker.complete(await worker.next(), {"go": False})
    assert outputs(await peer.result(other))["second"] == {"skipped": True}


async def test_cancel_if_on_a_parent_cancels_and_skip_comes_first(peer: Peer) -> None:
    second = task("second", workflow="cancels", parents=["first"])
    judges(second, "first", "output.n > 1.0", CANCEL)
    judges(second, "first", "output.n > 2.0", SKIP)
    worker = await pair(peer, "cancels", second)
    cancelled = await peer.trigger("cancels")
    await worker.complete(await worker.next(), {"n": 2})
    assert errors(await peer.result(cancelled)) == {"second": ""}
    assert (await peer.details(cancelled)).status == admin_pb2.CANCELLED
    skipped = await peer.trigger("cancels")
    await worker.complete(await worker.next(), {"n": 3})
    assert outputs(await peer.result(skipped))["second"] == {"skipped": True}


async def test_a_failed_parent_that_is_named_cancels_whatever_the_conditions_say(peer: Peer) -> None:
    last = task("last", workflow="doomed", parents=["first", "other"])
    judges(last, "first", "output.stop", CANCEL, group="either")
    judges(last, "other", "false", CANCEL, group="either")
    sleeps(last, "1h")
    await peer.put("doomed", task("first", workflow="doomed"), task("other", workflow="doomed"), last)
    worker = await peer.worker("doomed:first", "doomed:other", "doomed:last")
    run_id = await peer.trigger("doomed")
    by_name = {action.task_name: action for action in (await worker.next(), await worker.next())}
    await worker.fail(by_name["other"], "broken")
    await worker.complete(by_name["first"], {"stop": False})
    assert errors(await peer.result(run_id)) == {"other": "broken", "last": ""}


async def test_an_event_skips_or_cancels_a_waiting_task(peer: Peer, clock: MovableClock) -> None:
    either = task("either", workflow="either")
    sleeps(either, "1h")
    awaits(either, "skip it", SKIP)
    awaits(either, "cancel it", CANCEL)
    await peer.put("either", either)
    worker = await peer.worker("either:either")
    skipped, cancelled, ran = [await peer.trigger("either") for _ in range(3)]
    details = [await peer.details(run) for run in (skipped, cancelled, ran)]
    assert [list(detail.task_runs) for detail in details] == [[], [], []]
    await peer.cancel(ran)
    assert errors(await peer.result(ran)) == {"either": ""}
    await push(peer, "skip it")
    assert outputs(await peer.result(skipped)) == {"either": {"skipped": True}}
    assert outputs(await peer.result(cancelled)) == {"either": {"skipped": True}}
    late = await peer.trigger("either")
    await push(peer, "cancel it")
    assert (await peer.details(late)).status == admin_pb2.CANCELLED
    await peer.trigger("either")
    clock.advance(3601)
    assert (await worker.next()).task_name == "either"


async def test_a_run_that_waits_is_cancelled_whole(peer: Peer, clock: MovableClock) -> None:
    second = task("second", workflow="whole", parents=["first"])
    sleeps(second, "1h")
    third = task("third", workflow="whole", parents=["second"])
    await peer.put("whole", task("first", workflow="whole"), second, third)
    worker = await peer.worker("whole:first", "whole:second", "whole:third")
    run_id = await peer.trigger("whole")
    await worker.complete(await worker.next(), {})
    await peer.cancel(run_id)
    assert errors(await peer.result(run_id)) == {"second": "", "third": ""}
    clock.advance(7200)
    assert (await peer.details(run_id)).status == admin_pb2.CANCELLED


async def test_a_replay_waits_anew_below_what_is_replayed(peer: Peer, clock: MovableClock) -> None:
    second = task("second", workflow="anew", parents=["first"])
    awaits(second, "go")
    worker = await pair(peer, "anew", second)
    run_id = await peer.trigger("anew")
    await worker.complete(await worker.next(), {"n": 1})
    await push(peer, "go", {"n": 1})
    await worker.complete(await worker.next(), {"n": 1})
    first_end = await peer.result(run_id)
    ids = {result.task_name: result.task_run_external_id for result in first_end.results}

    await peer.replay(ids["second"])
    again = await worker.next()
    assert (again.task_name, again.retry_count) == ("second", 1)
    assert payload(again)["triggers"] == {"go": {"n": 1}, "filter_payload": None}
    await worker.complete(again, {"n": 2})
    await peer.result(run_id)

    await peer.replay(run_id)
    await worker.complete(await worker.next(), {"n": 3})
    await push(peer, "go", {"n": 3})
    anew = await worker.next()
    assert (anew.task_name, anew.retry_count) == ("second", 2)
    assert payload(anew)["triggers"] == {"go": {"n": 3}, "filter_payload": None}


async def test_a_replay_above_a_waiting_task_lets_it_wait_anew(peer: Peer) -> None:
    second = task("second", workflow="above", parents=["first"])
    awaits(second, "one")
    awaits(second, "two")
    worker = await pair(peer, "above", second)
    run_id = await peer.trigger("above")
    first = await worker.next()
    await worker.complete(first, {"n": 1})
    await push(peer, "one", {"old": True})
    assert await peer.replay(run_id) == [first.task_run_external_id]
    await worker.complete(await worker.next(), {"n": 2})
    await push(peer, "two")
    assert set((await peer.details(run_id)).task_runs) == {"first"}
    await push(peer, "one", {"new": True})
    released = await worker.next()
    assert (released.task_name, released.retry_count) == ("second", 0)
    assert payload(released)["triggers"] == {"one": {"new": True}, "two": {}, "filter_payload": None}
    await worker.complete(released)
    await peer.result(run_id)


async def test_a_replay_of_a_run_cancelled_while_it_waited_waits_anew(peer: Peer, clock: MovableClock) -> None:
    alone = task("alone", workflow="again")
    sleeps(alone, "1h")
    await peer.put("again", alone)
    worker = await peer.worker("again:alone")
    run_id = await peer.trigger("again")
    await peer.cancel(run_id)
    assert (await peer.details(run_id)).status == admin_pb2.CANCELLED
    clock.advance(1800)
    assert len(await peer.replay(run_id)) == 1
    clock.advance(3590)
    assert not (await peer.details(run_id)).done
    clock.advance(11)
    await worker.complete(await worker.next(), {"ok": 1})
    assert outputs(await peer.result(run_id)) == {"alone": {"ok": 1}}


async def test_skipped_parents_skip_what_follows_without_its_sleeps(peer: Peer) -> None:
    second = task("second", workflow="short", parents=["first"])
    judges(second, "first", "true", SKIP)
    third = task("third", workflow="short", parents=["second"])
    sleeps(third, "1h")
    await peer.put("short", task("first", workflow="short"), second, third)
    worker = await peer.worker("short:first")
    run_id = await peer.trigger("short")
    await worker.complete(await worker.next(), {"n": 1})
    assert outputs(await peer.result(run_id)) == {
        "first": {"n": 1},
        "second": {"skipped": True},
        "third": {"skipped": True},
    }


async def test_subscribers_hear_of_a_waiting_task_when_it_is_released(peer: Peer) -> None:
    second = task("second", workflow="heard", parents=["first"])
    awaits(second, "heard:go")
    worker = await pair(peer, "heard", second)
    run_id = await peer.trigger("heard")
    stream = peer.dispatcher.subscribe_to_workflow_events(
        dispatcher_pb2.SubscribeToWorkflowEventsRequest(workflow_run_id=run_id), metadata=peer.metadata
    )
    await stream.initial_metadata()
    await worker.complete(await worker.next(), {})
    await push(peer, "heard:go")
    await worker.complete(await worker.next(), {})
    async with asyncio.timeout(2):
        kinds = [(event.resource_type, event.event_type) async for event in stream]
    step, run = dispatcher_pb2.RESOURCE_TYPE_STEP_RUN, dispatcher_pb2.RESOURCE_TYPE_WORKFLOW_RUN
    started, completed = (
        dispatcher_pb2.RESOURCE_EVENT_TYPE_STARTED,
        dispatcher_pb2.RESOURCE_EVENT_TYPE_COMPLETED,
    )
    assert kinds == [(step, completed), (step, started), (step, completed), (run, completed)]


def unknown_parent(opts: admin_pb2.CreateTaskOpts) -> None:
    judges(opts, "nobody", "true", SKIP)


def no_duration(opts: admin_pb2.CreateTaskOpts) -> None:
    sleeps(opts, "soon")


def no_key(opts: admin_pb2.CreateTaskOpts) -> None:
    awaits(opts, "")


def no_action(opts: admin_pb2.CreateTaskOpts) -> None:
    sleeps(opts, "5s", condition_pb2.CREATE)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (unknown_parent, "has a condition on 'nobody', which is not one of its parents; add it to parents"),
        (no_duration, "sleeps for 'soon', which is not a duration"),
        (no_key, "waits for an event without a key"),
        (no_action, "has the action CREATE; use QUEUE, CANCEL or SKIP"),
    ],
)
async def test_conditions_that_break_a_rule_are_refused(
    peer: Peer, spoil: Callable[[admin_pb2.CreateTaskOpts], None], words: str
) -> None:
    opts = task("a", workflow="w")
    spoil(opts)
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await peer.put("w", opts)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert words in (refusal.value.details() or "")


async def test_an_expression_that_cannot_be_evaluated_never_holds(peer: Peer) -> None:
    second = task("second", workflow="faulty", parents=["first"])
    judges(second, "first", "output.missing.deeper == 1", QUEUE, GROUP)
    judges(second, "first", "output.n ==", QUEUE, GROUP)
    judges(second, "first", "output.n", SKIP)
    worker = await pair(peer, "faulty", second)
    run_id = await peer.trigger("faulty")
    await worker.complete(await worker.next(), {"n": 1})
    assert list((await peer.details(run_id)).task_runs) == ["first"]


async def test_a_replayed_task_that_waits_anew_makes_its_run_active(peer: Peer, clock: MovableClock) -> None:
    late = task("late", workflow="again")
    sleeps(late, "1m")
    await peer.put("again", late, task("next", workflow="again", parents=["late"]))
    worker = await peer.worker("again:late", "again:next")
    run_id = await peer.trigger("again")
    await peer.cancel(run_id)
    assert (await peer.details(run_id)).status == admin_pb2.CANCELLED
    await peer.replay(run_id)
    details = await peer.details(run_id)
    assert (details.status, details.done) == (admin_pb2.QUEUED, False)
    clock.advance(61)
    for _ in range(2):
        await worker.complete(await worker.next())
    await peer.result(run_id)
    assert (await peer.details(run_id)).status == admin_pb2.COMPLETED
