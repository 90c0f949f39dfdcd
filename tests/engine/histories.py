"""Each way in which an attempt begins, is lost, tried again or ends, and the whole history of it, over REST."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hatchet.engine import EmbeddedEngine, EngineSettings
from hatchet_api.grpc import dispatcher_pb2, events_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from tests.engine.durable_peer import begun, child, durable, durable_worker, event, sleep
from tests.engine.grpc.test_events import follow
from tests.engine.peer import Peer, RawWorker, connected, push, task
from tests.engine.rest_peer import PAUSE, STABLE, Rest
from tests.engine.rules.test_batches import COMPLETED, batched, members, report
from tests.engine.rules.test_conditions import CANCEL, SKIP, awaits, judges
from tests.engine.whole_world import SINCE, TENANT, StillClock, Told


class Scene:
    """An engine whose clock stands still, and what is noted about the runs of one scenario."""

    def __init__(self, peer: Peer, told: Told, clock: StillClock) -> None:
        self.peer, self.told, self.clock = peer, told, clock
        self.runs: dict[str, str] = {}

    async def alone(self, name: str, **fields: Any) -> tuple[RawWorker, str]:  # Any: fields of a task
        """A workflow of one task, a worker for it, and a run."""
        await self.peer.put(name, task(name, workflow=name, **fields))
        worker = await self.peer.worker(f"{name}:{name}")
        return worker, await self.run(name)

    async def run(self, name: str, input: object = None) -> str:
        """Start a run, which is looked at in the end."""
        run_id = await self.peer.trigger(name, input)
        self.runs[f"{name} {len(self.runs)}"] = run_id
        return run_id

    async def next(self, worker: RawWorker, *, after: float = 1.0) -> dispatcher_pb2.AssignedAction:
        """The next attempt, which begins; some time passes."""
        action = await worker.next()
        await worker.heartbeat()  # by then it is noted as sent
        self.clock.advance(after)
        await worker.started(action)
        return action

    async def stop(self, worker: RawWorker) -> None:
        """The worker is told to stop an attempt."""
        self.told.keep(f"stop of {list(self.runs)[-1]}", await worker.next())

    async def metrics(self, when: str) -> None:
        """How many runs stand where, and which of them are listed as let go."""
        told = self.told
        answer = await told.rest.send("GET", f"{STABLE}/task-metrics", query=SINCE)
        told.keep(f"metrics {when}", answer.json())
        for name in ("task-stats", "step-run-queue-metrics"):
            told.keep(f"{name} {when}", (await told.rest.send("GET", f"{TENANT}/{name}")).json())
        for kind in ("EVICTED", "ON_WORKER"):
            query = {**SINCE, "only_tasks": "false", "running_filter": kind, "statuses": "RUNNING"}
            answer = await told.rest.send("GET", f"{STABLE}/workflow-runs", query=query)
            told.keep(f"{kind} {when}", [row["displayName"] for row in answer.json()["rows"]])

    async def look(self) -> None:
        """All that is told about the runs, and about each earlier attempt."""
        await self.peer.put("stored")  # with it what nobody waits for
        await self.metrics("in the end")
        for name, run_id in self.runs.items():
            self.told.keep(f"details of {name}", await self.peer.details(run_id))
            whole = await self.told.rest.send("GET", f"/api/v1/stable/workflow-runs/{run_id}")
            shown = whole.json()
            for each in shown["taskEvents"]:
                if each["eventType"] == "SENT_TO_WORKER":
                    del each["timestamp"]  # whatever the clock showed when the message had left
            self.told.keep(f"run {name}", shown)
            for each in shown["tasks"]:
                if each["isDurable"]:
                    path = f"{STABLE}/durable-tasks/{each['taskExternalId']}"
                    self.told.keep(f"log of {each['displayName']}", (await self.told.rest.send("GET", path)).json())
                for attempt in range(1, each["attempt"]):
                    path = f"/api/v1/stable/tasks/{each['taskExternalId']}"
                    answer = await self.told.rest.send("GET", path, query={"attempt": str(attempt)})
                    kept = {key: value for key, value in answer.json().items() if key != "workflowConfig"}
                    self.told.keep(f"attempt {attempt} of {each['displayName']}", kept)


async def timed_out(scene: Scene) -> None:
    worker, _ = await scene.alone("slow", timeout="2s", retries=1)
    await scene.next(worker)
    scene.clock.advance(1.5)
    await scene.stop(worker)
    await worker.complete(await scene.next(worker), {"in": "time"})


async def tried_again(scene: Scene) -> None:
    worker, _ = await scene.alone("flaky", retries=3, backoff_factor=3.0, backoff_max_seconds=5)
    await worker.fail(await scene.next(worker), "one")
    scene.clock.advance(3)
    await worker.fail(await scene.next(worker), "two", retry_after_ms=1500)
    scene.clock.advance(1.5)
    await worker.fail(await scene.next(worker), "three", final=True)


async def not_taken(scene: Scene) -> None:
    await scene.peer.put("left", task("left", workflow="left", schedule_timeout="2s"))
    await scene.run("left")
    scene.clock.advance(2)


async def let_go(scene: Scene) -> None:
    worker, run_id = await scene.alone("long", timeout="10s")
    action = await scene.next(worker)
    more = dispatcher_pb2.RefreshTimeoutRequest(task_run_external_id=run_id, increment_timeout_by="1m")
    told = await scene.peer.dispatcher.refresh_timeout(more, metadata=scene.peer.metadata)
    scene.told.keep("timeout refreshed", told)
    released = dispatcher_pb2.ReleaseSlotRequest(task_run_external_id=run_id)
    await scene.peer.dispatcher.release_slot(released, metadata=scene.peer.metadata)
    scene.clock.advance(50)
    await worker.complete(action, {"at": "last"})


async def cancelled(scene: Scene) -> None:
    worker, run_id = await scene.alone("stopped")
    await scene.next(worker)
    await scene.peer.cancel(run_id)
    await scene.stop(worker)


async def crowded(scene: Scene) -> None:
    """One too many for its key, one whose key cannot be told, and one that costs more than is left."""
    keyed = task("keyed", workflow="keyed")
    keyed.concurrency.add(expression="input.k", max_runs=1, limit_strategy=admin_pb2.CANCEL_NEWEST)
    await scene.peer.put("keyed", keyed)
    worker = await scene.peer.worker("keyed:keyed", "costly:costly")
    await scene.run("keyed", {"k": "a"})
    action = await scene.next(worker)
    await scene.run("keyed", {"k": "a"})
    await scene.run("keyed", {"no": "key"})
    await worker.complete(action)
    costly = task("costly", workflow="costly")
    costly.rate_limits.add(key="", key_expr="'paid'", units=2, limit_values_expr="3", duration=admin_pb2.MINUTE)
    await scene.peer.put("costly", costly)
    for _ in range(2):
        await scene.run("costly")
    await worker.complete(await scene.next(worker))


async def gathered(scene: Scene) -> None:
    worker = await batched(scene.peer, "many", 2)
    runs = [await scene.run("many", {"n": n}) for n in range(3)]
    batch = await worker.next()
    scene.told.keep("batch", batch)
    scene.clock.advance(1)
    await report(worker, batch, dispatcher_pb2.STEP_EVENT_TYPE_STARTED, dict.fromkeys(members(batch), ""))
    await report(worker, batch, COMPLETED, {runs[0]: '{"n": 0}'})
    await report(worker, batch, dispatcher_pb2.STEP_EVENT_TYPE_FAILED, {runs[1]: "no"})


async def evicted(scene: Scene) -> None:
    """A durable task that is let go, comes back with its event, is let go and called back, and is let go for good."""
    async with begun(scene.peer, "patient") as (worker, first):
        scene.runs["patient"] = first.action.workflow_run_id
        await worker.raw.started(first.action)
        await first.wait(event("go"))
        await first.evict("patience is over")
        scene.clock.advance(1)
        await push(scene.peer, "go", {"n": 1})
        second = await worker.next()
        await worker.raw.started(second.action)
        await second.wait(event("go"))
        await worker.stream.done()
        await second.wait(event("more"))
        await worker.stream.status((second, 2), received={second: 1})
        await second.evict()
        scene.clock.advance(1)
        wish = dispatcher_pb2.RestoreEvictedTaskRequest(task_run_external_id=second.task_id)
        await scene.peer.dispatcher.restore_evicted_task(wish, metadata=scene.peer.metadata)
        third = await worker.next()
        await third.wait(event("go"))
        await worker.stream.done()
        await third.wait(event("more"))
        await worker.stream.status((third, 2), received={third: 1})
        await third.evict()
    await scene.peer.trigger("patient")


async def lost(scene: Scene) -> None:
    """Its worker sends no heartbeat any more; the next one neither, which is one too many."""
    worker, _ = await scene.alone("moved", timeout="1h")
    for _ in range(2):
        await scene.next(worker)
        scene.clock.advance(28, silence=True)
        worker = await scene.peer.worker("moved:moved")
        scene.clock.advance(2, silence=True)


async def of_several(scene: Scene) -> None:
    """Tasks that are skipped, cancelled by a condition, and cancelled because of a parent."""
    skipped, hit = (task(name, workflow="flow", parents=["first"]) for name in ("skipped", "hit"))
    judges(skipped, "first", "output.skip", SKIP)
    awaits(hit, "stop", CANCEL)
    awaits(hit, "go")
    names = ("first", "skipped", "hit", "behind")
    behind = task("behind", workflow="flow", parents=["hit"])
    mend = task("mend", workflow="flow")
    await scene.peer.put("flow", task("first", workflow="flow"), skipped, hit, behind, on_failure_task=mend)
    worker = await scene.peer.worker(*(f"flow:{name}" for name in (*names, "mend")))
    await scene.run("flow")
    await worker.complete(await scene.next(worker), {"skip": True})
    await push(scene.peer, "stop")
    await scene.run("flow")
    await worker.fail(await scene.next(worker), "broken")
    await worker.complete(await scene.next(worker), {"mended": True})


async def replayed(scene: Scene) -> None:
    worker, run_id = await scene.alone("again", retries=1)
    await worker.fail(await scene.next(worker), "one")
    await worker.complete(await scene.next(worker), 1)
    await scene.peer.replay(run_id)
    await worker.fail(await scene.next(worker), "two")
    await worker.complete(await scene.next(worker), 2)


async def branched(scene: Scene) -> None:
    """A durable task that runs is started over."""
    async with begun(scene.peer, "forked") as (worker, first):
        scene.runs["forked"] = first.action.workflow_run_id
        await worker.raw.started(first.action)
        await first.memo(b"k", b"1")
        request = admin_pb2.BranchDurableTaskRequest(task_external_id=first.task_id, node_id=1, branch_id=1)
        await scene.peer.admin.branch_durable_task(request, metadata=scene.peer.metadata)
        scene.told.keep("stop of forked", await worker.raw.next())
        await worker.complete((await worker.next()), {"done": True})


async def paused(scene: Scene) -> None:
    made = await scene.peer.put("idle", task("idle", workflow="idle"))
    await scene.told.rest.send("PATCH", f"/api/v1/workflows/{made.workflow_id}", PAUSE)
    await scene.run("idle")
    scene.clock.advance(24 * 3600)


async def let_go_together(scene: Scene) -> None:
    """Two durable tasks of a run: one is let go while the other is on its worker, and then that one, too."""
    await scene.peer.put("both", *(durable(name, workflow="both") for name in ("one", "other")))
    worker = await durable_worker(scene.peer, "both:one", "both:other")
    scene.runs["both"] = await scene.peer.trigger("both")
    for when in ("while the other is on its worker", "while both are let go"):
        invocation = await worker.next()
        await worker.raw.started(invocation.action)
        await invocation.wait(event("never"))
        await invocation.evict("for long")
        await scene.metrics(when)
    worker.stream.hang_up()


async def generations(scene: Scene) -> None:
    """A run, its child, and the child of that; looked at as deep as is asked for."""
    worker, run_id = await scene.alone("parent")
    first = run_id
    for number in range(3):
        await scene.next(worker)
        run_id = await scene.peer.trigger(
            "parent", {"n": number}, parent_id=run_id, parent_task_run_external_id=run_id, child_index=0
        )
    for depth in range(3):
        await scene.told.ask(f"/api/v1/stable/workflow-runs/{first}/task-timings", depth=depth)


async def listened(scene: Scene) -> None:
    """All that a listener is told of a run that fails once, streams, and ends; and of one that is cancelled."""
    await scene.peer.put("heard", task("heard", workflow="heard", retries=1), task("beside", workflow="heard"))
    run_id = await scene.run("heard")
    stopped = await scene.run("heard")
    calls = {"a run": await follow(scene.peer, run_id), "a run that is cancelled": await follow(scene.peer, stopped)}
    await scene.peer.cancel(stopped)
    worker = await scene.peer.worker("heard:heard", "heard:beside")
    actions = [await scene.next(worker) for _ in range(2)]
    await worker.complete(actions[1], {"b": 1})
    await worker.fail(actions[0], "once")
    again = await scene.next(worker)
    for number, text in ((1, "second"), (0, "first"), (None, "last")):
        chunk = events_pb2.PutStreamEventRequest(
            task_run_external_id=again.task_run_external_id, message=text.encode(), event_index=number
        )
        await scene.peer.events.put_stream_event(chunk, metadata=scene.peer.metadata)
    await worker.complete(again, {"a": 1})
    for name, call in calls.items():
        for number, message in enumerate([each async for each in call]):
            scene.told.keep(f"{name} is heard of, {number}", message)
        scene.told.keep(f"result of {name}", await scene.peer.result(run_id if name == "a run" else stopped))


async def stopped_together(scene: Scene) -> None:
    """The members of a batch are cancelled."""
    worker = await batched(scene.peer, "many", 2, batch_group_key="input.k")
    runs = [await scene.run("many", {"k": "key"}) for _ in range(2)]
    await worker.next()
    await scene.peer.cancel(*runs)
    for number in range(2):
        scene.told.keep(f"stop of a member, {number}", await worker.next())


async def spoken(scene: Scene) -> None:
    """Each message of a stream of durable tasks."""
    async with begun(scene.peer, "talks", "child", retries=1) as (worker, first):
        await scene.peer.put("child")
        scene.runs["talks"] = first.action.workflow_run_id
        await worker.raw.started(first.action)
        scene.told.keep("memo", await first.memo(b"key", b"value"))
        scene.told.keep("memo is there", await worker.stream.next())
        open_memo = await first.memo(b"open")
        scene.told.keep("open memo", open_memo)
        await first.complete_memo(open_memo.ref, b"open", b"later")
        scene.told.keep("open memo is there", await worker.stream.next())
        await first.ask_to_run(child("child", {"n": 1}), child("child", {"n": 2}, index=1, key="k"))
        scene.told.keep("children", await worker.stream.next())
        await worker.complete(await worker.next(), {"c": 1})
        scene.told.keep("a child has succeeded", await worker.stream.next())
        await worker.raw.fail((await worker.next()).action, "broken")
        scene.told.keep("a child has failed", await worker.stream.next())
        await first.ask_to_wait(event("go"), sleep("10s"), label="a label")
        scene.told.keep("wait", await worker.stream.next())
        await push(scene.peer, "go", {"n": 1})
        scene.clock.advance(10)
        scene.told.keep("wait is over", await worker.stream.next())
        await first.ask_to_run()
        scene.told.keep("no children", await worker.stream.next())
        await first.ask_to_wait()
        scene.told.keep("no conditions", await worker.stream.next())
        await worker.raw.fail(first.action, "once")
        again = await worker.next()
        await again.ask_to_wait(event("other"))
        scene.told.keep("another call", await worker.stream.next())
        await worker.stream.status((first, 1))
        scene.told.keep("an invocation that is over", await worker.stream.next())
        await worker.raw.complete(again.action, {"done": True})


SCENES: list[Callable[[Scene], Awaitable[None]]] = [
    timed_out, tried_again, not_taken, let_go, cancelled, crowded, gathered, evicted, lost, of_several, replayed,
    branched, paused, let_go_together, generations, listened,
    stopped_together, spoken,
]  # fmt: skip


async def histories() -> dict[str, Any]:
    """What is told in each scenario."""
    found: dict[str, Any] = {}
    for play in SCENES:
        clock = StillClock()
        engine = EmbeddedEngine(clock=clock, settings=EngineSettings(max_internal_retries=1))
        async with connected(await engine.start()) as peer:
            rest = Rest(peer)
            told = Told(peer, rest, {})
            scene = Scene(peer, told, clock)
            await play(scene)
            await scene.look()
            found[play.__name__] = told.answers
            await rest.http.aclose()
        await engine.stop(grace=0.1)
    return found
