"""Durable tasks over the wire: what is remembered, waited for and started, and in which order it is told."""

from __future__ import annotations

import json
import uuid

import grpc
import grpc.aio
import pytest

from hatchet.engine import MovableClock
from hatchet_api.grpc.v1 import dispatcher_pb2 as durable_pb2
from tests.engine.durable_peer import Stream, begun, child, data, event, sleep, spots
from tests.engine.peer import Peer, push


class TestMemos:
    async def test_a_value_is_remembered_for_the_next_attempt(self, peer: Peer) -> None:
        async with begun(peer, retries=1) as (worker, first):
            ack = await first.memo(b"k")
            assert (ack.memo_already_existed, ack.HasField("memo_result_payload"), ack.ref.node_id) == (False, False, 1)
            await first.complete_memo(ack.ref, b"k", b'"v"')
            done = await worker.stream.done()
            assert (done.ref.node_id, done.payload, done.satisfied_order) == (1, b'"v"', 1)
            await worker.raw.fail(first.action)
            second = await worker.next()
            assert (second.action.retry_count, second.count) == (1, 2)
            ack = await second.memo(b"k")
            assert (ack.memo_already_existed, ack.memo_result_payload) == (True, b'"v"')
            assert (await worker.stream.done()).satisfied_order == 1

    async def test_a_value_that_comes_with_the_question_is_kept_at_once(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            ack = await task.memo(b"k", b"1")
            assert (ack.memo_already_existed, ack.memo_result_payload) == (False, b"1")
            assert (await worker.stream.done()).payload == b"1"


class TestWaits:
    async def test_a_sleep_ends_when_its_time_is_over(self, peer: Peer, clock: MovableClock) -> None:
        async with begun(peer) as (worker, task):
            ref = await task.wait(sleep("20s"))
            assert spots([ref]) == [(1, 1)]
            clock.advance(20)
            done = await worker.stream.done()
            assert data(done) == {"sleep:20s": [{"sleep_duration": "20s"}]}
            assert (done.ref, done.is_failure, done.satisfied_order) == (ref, False, 1)

    async def test_an_event_satisfies_only_what_it_matches(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            await task.wait(event("paid", "input.amount > 5"))
            await task.wait(event("paid", scope="a"))
            await push(peer, "paid", {"amount": 1})
            await push(peer, "paid", {"amount": 7}, scope="b")
            done = await worker.stream.done()
            assert (done.ref.node_id, data(done)) == (1, {"paid": [{"amount": 7}]})
            await push(peer, "paid", {"amount": 2}, scope="a")
            done = await worker.stream.done()
            assert (done.ref.node_id, data(done)) == (2, {"paid": [{"amount": 2}]})


class TestChildren:
    async def test_a_childs_output_and_failure_come_back(self, peer: Peer) -> None:
        await peer.put("c")
        async with begun(peer, "d", "c") as (worker, task):
            entries = await task.run(child("c", {"n": 1}, index=0), child("c", {"n": 2}, index=1))
            assert spots(entries) == [(1, 1), (1, 2)]
            for n in range(2):
                action = await worker.raw.next()
                assert action.workflow_run_id == entries[n].workflow_run_external_id
                assert action.parent_workflow_run_id == task.action.workflow_run_id
                if n == 0:
                    await worker.raw.complete(action, {"one": 1})
                else:
                    await worker.raw.fail(action, "it broke")
            first, second = await worker.stream.done(), await worker.stream.done()
            assert (first.ref.node_id, json.loads(first.payload), first.is_failure) == (1, {"one": 1}, False)
            assert (second.ref.node_id, second.payload, second.error_message) == (2, b"", "it broke")
            assert second.is_failure

    async def test_the_next_invocation_finds_its_children(self, peer: Peer) -> None:
        await peer.put("c")
        async with begun(peer, "d", "c", retries=1) as (worker, first):
            children = [child("c", {"n": 1}, index=0), child("c", {"n": 2})]
            before = await first.run(*children)
            one, two = await worker.raw.next(), await worker.raw.next()
            await worker.raw.complete(one, {"n": 1})
            assert (await worker.stream.done()).satisfied_order == 1
            await worker.raw.fail(first.action)
            second = await worker.next()
            after = await second.run(*children)
            assert after == before
            assert (await worker.stream.done()).payload == b'{"n": 1}'
            await worker.raw.complete(two, {"n": 2})
            done = await worker.stream.done()
            assert (done.ref.invocation_count, done.ref.node_id, done.payload) == (2, 2, b'{"n": 2}')


class TestRefusals:
    async def test_a_request_for_an_unknown_or_ordinary_task_is_answered_with_an_error(self, peer: Peer) -> None:
        await peer.put("plain")
        async with begun(peer, "d", "plain") as (worker, task):
            run_id = await peer.trigger("plain")
            for unknown, said in (("t", "task run not found: t"), (run_id, "task plain is not durable")):
                task.task_id = unknown
                await task.ask_to_wait(sleep("1s"))
                error = (await worker.stream.next("error")).error
                assert said in error.error_message
                assert (error.ref.durable_task_external_id, error.ref.node_id) == (unknown, 0)

    async def test_requests_that_make_no_sense_are_answered_and_count_for_nothing(self, peer: Peer) -> None:
        async with begun(peer) as (worker, task):
            for ask, said in (
                (task.ask_to_wait(), "would never end"),
                (task.ask_to_wait(sleep("soon")), "'soon' is not a duration"),
                (task.ask_to_wait(event("")), "has no key"),
                (task.ask_to_wait(sleep("1s", "no uuid")), "or group id is not a valid uuid"),
                (task.ask_to_run(), "no runs to start"),
                (task.ask_to_run(child("nobody")), "workflow names not found: nobody"),
            ):
                await ask
                assert said in (await worker.stream.next("error")).error.error_message
            assert (await task.wait(sleep("1s"))).node_id == 1

    async def test_a_stream_of_an_unknown_worker_ends_with_not_found(self, peer: Peer) -> None:
        stream = Stream(peer)
        register = durable_pb2.DurableTaskRequestRegisterWorker(worker_id=str(uuid.uuid4()))
        await stream.send(register_worker=register)
        error = await stream.ended()
        assert error is not None
        assert error.code() is grpc.StatusCode.NOT_FOUND

    async def test_the_older_calls_are_refused_by_name(self, peer: Peer) -> None:
        with pytest.raises(grpc.aio.AioRpcError, match="does not serve RegisterDurableEvent"):
            await peer.durable.register_durable_event(durable_pb2.RegisterDurableEventRequest(), metadata=peer.metadata)
