"""One of everything in an engine whose clock stands still, and all that is then told about it, over gRPC and REST."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet_api.grpc import dispatcher_pb2, events_pb2, workflows_pb2
from hatchet_api.grpc.v1 import streams_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2
from tests.engine.peer import Peer, RawWorker, connected, task
from tests.engine.rest_peer import STABLE, Rest

START = 1_900_000_000.0  # 2030-03-17T17:46:40Z
TENANT = "/api/v1/tenants/{tenant}"
SINCE = {"since": "2030-01-01T00:00:00Z"}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TRACE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01")


class StillClock(MovableClock):
    """A clock that only moves when it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self._at = START

    def now(self) -> float:
        return self._at

    def elapsed(self) -> float:
        return self._at - START

    def steady(self) -> float:
        return self._silence  # no heartbeat grows old because the machine is busy

    def advance(self, seconds: float, *, silence: bool = False) -> None:
        self._at += seconds
        super().advance(seconds, silence=silence)


class Told:
    """What was told, by what was asked; ids are numbered as they first appear."""

    def __init__(self, peer: Peer, rest: Rest, names: dict[str, str]) -> None:
        self._peer, self.rest = peer, rest
        self._names = names
        self.answers: dict[str, Any] = {}  # Any: JSON

    def keep(self, name: str, answer: object) -> None:
        """Note an answer."""
        if isinstance(answer, Message):
            answer = _readable(answer)
        assert name not in self.answers
        self.answers[name] = json.loads(self._named(json.dumps(answer, sort_keys=True)))

    async def ask(self, path: str, **query: Any) -> None:  # Any: what a query takes
        """Note what the REST side answers."""
        answer = await self.rest.send("GET", path, query=query)
        assert answer.status_code == 200, answer.text
        shown = "".join(f" {name}={value}" for name, value in query.items())
        name = self._named(path.replace("{tenant}", "T") + shown)
        is_json = answer.headers["content-type"] == "application/json"
        self.keep(name, answer.json() if is_json else answer.text.splitlines())

    def _named(self, text: str) -> str:
        text = _TRACE.sub("a trace", text)
        return _ID.sub(lambda found: self._names.setdefault(found[0], f"id-{len(self._names)}"), text)


def _readable(answer: Message) -> object:
    """The JSON of a message; that of bytes in it in place of their base64."""
    bytes_of = re.compile(r'"(input|additional_metadata|output)": "([A-Za-z0-9+/=]+)"')
    text = json.dumps(MessageToDict(answer, preserving_proto_field_name=True))
    made: object = json.loads(bytes_of.sub(lambda found: f'"{found[1]}": {base64.b64decode(found[2]).decode()}', text))
    return made


class Made(NamedTuple):
    """What there is in the end."""

    workflows: dict[str, str]
    worker: str
    runs: dict[str, str]


async def everything(data: Path | None = None) -> list[dict[str, Any]]:
    """All answers; and, where there is a folder for the data, what is told after a restart about the same."""
    clock = StillClock()
    names: dict[str, str] = {}
    async with _engine(data, clock, names) as (peer, told):
        made = await _made(peer, told, clock)
        first = await _asked(peer, told, made)
    if data is None:
        return [first]
    async with _engine(data, clock, names) as (peer, told):
        return [first, await _asked(peer, told, made)]


@asynccontextmanager
async def _engine(data: Path | None, clock: StillClock, names: dict[str, str]) -> AsyncIterator[tuple[Peer, Told]]:
    engine = EmbeddedEngine(data, clock=clock)
    await engine.start()
    try:
        async with connected(engine.endpoint) as peer:
            rest = Rest(peer)
            yield peer, Told(peer, rest, names)
            await rest.http.aclose()
    finally:
        await engine.stop(grace=0.1)


async def _made(peer: Peer, told: Told, clock: StillClock) -> Made:
    workflows = await _registered(peer, clock, told)
    worker = await _working(peer, told)
    runs = await _run(peer, worker, clock, told)
    await _pushed(peer, worker, clock, told, workflows["listens"])
    workflows |= await _crowded(peer, clock)
    await _timed(told)
    return Made(workflows, worker.id, runs)


async def _registered(peer: Peer, clock: StillClock, told: Told) -> dict[str, str]:
    pair = await peer.put(
        "Pair",
        task("a", workflow="pair", retries=2, schedule_timeout="2m", backoff_factor=2.0, backoff_max_seconds=30),
        task("b", workflow="pair", parents=["a"], timeout="90s", slot_requests={"default": 2}),
        description="two tasks",
        version="v1.2",
        cron_triggers=["0 3 * * *"],
        cron_input='{"by": "cron"}',
        on_failure_task=task("mend", workflow="pair"),
        concurrency_arr=[
            admin_pb2.Concurrency(expression="input.who", max_runs=3, limit_strategy=admin_pb2.GROUP_ROUND_ROBIN)
        ],
        sticky=admin_pb2.SOFT,
        default_priority=2,
        input_json_schema=b'{"type": "object"}',
    )
    clock.advance(1)
    solo = await peer.put("solo", task("solo", workflow="solo", retries=1))
    clock.advance(1)
    listens = await peer.put("listens", event_triggers=["user:*"])
    clock.advance(1)
    waits = await peer.put("waits")
    clock.advance(1)
    rich = await peer.put("rich", *_rich_tasks(), default_filters=_filters())
    limits = workflows_pb2.PutRateLimitRequest(key="api", limit=5, duration=workflows_pb2.MINUTE)
    await peer.workflows.put_rate_limit(limits, metadata=peer.metadata)
    told.keep("registered", pair)
    made = {"pair": pair, "solo": solo, "listens": listens, "waits": waits, "rich": rich}
    return {name: answer.workflow_id for name, answer in made.items()}


def _rich_tasks() -> list[admin_pb2.CreateTaskOpts]:
    """Tasks with what the others do not have."""
    durable = task("durable", workflow="rich", is_durable=True, slot_requests={"durable": 1})
    placed = task("placed", workflow="rich", slot_requests={"default": 2})
    placed.worker_labels["zone"].CopyFrom(
        trigger_pb2.DesiredWorkerLabels(str_value="a", required=True, weight=7, comparator=trigger_pb2.NOT_EQUAL)
    )
    placed.worker_labels["gb"].CopyFrom(
        trigger_pb2.DesiredWorkerLabels(int_value=8, comparator=trigger_pb2.GREATER_THAN)
    )
    bounded = task("bounded", workflow="rich")
    bounded.rate_limits.add(key="api", units=2)
    bounded.rate_limits.add(
        key="", key_expr="input.user", units_expr="input.units", limit_values_expr="10", duration=admin_pb2.HOUR
    )
    bounded.concurrency.add(expression="input.a", max_runs=2, limit_strategy=admin_pb2.CANCEL_NEWEST)
    return [durable, placed, bounded]


def _filters() -> list[admin_pb2.DefaultFilter]:
    return [admin_pb2.DefaultFilter(expression="true", scope="declared", payload=b'{"p": 1}')]


async def _working(peer: Peer, told: Told) -> RawWorker:
    info = dispatcher_pb2.RuntimeInfo(
        sdk_version="1.2.3", language=dispatcher_pb2.PYTHON, language_version="3.11.7", os="linux", extra="more"
    )
    answer = await peer.dispatcher.register(
        dispatcher_pb2.WorkerRegisterRequest(
            worker_name="w-1",
            actions=["pair:a", "pair:b", "pair:mend", "solo:solo", "listens:listens"],
            slot_config={"default": 5, "durable": 2},
            labels={"zone": dispatcher_pb2.WorkerLabels(str_value="a"), "gb": dispatcher_pb2.WorkerLabels(int_value=8)},
            runtime_info=info,
        ),
        metadata=peer.metadata,
    )
    told.keep("worker registered", answer)
    worker = RawWorker(peer, answer.worker_id)
    peer.workers.append(worker)
    await worker.listen()
    return worker


async def _run(peer: Peer, worker: RawWorker, clock: StillClock, told: Told) -> dict[str, str]:
    """A DAG that succeeds, one that fails, a run with two attempts and a child, one that waits, and one cancelled."""
    good = await peer.trigger("Pair", {"who": "ada"}, additional_metadata='{"team": "blue"}', priority=3)
    for output in ({"a": 1}, {"b": 2}):
        action = await worker.next()
        told.keep(f"assigned {action.action_id}", action)
        clock.advance(0.5)
        await worker.started(action)
        clock.advance(1.25)
        await worker.complete(action, output)
    told.keep("result of a DAG", await peer.result(good))
    clock.advance(10)
    bad = await peer.trigger("Pair", {"who": "bob"}, additional_metadata='{"team": "red"}')
    action = await worker.next()
    await worker.started(action)
    await worker.fail(action, "no more", final=True)
    mend = await worker.next()
    told.keep("assigned on failure", mend)
    await worker.complete(mend, {})
    told.keep("result of a DAG that failed", await peer.result(bad))
    clock.advance(10)
    solo = await peer.trigger("solo", {"n": 1})
    first = await worker.next()
    await worker.started(first)
    child = await peer.trigger(
        "solo", {"n": 2}, parent_task_run_external_id=solo, parent_id=solo, child_index=0, child_key="k"
    )
    inner = await worker.next()
    told.keep("assigned child", inner)
    for number, (level, message) in enumerate((("INFO", "begins"), ("WARN", "odd"))):
        line = events_pb2.PutLogRequest(
            task_run_external_id=solo, message=message, level=level, metadata='{"line": 1}', task_retry_count=0,
            created_at=Timestamp(seconds=int(START) + number, nanos=250_000_000),
        )  # fmt: skip
        await peer.events.put_log(line, metadata=peer.metadata)
    clock.advance(2)
    await worker.fail(first, "once")
    again = await worker.next()
    told.keep("assigned again", again)
    await worker.started(again)
    clock.advance(3)
    await worker.complete(again, {"ok": True})
    told.keep("result of a run", await peer.result(solo))
    clock.advance(10)
    waiting = await peer.trigger("waits", {"w": 1})
    gone = await peer.trigger("waits", {"w": 2})
    await peer.cancel(gone)
    told.keep("result of a cancelled run", await peer.result(gone))
    return {"good": good, "bad": bad, "solo": solo, "child": child, "waiting": waiting, "gone": gone}


async def _pushed(peer: Peer, worker: RawWorker, clock: StillClock, told: Told, workflow: str) -> None:
    """Events with and without runs, filters, a webhook, and messages of topics."""
    rest = told.rest
    clock.advance(10)
    kept = {"workflowId": workflow, "expression": "input.n == 1", "scope": "s", "payload": {"from": "filter"}}
    made = await rest.send("POST", f"{STABLE}/filters", kept)
    told.keep("filter made", made.json())
    for key, scope, n in (("user:made", "s", 1), ("user:left", "s", 2), ("nobody", "", 1)):
        request = events_pb2.PushEventRequest(
            key=key, payload=json.dumps({"n": n}), additional_metadata='{"team": "blue"}', priority=2, scope=scope
        )
        told.keep(f"pushed {key}", await peer.events.push(request, metadata=peer.metadata))
        clock.advance(1)
    action = await worker.next()
    told.keep("assigned by an event", action)
    hook = {
        "name": "hook", "sourceName": "GENERIC", "eventKeyExpression": "'hook:' + input.kind", "authType": "API_KEY",
        "auth": {"headerName": "X-Key", "apiKey": "k"}, "staticPayload": {"s": 1}, "scopeExpression": "'s'",
    }  # fmt: skip
    told.keep("webhook made", (await rest.send("POST", f"{STABLE}/webhooks", hook)).json())
    url = f"{STABLE}/webhooks/hook".format(tenant=rest.tenant)
    sent = await rest.http.post(url, json={"kind": "x"}, headers={"X-Key": "k"})
    told.keep("webhook sent", sent.json())
    for payload in (b"one", b"two"):
        message = streams_pb2.PublishStreamMessageRequest(topic="news", payload=payload)
        told.keep(f"published {payload.decode()}", await peer.streams.publish(message, metadata=peer.metadata))
        clock.advance(1)


async def _crowded(peer: Peer, clock: StillClock) -> dict[str, str]:
    """Runs that wait for the slots of a key, of their own or of their task, and for units of a rate limit."""
    keyed = task("keyed", workflow="keyed")
    rule = admin_pb2.Concurrency(expression="input.k", max_runs=1, limit_strategy=admin_pb2.GROUP_ROUND_ROBIN)
    keyed.concurrency.append(rule)
    costly = task("costly", workflow="costly")
    costly.rate_limits.add(key="api", units=3, limit_values_expr="-1", duration=admin_pb2.MINUTE)
    both = [task("one", workflow="both"), task("two", workflow="both", parents=["one"])]
    made = {"keyed": await peer.put("keyed", keyed)}
    clock.advance(1)
    made["costly"] = await peer.put("costly", costly)
    clock.advance(1)
    made["both"] = await peer.put("both", *both, concurrency_arr=[rule])
    worker = await peer.worker("keyed:keyed", "costly:costly", "both:one", "both:two", labels={"zone": "b"})
    for name in made:
        for key in "aaab":
            await peer.trigger(name, {"k": key})
            clock.advance(1)
    for _ in range(5):  # two of the keyed ones, one that costs, and two of those with two tasks
        await worker.started(await worker.next())
    return {name: answer.workflow_id for name, answer in made.items()}


async def _timed(told: Told) -> None:
    """A cron and a scheduled run."""
    rest = told.rest
    cron = {"cronName": "nightly", "cronExpression": "0 4 * * *", "input": {"n": 1}, "additionalMetadata": {"a": "b"}}
    made = await rest.send("POST", f"{TENANT}/workflows/solo/crons", {**cron, "priority": 3})
    told.keep("cron made", made.json())
    later = {"triggerAt": "2031-01-01T00:00:00Z", "input": {"n": 2}, "additionalMetadata": {"c": "d"}, "priority": 2}
    made = await rest.send("POST", f"{TENANT}/workflows/solo/scheduled", later)
    told.keep("schedule made", made.json())


async def _asked(peer: Peer, told: Told, made: Made) -> dict[str, Any]:
    """Everything that can be read, besides what was told before."""
    runs = made.runs
    run, one = "/api/v1/stable/workflow-runs", "/api/v1/stable/tasks"
    for name, identity in runs.items():
        told.keep(f"details of {name}", await peer.details(identity))
        if name != "child":
            await told.ask(f"{run}/{identity}")
        await told.ask(f"{run}/{identity}/task-timings", depth=2)
    await told.ask(f"{run}/{runs['solo']}/task-events")
    for attempt in ("", "1"):
        await told.ask(f"{one}/{runs['solo']}", **({"attempt": attempt} if attempt else {}))
    await told.ask(f"{one}/{runs['waiting']}")
    await told.ask(f"{one}/{runs['solo']}/logs")
    await told.ask(f"{STABLE}/logs", levels="WARN")
    await told.ask(f"{STABLE}/workflow-runs", **SINCE, only_tasks="false", include_payloads="true")
    await told.ask(f"{STABLE}/workflow-runs", **SINCE, only_tasks="true", limit="3", offset="2")
    await told.ask(f"{STABLE}/workflow-runs/count", **SINCE, only_tasks="true")
    await told.ask(f"{STABLE}/workflow-runs/display-names", external_ids=[runs["good"], runs["solo"]])
    await told.ask(f"{STABLE}/task-metrics", **SINCE)
    point = {"createdAfter": "2030-03-17T17:46:00Z", "finishedBefore": "2030-03-17T17:49:00Z"}
    await told.ask(f"{STABLE}/task-point-metrics", **point)
    await told.ask(f"{STABLE}/log-point-metrics", since="2030-03-17T17:46:00Z", until="2030-03-17T17:47:00Z")
    await told.ask("/api/v1/stable/dags/tasks", tenant=peer.endpoint.tenant_id, dag_ids=runs["good"])
    for path in ("", "/workflows", "/worker", "/step-run-queue-metrics", "/task-stats", "/rate-limits"):
        await told.ask(TENANT + path)
    for path in ("/entitlements", "/prometheus-metrics", "/workflows/crons", "/workflows/scheduled"):
        await told.ask(TENANT + path)
    for path in ("/events", "/events/keys", "/filters", "/webhooks", "/webhooks/hook", "/streams/topics"):
        await told.ask(STABLE + path)
    await told.ask(f"/api/v1/workers/{made.worker}")
    await told.ask("/api/v1/meta")
    for identity in made.workflows.values():
        await told.ask(f"/api/v1/workflows/{identity}")
        await told.ask(f"/api/v1/workflows/{identity}/versions")
    return told.answers
