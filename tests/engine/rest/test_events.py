"""Events and their filters over REST."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest

from hatchet.engine import MovableClock
from hatchet_api.grpc import events_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.rest import models
from tests.engine.peer import Peer, payload, push
from tests.engine.rest_peer import STABLE, Rest

FILTERS = f"{STABLE}/filters"
EVENTS = f"{STABLE}/events"


async def create(rest: Rest, workflow_id: str, expression: str, scope: str = "s", **fields: object) -> models.V1Filter:
    """Add a filter."""
    body = {"workflowId": workflow_id, "expression": expression, "scope": scope, **fields}
    return await rest.post(models.V1Filter, FILTERS, body)


async def test_events_without_filters_start_a_run_for_each_pattern_that_matches(peer: Peer, rest: Rest) -> None:
    await peer.put("listens", event_triggers=["user:*", "*:created", "user_created"])
    worker = await peer.worker("listens:listens")
    event = await peer.events.push(
        events_pb2.PushEventRequest(
            key="user:created",
            payload='{"n": 1}',
            additional_metadata='{"who": "ada", "hatchet__secret": "x", "hatchet__source_step_run_id": "y"}',
            priority=3,
            scope="s",
        ),
        metadata=peer.metadata,
    )
    runs = [await worker.next(), await worker.next()]
    assert {action.priority for action in runs} == {3}
    assert {action.triggering_event_external_id for action in runs} == {event.event_id}
    await worker.complete(runs[0], {})
    seen = await rest.get(models.V1Event, f"{EVENTS}/{event.event_id}")
    assert (seen.key, seen.payload, seen.scope) == ("user:created", {"n": 1}, "s")
    assert [run.workflow_run_id for run in seen.triggered_runs or []] == [action.workflow_run_id for action in runs]
    summary = seen.workflow_run_summary
    assert (summary.succeeded, summary.running, summary.queued) == (1, 1, 0)
    metadata = (await rest.runs())[0].additional_metadata or {}
    assert {key: value for key, value in metadata.items() if key != "traceparent"} == {
        "who": "ada",
        "hatchet__source_step_run_id": "y",
        "hatchet__event_id": event.event_id,
        "hatchet__event_key": "user:created",
    }


async def test_a_workflow_with_filters_runs_only_for_scoped_events_that_pass_one(peer: Peer, rest: Rest) -> None:
    workflow = await peer.put(
        "picky",
        event_triggers=["order"],
        default_filters=[
            admin_pb2.DefaultFilter(scope="s", expression="input.n > 1 && payload.p == 1", payload=b'{"p": 1}')
        ],
    )
    worker = await peer.worker("picky:picky")
    created = await create(rest, workflow.workflow_id, "event_key == 'order'", payload={"from": "api"})
    await create(rest, workflow.workflow_id, "input.missing == 1")
    await create(rest, workflow.workflow_id, "not CEL at all", scope="t")
    await push(peer, "order", {"n": 5})
    await push(peer, "order", {"n": 5}, scope="other")
    await push(peer, "order", {"n": 5}, scope="t")
    await push(peer, "order", {"n": 1}, scope="s")
    only_api = await worker.next()
    assert payload(only_api)["triggers"] == {"filter_payload": {"from": "api"}}
    await push(peer, "order", {"n": 2}, scope="s")
    both = [payload(await worker.next()) for _ in range(2)]
    assert [each["input"] for each in both] == [{"n": 2}, {"n": 2}]
    assert {str(each["triggers"]) for each in both} == {
        "{'filter_payload': {'p': 1}}",
        "{'filter_payload': {'from': 'api'}}",
    }
    events = (await rest.get(models.V1EventList, EVENTS)).rows or []
    triggered = [[run.filter_id for run in event.triggered_runs or []] for event in events]
    assert [len(runs) for runs in triggered] == [2, 1, 0, 0, 0]
    assert str(triggered[1][0]) == created.metadata.id


async def test_filters_are_listed_changed_and_deleted(peer: Peer, rest: Rest) -> None:
    declared = [admin_pb2.DefaultFilter(scope="declared", expression="true")]
    one = await peer.put("one", default_filters=declared)
    two = await peer.put("two")
    mine = await create(rest, two.workflow_id, "false", scope="mine")
    assert (mine.payload, mine.is_declarative) == ({}, False)

    async def listed(**query: str | Sequence[str]) -> list[tuple[str, bool | None]]:
        rows = (await rest.get(models.V1FilterList, FILTERS, query)).rows or []
        return [(row.scope, row.is_declarative) for row in rows]

    assert await listed() == [("mine", False), ("declared", True)]
    assert await listed(workflowIds=one.workflow_id) == [("declared", True)]
    assert await listed(scopes=["mine", "yours"]) == [("mine", False)]
    assert await listed(limit="1", offset="1") == [("declared", True)]

    path = f"{FILTERS}/{mine.metadata.id}"
    changed = await rest.patch(models.V1Filter, path, {"expression": "true", "payload": {"p": 1}})
    assert (changed.scope, changed.expression, changed.payload) == ("mine", "true", {"p": 1})
    assert await rest.get(models.V1Filter, path) == changed
    moved = await rest.patch(models.V1Filter, path, {"scope": "moved"})
    assert (moved.scope, moved.expression) == ("moved", "true")
    assert await listed() == [("moved", False), ("declared", True)]
    assert (await rest.send("DELETE", path)).json()["scope"] == "moved"
    assert (await rest.send("GET", path)).status_code == 404

    await peer.put("one", description="filters stay when the next version has none")
    assert await listed() == [("declared", True)]
    await peer.put("one", default_filters=[admin_pb2.DefaultFilter(scope="newer", expression="true")])
    assert await listed() == [("newer", True)]
    assert (await rest.send("DELETE", f"/api/v1/workflows/{one.workflow_id}")).status_code == 204
    assert await listed() == []


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, {"scope": "s", "expression": "true"}, "workflowId: Field required"),
        (400, {"scope": 1, "expression": "true", "workflowId": str(uuid.uuid4())}, "scope: Input should be a valid"),
        (400, {"scope": "s", "expression": "true", "workflowId": "w"}, "workflowId: Input should be a valid UUID"),
        (404, {"scope": "s", "expression": "true", "workflowId": str(uuid.uuid4())}, "not found"),
    ],
)
async def test_filters_that_break_a_rule_are_refused(
    rest: Rest, status: int, body: dict[str, object], words: str
) -> None:
    assert words in await rest.refused(status, "POST", FILTERS, body)


async def test_events_are_listed_by_every_filter(peer: Peer, rest: Rest, clock: MovableClock) -> None:
    workflow = await peer.put("heard", event_triggers=["b"])
    ids: list[str] = []
    for key, scope, metadata in (("a", None, '{"k": "1", "l": "2"}'), ("b", "s", '{"k": "1"}'), ("c", "t", "")):
        request = events_pb2.PushEventRequest(key=key, payload="{}", additional_metadata=metadata, scope=scope)
        ids.append((await peer.events.push(request, metadata=peer.metadata)).event_id)
        clock.advance(60)
    rows = (await rest.get(models.V1EventList, EVENTS)).rows or []
    middle = next(row.seen_at for row in rows if row.key == "b")
    assert middle is not None

    async def listed(**query: str | Sequence[str]) -> str:
        found = (await rest.get(models.V1EventList, EVENTS, query)).rows or []
        return "".join(row.key for row in found)

    assert await listed() == "cba"
    assert await listed(keys=["a", "c"]) == "ca"
    assert await listed(eventIds=ids[:2]) == "ba"
    assert await listed(scopes=["s"]) == "b"
    assert await listed(additionalMetadata="k:1") == "ba"
    assert await listed(additionalMetadata=["k:1", "l:2"]) == "a"
    assert await listed(workflowIds=workflow.workflow_id) == "b"
    assert await listed(workflowRunStatuses="QUEUED") == "b"
    assert await listed(workflowRunStatuses="FAILED") == ""
    assert await listed(since=middle.isoformat()) == "cb"
    assert await listed(until=middle.isoformat()) == "ba"
    assert await listed(limit="1", offset="1") == "b"
    keys = await rest.get(models.EventKeyList, f"{EVENTS}/keys")
    assert keys.rows == ["a", "b", "c"]
    assert "neither empty" in await rest.refused(400, "GET", EVENTS, query={"additionalMetadata": "k:"})
    assert "not found" in await rest.refused(404, "GET", f"{EVENTS}/{uuid.uuid4()}")
    assert "not a UUID" in await rest.refused(400, "GET", f"{EVENTS}/none")
    clock.advance(86_400)
    assert await listed() == ""
    assert await listed(since="2020-01-01T00:00:00Z") == "cba"
