"""Tasks that are handed out together, as a worker and a client see them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest

from hatchet.engine import MovableClock
from hatchet_api.grpc import dispatcher_pb2, workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import Peer, RawWorker, connected, errors, outputs, task
from tests.engine.rest_peer import PAUSE, UNPAUSE, asking, checked
from tests.engine.storage.test_durability import another_process, served

COMPLETED = dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED
FAILED = dispatcher_pb2.STEP_EVENT_TYPE_FAILED
CANCELLED = dispatcher_pb2.STEP_EVENT_TYPE_CANCELLED
STARTED = dispatcher_pb2.STEP_EVENT_TYPE_STARTED
HOUR = 3_600_000


async def batched(
    peer: Peer, name: str, size: int, interval_ms: int | None = HOUR, slots: int = 10, **fields: Any
) -> RawWorker:
    """A workflow of one batch task, and a worker for it."""
    definition = task(name, workflow=name)
    definition.batch.batch_max_size = size
    if interval_ms is not None:
        definition.batch.batch_max_interval_ms = interval_ms
    for key, value in fields.items():
        setattr(definition.batch if key.startswith("batch") else definition, key, value)
    await peer.put(name, definition)
    return await peer.worker(f"{name}:{name}", slots={"default": slots})


async def report(
    worker: RawWorker,
    batch: dispatcher_pb2.AssignedAction,
    kind: dispatcher_pb2.StepActionEventType.ValueType,
    payloads: dict[str, str],
    *,
    named: bool = True,
    **fields: Any,
) -> None:
    """Report on runs of a batch."""
    event = dispatcher_pb2.BatchActionEvent(
        worker_id=worker.id, action_id=batch.action_id, event_type=kind, batch_id=batch.batchId if named else ""
    )
    for run_id, payload in payloads.items():
        item = event.items.add(task_run_external_id=run_id, event_payload=payload)
        for key, value in fields.items():
            setattr(item, key, value)
    await worker.peer.dispatcher.send_batch_action_event(event, metadata=worker.peer.metadata)


def members(batch: dispatcher_pb2.AssignedAction) -> dict[str, Any]:
    """The runs of a batch with their envelopes."""
    assert batch.action_type == dispatcher_pb2.START_BATCH
    found: dict[str, Any] = json.loads(batch.action_payload)
    return found


async def complete(worker: RawWorker, batch: dispatcher_pb2.AssignedAction) -> None:
    """Complete every run of a batch with its own number."""
    payloads = {run_id: json.dumps(member["payload"]["input"]) for run_id, member in members(batch).items()}
    await report(worker, batch, COMPLETED, payloads)


async def status(peer: Peer, run: str) -> str:
    return admin_pb2.RunStatus.Name((await peer.details(run)).status)


async def test_a_full_batch_starts_at_once_and_each_run_has_its_own_output(peer: Peer, clock: MovableClock) -> None:
    worker = await batched(peer, "full", 3)
    runs = await peer.trigger_many("full", 2)
    assert [await status(peer, run) for run in runs] == ["QUEUED", "QUEUED"]
    runs.append(await peer.trigger("full", {"n": 2}))
    batch = await worker.next()
    assert list(members(batch)) == runs
    assert batch.action_id == "full:full"
    assert (batch.task_run_external_id, batch.workflow_run_id, batch.retry_count) == ("", "", 0)
    assert batch.batchKey == "default"
    start = batch.batchStartPayload
    assert (start.triggerReason, start.expectedSize) == ("batch size threshold 3 reached", 3)
    assert abs(start.triggerTime.ToNanoseconds() / 1e9 - clock.now()) < 5
    first = members(batch)[runs[0]]
    assert (first["workflow_run_id"], first["payload"]["input"]) == (runs[0], {"n": 0})
    await report(worker, batch, STARTED, dict.fromkeys(runs, ""))
    await complete(worker, batch)
    assert [outputs(await peer.result(run)) for run in runs] == [{"full": {"n": n}} for n in range(3)]


async def test_what_there_is_starts_after_the_interval(peer: Peer, clock: MovableClock) -> None:
    worker = await batched(peer, "slow", 10, interval_ms=5000)
    runs = await peer.trigger_many("slow", 2)
    clock.advance(4)
    assert await status(peer, runs[0]) == "QUEUED"
    clock.advance(1.1)
    batch = await worker.next()
    assert list(members(batch)) == runs
    assert batch.batchStartPayload.triggerReason == "batch max interval 5s elapsed"
    # The next one waits its own time.
    clock.advance(100)
    run = await peer.trigger("slow", {"n": 9})
    assert await status(peer, run) == "QUEUED"


async def test_many_at_once_make_several_batches(peer: Peer) -> None:
    worker = await batched(peer, "several", 4)
    runs = await peer.trigger_many("several", 10)
    assert [list(members(await worker.next())) for _ in range(2)] == [runs[:4], runs[4:8]]
    assert await status(peer, runs[8]) == "QUEUED"


async def test_each_key_has_batches_of_its_own_and_a_limit_on_them(peer: Peer) -> None:
    worker = await batched(peer, "keyed", 2, batch_group_key="input.k", batch_group_max_runs=1)
    a = [await peer.trigger("keyed", {"k": "a"}) for _ in range(4)]
    b = [await peer.trigger("keyed", {"k": "b"}) for _ in range(2)]
    first, other = await worker.next(), await worker.next()
    assert (list(members(first)), first.batchKey) == (a[:2], "a")
    assert (list(members(other)), other.batchKey) == (b, "b")
    assert await status(peer, a[2]) == "QUEUED"
    await complete(worker, first)
    assert list(members(await worker.next())) == a[2:]


async def test_a_batch_takes_the_slots_of_one_task_until_its_last_run_has_ended(peer: Peer) -> None:
    worker = await batched(peer, "slots", 2, slots=1)
    runs = await peer.trigger_many("slots", 4)
    batch = await worker.next()
    await report(worker, batch, COMPLETED, {runs[0]: "{}"})
    await peer.result(runs[0])
    assert await status(peer, runs[2]) == "QUEUED"
    await report(worker, batch, FAILED, {runs[1]: "no"})
    assert list(members(await worker.next())) == runs[2:]
    assert errors(await peer.result(runs[1])) == {"slots": "no"}


async def test_no_batch_weighs_more_than_a_message(peer: Peer) -> None:
    worker = await batched(peer, "heavy", 100)
    runs = [await peer.trigger("heavy", {"text": "x" * 1_500_000}) for _ in range(3)]
    batch = await worker.next()
    assert list(members(batch)) == runs[:2]
    assert batch.batchStartPayload.triggerReason == "batch max memory size reached"


async def test_a_failed_run_is_tried_again_in_another_batch(peer: Peer, clock: MovableClock) -> None:
    worker = await batched(peer, "again", 2, interval_ms=1000, retries=1)
    runs = await peer.trigger_many("again", 2)
    first = await worker.next()
    # Some workers report 0 for every attempt, since a batch does not tell them.
    await report(worker, first, FAILED, {runs[0]: "once"}, retry_count=0)
    await report(worker, first, COMPLETED, {runs[1]: "{}"}, retry_count=0)
    clock.advance(1.1)
    second = await worker.next()
    assert list(members(second)) == [runs[0]]
    # A report on the batch that the run has left is not one on its new attempt.
    await report(worker, first, COMPLETED, {runs[0]: '{"late": true}'})
    assert await status(peer, runs[0]) == "RUNNING"
    await report(worker, second, COMPLETED, {runs[0]: '{"n": 0}'}, retry_count=0)
    assert outputs(await peer.result(runs[0])) == {"again": {"n": 0}}


async def test_a_retry_may_be_put_off_and_ruled_out(peer: Peer, clock: MovableClock) -> None:
    worker = await batched(peer, "later", 2, interval_ms=1, retries=3)
    runs = await peer.trigger_many("later", 2)
    batch = await worker.next()
    await report(worker, batch, FAILED, {runs[0]: "busy"}, retry_after_ms=60_000)
    await report(worker, batch, FAILED, {runs[1]: "never"}, should_not_retry=True)
    assert errors(await peer.result(runs[1])) == {"later": "never"}
    clock.advance(30)
    assert await status(peer, runs[0]) == "QUEUED"
    clock.advance(31)
    clock.advance(0.1)
    assert list(members(await worker.next())) == [runs[0]]


async def test_reports_without_the_batch_are_on_the_attempt_they_name(peer: Peer) -> None:
    worker = await batched(peer, "bare", 1)
    run = await peer.trigger("bare", {"n": 0})
    batch = await worker.next()
    await report(worker, batch, COMPLETED, {run: '{"late": 1}'}, named=False, retry_count=7)
    assert await status(peer, run) == "RUNNING"
    unknown = "00000000-0000-4000-8000-000000000000"
    await report(worker, batch, COMPLETED, {unknown: "{}", run: '{"n": 0}'}, named=False)
    assert outputs(await peer.result(run)) == {"bare": {"n": 0}}


async def test_an_output_that_is_no_json_fails_only_its_run(peer: Peer) -> None:
    worker = await batched(peer, "faulty", 2)
    runs = await peer.trigger_many("faulty", 2)
    await report(worker, await worker.next(), COMPLETED, {runs[0]: "{", runs[1]: "{}"})
    assert errors(await peer.result(runs[0])) == {"faulty": "invalid json in field taskOutput"}
    assert outputs(await peer.result(runs[1])) == {"faulty": {}}


async def test_cancelling_takes_a_run_out_of_its_batch_or_its_buffer(peer: Peer) -> None:
    worker = await batched(peer, "gone", 2)
    waiting = await peer.trigger("gone", {"n": 0})
    await peer.cancel(waiting)
    runs = await peer.trigger_many("gone", 2)
    batch = await worker.next()
    assert list(members(batch)) == runs
    await peer.cancel(runs[1])
    told = await worker.next()
    assert (told.action_type, told.task_run_external_id) == (dispatcher_pb2.CANCEL_STEP_RUN, runs[1])
    assert (told.batchId, told.batchKey, told.batchSize, told.batchIndex) == (batch.batchId, "default", 2, 1)
    assert await status(peer, runs[0]) == "RUNNING"
    await report(worker, batch, CANCELLED, {runs[0]: ""})
    assert errors(await peer.result(runs[0])) == {"gone": ""}


async def test_a_batch_that_takes_too_long_fails_all_its_runs(peer: Peer, clock: MovableClock) -> None:
    worker = await batched(peer, "long", 2, timeout="10s")
    runs = await peer.trigger_many("long", 2)
    await worker.next()
    clock.advance(11)
    for run in runs:
        error = "Task failed due to batch timeout, exceeded timeout of 10s"
        assert errors(await peer.result(run)) == {"long": error}
    assert {(await worker.next()).task_run_external_id for _ in range(2)} == set(runs)


async def test_who_waits_too_long_for_a_batch_times_out(peer: Peer, clock: MovableClock) -> None:
    await batched(peer, "never", 2, schedule_timeout="10s")
    run = await peer.trigger("never", {"n": 0})
    clock.advance(11)
    assert errors(await peer.result(run)) == {"never": ""}


async def test_the_runs_of_a_lost_batch_are_gathered_anew(peer: Peer, clock: MovableClock) -> None:
    worker = await batched(peer, "lost", 2)
    runs = await peer.trigger_many("lost", 2)
    await worker.next()
    clock.advance(31, silence=True)
    other = await peer.worker("lost:lost")
    batch = await other.next()
    assert list(members(batch)) == runs
    await complete(other, batch)
    assert outputs(await peer.result(runs[0])) == {"lost": {"n": 0}}


async def test_a_batch_waits_for_a_worker_and_grows_meanwhile(peer: Peer, clock: MovableClock) -> None:
    worker = await batched(peer, "grows", 3, interval_ms=1000)
    await worker.peer.dispatcher.unsubscribe(
        dispatcher_pb2.WorkerUnsubscribeRequest(worker_id=worker.id), metadata=peer.metadata
    )
    runs = [await peer.trigger("grows", {"n": 0})]
    clock.advance(2)
    runs.append(await peer.trigger("grows", {"n": 1}))
    other = await peer.worker("grows:grows")
    assert list(members(await other.next())) == runs


async def test_batches_heed_rate_limits_and_concurrency(peer: Peer, clock: MovableClock) -> None:
    put = workflows_pb2.PutRateLimitRequest(key="units", limit=3, duration=workflows_pb2.HOUR)
    await peer.workflows.put_rate_limit(put, metadata=peer.metadata)
    definition = task("both", workflow="both", schedule_timeout="10h")
    definition.batch.batch_max_size = 2
    definition.batch.batch_max_interval_ms = HOUR
    definition.rate_limits.add(key="units", units=1, limit_values_expr="-1")
    definition.concurrency.add(expression="input.k", max_runs=2, limit_strategy=admin_pb2.GROUP_ROUND_ROBIN)
    await peer.put("both", definition)
    worker = await peer.worker("both:both")
    a = [await peer.trigger("both", {"k": "a"}) for _ in range(3)]
    batch = await worker.next()
    assert list(members(batch)) == a[:2]
    await peer.trigger("both", {"k": "b"})
    # The third of a has no slot, the first of b took the last unit: neither fills a batch.
    assert await status(peer, a[2]) == "QUEUED"
    await complete(worker, batch)
    assert await status(peer, a[2]) == "QUEUED"
    put.limit = 10
    await peer.workflows.put_rate_limit(put, metadata=peer.metadata)
    clock.advance(3601)
    assert set(members(await worker.next())) >= {a[2]}


async def test_a_batch_task_in_a_workflow_sees_its_parents(peer: Peer) -> None:
    second = task("second", workflow="dag", parents=["first"])
    second.batch.batch_max_size = 1
    await peer.put("dag", task("first", workflow="dag"), second)
    worker = await peer.worker("dag:first", "dag:second")
    run = await peer.trigger("dag", {"n": 1})
    await worker.complete(await worker.next(), {"first": 1})
    batch = await worker.next()
    [(task_id, member)] = members(batch).items()
    assert member["workflow_run_id"] == run
    assert member["payload"]["parents"] == {"first": {"first": 1}}
    await report(worker, batch, COMPLETED, {task_id: '{"second": 2}'})
    assert outputs(await peer.result(run))["second"] == {"second": 2}


async def test_what_happens_to_a_batched_run_is_in_its_history(peer: Peer) -> None:
    worker = await batched(peer, "told", 1)
    run = await peer.trigger("told", {"n": 0})
    await complete(worker, await worker.next())
    await peer.result(run)
    endpoint = peer.endpoint
    async with asking(endpoint) as http:
        answer = await http.get(f"{endpoint.server_url}/api/v1/stable/tasks/{run}/task-events")
    rows = checked(models.V1TaskEventList, answer.json()).rows or []
    kinds = [row.event_type.value for row in reversed(rows)]
    assert kinds == [
        "QUEUED",
        "WAITING_FOR_BATCH",
        "BATCH_FLUSHED",
        "ASSIGNED",
        "SENT_TO_WORKER",
        "FINISHED",
    ]


async def test_a_key_that_is_no_text_fails_the_run(peer: Peer) -> None:
    await batched(peer, "keyless", 2, batch_group_key="input.n")
    run = await peer.trigger("keyless", {"n": 1})
    error = "failed to parse batch group key expression (input.n): expected string output for batch key, got int"
    assert errors(await peer.result(run)) == {"keyless": error}


async def test_what_cannot_work_is_refused(peer: Peer) -> None:
    for call, words in (
        (batched(peer, "w", 0), "batch_max_size of task w of workflow w must be between 1 and 100000, got 0"),
        (batched(peer, "w", 1, interval_ms=0), "batch_max_interval_ms"),
        (batched(peer, "w", 1, batch_group_max_runs=0), "batch_group_max_runs"),
        (batched(peer, "w", 1, batch_group_key="oops.a"), "undeclared reference to 'oops'"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert words in (caught.value.details() or "")
    worker = await batched(peer, "fine", 1)
    run = await peer.trigger("fine", {"n": 0})
    batch = await worker.next()
    for kind, ids in ((dispatcher_pb2.STEP_EVENT_TYPE_UNKNOWN, run), (COMPLETED, "no uuid")):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await report(worker, batch, kind, {ids: ""})
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    await report(worker, batch, dispatcher_pb2.STEP_EVENT_TYPE_UNKNOWN, {})


async def test_the_interval_goes_on_across_restarts(tmp_path: Path, clock: MovableClock) -> None:
    async with served(tmp_path, clock) as (_, peer):
        await batched(peer, "daily", 10, schedule_timeout="10h")
        run = await peer.trigger("daily")
        clock.advance(2400)
    async with served(tmp_path, clock) as (_, peer):
        worker = await peer.worker("daily:daily")
        clock.advance(1190)
        assert await status(peer, run) == "QUEUED"
        clock.advance(15)
        assert list(members(await worker.next())) == [run]


async def test_batches_survive_kill_nine(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        worker = await batched(peer, "kept", 2, slots=1)
        runs = await peer.trigger_many("kept", 3)
        batch = await worker.next()
        await report(worker, batch, STARTED, {runs[1]: ""})
        await report(worker, batch, COMPLETED, {runs[0]: '{"n": 0}'})
        worker.hang_up()
    async with served(tmp_path, clock) as (_, peer):
        worker.peer = peer
        await worker.listen()
        runs.append(await peer.trigger("kept", {"n": 3}))
        # The batch still holds the worker's only slot.
        assert [await status(peer, run) for run in runs] == ["COMPLETED", "RUNNING", "QUEUED", "QUEUED"]
        await report(worker, batch, COMPLETED, {runs[1]: '{"n": 1}'})
        assert list(members(await worker.next())) == runs[2:]


async def test_a_paused_workflow_fills_no_batches(peer: Peer) -> None:
    worker = await batched(peer, "held", 2)
    runs = [await peer.trigger("held", {"n": 0})]
    endpoint = peer.endpoint
    async with asking(endpoint) as http:
        listed = await http.get(f"{endpoint.server_url}/api/v1/tenants/{endpoint.tenant_id}/workflows")
        url = f"{endpoint.server_url}/api/v1/workflows/{listed.json()['rows'][0]['metadata']['id']}"
        await http.patch(url, json=PAUSE)
        runs.append(await peer.trigger("held", {"n": 1}))
        assert [await status(peer, run) for run in runs] == ["QUEUED", "QUEUED"]
        await http.patch(url, json=UNPAUSE)
    assert set(members(await worker.next())) == set(runs)


async def test_a_replayed_run_joins_another_batch(peer: Peer) -> None:
    worker = await batched(peer, "rerun", 2)
    runs = await peer.trigger_many("rerun", 2)
    await complete(worker, await worker.next())
    await peer.result(runs[0])
    assert await peer.replay(runs[0]) == [runs[0]]
    third = await peer.trigger("rerun", {"n": 2})
    batch = await worker.next()
    assert set(members(batch)) == {runs[0], third}
    await complete(worker, batch)
    assert outputs(await peer.result(third)) == {"rerun": {"n": 2}}
