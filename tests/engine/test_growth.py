"""What has ended leaves nothing in memory: not more each time, and not more than an engine has that starts."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator, Mapping, Sequence, Set
from uuid import uuid4

from google.protobuf.timestamp_pb2 import Timestamp

from hatchet.engine import EmbeddedEngine, EngineSettings
from hatchet.engine.storage.opening import number
from hatchet_api.grpc import dispatcher_pb2, workflows_pb2
from hatchet_api.grpc.v1 import streams_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.durable_peer import begun, child, event, sleep
from tests.engine.histories import SCENES, Scene
from tests.engine.peer import PATIENCE, Peer, connected, converse, push, read_by_hand, task
from tests.engine.rest_peer import PAUSE, STABLE, UNPAUSE, Rest
from tests.engine.whole_world import TENANT, StillClock, Told

DAY = 86_400.0
SETTINGS = EngineSettings(finished_runs_in_memory=0, max_internal_retries=1, retained_worker=DAY, retained_for=DAY)
STAYS = ("engine._hub.archive._versions", "engine._hub.core.versions")
"""Versions of workflows: a run that is kept may be of one."""


def sizes(root: object) -> dict[str, int]:
    """How much each collection holds that can be reached from an object, by the shortest way that leads there."""
    found: dict[str, int] = {}
    seen = set[int]()
    todo = [("engine", root)]
    while todo:
        path, value = todo.pop(0)
        if isinstance(value, str | bytes | type) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Mapping | Set | Sequence):
            found[path] = found.get(path, 0) + len(value)
            todo += [(f"{path}[]", item) for item in (value.values() if isinstance(value, Mapping) else value)]
        elif type(value).__module__.startswith("hatchet.engine"):
            todo += [(f"{path}.{name}", getattr(value, name, None)) for name in _names(value)]
    return found


def _names(value: object) -> Iterator[str]:
    if dataclasses.is_dataclass(value):
        yield from (each.name for each in dataclasses.fields(value))
    yield from getattr(value, "__dict__", {})
    for kind in type(value).__mro__:
        yield from getattr(kind, "__slots__", ())


async def kept_things(scene: Scene) -> None:
    """What is made and deleted again: filters, crons, scheduled runs, webhooks, rate limits, pauses, workflows."""
    peer, rest = scene.peer, scene.told.rest
    made = await peer.put("once", event_triggers=["made"], cron_triggers=["0 3 * * *"])
    cron = {"cronName": "c", "cronExpression": "0 4 * * *", "input": {}, "additionalMetadata": {}}
    later = {"triggerAt": "2090-01-01T00:00:00Z", "input": {}, "additionalMetadata": {}}
    hook = {
        "name": "hook", "sourceName": "GENERIC", "eventKeyExpression": "'made'", "authType": "API_KEY",
        "auth": {"headerName": "X-Key", "apiKey": "k"},
    }  # fmt: skip
    chosen = {"workflowId": made.workflow_id, "expression": "true", "scope": "s", "payload": {}}
    for path, body, name in (
        (f"{TENANT}/workflows/once/crons", cron, f"{TENANT}/workflows/crons"),
        (f"{TENANT}/workflows/once/scheduled", later, f"{TENANT}/workflows/scheduled"),
        (f"{STABLE}/filters", chosen, f"{STABLE}/filters"),
        (f"{STABLE}/webhooks", hook, f"{STABLE}/webhooks"),
    ):
        thing = (await rest.send("POST", path, body)).json()
        identity = thing["name"] if "webhooks" in path else thing["metadata"]["id"]
        assert (await rest.send("DELETE", f"{name}/{identity}")).status_code < 300
    limit = workflows_pb2.PutRateLimitRequest(key="spare", limit=5, duration=workflows_pb2.MINUTE)
    await peer.workflows.put_rate_limit(limit, metadata=peer.metadata)
    assert (await rest.send("DELETE", f"{TENANT}/rate-limits", query={"key": "spare"})).status_code < 300
    for wish in (PAUSE, UNPAUSE):
        await rest.send("PATCH", f"/api/v1/workflows/{made.workflow_id}", wish)
        await scene.run("once")
    await push(peer, "made", scope="s")
    await peer.cancel(*scene.runs.values())
    assert (await rest.send("DELETE", f"/api/v1/workflows/{made.workflow_id}")).status_code < 300


async def streams(scene: Scene) -> None:
    """Everybody who listens to something, and is told of it or goes before."""
    peer = scene.peer
    worker, run_id = await scene.alone("heard")
    action = await worker.next()
    results = converse(peer.dispatcher.subscribe_to_workflow_runs, peer.metadata)
    never = await peer.trigger("heard", {})
    for each in (run_id, never):
        await results.write(dispatcher_pb2.SubscribeToWorkflowRunsRequest(workflow_run_id=each))
    questions = [
        dispatcher_pb2.SubscribeToWorkflowEventsRequest(workflow_run_id=run_id),
        dispatcher_pb2.SubscribeToWorkflowEventsRequest(additional_meta_key="k", additional_meta_value="v"),
    ]
    calls = [
        read_by_hand(peer.dispatcher.subscribe_to_workflow_events(each, metadata=peer.metadata)) for each in questions
    ]
    topic = f"t{uuid4()}"
    readers = [
        read_by_hand(peer.streams.subscribe(streams_pb2.SubscribeStreamRequest(topic=topic), metadata=peer.metadata))
        for _ in range(2)
    ]
    message = streams_pb2.PublishStreamMessageRequest(topic=topic, payload=b"x")
    await peer.streams.publish(message, metadata=peer.metadata)
    for reader in readers:
        await reader.read()
    await worker.complete(action)
    async with asyncio.timeout(PATIENCE):
        await results.read()
    results.cancel()
    for call in calls:
        call.cancel()
    for reader in readers:
        reader.cancel()
    await peer.cancel(never)


async def keys(scene: Scene) -> None:
    """Runs that hold a key, for a time or until their end, and children that are known again by theirs."""
    for name, method in (("timed", admin_pb2.TTL), ("ending", admin_pb2.STATUS)):
        rule = admin_pb2.IdempotencyConfig(expression="input.k", ttl_ms=3_600_000, method=method)
        await scene.peer.put(name, task(name, workflow=name), idempotency=rule)
        run_id = await scene.run(name, {"k": str(uuid4())})
        for _ in range(2):
            await scene.peer.trigger(
                "timed", {"k": str(uuid4())}, parent_id=run_id, parent_task_run_external_id=run_id, child_index=0
            )


async def families(scene: Scene) -> None:
    """A durable task that ends while its children and its sleep go on, and runs that hold a slot as a whole."""
    async with begun(scene.peer, "parent") as (worker, invocation):
        await scene.peer.put("child")
        await invocation.run(child("child", {"n": 1}), child("child", {"n": 2}, index=1, key="k"))
        await invocation.ask_to_wait(sleep("1h"), event("never"))
        await worker.stream.next("wait_for_ack")
        await scene.peer.cancel(invocation.task_id)
    rule = admin_pb2.Concurrency(expression="input.k", max_runs=1, limit_strategy=admin_pb2.GROUP_ROUND_ROBIN)
    tasks = [task("one", workflow="both"), task("two", workflow="both", parents=["one"])]
    await scene.peer.put("both", *tasks, concurrency_arr=[rule])
    keyed = await scene.peer.worker("both:one")
    for _ in range(2):
        await scene.run("both", {"k": "a"})
    await keyed.complete(await keyed.next())


async def _round(engine: EmbeddedEngine, peer: Peer, clock: StillClock) -> dict[str, int]:
    """All that can be done, then the end of everybody and of everything; what the engine holds then."""
    assert engine._hub is not None
    rest = Rest(peer)
    for play in (*SCENES, kept_things, streams, keys, families):
        await play(Scene(peer, Told(peer, rest, {}), clock))
        everything = admin_pb2.CancelTasksRequest(filter=admin_pb2.TasksFilter(since=Timestamp(seconds=1)))
        await peer.admin.cancel_tasks(everything, metadata=peer.metadata)
        for worker in peer.workers:
            worker.hang_up()
        peer.workers.clear()
    await rest.http.aclose()
    async with asyncio.timeout(PATIENCE):
        while any(worker.active for worker in engine._hub.core.scheduler.workers.values()) or _open(engine):
            await asyncio.sleep(0.001)
    assert not number(engine._hub.store.db, "SELECT count(*) FROM task_limits")  # of what has ended
    for _ in range(3):  # what is too old is deleted, and what is forgotten is stored
        clock.advance(2 * DAY, silence=True)
        await peer.put("stored")
    return sizes(engine)


def _open(engine: EmbeddedEngine) -> bool:
    """Whether a stream has not been seen to end."""
    hub = engine._hub
    assert hub is not None
    return bool(hub.results._boxes or hub.events._streams or hub.topic_readers._readers or hub.durable_streams._streams)


async def test_an_engine_that_has_done_all_things_holds_no_more_than_one_that_starts() -> None:
    clock = StillClock()
    engine = EmbeddedEngine(clock=clock, settings=SETTINGS)
    async with connected(await engine.start()) as peer:
        once, twice = [await _round(engine, peer, clock) for _ in range(2)]
        assert engine._hub is not None
        engine._hub.rebuild()
        anew = sizes(engine)
    await engine.stop(grace=0.1)
    for before, after in ((once, twice), (anew, twice)):
        # Less is none: the first worker may not have been seen to leave when its round was measured.
        grown = {path: (before.get(path), size) for path, size in after.items() if size > before.get(path, 0)}
        assert {path: sizes for path, sizes in grown.items() if not path.startswith(STAYS)} == {}
