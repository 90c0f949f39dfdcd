"""A disk that fills and empties: what was refused is not carried out, what was accepted is, and the engine goes on."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import grpc.aio
import httpx
import pytest

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet.engine.delivery import messages
from hatchet.engine.hub import Hub
from hatchet.engine.state.changes import Changes, Unstored
from hatchet_api.grpc import dispatcher_pb2, events_pb2, workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import PATIENCE, Peer, RawWorker, connected, outputs, payload, push, task
from tests.engine.rest_peer import PAUSE, STABLE, Rest


class Disk:
    """The disk under an engine, which can be full."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def fill(self) -> None:
        """From now on nothing can be written."""
        self.hub.store.db.execute("PRAGMA query_only = ON")

    def empty(self) -> None:
        """There is room again."""
        self.hub.store.db.execute("PRAGMA query_only = OFF")


@asynccontextmanager
async def served(data: Path | None, clock: MovableClock) -> AsyncIterator[tuple[Peer, Disk]]:
    """An engine on a disk that can be filled, and a client of it."""
    engine = EmbeddedEngine(data, clock=clock)
    async with connected(await engine.start()) as peer:
        assert engine._hub is not None
        disk = Disk(engine._hub)
        yield peer, disk
        disk.empty()
    await engine.stop(grace=0.1)


async def refused(call: Awaitable[object]) -> None:
    """A call over gRPC that must fail because nothing can be stored."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE, caught.value.details()
    assert "could not store the request" in (caught.value.details() or "")


async def refused_by_rest(rest: Rest, method: str, path: str, body: object) -> None:
    """The same over REST."""
    answer = await rest.http.request(method, path.format(tenant=rest.tenant), json=body)
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
    assert "could not store the request" in answer.text


async def counts(peer: Peer) -> dict[str, int]:
    """How many there are of everything that a request can bring about."""
    rest = Rest(peer)
    found = {
        "runs": len(await rest.runs()),
        "events": len((await rest.get(models.V1EventList, f"{STABLE}/events")).rows or []),
        "workers": len((await rest.get(models.WorkerList, "/api/v1/tenants/{tenant}/worker")).rows or []),
        "workflows": len((await rest.get(models.WorkflowList, "/api/v1/tenants/{tenant}/workflows")).rows or []),
        "crons": len((await rest.get(models.CronWorkflowsList, "/api/v1/tenants/{tenant}/workflows/crons")).rows or []),
        "schedules": len(
            (await rest.get(models.ScheduledWorkflowsList, "/api/v1/tenants/{tenant}/workflows/scheduled")).rows or []
        ),
        "filters": len((await rest.get(models.V1FilterList, f"{STABLE}/filters")).rows or []),
        "webhooks": len((await rest.get(models.V1WebhookList, f"{STABLE}/webhooks")).rows or []),
        "rate limits": len((await rest.get(models.RateLimitList, "/api/v1/tenants/{tenant}/rate-limits")).rows or []),
    }
    await rest.http.aclose()
    return found


HOOK = {
    "name": "hook",
    "sourceName": "GENERIC",
    "eventKeyExpression": "input.kind",
    "authType": "API_KEY",
    "auth": {"headerName": "X-Key", "apiKey": "s3cret"},
}
CRON = {"cronName": "c", "cronExpression": "* * * * *", "input": {}, "additionalMetadata": {}}
SOON = {"input": {}, "additionalMetadata": {}, "triggerAt": "2020-01-01T00:00:00Z"}
SCHEDULED = "/api/v1/tenants/{tenant}/workflows/held/scheduled"
Ask = Callable[[Peer, Rest, str], Awaitable[None]]


def by_grpc(call: Callable[[Peer], Awaitable[object]]) -> Ask:
    async def ask(peer: Peer, rest: Rest, workflow_id: str) -> None:
        await refused(call(peer))

    return ask


def by_rest(method: str, path: str, body: object) -> Ask:
    async def ask(peer: Peer, rest: Rest, workflow_id: str) -> None:
        text = path.replace("{workflow}", workflow_id)
        filled = {**body, "workflowId": workflow_id} if isinstance(body, dict) and "workflowId" in body else body
        await refused_by_rest(rest, method, text, filled)

    return ask


ASKED: dict[str, Ask] = {
    "a run": by_grpc(lambda peer: peer.trigger("held", {"n": 1})),
    "many runs": by_grpc(lambda peer: peer.trigger_many("held", 20)),
    "a run by the admin service": by_grpc(
        lambda peer: peer.admin.trigger_workflow_run(
            admin_pb2.TriggerWorkflowRunRequest(workflow_name="held", input=b"{}"), metadata=peer.metadata
        )
    ),
    "a run by REST": by_rest(
        "POST", f"{STABLE}/workflow-runs/trigger", {"workflowName": "held", "input": {}, "additionalMetadata": {}}
    ),
    "an event": by_grpc(lambda peer: push(peer, "go")),
    "many events": by_grpc(
        lambda peer: peer.events.bulk_push(
            events_pb2.BulkPushEventRequest(events=[events_pb2.PushEventRequest(key="go", payload="{}")] * 5),
            metadata=peer.metadata,
        )
    ),
    "a workflow": by_grpc(lambda peer: peer.put("another")),
    "a new version": by_grpc(lambda peer: peer.put("held", event_triggers=["other"])),
    "a worker": by_grpc(lambda peer: peer.worker("held:held")),
    "a schedule": by_grpc(
        lambda peer: peer.workflows.schedule_workflow(
            workflows_pb2.ScheduleWorkflowRequest(name="held", schedules=[messages.timestamp(1.0)], input="{}"),
            metadata=peer.metadata,
        )
    ),
    "a schedule by REST": by_rest("POST", SCHEDULED, SOON),
    "a cron": by_rest("POST", "/api/v1/tenants/{tenant}/workflows/held/crons", CRON),
    "a filter": by_rest(
        "POST", f"{STABLE}/filters", {"workflowId": "", "expression": "true", "scope": "s", "payload": {}}
    ),
    "a webhook": by_rest("POST", f"{STABLE}/webhooks", HOOK),
    "a rate limit": by_grpc(
        lambda peer: peer.workflows.put_rate_limit(
            workflows_pb2.PutRateLimitRequest(key="k", limit=1, duration=workflows_pb2.HOUR), metadata=peer.metadata
        )
    ),
    "a pause": by_rest("PATCH", "/api/v1/workflows/{workflow}", PAUSE),
    "a deletion": by_rest("DELETE", "/api/v1/workflows/{workflow}", None),
}


@pytest.mark.parametrize("where", ["memory", "folder"])
async def test_what_was_refused_because_it_could_not_be_stored_is_not_carried_out(
    tmp_path: Path, clock: MovableClock, where: str
) -> None:
    async with served(tmp_path if where == "folder" else None, clock) as (peer, disk):
        rest = Rest(peer)
        workflow = await peer.put("held", event_triggers=["go"])
        run_id = await peer.trigger("held")
        before = await counts(peer)
        disk.fill()
        # A deletion shows to those who ask in the same turn, so it comes by itself.
        together = [ask for name, ask in ASKED.items() if name != "a deletion"]
        await asyncio.gather(*(ask(peer, rest, workflow.workflow_id) for ask in together))
        await ASKED["a deletion"](peer, rest, workflow.workflow_id)
        await refused(peer.cancel(run_id))
        disk.empty()
        await peer.put("stored-again")
        assert await counts(peer) == {**before, "workflows": before["workflows"] + 1}
        clock.advance(120)
        worker = await peer.worker("held:held")
        assert (await worker.next()).workflow_run_id == run_id
        await worker.nothing()
        await rest.http.aclose()


@pytest.mark.parametrize("name", ASKED)
async def test_each_kind_of_request_is_refused_and_can_be_repeated(clock: MovableClock, name: str) -> None:
    async with served(None, clock) as (peer, disk):
        rest = Rest(peer)
        workflow = await peer.put("held", event_triggers=["go"])
        before = await counts(peer)
        disk.fill()
        await ASKED[name](peer, rest, workflow.workflow_id)
        assert await counts(peer) == before
        disk.empty()
        with pytest.raises((pytest.fail.Exception, AssertionError)):  # it is not refused any more
            await ASKED[name](peer, rest, workflow.workflow_id)
        await rest.http.aclose()


async def working(peer: Peer) -> tuple[RawWorker, dispatcher_pb2.AssignedAction]:
    await peer.put("work", task("work", workflow="work", retries=1))
    worker = await peer.worker("work:work")
    await peer.trigger("work")
    return worker, await worker.next()


@pytest.mark.parametrize("report", ["complete", "fail"])
async def test_a_report_that_was_refused_may_be_repeated(clock: MovableClock, report: str) -> None:
    async with served(None, clock) as (peer, disk):
        worker, action = await working(peer)
        disk.fill()
        await refused(getattr(worker, report)(action))
        assert (await peer.details(action.workflow_run_id)).status == admin_pb2.RUNNING
        disk.empty()
        await getattr(worker, report)(action)
        if report == "complete":
            assert outputs(await peer.result(action.workflow_run_id)) == {"work": None}
        else:
            assert (await worker.next()).retry_count == 1


async def test_a_start_that_was_reported_in_trouble_is_not_forgotten(tmp_path: Path, clock: MovableClock) -> None:
    async with served(tmp_path, clock) as (peer, disk):
        worker, action = await working(peer)
        disk.fill()
        await worker.started(action)
        await refused(peer.trigger("work"))
        disk.empty()
        await peer.put("stored-again")
        rest = Rest(peer)
        listed = await rest.get(models.V1TaskEventList, f"/api/v1/stable/tasks/{action.workflow_run_id}/task-events")
        assert [event.event_type.value for event in listed.rows or []].count("STARTED") == 1
        await rest.http.aclose()
        await worker.complete(action, {"ok": 1})


async def test_a_worker_that_stays_through_the_trouble_gets_work_again_without_another_request(
    clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(None, clock) as (peer, disk):
        worker, action = await working(peer)
        await peer.put("tick", cron_triggers=["* * * * *"], cron_input='{"from": "cron"}')
        ticker = await peer.worker("tick:tick")
        await peer.workflows.schedule_workflow(
            workflows_pb2.ScheduleWorkflowRequest(
                name="work", schedules=[messages.timestamp(clock.now() + 30)], input='{"from": "schedule"}'
            ),
            metadata=peer.metadata,
        )
        disk.fill()
        await refused(peer.trigger("work"))
        clock.advance(61)  # the execution timeout, the cron and the scheduled run are due while nothing can be stored
        await refused(peer.trigger("work"))
        disk.empty()
        [revoked, *rest] = [await worker.next() for _ in range(3)]
        assert revoked.action_type == dispatcher_pb2.CANCEL_STEP_RUN
        assert {each.retry_count for each in rest} == {0, 1}
        assert {each.workflow_run_id == action.workflow_run_id for each in rest} == {True, False}
        assert payload(await ticker.next())["input"] == {"from": "cron"}
        assert caplog.text.count("cannot store anything") == 1
        assert caplog.text.count("can store again") == 1


async def test_an_attempt_that_was_on_its_way_is_sent_although_a_cancellation_was_refused(clock: MovableClock) -> None:
    async with served(None, clock) as (peer, disk):
        worker, action = await working(peer)
        second = await peer.trigger("work", {"n": 2})
        disk.fill()
        await refused(peer.cancel(second))
        disk.empty()
        assert (await worker.next()).workflow_run_id == second
        await worker.complete(action)


async def test_a_worker_that_leaves_in_trouble_leaves_its_tasks_to_others(clock: MovableClock) -> None:
    async with served(None, clock) as (peer, disk):
        worker, action = await working(peer)
        await worker.started(action)
        disk.fill()
        await refused(peer.trigger("work"))
        worker.hang_up()
        await refused(peer.trigger("work"))
        disk.empty()
        clock.advance(31, silence=True)
        other = await peer.worker("work:work")
        moved = await other.next()
        assert (moved.workflow_run_id, moved.retry_count) == (action.workflow_run_id, 1)


async def test_what_waits_for_a_slot_or_an_idempotency_key_finds_it_free_again(clock: MovableClock) -> None:
    async with served(None, clock) as (peer, disk):
        key = admin_pb2.IdempotencyConfig(expression="input.key", ttl_ms=60_000)
        await peer.put("once", idempotency=key)
        disk.fill()
        await refused(peer.trigger("once", {"key": "k"}))
        disk.empty()
        run_id = await peer.trigger("once", {"key": "k"})
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await peer.trigger("once", {"key": "k"})
        assert caught.value.code() is grpc.StatusCode.ALREADY_EXISTS
        assert (await peer.details(run_id)).status == admin_pb2.QUEUED


async def test_subscribers_are_told_of_what_is_stored_after_the_trouble(clock: MovableClock) -> None:
    async with served(None, clock) as (peer, disk):
        worker, action = await working(peer)
        waiting = asyncio.ensure_future(peer.result(action.workflow_run_id))
        disk.fill()
        await refused(worker.complete(action, {"ok": 1}))
        assert not waiting.done()
        disk.empty()
        await worker.complete(action, {"ok": 1})
        assert outputs(await waiting) == {"work": {"ok": 1}}


async def test_trouble_that_lasts_costs_one_try_a_second(clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(None, clock) as (peer, disk):
        await peer.put("held")
        disk.fill()
        tries: list[object] = []
        commit = disk.hub.store.commit

        def counted(changes: Changes) -> list[Unstored]:
            tries.append(changes)
            return commit(changes)

        monkeypatch.setattr(disk.hub.store, "commit", counted)
        began = asyncio.get_running_loop().time()
        for _ in range(3):
            await asyncio.gather(*(refused(peer.trigger("held")) for _ in range(20)))
        seconds = asyncio.get_running_loop().time() - began
        assert len(tries) <= 3 + seconds


async def test_a_disk_that_really_is_full(tmp_path: Path) -> None:
    """In a process of its own, whose files may not grow beyond some size."""
    program = """
import asyncio, logging, resource, signal, sys
from pathlib import Path
from hatchet.engine import EmbeddedEngine
from tests.engine.peer import connected
import grpc.aio

async def main():
    logging.basicConfig()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.dont_write_bytecode = True  # Python would leave what it could write of a module, and others would read it
    data = Path(sys.argv[1])
    engine = EmbeddedEngine(data)
    accepted = []
    async with connected(await engine.start()) as peer:
        await peer.put("held")
        accepted.append(await peer.trigger("held"))
        size = (data / "engine.db-wal").stat().st_size + 300_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        refused = 0
        for number in range(40):
            try:
                accepted.append(await peer.trigger("held", {"pad": "x" * 100_000}))
            except grpc.aio.AioRpcError as error:
                assert error.code() is grpc.StatusCode.UNAVAILABLE, error
                refused += 1
                if refused == 2:
                    break
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        accepted.append(await peer.trigger("held"))
        worker = await peer.worker("held:held", slots={"default": 100})
        got = [(await worker.next()).workflow_run_id for _ in accepted]
        await worker.nothing()
    await engine.stop()
    print(refused, got == accepted, len(accepted) > 2)

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        str(tmp_path / "data"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert out.decode().split() == ["2", "True", "True"], err.decode()
    assert re.search("there is no space left|cannot be read and written", err.decode())


async def test_the_end_in_trouble_says_so_and_loses_nothing_that_was_accepted(
    tmp_path: Path, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    engine = EmbeddedEngine(tmp_path, clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("held")
        run_id = await peer.trigger("held")
        assert engine._hub is not None
        disk = Disk(engine._hub)
        disk.fill()
        await refused(peer.trigger("held"))
    await engine.stop(grace=0.1)
    assert "stops with changes that it could not store" in caplog.text
    assert logging.getLevelName(caplog.records[-1].levelno) == "ERROR"
    async with served(tmp_path, clock) as (peer, disk):
        worker = await peer.worker("held:held")
        async with asyncio.timeout(PATIENCE):
            assert (await worker.next()).workflow_run_id == run_id
        await worker.nothing()
