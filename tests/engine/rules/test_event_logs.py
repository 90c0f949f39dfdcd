"""What the logs of durable tasks wait for, and when they are kept in memory: an engine without servers."""

from __future__ import annotations

from hatchet.engine.grpc import validate
from hatchet.engine.hub import Hub
from hatchet.engine.rules.ingestion import NewEvent
from hatchet.engine.state.changes import Answer, Asked, InvocationEvicted, RequestFailed, TaskEventType
from hatchet.engine.state.conditions import Action, Match, Wait
from hatchet.engine.state.durable import EntryKind, EventLog, LogEntry, Spot
from hatchet.engine.state.model import TaskRun
from hatchet.engine.state.timers import TimerKind
from hatchet_api.grpc.v1 import workflows_pb2
from tests.engine.durable_peer import durable
from tests.engine.serverless import NOW, run, worker


def begun(hub: Hub) -> tuple[TaskRun, EventLog, Asked]:
    """A durable task that runs on a worker whose stream of durable tasks is the one with number 7."""
    opts = durable("w", workflow="w", timeout="1h")
    request = workflows_pb2.CreateWorkflowVersionRequest(name="w", tasks=[opts])
    hub.catalog.put(validate.registration_of(request), hub.now())
    owner = hub.fleet.get(worker(hub).id)
    owner.slots["durable"] = 1
    task = run(hub)
    hub.turns.run()
    hub.event_logs.belongs(7, owner.id, NOW)
    log = hub.event_logs.of(task)
    log.begin(task.invocations)
    return task, log, Asked(7, task.id, task.invocations)


def entry(log: EventLog, kind: EntryKind, *waits: Wait, child: str | None = None) -> LogEntry:
    """The next call of the task, which waits for something."""
    match = Match(NOW) if waits else None
    log.nodes += 1
    made = LogEntry(log.task_id, log.spot(log.nodes), kind, b"", NOW, child_id=child, waits=waits, match=match)
    log.add(made)
    return made


def event(key: str, scope: str | None = None, expression: str = "") -> Wait:
    return Wait(Action.QUEUE, key, key, event_key=key, scope=scope, expression=expression)


def sleep(text: str) -> Wait:
    return Wait(Action.QUEUE, text, text, sleep=text)


def told(hub: Hub) -> list[LogEntry]:
    """The completions that workers are told of since the last time."""
    return [
        each.reply for each in hub.core.take_outputs() if isinstance(each, Answer) and isinstance(each.reply, LogEntry)
    ]


def test_a_child_that_has_been_deleted_is_a_failure_that_says_so(hub: Hub) -> None:
    _, log, _ = begun(hub)
    lost = entry(log, EntryKind.RUN, child="gone")
    hub.event_logs.begin(log, lost, NOW)
    assert (lost.satisfied_at, lost.error, lost.result) == (NOW, "the child run gone has been deleted", b"")
    assert told(hub) == [lost]


def test_a_child_that_has_ended_already_is_answered_at_once_and_one_that_has_not_when_it_ends(hub: Hub) -> None:
    _, log, _ = begun(hub)
    ended, runs = run(hub), run(hub)
    hub.lifecycle.cancel([ended], NOW)
    first, second = (entry(log, EntryKind.RUN, child=each.id) for each in (ended, runs))
    for each in (first, second, second):
        hub.event_logs.begin(log, each, NOW)
    assert (first.error, second.satisfied) == ("task was cancelled", False)
    assert told(hub) == [first]
    hub.lifecycle.cancel([runs], NOW)
    assert (second.error, told(hub)) == ("task was cancelled", [second])


def test_events_since_a_moment_count_and_the_newest_of_them_satisfies(hub: Hub) -> None:
    _, log, _ = begun(hub)
    for at, key, scope, payload in (
        (NOW, "a", None, '{"n": 1}'),
        (NOW + 1, "a", "s", '{"n": 2}'),
        (NOW + 2, "b", None, '{"n": 3}'),
        (NOW + 3, "a", "s", '{"n": 4}'),
    ):
        hub.ingestion.push([NewEvent(key=key, payload=payload, scope=scope)], at)
    waits = [event("a"), event("a", "s", "input.n < 4"), event("a", "t"), event("a", None, "input.n < 2"), sleep("1h")]
    for stored in (False, True):  # told of in this turn, and read from the database
        if stored:
            hub.turns.run()
        facts: list[dict[int, str]] = []
        for since in (NOW, NOW + 0.5, NOW + 1, NOW + 3, NOW + 3.5):
            asked = entry(log, EntryKind.WAIT_FOR, *waits)
            hub.event_logs.look_back(asked, dict.fromkeys(range(len(waits)), since))
            assert asked.match is not None
            facts.append(asked.match.facts)
        one, two, four = (f'{{"n": {number}}}' for number in (1, 2, 4))
        assert facts == [{0: four, 1: two, 3: one}, {0: four, 1: two}, {0: four, 1: two}, {0: four}, {}]


def test_a_condition_that_is_satisfied_keeps_what_it_was_satisfied_by(hub: Hub) -> None:
    _, log, _ = begun(hub)
    hub.ingestion.push([NewEvent(key="a", payload='{"n": 1}')], NOW)
    asked = entry(log, EntryKind.WAIT_FOR, event("a"), event("b"))
    assert asked.match is not None
    asked.match.facts[0] = '{"n": 0}'
    hub.event_logs.look_back(asked, {0: NOW})
    assert asked.match.facts == {0: '{"n": 0}'}


def test_what_is_waited_for_is_booked_until_it_is_there(hub: Hub) -> None:
    _, log, _ = begun(hub)
    asked = entry(log, EntryKind.WAIT_FOR, sleep("10s"), sleep("20s"), event("a"))
    key = f"{asked.task_id}/1/1"
    due = hub.core.timers._due
    hub.event_logs.begin(log, asked, NOW)
    assert due[TimerKind.DURABLE, key] == NOW + 10
    hub.event_logs.slept(key, NOW + 10)
    assert due[TimerKind.DURABLE, key] == NOW + 20
    hub.event_logs.slept(key, NOW + 20)
    assert not asked.satisfied
    hub.event_logs.event("a", None, '{"n": 1}', NOW + 21)
    assert told(hub) == [asked]
    data = '"10s":[{"sleep_duration":"10s"}],"20s":[{"sleep_duration":"20s"}],"a":[{"n": 1}]'
    assert asked.result.decode() == f'{{"CREATE":{{{data}}}}}'
    hub.event_logs.slept(key, NOW + 22)  # late
    hub.event_logs.event("a", None, "{}", NOW + 22)
    assert told(hub) == []


def test_a_log_leaves_memory_when_no_worker_is_at_it(hub: Hub) -> None:
    task, log, asked = begun(hub)
    waiting = entry(log, EntryKind.WAIT_FOR, event("a"))
    hub.event_logs.begin(log, waiting, NOW)
    hub.event_logs.trim()
    assert hub.event_logs._logs == {task.id: log}
    hub.durable.evict(asked, "", NOW)
    hub.event_logs.touch(log)
    hub.turns.run()
    assert hub.event_logs._logs == {}
    hub.event_logs.event("a", None, "{}", NOW)
    assert waiting.satisfied
    [read] = hub.event_logs._logs.values()
    assert read.entries[Spot(1, 1)] is waiting


def test_a_task_is_let_go_once_and_by_its_present_invocation_alone(hub: Hub) -> None:
    task, log, asked = begun(hub)
    hub.event_logs.begin(log, entry(log, EntryKind.WAIT_FOR, event("a")), NOW)
    hub.durable.evict(asked._replace(invocation=asked.invocation + 1), "too early", NOW)
    assert not task.is_evicted
    for _ in range(2):
        hub.durable.evict(asked, "", NOW)
    noted = [each.message for each in hub.core.changes.task_events if each.type is TaskEventType.DURABLE_EVICTED]
    assert noted == ["Task paused and evicted from worker"]
    answered = [each.reply for each in hub.core.take_outputs() if isinstance(each, Answer)]
    assert answered == [InvocationEvicted()] * 3


def test_a_memo_is_completed_under_its_key_or_without_one(hub: Hub) -> None:
    task, log, asked = begun(hub)
    for key, is_known in ((b"", True), (b"own", True), (b"other", False)):
        hub.durable.memo(asked, b"own", None, NOW)
        spot = log.spot(log.nodes)
        hub.core.take_outputs()
        hub.durable.complete_memo(asked, spot, key, b"value", NOW)
        assert log.entries[spot].satisfied is is_known
        said = f"there is no such memo in the log of task {task.id}: node {spot.node}:{spot.branch}"
        replies = [each.reply for each in hub.core.take_outputs() if isinstance(each, Answer)]
        assert replies == ([log.entries[spot]] if is_known else [RequestFailed(said)])
    waiting = entry(log, EntryKind.WAIT_FOR, event("a"))
    hub.durable.complete_memo(asked, waiting.spot, b"", b"value", NOW)
    assert not waiting.satisfied  # it is no memo
