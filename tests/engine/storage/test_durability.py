"""What was accepted survives the engine, and one folder has one engine."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc.aio
import pytest

from hatchet.engine import EmbeddedEngine, Endpoint, EngineSettings, EngineStartError, MovableClock, running
from hatchet.engine.delivery import messages
from hatchet_api.grpc import events_pb2, workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared.condition_pb2 import QUEUE
from hatchet_api.rest import models
from tests.engine.peer import PATIENCE, Peer, connected, errors, outputs, payload, push, task
from tests.engine.rest_peer import STABLE, Rest

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def served(data: Path, clock: MovableClock | None = None) -> AsyncIterator[tuple[EmbeddedEngine, Peer]]:
    """An engine on a folder, with a client."""
    engine = EmbeddedEngine(data, clock=clock)
    async with connected(await engine.start()) as peer:
        yield engine, peer
    await engine.stop(grace=0.1)


@asynccontextmanager
async def another_process(data: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Endpoint]]:
    """An engine in a process of its own, killed without warning at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.engine.serve",
        str(data),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'generated'}"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(10):
            line = await process.stdout.readline()
        yield process, Endpoint(**json.loads(line))
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_everything_accepted_survives_kill_nine(tmp_path: Path, clock: MovableClock) -> None:
    async with another_process(tmp_path) as (_, endpoint):
        assert running(tmp_path) == endpoint
        async with connected(endpoint) as peer:
            await peer.put("solo", task("solo", workflow="solo", retries=1))
            await peer.put("dag", task("a", workflow="dag"), task("b", workflow="dag", parents=["a"]))
            worker = await peer.worker("solo:solo", "dag:a", "dag:b")
            done = await peer.trigger("solo", {"n": 0})
            await worker.complete(await worker.next(), {"done": True})
            held = await peer.trigger("solo", {"n": 1})
            held_action = await worker.next()
            dag = await peer.trigger("dag", {"n": 2})
            a = await worker.next()
            await worker.complete(a, {"a": 1})
            b = await worker.next()
            await worker.started(held_action)
            await worker.started(b)
            worker.hang_up()
            waiting = await peer.trigger("solo", {"n": 3}, priority=3)
    assert running(tmp_path) is None
    async with served(tmp_path, clock) as (engine, peer):
        assert engine.endpoint == Endpoint(
            endpoint.token, endpoint.tenant_id, endpoint.grpc_address, endpoint.server_url, os.getpid()
        )
        assert outputs(await peer.result(done)) == {"solo": {"done": True}}
        assert (await peer.details(held)).status == admin_pb2.RUNNING
        worker.peer = peer
        await worker.listen()
        assert payload(await worker.next())["input"] == {"n": 3}
        await worker.fail(held_action, "once")
        again = await worker.next()
        assert (again.workflow_run_id, again.retry_count) == (held, 1)
        await worker.complete(again, {"held": True})
        await worker.complete(b, {"b": 1})
        assert outputs(await peer.result(held)) == {"solo": {"held": True}}
        assert outputs(await peer.result(dag)) == {"a": {"a": 1}, "b": {"b": 1}}
        clock.advance(70)
        assert (await worker.next()).action_type == 1
        assert (await worker.next()).workflow_run_id == waiting
        clock.advance(70)
        assert errors(await peer.result(waiting)) == {"solo": "Task exceeded timeout of 60s"}


async def test_tasks_of_a_worker_that_does_not_come_back_go_to_another(tmp_path: Path, clock: MovableClock) -> None:
    async with served(tmp_path, clock) as (_, peer):
        await peer.put("moved")
        worker = await peer.worker("moved:moved")
        run_id = await peer.trigger("moved")
        await worker.started(await worker.next())
    async with served(tmp_path, clock) as (_, peer):
        clock.advance(25, silence=True)
        assert (await peer.details(run_id)).status == admin_pb2.RUNNING
        clock.advance(6, silence=True)
        other = await peer.worker("moved:moved")
        assert (await other.next()).retry_count == 1


async def test_backoff_and_deadlines_go_on_after_a_restart(tmp_path: Path, clock: MovableClock) -> None:
    async with served(tmp_path, clock) as (_, peer):
        await peer.put("late", task("late", workflow="late", retries=1, backoff_factor=100.0))
        worker = await peer.worker("late:late")
        held = await peer.trigger("late")
        await worker.fail(await worker.next())
        await peer.put("lonely", task("lonely", workflow="lonely", schedule_timeout="2m"))
        lonely = await peer.trigger("lonely")
    async with served(tmp_path, clock) as (_, peer):
        worker.peer = peer
        await worker.listen()
        clock.advance(101)
        assert (await worker.next()).workflow_run_id == held
        clock.advance(20)
        assert errors(await peer.result(lonely)) == {"lonely": ""}


async def test_lists_show_runs_that_left_memory_as_they_were(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock, settings=EngineSettings(finished_runs_in_memory=1))
    async with connected(await engine.start()) as peer:
        rest = Rest(peer)
        await peer.put("old", task("a", workflow="old"), task("b", workflow="old", parents=["a"]))
        await peer.put("single", task("single", workflow="single"))
        worker = await peer.worker("old:a", "old:b", "single:single")
        fresh: list[models.V1TaskSummary] = []
        for number in range(3):
            for name, tasks in (("old", 2), ("single", 1)):
                clock.advance(1)
                run_id = await peer.trigger(name, {"n": number})
                for _ in range(tasks):
                    await worker.complete(await worker.next(), {"done": number})
                await peer.result(run_id)
                fresh.insert(0, (await rest.runs(include_payloads="true", limit="1"))[0])
        assert [row.output for row in fresh[-2:]] == [{"done": 0}, {"a": {"done": 0}, "b": {"done": 0}}]
        assert await rest.runs(include_payloads="true") == fresh
        of_tasks = await rest.runs(only_tasks="true")
        assert [row.action_id for row in of_tasks] == ["single:single", "old:b", "old:a"] * 3
        await rest.http.aclose()
    await engine.stop(grace=0.1)


async def test_finished_runs_that_left_memory_are_read_again(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock, settings=EngineSettings(finished_runs_in_memory=1))
    async with connected(await engine.start()) as peer:
        await peer.put("old", task("a", workflow="old"), task("b", workflow="old", parents=["a"]))
        worker = await peer.worker("old:a", "old:b")
        ids: list[str] = []
        for number in range(3):
            ids.append(await peer.trigger("old", {"n": number}))
            for name in "ab":
                await worker.complete(await worker.next(), {name: number})
            await peer.result(ids[-1])
        assert outputs(await peer.result(ids[0])) == {"a": {"a": 0}, "b": {"b": 0}}
        assert json.loads((await peer.details(ids[1])).input) == {"n": 1}
        await peer.replay(ids[0])
        action = await worker.next()
        assert (action.workflow_run_id, action.retry_count) == (ids[0], 1)
    await engine.stop(grace=0.1)


async def test_old_finished_runs_are_deleted_beyond_what_is_kept(clock: MovableClock) -> None:
    settings = EngineSettings(finished_runs_in_memory=10, retained_runs=100)
    engine = EmbeddedEngine(clock=clock, settings=settings)
    async with connected(await engine.start()) as peer:
        await peer.put("many")
        first, second, *rest = await peer.trigger_many("many", 700)
        await peer.cancel(second, *rest)
        last = await peer.trigger("many")
        await peer.cancel(last)
        assert (await peer.details(first)).status == admin_pb2.QUEUED
        assert (await peer.details(last)).status == admin_pb2.CANCELLED
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await peer.details(second)
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    await engine.stop(grace=0.1)


async def test_what_cannot_be_stored_is_refused_and_not_carried_out_later(tmp_path: Path, clock: MovableClock) -> None:
    async with served(tmp_path, clock) as (engine, peer):
        await peer.put("full")
        worker = await peer.worker("full:full")
        assert engine._store is not None
        engine._store.db.execute("PRAGMA query_only = ON")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await peer.trigger("full")
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert "could not store the request" in (caught.value.details() or "")
        engine._store.db.execute("PRAGMA query_only = OFF")
        run_id = await peer.trigger("full")
        assert (await worker.next()).workflow_run_id == run_id
        await worker.nothing()


def refuse_runs_with(text: str, engine: EmbeddedEngine) -> None:
    """Let the database take no run whose input has this text."""
    engine.hub.store.db.execute(
        f"CREATE TRIGGER picky BEFORE INSERT ON runs WHEN new.input LIKE '%{text}%'"
        " BEGIN SELECT raise(ABORT, 'a bad row'); END"
    )


async def test_a_row_that_can_never_be_stored_is_refused_alone(
    tmp_path: Path, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path, clock) as (engine, peer):
        await peer.put("some")
        worker = await peer.worker("some:some")
        refuse_runs_with("bad", engine)
        asked = [peer.trigger("some", {"is": text}) for text in ("good", "bad", "good", "bad", "good")]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        refused = [each for each in answers if isinstance(each, grpc.aio.AioRpcError)]
        assert [each.code() for each in refused] == [grpc.StatusCode.INVALID_ARGUMENT] * 2
        assert "cannot store runs" in (refused[0].details() or "")
        assert "a bad row" in caplog.text
        started = {each for each in answers if isinstance(each, str)}
        actions = [await worker.next() for _ in started]
        assert {action.workflow_run_id for action in actions} == started
        for action in actions:
            await worker.complete(action, {"ok": 1})
        assert [outputs(await peer.result(run)) for run in started] == [{"some": {"ok": 1}}] * 3
        await worker.nothing()
    async with served(tmp_path, clock) as (engine, peer):
        for run in started:
            assert (await peer.details(run)).status == admin_pb2.COMPLETED


async def test_of_a_request_with_a_row_that_cannot_be_stored_nothing_is_and_of_others_everything(
    clock: MovableClock,
) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("some")
        worker = await peer.worker("some:some")
        refuse_runs_with(": 1", engine)
        many, one = await asyncio.gather(peer.trigger_many("some", 3), peer.trigger("some"), return_exceptions=True)
        assert isinstance(many, grpc.aio.AioRpcError)
        assert many.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert (await worker.next()).workflow_run_id == one
        await worker.nothing()
        assert engine.hub.store.db.execute("SELECT id FROM runs").fetchall() == [(one,)]
    await engine.stop()


async def test_a_value_that_no_row_can_hold_keeps_nothing_else_from_being_stored(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("some")
        hub = engine._hub
        assert hub is not None
        hub.core.changes.kept["cron", "broken"] = "\ud800"
        with pytest.raises(grpc.aio.AioRpcError, match="cannot store kept"):  # who else asked cannot be told apart
            await peer.trigger("some")
        run_id = await peer.trigger("some")
        assert (await peer.details(run_id)).status == admin_pb2.QUEUED
        assert hub.store.db.execute("SELECT id FROM runs").fetchall() == [(run_id,)]
    await engine.stop(grace=0.1)


async def test_news_that_cannot_be_told_and_tasks_that_cannot_be_handed_out_stop_nothing(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = EmbeddedEngine(clock=clock)
    async with connected(await engine.start()) as peer:
        await peer.put("some")
        worker = await peer.worker("some:some")
        hub = engine._hub
        assert hub is not None
        with monkeypatch.context() as broken:
            broken.setattr(hub.assignment, "assign", lambda *_: 1 / 0)
            broken.setattr(hub.events, "news", lambda *_: 1 / 0)
            run_id = await peer.trigger("some")
        assert "failed to hand out tasks" in caplog.text
        await peer.trigger("some")
        assert run_id in {(await worker.next()).workflow_run_id for _ in range(2)}
    await engine.stop(grace=0.1)


async def test_pushed_events_are_kept_up_to_a_number(clock: MovableClock) -> None:
    engine = EmbeddedEngine(clock=clock, settings=EngineSettings(retained_runs=100))
    async with connected(await engine.start()) as peer:
        for _ in range(2):
            clock.advance(1)
            request = events_pb2.BulkPushEventRequest(events=[events_pb2.PushEventRequest(key="k")] * 600)
            await peer.events.bulk_push(request, metadata=peer.metadata)
        assert engine._store is not None
        async with asyncio.timeout(PATIENCE):
            while engine._store.db.execute("SELECT count(*) FROM events").fetchone() != (100,):
                clock.advance(1)
                await asyncio.sleep(0.01)
    await engine.stop(grace=0.1)


async def test_two_engines_cannot_serve_one_folder(tmp_path: Path) -> None:
    async with served(tmp_path) as (engine, _):
        assert running(tmp_path) == engine.endpoint
        with pytest.raises(EngineStartError, match=r"already serves the data folder .* choose another folder"):
            await EmbeddedEngine(tmp_path).start()
    assert running(tmp_path) is None
    async with served(tmp_path):
        pass


async def test_the_handshake_is_for_the_user_only_and_goes_with_the_engine(tmp_path: Path) -> None:
    async with served(tmp_path):
        assert stat.S_IMODE((tmp_path / "engine.json").stat().st_mode) == 0o600
    assert not (tmp_path / "engine.json").exists()


async def test_a_folder_without_an_engine_has_none_running(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    assert running(tmp_path / "missing") is None


async def test_a_taken_port_is_a_clear_error(engine: EmbeddedEngine) -> None:
    grpc_port = int(engine.endpoint.grpc_address.rpartition(":")[2])
    api_port = int(engine.endpoint.server_url.rpartition(":")[2])
    with pytest.raises(EngineStartError, match=f"gRPC side cannot listen on 127.0.0.1:{grpc_port}"):
        await EmbeddedEngine(grpc_port=grpc_port).start()
    with pytest.raises(EngineStartError, match=f"REST side cannot listen on 127.0.0.1:{api_port}"):
        await EmbeddedEngine(api_port=api_port).start()


async def test_an_engine_that_is_not_running_has_no_endpoint() -> None:
    with pytest.raises(EngineStartError, match="not running"):
        _ = EmbeddedEngine().endpoint


async def test_waits_crons_schedules_and_filters_survive_kill_nine(tmp_path: Path, clock: MovableClock) -> None:
    sleepy = task("sleepy", workflow="sleepy")
    sleepy.conditions.sleep_conditions.add(base={"action": QUEUE, "readable_data_key": "nap"}, sleep_for="1h")
    sleepy.conditions.user_event_conditions.add(base={"action": QUEUE, "readable_data_key": "e"}, user_event_key="e")
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        await peer.put("sleepy", sleepy)
        await peer.put(
            "filtered",
            event_triggers=["f"],
            default_filters=[admin_pb2.DefaultFilter(scope="s", expression="input.n > 1", payload=b'{"p": 1}')],
        )
        await peer.put("ticking", cron_triggers=["0 0 1 1 *"], cron_input='{"from": "cron"}')
        await peer.put("later")
        waiting = await peer.trigger("sleepy")
        await push(peer, "e", {"n": 1})
        await peer.workflows.schedule_workflow(
            workflows_pb2.ScheduleWorkflowRequest(
                name="later", schedules=[messages.timestamp(clock.now() + 1800)], input='{"from": "schedule"}'
            ),
            metadata=peer.metadata,
        )
    async with served(tmp_path, clock) as (_, peer):
        worker = await peer.worker("sleepy:sleepy", "filtered:filtered", "ticking:ticking", "later:later")
        await push(peer, "f", {"n": 2}, scope="s")
        filtered = await worker.next()
        assert payload(filtered)["triggers"] == {"filter_payload": {"p": 1}}
        await worker.complete(filtered)
        clock.advance(1801)
        scheduled = await worker.next()
        assert payload(scheduled)["input"] == {"from": "schedule"}
        await worker.complete(scheduled)
        clock.advance(1800)
        released = await worker.next()
        assert released.workflow_run_id == waiting
        assert payload(released)["triggers"] == {
            "nap": {"sleep_duration": "1h"},
            "e": {"n": 1},
            "filter_payload": None,
        }
        await worker.complete(released)
        clock.advance(367 * 86_400)
        assert payload(await worker.next())["input"] == {"from": "cron"}


async def test_pauses_and_webhooks_survive_kill_nine(tmp_path: Path) -> None:
    pause = {
        "action": "pause",
        "pausedWorkflowCronRunQueueBehavior": "DROP",
        "pausedWorkflowScheduledRunQueueBehavior": "DROP",
        "pausedWorkflowQueueTTL": "24h",
    }
    hook = {
        "name": "hook",
        "sourceName": "GENERIC",
        "eventKeyExpression": "input.kind",
        "authType": "API_KEY",
        "auth": {"headerName": "X-Key", "apiKey": "s3cret"},
    }
    async with another_process(tmp_path) as (_, endpoint), connected(endpoint) as peer:
        workflow = await peer.put("held", event_triggers=["go"])
        rest = Rest(peer)
        await rest.patch(models.Workflow, f"/api/v1/workflows/{workflow.workflow_id}", {"pause": pause})
        await rest.post(models.V1Webhook, f"{STABLE}/webhooks", hook)
        held = await peer.trigger("held")
        await rest.http.aclose()
    async with served(tmp_path) as (_, peer):
        rest = Rest(peer)
        worker = await peer.worker("held:held")
        address = f"{STABLE}/webhooks/hook".format(tenant=rest.tenant)
        answer = await rest.http.post(address, json={"kind": "go"}, headers={"X-Key": "s3cret"})
        assert answer.status_code == 200
        await worker.nothing()
        await worker.listen()
        unpause = {"pause": {"action": "unpause"}}
        await rest.patch(models.Workflow, f"/api/v1/workflows/{workflow.workflow_id}", unpause)
        first, second = await worker.next(), await worker.next()
        assert first.workflow_run_id == held
        assert second.triggering_event_key == "go"
        await rest.http.aclose()
