"""Crons, scheduled runs and paused workflows, over the wire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timezone

import grpc
import grpc.aio
import pytest

from hatchet.engine import EngineSettings, MovableClock
from hatchet.engine.auth import Auth
from hatchet.engine.delivery import messages
from hatchet.engine.grpc import validate
from hatchet.engine.hub import Hub
from hatchet.engine.state.timers import TimerKind
from hatchet.engine.storage.store import Store
from hatchet_api.grpc import workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.peer import Peer, payload


async def schedule(peer: Peer, name: str, times: Sequence[float], **fields: object) -> workflows_pb2.WorkflowVersion:
    """Want runs at times."""
    request = workflows_pb2.ScheduleWorkflowRequest(name=name, schedules=map(messages.timestamp, times))
    for key, value in fields.items():
        setattr(request, key, value)
    return await peer.workflows.schedule_workflow(request, metadata=peer.metadata)


async def test_a_cron_starts_runs_with_its_input_and_says_when_they_were_due(peer: Peer, clock: MovableClock) -> None:
    await peer.put("hourly", cron_triggers=["30 * * * *"], cron_input='{"from": "cron"}', default_priority=2)
    worker = await peer.worker("hourly:hourly")
    clock.advance(3601)
    action = await worker.next()
    metadata = json.loads(action.additional_metadata)
    due = datetime.fromisoformat(metadata["hatchet__cron_scheduled_at"])
    assert (due.minute, due.second, due.tzinfo) == (30, 0, timezone.utc)
    assert 0 <= clock.now() - due.timestamp() <= 3601
    assert metadata["hatchet__cron_expression"] == "30 * * * *"
    assert metadata["hatchet__cron_name"] == ""
    assert payload(action)["input"] == {"from": "cron"}
    assert action.priority == 2


async def test_only_the_newest_version_ticks_and_missed_ticks_are_not_made_up(peer: Peer, clock: MovableClock) -> None:
    await peer.put("changing", cron_triggers=["0 * * * *"], cron_input='{"version": 1}')
    await peer.put("changing", cron_triggers=["0 * * * *"], cron_input='{"version": 2}')
    worker = await peer.worker("changing:changing")
    clock.advance(5 * 3600)
    action = await worker.next()
    assert payload(action)["input"] == {"version": 2}
    await worker.complete(action)
    clock.advance(3600)
    following = await worker.next()
    first, second = (
        datetime.fromisoformat(json.loads(each.additional_metadata)["hatchet__cron_scheduled_at"])
        for each in (action, following)
    )
    # Of the five hours that passed at once only the first of them ran.
    assert (second - first).total_seconds() >= 3600
    await worker.complete(following)
    await peer.put("changing")
    clock.advance(7200)
    await worker.nothing()


async def test_a_scheduled_run_fires_once_at_its_time(peer: Peer, clock: MovableClock) -> None:
    await peer.put("later", default_priority=3)
    worker = await peer.worker("later:later")
    answer = await schedule(
        peer, "later", [clock.now() + 60, clock.now() + 120], input='{"n": 1}', additional_metadata='{"who": "me"}'
    )
    assert len(answer.scheduled_workflows) == 2
    assert answer.order == 1
    clock.advance(61)
    first = await worker.next()
    assert payload(first)["input"] == {"n": 1}
    assert json.loads(first.additional_metadata)["who"] == "me"
    assert first.priority == 1
    await worker.complete(first)
    clock.advance(3600)
    await worker.complete(await worker.next())
    clock.advance(3600)
    await worker.nothing()


async def test_a_time_that_has_passed_fires_at_once(peer: Peer, clock: MovableClock) -> None:
    await peer.put("overdue")
    worker = await peer.worker("overdue:overdue")
    await schedule(peer, "overdue", [clock.now() - 3600], priority=2)
    assert (await worker.next()).priority == 2


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        ({"name": "nobody"}, grpc.StatusCode.NOT_FOUND, "workflow not found"),
        ({"input": "["}, grpc.StatusCode.INVALID_ARGUMENT, "invalid json in field payload"),
        ({"additional_metadata": "[]"}, grpc.StatusCode.INVALID_ARGUMENT, "must be a JSON object"),
        ({"priority": 4}, grpc.StatusCode.INVALID_ARGUMENT, "priority must be between 1 and 3"),
        ({"parent_id": "p"}, grpc.StatusCode.INVALID_ARGUMENT, "parent task run id is required"),
        ({"schedules": []}, grpc.StatusCode.INVALID_ARGUMENT, "no times to run at"),
    ],
)
async def test_schedules_that_break_a_rule_are_refused(
    peer: Peer, request_: dict[str, object], code: grpc.StatusCode, words: str
) -> None:
    await peer.put("ruled")
    times = [0.0] if "schedules" not in request_ else []
    fields = {key: value for key, value in request_.items() if key not in ("schedules", "name")}
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await schedule(peer, str(request_.get("name", "ruled")), times, **fields)
    assert refusal.value.code() is code
    assert words in (refusal.value.details() or "")


async def test_a_registration_without_changes_keeps_its_crons(peer: Peer, clock: MovableClock) -> None:
    for _ in range(2):
        await peer.put("same", cron_triggers=["0 0 * * *"])
    worker = await peer.worker("same:same")
    clock.advance(86_400)
    await worker.complete(await worker.next())
    assert (await peer.put("same", cron_triggers=["0 0 * * *"])) == (
        await peer.put("same", cron_triggers=["0 0 * * *"])
    )
    await worker.nothing()


async def test_details_of_a_cron_run_are_those_of_any_run(peer: Peer, clock: MovableClock) -> None:
    await peer.put("plain", cron_triggers=["*/10 * * * *"])
    worker = await peer.worker("plain:plain")
    clock.advance(601)
    action = await worker.next()
    await worker.complete(action, {"ok": 1})
    assert (await peer.details(action.workflow_run_id)).status == admin_pb2.COMPLETED


async def test_what_is_due_is_not_lost_with_something_else_that_fails(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def breaks(key: str, now: float) -> None:
        raise ZeroDivisionError(key)

    store = Store(None)
    auth = Auth(str(uuid.uuid4()), str(uuid.uuid4()), b"secret")
    hub = Hub(store, auth, EngineSettings(), clock, validate.stored)
    monkeypatch.setattr(hub.crons, "due", breaks)
    monkeypatch.setattr(hub.schedules, "due", lambda key, now: done.append(key))
    hub.core.timers.set(TimerKind.CRON, "broken", clock.now())
    hub.core.timers.set(TimerKind.CLOCK, "sound", clock.now())
    hub.turns.run()
    clock.advance(0.001)
    assert done == ["sound"]
    assert "failed at what was due (the next time of a cron trigger, broken)" in caplog.text
    hub.turns.close()
    store.close()
