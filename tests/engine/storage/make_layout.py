"""Writes `layouts/<number>.sql`, a data folder of today's layout: `python -m tests.engine.storage.make_layout`.

Run it when the layout changes, and keep the files of the former ones: the engine must read them all.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from pathlib import Path

from hatchet.engine import EmbeddedEngine
from hatchet.engine.delivery import messages
from hatchet.engine.storage.schema import LAYOUT
from hatchet_api.grpc import events_pb2, workflows_pb2
from hatchet_api.grpc.v1 import streams_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared.condition_pb2 import QUEUE
from hatchet_api.rest import models
from tests.engine.durable_peer import child, durable_worker, event, put_durable, sleep
from tests.engine.peer import Peer, connected, push, task
from tests.engine.rest_peer import STABLE, Rest

LAYOUTS = Path(__file__).parent / "layouts"
FAR = 4_000_000_000.0
HOOK = {
    "name": "hook",
    "sourceName": "GENERIC",
    "eventKeyExpression": "input.kind",
    "authType": "API_KEY",
    "auth": {"headerName": "X-Key", "apiKey": "s3cret"},
}


async def fill(peer: Peer) -> dict[str, str]:
    """Something of every kind that an engine keeps; the ids of the runs."""
    rest = Rest(peer)
    await peer.put("solo", task("solo", workflow="solo", retries=1))
    await peer.put("dag", task("a", workflow="dag"), task("b", workflow="dag", parents=["a"]))
    sleepy = task("sleepy", workflow="sleepy")
    sleepy.conditions.sleep_conditions.add(base={"action": QUEUE, "readable_data_key": "nap"}, sleep_for="1h")
    await peer.put("sleepy", sleepy)
    default = admin_pb2.DefaultFilter(scope="s", expression="input.n > 1", payload=b'{"p": 1}')
    await peer.put("filtered", event_triggers=["f"], default_filters=[default])
    await peer.put("ticking", cron_triggers=["0 0 1 1 *"], cron_input='{"from": "cron"}')
    await peer.put("later")
    await peer.put("spawned")
    worker = await peer.worker("solo:solo", "dag:a", "dag:b")
    done = await peer.trigger("solo", {"n": 0})
    action = await worker.next()
    await worker.started(action)
    line = events_pb2.PutLogRequest(task_run_external_id=action.task_run_external_id, message="a line")
    await peer.events.put_log(line, metadata=peer.metadata)
    await worker.complete(action, {"done": True})
    dag = await peer.trigger("dag", {"n": 2})
    await worker.complete(await worker.next(), {"a": 1})
    await worker.started(await worker.next())
    sleeping = await peer.trigger("sleepy")
    waiting = await peer.trigger("filtered", {"n": 3})
    await push(peer, "f", {"n": 2}, scope="s")
    await peer.workflows.schedule_workflow(
        workflows_pb2.ScheduleWorkflowRequest(
            name="later", schedules=[messages.timestamp(FAR)], input='{"from": "schedule"}'
        ),
        metadata=peer.metadata,
    )
    await put_durable(peer, "durable")
    second = await durable_worker(peer, "durable:durable")
    evicted = await peer.trigger("durable")
    invocation = await second.next()
    await invocation.memo(b"key", b'"remembered"')
    await second.stream.done()
    await invocation.run(child("spawned", {"from": "durable"}, index=0))
    await invocation.wait(sleep("1h"), event("never", scope="s"), label="a nap")
    await second.stream.status((invocation, 3), received={invocation: 1})
    await invocation.evict()
    second.stream.hang_up()
    await rest.post(models.V1Webhook, f"{STABLE}/webhooks", HOOK)
    await peer.streams.publish(
        streams_pb2.PublishStreamMessageRequest(topic="t", payload=b"kept", producer_id="p", producer_seq=1),
        metadata=peer.metadata,
    )
    await rest.http.aclose()
    return {"done": done, "dag": dag, "sleeping": sleeping, "waiting": waiting, "evicted": evicted}


def dump(database: Path, runs: dict[str, str]) -> str:
    """The database as SQL, with its layout and the ids of the runs in it."""
    db = sqlite3.connect(database)
    numbers = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("auto_vacuum", "user_version", "application_id")
    }
    lines = [
        f"-- {json.dumps(runs)}",
        *(f"PRAGMA {name} = {value};" for name, value in numbers.items()),
        *db.iterdump(),
    ]
    db.close()
    return "\n".join(lines) + "\n"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder))
        async with connected(await engine.start()) as peer:
            runs = await fill(peer)
        await engine.stop(grace=0.1)
        text = dump(Path(folder) / "engine.db", runs)
    (LAYOUTS / f"{LAYOUT}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
