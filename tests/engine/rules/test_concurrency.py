"""Limits on how many run at once, as a worker and a client see them."""

from __future__ import annotations

from pathlib import Path

import grpc
import grpc.aio
import pytest

from hatchet.engine import MovableClock
from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.peer import Peer, RawWorker, connected, errors, outputs, payload, task
from tests.engine.rest_peer import PAUSE, UNPAUSE, asking
from tests.engine.storage.test_durability import another_process, served

ROBIN = admin_pb2.GROUP_ROUND_ROBIN
IN_PROGRESS = admin_pb2.CANCEL_IN_PROGRESS
NEWEST = admin_pb2.CANCEL_NEWEST
CANCEL = dispatcher_pb2.CANCEL_STEP_RUN


def limit(
    expression: str = "input.key", max_runs: int = 1, strategy: int = ROBIN, **fields: object
) -> admin_pb2.Concurrency:
    """A concurrency rule as a client sends it."""
    made = admin_pb2.Concurrency(expression=expression, max_runs=max_runs)
    made.limit_strategy = admin_pb2.ConcurrencyLimitStrategy.ValueType(strategy)
    for key, value in fields.items():
        setattr(made, key, value)
    return made


async def limited(peer: Peer, name: str, *limits: admin_pb2.Concurrency, **fields: object) -> RawWorker:
    """A workflow of one task with these limits, and a worker for it."""
    definition = task(name, workflow=name)
    for key, value in fields.items():
        setattr(definition, key, value)
    definition.concurrency.extend(limits)
    await peer.put(name, definition)
    return await peer.worker(f"{name}:{name}")


async def statuses(peer: Peer, *runs: str) -> list[str]:
    """The states of runs, by name."""
    return [admin_pb2.RunStatus.Name((await peer.details(run)).status) for run in runs]


async def test_each_key_has_slots_of_its_own(peer: Peer) -> None:
    worker = await limited(peer, "robin", limit())
    a = [await peer.trigger("robin", {"key": "a", "n": n}) for n in range(3)]
    b = await peer.trigger("robin", {"key": "b"})
    first, other = await worker.next(), await worker.next()
    assert [first.workflow_run_id, other.workflow_run_id] == [a[0], b]
    assert await statuses(peer, *a) == ["RUNNING", "QUEUED", "QUEUED"]
    await worker.complete(first)
    second = await worker.next()
    assert second.workflow_run_id == a[1]
    await worker.fail(second)
    assert (await worker.next()).workflow_run_id == a[2]


async def test_a_higher_priority_gets_the_next_slot(peer: Peer) -> None:
    worker = await limited(peer, "urgent", limit())
    await peer.trigger("urgent", {"key": "a"})
    await peer.trigger("urgent", {"key": "a", "n": 1}, priority=1)
    await peer.trigger("urgent", {"key": "a", "n": 3}, priority=3)
    await worker.complete(await worker.next())
    assert payload(await worker.next())["input"] == {"key": "a", "n": 3}


async def test_a_newcomer_replaces_what_runs(peer: Peer) -> None:
    worker = await limited(peer, "latest", limit(strategy=IN_PROGRESS))
    old = await peer.trigger("latest", {"key": "a"})
    assert (await worker.next()).workflow_run_id == old
    new = await peer.trigger("latest", {"key": "a"})
    messages = [await worker.next(), await worker.next()]
    assert {(message.action_type, message.workflow_run_id) for message in messages} == {
        (CANCEL, old),
        (dispatcher_pb2.START_STEP_RUN, new),
    }
    assert errors(await peer.result(old)) == {"latest": ""}
    assert await statuses(peer, old, new) == ["CANCELLED", "RUNNING"]


async def test_a_newcomer_is_turned_away(peer: Peer) -> None:
    worker = await limited(peer, "full", limit(strategy=NEWEST, max_runs=2))
    runs = [await peer.trigger("full", {"key": "a"}) for _ in range(3)]
    assert errors(await peer.result(runs[2])) == {"full": ""}
    assert await statuses(peer, *runs) == ["RUNNING", "RUNNING", "CANCELLED"]
    await worker.complete(await worker.next())
    fourth = await peer.trigger("full", {"key": "a"})
    await worker.next()
    assert (await worker.next()).workflow_run_id == fourth


async def test_only_the_newest_of_those_that_wait_is_kept(peer: Peer) -> None:
    worker = await limited(peer, "debounce", limit(strategy=admin_pb2.CANCEL_QUEUED_EXCEPT_NEWEST))
    runs = [await peer.trigger("debounce", {"key": "a"}) for _ in range(4)]
    assert await statuses(peer, *runs) == ["RUNNING", "CANCELLED", "CANCELLED", "QUEUED"]
    await worker.complete(await worker.next())
    assert (await worker.next()).workflow_run_id == runs[3]


async def test_only_the_oldest_of_those_that_wait_is_kept(peer: Peer) -> None:
    await limited(peer, "line", limit(strategy=admin_pb2.CANCEL_QUEUED_EXCEPT_OLDEST))
    runs = [await peer.trigger("line", {"key": "a"}) for _ in range(4)]
    assert await statuses(peer, *runs) == ["RUNNING", "QUEUED", "CANCELLED", "CANCELLED"]


async def test_a_chain_is_passed_link_by_link_and_given_back_as_a_whole(peer: Peer) -> None:
    worker = await limited(peer, "chain", limit("input.user", 2), limit("'all'", 3))
    runs = [await peer.trigger("chain", {"user": user}) for user in "aaabb"]
    started = [await worker.next() for _ in range(3)]
    # The third of user a waits at the first link; the second of user b got past it and waits at the last one.
    assert [action.workflow_run_id for action in started] == [runs[0], runs[1], runs[3]]
    await worker.complete(started[2])
    assert (await worker.next()).workflow_run_id == runs[4]
    await worker.complete(started[0])
    assert (await worker.next()).workflow_run_id == runs[2]


async def test_a_retry_goes_through_the_chain_again_and_comes_first(peer: Peer) -> None:
    worker = await limited(peer, "retried", limit(), retries=1)
    runs = [await peer.trigger("retried", {"key": "a"}) for _ in range(2)]
    await worker.fail(await worker.next())
    again = await worker.next()
    assert (again.workflow_run_id, again.retry_count) == (runs[0], 1)
    await worker.complete(again)
    assert (await worker.next()).workflow_run_id == runs[1]


async def test_a_pause_before_a_retry_leaves_the_slot_to_others(peer: Peer, clock: MovableClock) -> None:
    worker = await limited(peer, "paused", limit(), retries=1, backoff_factor=10.0)
    first, second = [await peer.trigger("paused", {"key": "a"}) for _ in range(2)]
    await worker.fail(await worker.next())
    action = await worker.next()
    assert action.workflow_run_id == second
    clock.advance(11)
    assert await statuses(peer, first) == ["QUEUED"]
    await worker.complete(action)
    assert (await worker.next()).workflow_run_id == first


async def test_after_a_restart_too_a_pause_before_a_retry_leaves_the_slot_to_others(
    tmp_path: Path, clock: MovableClock
) -> None:
    async with served(tmp_path, clock) as (_, peer):
        worker = await limited(peer, "paused", limit(), limit("'all'", 2), retries=1, backoff_factor=1_000.0)
        runs = [await peer.trigger("paused", {"key": "a"}) for _ in range(3)]
        await worker.fail(await worker.next())
        action = await worker.next()
        assert action.workflow_run_id == runs[1]
        await worker.started(action)
    async with served(tmp_path, clock) as (_, peer):
        worker.peer = peer
        await worker.listen()
        assert await statuses(peer, *runs) == ["QUEUED", "RUNNING", "QUEUED"]
        await worker.complete(action)
        assert (await worker.next()).workflow_run_id == runs[2]


async def test_who_waits_too_long_for_a_slot_times_out(peer: Peer, clock: MovableClock) -> None:
    worker = await limited(peer, "late", limit(), schedule_timeout="10s")
    first, second = [await peer.trigger("late", {"key": "a"}) for _ in range(2)]
    await worker.next()
    clock.advance(11)
    assert errors(await peer.result(second)) == {"late": ""}
    assert await statuses(peer, first, second) == ["RUNNING", "CANCELLED"]


async def test_cancelling_who_runs_and_who_waits_frees_both_places(peer: Peer) -> None:
    worker = await limited(peer, "freed", limit())
    runs = [await peer.trigger("freed", {"key": "a"}) for _ in range(3)]
    await worker.next()
    await peer.cancel(runs[1])
    await peer.cancel(runs[0])
    assert (await worker.next()).action_type == CANCEL
    assert (await worker.next()).workflow_run_id == runs[2]


async def test_a_lost_worker_gives_its_slots_back(peer: Peer, clock: MovableClock) -> None:
    worker = await limited(peer, "lost", limit())
    runs = [await peer.trigger("lost", {"key": "a"}) for _ in range(2)]
    await worker.next()
    clock.advance(31, silence=True)
    other = await peer.worker("lost:lost")
    again = await other.next()
    assert (again.workflow_run_id, again.retry_count) == (runs[0], 1)
    await other.complete(again)
    assert (await other.next()).workflow_run_id == runs[1]


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("input.id", "failed to parse step expression (input.id): expected string output for concurrency key, got int"),
        ("input.gone", "failed to parse step expression (input.gone): no such key: gone"),
        (
            "input.flag",
            "failed to parse step expression (input.flag): output must evaluate to a string or integer: got bool",
        ),
    ],
)
async def test_a_key_that_cannot_be_had_fails_the_run(peer: Peer, expression: str, error: str) -> None:
    await limited(peer, "keyless", limit(expression))
    run = await peer.trigger("keyless", {"id": 5, "flag": True})
    assert errors(await peer.result(run)) == {"keyless": error}
    assert await statuses(peer, run) == ["FAILED"]


async def test_a_rule_of_a_one_task_workflow_belongs_to_its_task(peer: Peer) -> None:
    await peer.put("sole", concurrency_arr=[limit("'k'")])
    worker = await peer.worker("sole:sole")
    runs = [await peer.trigger("sole") for _ in range(2)]
    await worker.complete(await worker.next())
    assert (await worker.next()).workflow_run_id == runs[1]


async def dag(peer: Peer, name: str, rule: admin_pb2.Concurrency) -> RawWorker:
    """A workflow of two tasks in a row and one on failure, limited as a whole."""
    await peer.put(
        name,
        task("a", workflow=name),
        task("b", workflow=name, parents=["a"]),
        on_failure_task=task("oops", workflow=name),
        concurrency_arr=[rule],
    )
    return await peer.worker(f"{name}:a", f"{name}:b", f"{name}:oops")


async def test_a_run_of_several_tasks_keeps_its_slot_until_all_have_ended(peer: Peer) -> None:
    worker = await dag(peer, "whole", limit("'k'"))
    runs = [await peer.trigger("whole") for _ in range(2)]
    for run in runs:
        a = await worker.next()
        assert (a.workflow_run_id, a.task_name) == (run, "a")
        await worker.complete(a, {"a": 1})
        b = await worker.next()
        assert (b.workflow_run_id, b.task_name) == (run, "b")
        await worker.complete(b, {"b": 1})
        assert outputs(await peer.result(run))["b"] == {"b": 1}


async def test_a_newer_run_cancels_all_of_an_older_one(peer: Peer) -> None:
    worker = await dag(peer, "replaced", limit("'k'", strategy=IN_PROGRESS))
    old = await peer.trigger("replaced")
    await worker.next()
    new = await peer.trigger("replaced")
    assert errors(await peer.result(old)) == {"a": "", "b": ""}
    assert {(await worker.next()).workflow_run_id for _ in range(2)} == {old, new}
    assert await statuses(peer, old, new) == ["CANCELLED", "RUNNING"]


async def test_the_task_for_failures_does_not_hold_the_slot_of_its_run(peer: Peer) -> None:
    worker = await dag(peer, "handled", limit("'k'"))
    first, second = [await peer.trigger("handled") for _ in range(2)]
    await worker.fail(await worker.next())
    messages = {(await worker.next()).task_name for _ in range(2)}
    assert messages == {"oops", "a"}
    assert await statuses(peer, first, second) == ["RUNNING", "RUNNING"]


async def test_a_name_is_shared_by_all_workflows_and_by_its_last_registration(peer: Peer) -> None:
    shared = limit("'k'", name="gpu", is_tenant_scoped=True)
    one, two = await limited(peer, "one", shared), await limited(peer, "two", shared)
    first, second, third = await peer.trigger("one"), await peer.trigger("two"), await peer.trigger("two")
    action = await one.next()
    assert action.workflow_run_id == first
    assert await statuses(peer, second, third) == ["QUEUED", "QUEUED"]
    # Registering one of them with more room makes room for all at once.
    await limited(peer, "one", limit("'k'", 2, name="gpu", is_tenant_scoped=True))
    assert (await two.next()).workflow_run_id == second
    # The other one, unchanged, sets it back.
    await limited(peer, "two", shared)
    await one.complete(action)
    assert await statuses(peer, third) == ["QUEUED"]


async def test_the_limit_may_come_from_the_input(peer: Peer) -> None:
    worker = await limited(peer, "dynamic", limit("'k'", max_runs_expression="input.most"))
    runs = [await peer.trigger("dynamic", {"most": most}) for most in (1, 1, 2)]
    assert {(await worker.next()).workflow_run_id for _ in range(2)} == {runs[0], runs[1]}
    bad = await peer.trigger("dynamic", {"most": "many"})
    assert errors(await peer.result(bad)) == {
        "dynamic": "failed to parse step expression (input.most): expected int output for concurrency limit, got string"
    }


@pytest.mark.parametrize("expression", ["double(input.most)", "input.most * 1.0", "1.9"])
async def test_a_limit_may_be_a_double_of_which_the_whole_part_counts(peer: Peer, expression: str) -> None:
    worker = await limited(peer, "halves", limit("'k'", max_runs_expression=expression))
    runs = [await peer.trigger("halves", {"most": 1.5}) for _ in range(2)]
    assert (await worker.next()).workflow_run_id == runs[0]
    assert await statuses(peer, *runs) == ["RUNNING", "QUEUED"]


async def refused(peer: Peer, name: str, *limits: admin_pb2.Concurrency, **fields: object) -> str:
    """The words with which a registration is refused."""
    tasks = [task(each, workflow=name) for each in ("a", "b")] if fields else [task(name, workflow=name)]
    tasks[0].concurrency.extend(limits)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.put(name, *tasks, **fields)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    return caught.value.details() or ""


async def test_rules_that_cannot_work_are_refused_at_registration(peer: Peer) -> None:
    assert "CEL expression is required" in await refused(peer, "w", limit(""))
    assert "undeclared reference to 'oops'" in await refused(peer, "w", limit("oops.a"))
    assert "strategy 2 of task w of workflow w is not served" in await refused(peer, "w", limit(strategy=2))
    assert "must be at least 1, got 0" in await refused(peer, "w", limit(max_runs=0))
    assert "gives string, wanted is int" in await refused(peer, "w", limit(max_runs_expression="'a' + input.b"))
    assert "needs a name" in await refused(peer, "w", limit(is_tenant_scoped=True))
    shared = limit("'k'", name="x", is_tenant_scoped=True)
    assert "names the shared concurrency x twice" in await refused(peer, "w", shared, shared)
    assert "is shared by the tenant" in await refused(peer, "w", concurrency_arr=[shared])
    dynamic = limit("'k'", max_runs_expression="1")
    assert "has a dynamic limit" in await refused(peer, "w", concurrency_arr=[dynamic])


async def test_shared_slots_taken_in_opposite_orders_are_refused(peer: Peer) -> None:
    one, two = (limit("'k'", name=name, is_tenant_scoped=True) for name in ("one", "two"))
    await limited(peer, "forth", one, limit(), two)
    assert "(two -> one -> two)" in await refused(peer, "back", two, one)


async def test_a_dynamic_limit_survives_kill_nine_without_the_task_that_brought_it(
    tmp_path: Path, clock: MovableClock
) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        worker = await limited(peer, "brought", limit("'k'", max_runs_expression="input.most"))
        runs = [await peer.trigger("brought", {"most": most}) for most in (1, 1, 1, 3)]
        started = {action.workflow_run_id: action for action in [await worker.next() for _ in range(3)]}
        await peer.cancel(runs[3])
        worker.hang_up()
    async with served(tmp_path, clock) as (_, peer):
        worker.peer = peer
        await worker.listen()
        await worker.complete(started[runs[0]])
        await peer.result(runs[0])
        # The replay of an older task does not bring its own limit back, so there is room for it.
        await peer.replay(runs[0])
        assert await statuses(peer, *runs) == ["RUNNING", "RUNNING", "RUNNING", "CANCELLED"]


async def test_slots_survive_kill_nine(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        worker = await limited(peer, "kept", limit("input.key"), limit("'all'", 2))
        whole = await dag(peer, "wholly", limit("'k'"))
        shared = limit("'s'", 1, name="gpu", is_tenant_scoped=True)
        gpu = await limited(peer, "gpu", shared)
        runs = [await peer.trigger("kept", {"key": key}) for key in "aabc"]
        held = [await worker.next() for _ in range(2)]
        dags = [await peer.trigger("wholly") for _ in range(2)]
        await whole.complete(await whole.next())
        b = await whole.next()
        on_gpu = [await peer.trigger("gpu") for _ in range(2)]
        first = await gpu.next()
        await worker.started(held[0])
        await worker.started(held[1])
        await whole.started(b)
        await gpu.started(first)
        await peer.put("stored")  # which takes along what nobody waits for
        for each in (worker, whole, gpu):
            each.hang_up()
    async with served(tmp_path, clock) as (_, peer):
        for each in (worker, whole, gpu):
            each.peer = peer
            await each.listen()
        assert await statuses(peer, *runs) == ["RUNNING", "QUEUED", "RUNNING", "QUEUED"]
        await worker.complete(held[1])
        assert (await worker.next()).workflow_run_id == runs[3]
        await worker.complete(held[0])
        assert (await worker.next()).workflow_run_id == runs[1]
        assert await statuses(peer, *dags) == ["RUNNING", "QUEUED"]
        await whole.complete(b)
        assert (await whole.next()).workflow_run_id == dags[1]
        await gpu.complete(first)
        assert (await gpu.next()).workflow_run_id == on_gpu[1]


async def test_a_replayed_task_waits_for_its_turn_again(peer: Peer) -> None:
    worker = await limited(peer, "replayed", limit())
    first, second = [await peer.trigger("replayed", {"key": "a"}) for _ in range(2)]
    await worker.complete(await worker.next())
    action = await worker.next()
    assert action.workflow_run_id == second
    assert await peer.replay(first) == [first]
    assert await statuses(peer, first, second) == ["QUEUED", "RUNNING"]
    await worker.complete(action)
    again = await worker.next()
    assert (again.workflow_run_id, again.retry_count) == (first, 1)
    await worker.complete(again, {"again": True})
    assert outputs(await peer.result(first)) == {"replayed": {"again": True}}


async def test_a_replayed_run_of_several_tasks_takes_its_slot_again(peer: Peer) -> None:
    worker = await dag(peer, "rerun", limit("'k'"))
    first, second = [await peer.trigger("rerun") for _ in range(2)]
    for _ in range(2):
        await worker.complete(await worker.next())
    a = await worker.next()
    assert (a.workflow_run_id, a.task_name) == (second, "a")
    replayed = await peer.replay(first)
    assert len(replayed) == 3
    assert await statuses(peer, first, second) == ["QUEUED", "RUNNING"]
    await worker.complete(a)
    await worker.complete(await worker.next())
    a = await worker.next()
    assert (a.workflow_run_id, a.retry_count) == (first, 1)
    await worker.complete(a)
    await worker.complete(await worker.next())
    assert set(outputs(await peer.result(first))) == {"a", "b", "oops"}


async def test_a_paused_workflow_does_not_jump_its_line(peer: Peer) -> None:
    worker = await limited(peer, "held", limit())
    runs = [await peer.trigger("held", {"key": "a"}) for _ in range(3)]
    action = await worker.next()
    endpoint = peer.endpoint
    async with asking(endpoint) as http:
        listed = await http.get(f"{endpoint.server_url}/api/v1/tenants/{endpoint.tenant_id}/workflows")
        workflow = listed.json()["rows"][0]["metadata"]["id"]
        url = f"{endpoint.server_url}/api/v1/workflows/{workflow}"
        assert (await http.patch(url, json=PAUSE)).status_code == 200
        await worker.complete(action)
        assert await statuses(peer, *runs) == ["COMPLETED", "QUEUED", "QUEUED"]
        assert (await http.patch(url, json=UNPAUSE)).status_code == 200
    assert (await worker.next()).workflow_run_id == runs[1]
    assert await statuses(peer, *runs) == ["COMPLETED", "RUNNING", "QUEUED"]
