"""The log of a durable task over its invocations: order, determinism, branches, and what survives."""

from __future__ import annotations

import json
from pathlib import Path

import grpc
import grpc.aio
import pytest

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet_api.grpc import dispatcher_pb2
from hatchet_api.grpc.v1 import dispatcher_pb2 as durable_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.durable_peer import (
    DurableWorker,
    Invocation,
    begun,
    child,
    data,
    durable_worker,
    event,
    open_stream,
    put_durable,
    sleep,
    spots,
)
from tests.engine.peer import Peer, connected, push, task


async def branch(peer: Peer, task_id: str, node: int, parent: int = 1) -> int:
    """Start a task again from a node of a branch; the new branch."""
    request = admin_pb2.BranchDurableTaskRequest(task_external_id=task_id, node_id=node, branch_id=parent)
    answer = await peer.admin.branch_durable_task(request, metadata=peer.metadata)
    assert (answer.task_external_id, answer.node_id) == (task_id, node)
    return answer.branch_id


async def again(worker: DurableWorker, former: Invocation) -> Invocation:
    """The next invocation, after one that has failed."""
    await worker.raw.fail(former.action)
    return await worker.next()


async def nothing_told(invocation: Invocation) -> None:
    """The engine has read all that was sent, and answered nothing: the next answer is to another request."""
    ref = durable_pb2.DurableEventLogEntryRef(
        durable_task_external_id=invocation.task_id, invocation_count=invocation.count, branch_id=1, node_id=99
    )
    await invocation.complete_memo(ref, b"", b"")
    assert "there is no such memo" in (await invocation.stream.next("error")).error.error_message


class TestOrder:
    async def test_results_are_told_in_the_order_in_which_they_came(self, peer: Peer) -> None:
        async with begun(peer, retries=1) as (worker, first):
            for name in ("a", "b", "c"):
                await first.wait(event(name))
            for name in ("c", "a", "b"):
                await push(peer, name)
            told = [await worker.stream.done() for _ in range(3)]
            assert [(each.ref.node_id, each.satisfied_order) for each in told] == [(3, 1), (1, 2), (2, 3)]
            second = await again(worker, first)
            await second.wait(event("a"))
            await second.wait(event("b"))  # neither is told before the first one, which comes now
            await second.wait(event("c"))
            told = [await worker.stream.done() for _ in range(3)]
            assert [(each.ref.node_id, each.satisfied_order) for each in told] == [(3, 1), (1, 2), (2, 3)]
            assert {each.ref.invocation_count for each in told} == {2}

    async def test_memos_take_their_place_in_the_order(self, peer: Peer) -> None:
        async with begun(peer, retries=1) as (worker, first):
            await first.wait(event("a"))
            ack = await first.memo(b"m")
            await first.complete_memo(ack.ref, b"m", b"1")
            assert (await worker.stream.done()).ref.node_id == 2
            await push(peer, "a")
            assert (await worker.stream.done()).satisfied_order == 2
            second = await again(worker, first)
            await second.wait(event("a"))
            assert (await second.memo(b"m")).memo_result_payload == b"1"
            assert [(await worker.stream.done()).ref.node_id for _ in range(2)] == [2, 1]

    async def test_a_completion_whose_predecessor_is_never_asked_for_ends_in_an_error(
        self, peer: Peer, clock: MovableClock
    ) -> None:
        async with begun(peer, retries=1, timeout="1h") as (worker, first):
            await first.wait(event("a"))
            await first.wait(event("b"))
            await push(peer, "b")
            await push(peer, "a")
            assert [(await worker.stream.done()).ref.node_id for _ in range(2)] == [2, 1]
            second = await again(worker, first)
            await second.wait(event("a"))
            for seconds in (59, 2):
                await worker.stream.status((second, 1))
                await nothing_told(second)
                clock.advance(seconds)
            await worker.stream.status((second, 1))
            error = (await worker.stream.next("error")).error
            assert error.error_type == durable_pb2.DURABLE_TASK_ERROR_TYPE_NONDETERMINISM
            assert "event(b) at node 2, whose result came before" in error.error_message


class TestDeterminism:
    @pytest.mark.parametrize("kind", ["memo", "event", "sleep", "groups", "scope", "expression", "child", "input"])
    async def test_another_call_than_the_last_time_is_an_error_with_both_sides(self, peer: Peer, kind: str) -> None:
        await peer.put("c")
        one, two = "10000000-0000-0000-0000-000000000000", "20000000-0000-0000-0000-000000000000"
        async with begun(peer, "d", retries=1) as (worker, first):
            match kind:
                case "memo":
                    await first.memo(b"k", b"1")
                    await worker.stream.done()
                case "child" | "input":
                    await first.run(child("c", {"n": 1}, index=0))
                case "groups":
                    await first.wait(event("a", group=one), event("b", group=one))
                case _:
                    await first.wait(event("a", scope="s"))
            second = await again(worker, first)
            match kind:
                case "memo":
                    await second.stream.send(
                        memo=durable_pb2.DurableTaskMemoRequest(
                            invocation_count=2, durable_task_external_id=second.task_id, key=b"other"
                        )
                    )
                    sides = ("memo with the key 6b", "memo with the key 6f74686572")
                case "event":
                    await second.ask_to_wait(event("b", scope="s"))
                    sides = ("event(a)", "event(b)")
                case "sleep":
                    await second.ask_to_wait(sleep("5s"))
                    sides = ("event(a)", "sleep(5s)")
                case "groups":
                    await second.ask_to_wait(event("a", group=one), event("b", group=two))
                    sides = ("any of: event(a), event(b)", "event(a) and event(b)")
                case "scope":
                    await second.ask_to_wait(event("a", scope="t"))
                    sides = ("event(a) as a in the scope s", "event(a) as a in the scope t")
                case "expression":
                    await second.ask_to_wait(event("a", "input.n > 1", scope="s"))
                    sides = ("event(a) as a in the scope s", "event(a) as a in the scope s if input.n > 1")
                case "child":
                    await second.ask_to_wait(event("a"))
                    sides = ("run(c)", "event(a)")
                case _:
                    await second.ask_to_run(child("c", {"n": 2}, index=0))
                    sides = ('run(c with the input {"n": 1})', 'run(c with the input {"n": 2})')
            error = (await worker.stream.next("error")).error
            assert error.error_type == durable_pb2.DURABLE_TASK_ERROR_TYPE_NONDETERMINISM
            assert (error.ref.invocation_count, error.ref.branch_id, error.ref.node_id) == (2, 1, 1)
            place = f"non-determinism error in task {second.task_id} at node 1:1"
            assert error.error_message == f"{place}\n  expected: {sides[0]}\n  received: {sides[1]}"

    async def test_what_a_program_may_say_otherwise_is_the_same_call(self, peer: Peer) -> None:
        await peer.put("c")
        groups = ["10000000-0000-0000-0000-000000000000", "20000000-0000-0000-0000-000000000000"]
        async with begun(peer, "d", retries=1) as (worker, first):
            await first.wait(event("a", group=groups[0]), event("b", group=groups[0]), event("c", group=groups[1]))
            await first.wait(event("x", scope="s", since=1.0), label="one")
            [before] = await first.run(child("c", {"n": 1}, index=0, key="k"))
            second = await again(worker, first)
            await second.wait(event("c", group=groups[0]), event("b", group=groups[1]), event("a", group=groups[1]))
            await second.wait(event("x", scope="s", since=5.0), label="another")
            [after] = await second.run(child("c", {"n": 2}, index=7, key="k"))
            assert after == before  # a key names its child whatever the input


class TestChildren:
    async def test_children_are_found_by_index_and_key_and_never_started_twice(self, peer: Peer) -> None:
        await peer.put("c")
        async with begun(peer, "d", retries=2) as (worker, first):
            mixed = [child("c", {"n": 0}, index=0), child("c", {"n": 1}), child("c", {"n": 2}, index=1, key="k")]
            before = await first.run(*mixed)
            assert spots(before) == [(1, 1), (1, 2), (1, 3)]
            twice = await first.run(child("c", {"n": 9}, index=2, key="k"), child("c", {"n": 3}, index=3))
            assert spots(twice) == [(1, 3), (1, 4)]  # sorted by their nodes
            second = await again(worker, first)
            assert await second.run(*mixed) == before
            assert await second.run(child("c", {"n": 9}, index=2, key="k"), child("c", {"n": 3}, index=3)) == twice
            assert (await second.wait(sleep("1s"))).node_id == 5
            runs = {entry.workflow_run_external_id for entry in (*before, *twice)}
            assert len(runs) == 4

    async def test_two_durable_tasks_of_a_dag_have_children_of_their_own(self, peer: Peer) -> None:
        await peer.put("c")
        tasks = [task(name, workflow="dag", is_durable=True, slot_requests={"durable": 1}) for name in ("a", "b")]
        await peer.put("dag", *tasks)
        worker = await durable_worker(peer, "dag:a", "dag:b")
        await peer.trigger("dag")
        one, two = await worker.next(), await worker.next()
        [first] = await one.run(child("c", {"from": "a"}, index=0))
        [second] = await two.run(child("c", {"from": "b"}, index=0))
        assert first.workflow_run_external_id != second.workflow_run_external_id

    async def test_a_dags_outputs_come_by_name_and_a_cancelled_child_is_a_failure(self, peer: Peer) -> None:
        await peer.put("dag", task("a", workflow="dag"), task("b", workflow="dag", parents=["a"]))
        async with begun(peer, "d", "dag") as (worker, durable):
            serves = await peer.worker("dag:a", "dag:b")
            first, second = await durable.run(child("dag", index=0), child("dag", index=1))
            actions = [await serves.next(), await serves.next()]
            await peer.cancel(second.workflow_run_external_id)
            done = await worker.stream.done()
            assert (done.ref.node_id, done.is_failure, done.error_message) == (2, True, "task was cancelled")
            [action] = [each for each in actions if each.workflow_run_id == first.workflow_run_external_id]
            await serves.complete(action, {"n": 1})
            while (action := await serves.next()).action_type != dispatcher_pb2.START_STEP_RUN:
                pass
            await serves.complete(action, {"n": 2})
            assert json.loads((await worker.stream.done()).payload) == {"a": {"n": 1}, "b": {"n": 2}}

    async def test_an_idempotency_collision_ends_the_entry_with_the_existing_run(self, peer: Peer) -> None:
        rule = admin_pb2.IdempotencyConfig(expression="input.id", ttl_ms=600_000)
        await peer.put("once", idempotency=rule)
        held = await peer.trigger("once", {"id": "x"})
        async with begun(peer, "d", retries=1) as (worker, first):
            entries = await first.run(child("once", {"id": "x"}, index=0), child("once", {"id": "y"}, index=1))
            assert entries[0].workflow_run_external_id == held
            done = await worker.stream.done()
            assert (done.ref.node_id, done.is_failure) == (1, True)
            assert held in done.error_message
            second = await again(worker, first)
            both = [child("once", {"id": "x"}, index=0), child("once", {"id": "y"}, index=1)]
            assert await second.run(*both) == entries
            assert held in (await worker.stream.done()).error_message


class TestStreams:
    async def test_a_result_of_the_time_without_a_stream_is_told_on_the_next_one(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            await task.wait(event("a"))
            await task.wait(event("b"))
            worker.stream.hang_up()
            await push(peer, "a")
            stream = await worker.reconnect()
            assert (await stream.done()).ref.node_id == 1
            task.stream = stream
            await stream.status((task, 1), (task, 2))
            assert (await stream.done()).ref.node_id == 1
            await push(peer, "b")  # a task that only waits is told on the new stream
            done = await stream.done()
            assert (done.ref.node_id, done.satisfied_order) == (2, 2)

    async def test_a_new_stream_begins_after_what_the_worker_says_it_has(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            for name in ("a", "b", "c"):
                await task.wait(event(name))
                await push(peer, name)
                await worker.stream.done()
            await task.wait(event("d"))
            await worker.stream.status((task, 4), received={task: 2})
            await task.memo(b"m")
            stream = await worker.reconnect()
            done = await stream.done()
            assert (done.ref.node_id, done.satisfied_order) == (3, 3)
            await push(peer, "d")
            assert (await stream.done()).satisfied_order == 4

    async def test_a_second_stream_of_a_worker_ends_the_first(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            await task.wait(event("a"))
            former = worker.stream
            stream = await worker.reconnect()
            assert await former.ended() is None
            await push(peer, "a")
            assert (await stream.done()).ref.node_id == 1

    async def test_a_stale_and_a_fresh_invocation_do_not_hide_each_other(self, peer: Peer) -> None:
        async with begun(peer, retries=1) as (worker, first):
            await first.wait(event("a"))
            second = await again(worker, first)
            await second.wait(event("a"))
            await push(peer, "a")
            await worker.stream.done()
            await worker.stream.status((second, 1), (first, 1))
            notice = (await worker.stream.next("server_evict")).server_evict
            assert (notice.durable_task_external_id, notice.invocation_count) == (first.task_id, 1)
            assert notice.reason == "stale invocation: server has 2, worker sent 1"
            assert (await worker.stream.done()).ref.invocation_count == 2
            await first.ask_to_wait(event("b"))
            notice = (await worker.stream.next("server_evict")).server_evict
            assert notice.reason.startswith(f"invocation count mismatch for task {first.task_id}")

    async def test_a_task_that_has_ended_is_told_to_stop(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            await task.wait(event("a"))
            await peer.cancel(task.task_id)
            await worker.stream.status((task, 1))
            notice = (await worker.stream.next("server_evict")).server_evict
            assert "it is CANCELLED" in notice.reason

    async def test_a_task_of_a_lost_worker_goes_on_with_another(self, peer: Peer, clock: MovableClock) -> None:
        async with begun(peer) as (worker, first):
            ack = await first.memo(b"k", b"1")
            await worker.stream.done()
            await first.wait(event("go"))
            other = await durable_worker(peer, "d:d")
            clock.advance(31, silence=True)
            await other.raw.heartbeat()
            second = await other.next()
            assert (second.count, second.action.retry_count) == (2, 1)
            assert (await second.memo(b"k")).memo_result_payload == ack.memo_result_payload
            await other.stream.done()
            await second.wait(event("go"))
            await push(peer, "go")
            assert (await other.stream.done()).ref.node_id == 2


class TestMemosOfTwoInvocations:
    async def test_a_memo_of_a_former_invocation_counts_only_until_the_present_one_asks(self, peer: Peer) -> None:
        async with begun(peer, retries=1) as (worker, first):
            late, later = (await first.memo(b"a")).ref, (await first.memo(b"b")).ref
            second = await again(worker, first)
            await second.memo(b"a")
            await first.complete_memo(late, b"a", b"1")  # the function runs again meanwhile
            await first.complete_memo(later, b"b", b"2")
            ack = await second.memo(b"b")
            assert (ack.memo_already_existed, ack.memo_result_payload) == (True, b"2")
            await second.complete_memo(durable_pb2.DurableEventLogEntryRef.FromString(_as(late, second)), b"a", b"3")
            told = [await worker.stream.done() for _ in range(2)]
            assert [(each.ref.node_id, each.payload) for each in told] == [(2, b"2"), (1, b"3")]


def _as(ref: durable_pb2.DurableEventLogEntryRef, invocation: Invocation) -> bytes:
    copy = durable_pb2.DurableEventLogEntryRef.FromString(ref.SerializeToString())
    copy.invocation_count = invocation.count
    return copy.SerializeToString()


class TestLookingBack:
    async def test_the_newest_earlier_event_of_the_scope_counts(self, peer: Peer, clock: MovableClock) -> None:
        before = clock.now()
        clock.advance(5)
        for n, scope in ((1, "s"), (2, "s"), (3, "t"), (4, None)):
            await push(peer, "e", {"n": n}, scope=scope)
        async with begun(peer) as (worker, task):
            await task.wait(event("e", scope="s", since=before))
            assert data(await worker.stream.done()) == {"e": [{"n": 2}]}
            await task.wait(event("e", "input.n < 2", scope="s", since=before))
            assert data(await worker.stream.done()) == {"e": [{"n": 1}]}
            await task.wait(event("e", since=before))  # without a scope, only what comes
            await task.wait(event("e", scope="s", since=clock.now() + 1))
            await push(peer, "e", {"n": 5})
            assert (await worker.stream.done()).ref.node_id == 3

    async def test_the_groups_of_a_wait_are_alternatives_and_all_of_them_count(
        self, peer: Peer, clock: MovableClock
    ) -> None:
        either = "10000000-0000-0000-0000-000000000000"
        async with begun(peer) as (worker, task):
            await task.wait(event("a", group=either), sleep("10s", group=either), event("b"), event("b", key="a"))
            await push(peer, "b", {"n": 1})
            clock.advance(10)
            assert data(await worker.stream.done()) == {
                "sleep:10s": [{"sleep_duration": "10s"}],
                "b": [{"n": 1}],
                "a": [{"n": 1}],
            }


class TestBranches:
    async def test_a_branch_keeps_what_came_before_its_node(self, peer: Peer) -> None:
        await peer.put("c")
        async with begun(peer, "d") as (worker, first):
            await first.memo(b"m", b"1")
            await worker.stream.done()
            [old] = await first.run(child("c", index=0))
            await worker.complete(first)
            assert await branch(peer, first.task_id, 2) == 2
            second = await worker.next()
            assert (second.count, second.action.retry_count) == (2, 1)
            assert (await second.memo(b"m")).memo_result_payload == b"1"
            await worker.stream.done()
            [new] = await second.run(child("c", index=0))
            assert spots([old, new]) == [(1, 2), (2, 2)]
            assert new.workflow_run_external_id != old.workflow_run_external_id
            await worker.complete(second)
            await peer.replay(second.task_id)
            third = await worker.next()
            await third.memo(b"m")
            await worker.stream.done()
            assert await third.run(child("c", index=0)) == [new]

    async def test_a_branch_in_the_middle_of_a_bulk_keeps_the_first_children(self, peer: Peer) -> None:
        await peer.put("c")
        async with begun(peer, "d") as (worker, first):
            three = [child("c", {"same": True}, index=n) for n in range(3)]
            before = await first.run(*three)
            await worker.complete(first)
            await branch(peer, first.task_id, 2)
            second = await worker.next()
            after = await second.run(*three)
            assert spots(after) == [(1, 1), (2, 2), (2, 3)]
            assert after[0] == before[0]
            assert len({each.workflow_run_external_id for each in (*before, *after)}) == 5

    @pytest.mark.parametrize("node", [0, 1])
    async def test_a_branch_at_the_beginning_makes_everything_anew(self, peer: Peer, node: int) -> None:
        async with begun(peer) as (worker, first):
            await first.memo(b"m", b"1")
            await worker.stream.done()
            await worker.complete(first)
            await branch(peer, first.task_id, node)
            second = await worker.next()
            ack = await second.memo(b"other")
            assert (ack.memo_already_existed, ack.ref.branch_id) == (False, 2)

    async def test_a_branch_over_results_out_of_order_is_told_without_a_gap(self, peer: Peer) -> None:
        async with begun(peer) as (worker, first):
            for name in ("a", "b", "c"):
                await first.wait(event(name))
            for name in ("c", "b", "a"):
                await push(peer, name)
                await worker.stream.done()
            await worker.complete(first)
            await branch(peer, first.task_id, 3)
            second = await worker.next()
            for name in ("a", "b"):
                await second.wait(event(name))
            told = [await worker.stream.done() for _ in range(2)]
            assert [(each.ref.node_id, each.satisfied_order) for each in told] == [(2, 1), (1, 2)]
            await second.wait(event("c"))
            await push(peer, "c")
            done = await worker.stream.done()
            assert (done.ref.branch_id, done.ref.node_id, done.satisfied_order) == (2, 3, 3)

    async def test_branches_of_branches_and_twice_at_a_node(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):

            async def go(values: list[bytes]) -> list[tuple[int, bytes]]:
                """Memos with these values, unless they are remembered: whose branch they are, and the value."""
                found: list[tuple[int, bytes]] = []
                for number, value in enumerate(values):
                    ack = await task.memo(b"%d" % number, value)
                    await worker.stream.done()
                    found.append((ack.ref.branch_id, ack.memo_result_payload))
                await worker.complete(task)
                return found

            assert await go([b"1"] * 3) == [(1, b"1"), (1, b"1"), (1, b"1")]
            for values, node, parent, expected in (
                ([b"2"] * 3, 2, 1, [(1, b"1"), (2, b"2"), (2, b"2")]),
                ([b"3"] * 3, 3, 2, [(1, b"1"), (2, b"2"), (3, b"3")]),
                ([b"4"] * 3, 3, 2, [(1, b"1"), (2, b"2"), (4, b"4")]),
                ([b"5"] * 3, 2, 4, [(1, b"1"), (5, b"5"), (5, b"5")]),
                ([b"6"] * 3, 3, 1, [(1, b"1"), (1, b"1"), (6, b"6")]),
            ):
                await branch(peer, task.task_id, node, parent)
                task = await worker.next()
                assert await go(values) == expected

    async def test_a_task_that_still_waits_is_branched_at_once(self, peer: Peer) -> None:
        async with begun(peer) as (worker, first):
            await first.wait(event("never"))
            await branch(peer, first.task_id, 1)
            revoked = await worker.raw.next()
            assert (revoked.action_type, revoked.retry_count) == (dispatcher_pb2.CANCEL_STEP_RUN, 0)
            second = await worker.next()
            assert (second.count, second.action.retry_count) == (2, 1)
            await second.wait(event("other"))
            await second.evict()
            await branch(peer, first.task_id, 1, 2)
            third = await worker.next()
            assert (await third.memo(b"m")).ref.branch_id == 3

    async def test_a_branch_that_makes_no_sense_is_refused(self, peer: Peer) -> None:
        await peer.put("plain")
        plain = await peer.trigger("plain")
        async with begun(peer) as (_, task):
            for task_id, node, parent, code in (
                ("t", 1, 1, grpc.StatusCode.INVALID_ARGUMENT),
                ("10000000-0000-0000-0000-000000000000", 1, 1, grpc.StatusCode.NOT_FOUND),
                (plain, 1, 1, grpc.StatusCode.INVALID_ARGUMENT),
                (task.task_id, -1, 1, grpc.StatusCode.INVALID_ARGUMENT),
                (task.task_id, 1, 2, grpc.StatusCode.INVALID_ARGUMENT),
                (task.task_id, 1, 0, grpc.StatusCode.INVALID_ARGUMENT),
            ):
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await branch(peer, task_id, node, parent)
                assert caught.value.code() is code


class TestRestarts:
    async def test_an_invocation_goes_on_after_a_restart_of_the_engine(self, tmp_path: Path) -> None:
        clock = MovableClock()
        engine = EmbeddedEngine(tmp_path, clock=clock)
        async with connected(await engine.start()) as peer:
            await put_durable(peer, "d")
            await peer.put("c")
            worker = await durable_worker(peer, "d:d", "c:c")
            await peer.trigger("d")
            invocation = await worker.next()
            await worker.raw.started(invocation.action)
            await invocation.memo(b"m", b"1")
            await worker.stream.done()
            await invocation.wait(sleep("30s"))
            await invocation.wait(event("go"))
            await invocation.run(child("c", index=0))
            running = await worker.raw.next()
            await worker.raw.started(running)
            worker_id = worker.raw.id
        await engine.stop(grace=0.1)
        engine = EmbeddedEngine(tmp_path, clock=clock)
        async with connected(await engine.start()) as peer:
            worker.raw.peer = peer
            await worker.raw.listen()
            assert worker.raw.id == worker_id
            stream = worker.stream = invocation.stream = await open_stream(worker.raw)
            await stream.status(*((invocation, node) for node in (2, 3, 4)), received={invocation: 1})
            await push(peer, "go", {"n": 1})
            assert (await stream.done()).ref.node_id == 3
            await worker.raw.complete(running, {"c": 1})
            assert (await stream.done()).ref.node_id == 4
            clock.advance(30)
            done = await stream.done()
            assert (done.ref.node_id, done.satisfied_order) == (2, 4)
            assert (await invocation.memo(b"next")).ref.node_id == 5
            stream.hang_up()
        await engine.stop(grace=0.1)

    async def test_events_while_a_task_had_ended_count_when_it_is_replayed(
        self, peer: Peer, clock: MovableClock
    ) -> None:
        async with begun(peer) as (worker, first):
            await first.wait(event("late"))
            await first.wait(sleep("10s"))
            await worker.complete(first)
            await push(peer, "late", {"n": 1})
            clock.advance(10)
            await peer.replay(first.task_id)
            second = await worker.next()
            await second.wait(event("late"))
            assert data(await worker.stream.done()) == {"late": [{"n": 1}]}
            await second.wait(sleep("10s"))
            assert (await worker.stream.done()).satisfied_order == 2
