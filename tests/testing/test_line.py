"""The way between clients and a test's engine, message by message, and what a report says of a test."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hatchet.hooks import TaskEnd
from hatchet.testing import line as lines
from hatchet.testing.faults import Action, Fault
from hatchet.testing.line import ANSWERS, CALLS, REQUESTS, Line, kind_of, worker_of
from hatchet.testing.report import MOST_LINES, MOST_SHOWN, Leftovers, Recorder
from hatchet.transport.io_loop import shared_io_loop
from hatchet_api.calls import CallError, StatusCode
from hatchet_api.grpc import dispatcher_pb2


def line() -> Line:
    return Line(lambda limit: cast(Any, None))


def fault(action: Action, times: int | None = 1, **given: Any) -> Fault:
    return Fault("event", action, times, shared_io_loop(), **given)


def test_each_message_has_its_kind() -> None:
    assert {**CALLS, **ANSWERS, **REQUESTS} == {
        "/Dispatcher/Heartbeat": "heartbeat",
        "/Dispatcher/Register": "registration",
        "/Dispatcher/SendBatchActionEvent": "outcome",
        "/Dispatcher/SendStepActionEvent": "outcome",
        "/EventsService/BulkPush": "event",
        "/EventsService/Push": "event",
        "/EventsService/PutLog": "log",
        "/EventsService/PutStreamEvent": "stream_chunk",
        "/WorkflowService/BulkTriggerWorkflow": "trigger",
        "/WorkflowService/TriggerWorkflow": "trigger",
        "/Dispatcher/ListenV2": "assignment",
        "/Dispatcher/SubscribeToWorkflowRuns": "result",
        "/v1.V1Dispatcher/DurableTask": "durable_request",
    }
    assert ANSWERS["/v1.V1Dispatcher/DurableTask"] == "durable_answer"
    started = dispatcher_pb2.StepActionEvent(event_type=dispatcher_pb2.STEP_EVENT_TYPE_STARTED)
    ended = dispatcher_pb2.StepActionEvent(event_type=dispatcher_pb2.STEP_EVENT_TYPE_COMPLETED)
    kinds = [kind_of("/Dispatcher/SendStepActionEvent", each) for each in (started, ended, object())]
    assert kinds == ["started", "outcome", "outcome"]
    assert kind_of("/Dispatcher/Unheard", object()) is None


def test_who_sent_a_request_and_which_run_it_asks_about_is_noted() -> None:
    given = line()
    assert (worker_of(SimpleNamespace(worker_id="w")), worker_of(object())) == ("w", "")
    for request in (SimpleNamespace(workflow_run_id="r"), SimpleNamespace(external_id="e"), object(),
                    SimpleNamespace(workflow_run_id="", external_id="")):  # fmt: skip
        given.look_at(request)
    assert given.looked_at == {"r", "e"}


def test_faults_of_a_kind_happen_one_after_the_other_as_often_as_asked_for() -> None:
    given = line()
    first, second, other = fault("drop", 1), fault("delay", 2), Fault("log", "drop", None, shared_io_loop())
    for each in (first, second, other):
        given.add(each)
    assert [given.next("event") for _ in range(4)] == [first, second, second, None]
    assert [given.next("log"), given.next("log"), given.next(None)] == [other, other, None]
    assert (first.count, second.count, other.count, given.passed) == (1, 2, 2, 7)
    other.end()
    assert given.next("log") is None


def test_an_end_leaves_the_others_in_place() -> None:
    given = line()
    with fault("drop", None) as first:
        given.add(first)
        given.add(second := fault("double", 1))
        assert given.next("event") is first
    assert [given.next("event"), given.next("event")] == [second, None]


def test_a_worker_that_was_cut_off_reaches_nothing_and_its_streams_end() -> None:
    given = line()
    cancelled: list[str] = []
    for worker_id in ("a", "b"):
        inner = SimpleNamespace(cancel=lambda worker_id=worker_id: cancelled.append(worker_id), __aiter__=None)
        stream = lines._Stream.__new__(lines._Stream)
        stream._line, stream._inner, stream.worker_id = given, cast(Any, inner), worker_id
        given.opened(stream)
    given.check("a")
    given.cut_off("a")
    assert cancelled == ["a"]
    with pytest.raises(CallError, match="worker a was killed by the test") as refused:
        given.check("a")
    assert refused.value.code is StatusCode.UNAVAILABLE
    given.check("b")
    assert len(given._streams) == 1


class Sent:
    """A call that answers with the number of times that it was made."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> int:
        self.count += 1
        return self.count


@pytest.mark.parametrize(
    ("action", "given", "answer", "sent"),
    [("delay", {}, 1, 1), ("double", {}, 1, 2), ("drop", {}, "the event was lost: the test has dropped it", 0),
     ("drop", {"answer": True}, "the answer to the event was lost: the test has dropped it", 1),
     ("refuse", {"code": "UNAVAILABLE"}, "the event was refused by the test", 0)],
)  # fmt: skip
async def test_a_call_passes_as_its_fault_lets_it(
    action: Action, given: dict[str, Any], answer: int | str, sent: int
) -> None:
    way, send = line(), Sent()
    way.add(fault(action, **given))
    if isinstance(answer, int):
        assert await way.carry("event", send, None) == answer
    else:
        with pytest.raises(CallError) as lost:
            await way.carry("event", send, None)
        assert (lost.value.code, lost.value.details) == (StatusCode.UNAVAILABLE, answer)
    assert send.count == sent
    assert await way.carry("event", send, None) == sent + 1


async def test_a_call_that_waits_too_long_fails_as_one_that_takes_too_long() -> None:
    way = line()
    way.add(fault("delay", seconds=60.0))
    with pytest.raises(CallError, match="Deadline Exceeded") as late:
        await way.carry("event", Sent(), 0.01)
    assert late.value.code is StatusCode.DEADLINE_EXCEEDED


async def test_a_call_is_overtaken_by_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    way, send = line(), Sent()
    way.add(fault("reorder", 1))
    first = asyncio.ensure_future(way.carry("event", send, None))
    await asyncio.sleep(0)
    assert await way.carry("event", send, None) == 1
    assert await first == 2
    monkeypatch.setattr(lines, "HELD_FOR", 0.0)
    way.add(fault("reorder", 1))
    assert await way.carry("event", send, None) == 3


async def test_a_call_and_its_answer_are_counted_and_passed_on_as_they_are() -> None:
    asked: list[Any] = []

    class Inner:
        def unary_unary(self, *given: Any) -> Any:
            async def call(request: object, **options: Any) -> str:
                asked.append((given, request, options))
                return "answer"

            return call

    def connect(limit: int) -> Any:
        asked.append(limit)
        return Inner()

    way, request = Line(connect), SimpleNamespace(worker_id="w", workflow_run_id="r")
    call = way.channel(7).unary_unary("/EventsService/Push", repr, repr)  # type: ignore[arg-type]  # not used
    assert await call(request, timeout=3.0, metadata=(("a", "b"),)) == "answer"
    sent = {"timeout": 3.0, "metadata": (("a", "b"),)}
    assert asked == [7, (("/EventsService/Push", repr, repr), request, sent)]
    assert (way.passed, way.looked_at) == (2, {"r"})
    way.cut_off("w")
    with pytest.raises(CallError, match="was killed by the test"):
        await call(request)
    assert (way.passed, len(asked)) == (2, 2)


class Answering:
    """A stream of answers, as a channel gives it."""

    def __init__(self, *answers: str, fails: Exception | None = None) -> None:
        self.answers, self.fails = answers, fails
        self.cancelled = 0

    async def __aiter__(self) -> AsyncIterator[str]:
        for each in self.answers:
            yield each
        if self.fails is not None:
            raise self.fails

    def cancel(self) -> bool:
        self.cancelled += 1
        return self.cancelled == 1

    async def initial_metadata(self) -> str:
        return "what comes first"


class Asked:
    """A channel that notes what is asked of it, and answers with streams."""

    def __init__(self, *answers: str, fails: Exception | None = None) -> None:
        self.asked: list[Any] = []
        self.stream = Answering(*answers, fails=fails)

    def unary_stream(self, *given: Any) -> Any:
        def call(request: object, **options: Any) -> Answering:
            self.asked.append((given, request, options))
            return self.stream

        return call

    def stream_unary(self, *given: Any) -> Any:
        return ("a call", *given)

    def stream_stream(self, *given: Any) -> Any:
        def call(requests: Any, **options: Any) -> Answering:
            self.asked.append((given, requests, options))
            return self.stream

        return call


SENT: Any = {"timeout": 3.0, "metadata": (("a", "b"),)}


async def test_a_stream_of_answers_passes_by_the_faults_of_its_kind() -> None:
    inner = Asked("1", "2")
    way = Line(lambda limit: cast(Any, inner))
    way.add(Fault("assignment", "double", 1, shared_io_loop()))
    request = SimpleNamespace(worker_id="w", workflow_run_id="r")
    stream: Any = way.channel(7).unary_stream("/Dispatcher/ListenV2", repr, repr)(request, **SENT)  # type: ignore[arg-type]
    assert inner.asked == [(("/Dispatcher/ListenV2", repr, repr), request, SENT)]
    assert (len(way._streams), way.looked_at) == (1, {"r"})
    assert await stream.initial_metadata() == "what comes first"
    assert [each async for each in stream] == ["1", "1", "2"]
    assert (len(way._streams), way.passed) == (0, 2)
    assert (stream.cancel(), stream.cancel(), inner.stream.cancelled) == (True, False, 2)
    other = way.channel(7).unary_stream("/Dispatcher/Other", repr, repr)(request)  # type: ignore[arg-type]
    assert (inner.asked[-1][2], [each async for each in other]) == ({"timeout": None, "metadata": None}, ["1", "2"])


async def test_a_worker_that_was_killed_opens_no_stream_and_those_that_it_has_fail() -> None:
    inner = Asked("1")
    way = Line(lambda limit: cast(Any, inner))
    listen = way.channel(7).unary_stream("/Dispatcher/ListenV2", repr, repr)  # type: ignore[arg-type]
    stream = listen(SimpleNamespace(worker_id="w"))
    way.cut_off("w")
    assert inner.stream.cancelled == 1
    answers = aiter(stream)
    assert await anext(answers) == "1"
    with pytest.raises(CallError, match="worker w was killed by the test"):
        await anext(answers)
    with pytest.raises(CallError, match="worker w was killed by the test"):
        listen(SimpleNamespace(worker_id="w"))
    assert len(inner.asked) == 1


async def test_both_sides_of_a_stream_pass_by_their_faults_and_the_worker_is_known_by_its_first_message() -> None:
    path = "/v1.V1Dispatcher/DurableTask"
    inner = Asked("a", "b")
    way = Line(lambda limit: cast(Any, inner))
    way.add(Fault("durable_request", "double", 1, shared_io_loop()))
    way.add(Fault("durable_answer", "drop", 1, shared_io_loop()))

    async def requests() -> AsyncIterator[Any]:
        yield SimpleNamespace(register_worker=SimpleNamespace(worker_id="w"))
        yield SimpleNamespace(register_worker=SimpleNamespace(worker_id=""), external_id="r")
        way.cut_off("w")
        yield SimpleNamespace(worker_id="")

    stream: Any = way.channel(7).stream_stream(path, repr, repr)(requests(), **SENT)  # type: ignore[arg-type]
    [(given, sent, options)] = inner.asked
    assert (given, options, stream.worker_id) == ((path, repr, repr), SENT, "")
    got = [await anext(sent), await anext(sent), await anext(sent)]
    assert got[0] is got[1]
    assert (got[2].external_id, stream.worker_id, way.looked_at) == ("r", "w", {"r"})
    with pytest.raises(CallError, match="worker w was killed by the test"):
        await anext(sent)
    assert inner.stream.cancelled == 1
    with pytest.raises(CallError, match="worker w was killed"):
        assert [each async for each in stream] == ["b"]
    call: Any = way.channel(7).stream_unary("/X/Y", repr, repr)  # type: ignore[arg-type]
    assert call == ("a call", "/X/Y", repr, repr)
    await way.channel(7).close()


async def messages(*given: str) -> AsyncIterator[str]:
    for each in given:
        yield each


@pytest.mark.parametrize(
    ("action", "times", "found"),
    [("drop", 1, "bc"), ("drop", 2, "c"), ("double", 1, "aabc"), ("double", 2, "aabbc"), ("delay", 1, "abc"),
     ("reorder", 1, "bac"), ("reorder", 2, "cab"), ("reorder", 3, "abc")],
)  # fmt: skip
async def test_a_stream_passes_as_its_fault_lets_it(
    action: Action, times: int, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "HELD_FOR", 0.05)
    way = line()
    way.add(fault(action, times))
    async with asyncio.timeout(10):
        assert "".join([each async for each in way.changed("event", messages("a", "b", "c"))]) == found


async def test_a_stream_is_refused() -> None:
    way = line()
    way.add(fault("refuse", code="INTERNAL"))
    with pytest.raises(CallError, match="the event was refused by the test"):
        _ = [each async for each in way.changed("event", messages("a"))]


async def test_what_nothing_overtakes_comes_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "HELD_FOR", 0.01)
    held = deque(["x"])
    coming: asyncio.Queue[str] = asyncio.Queue()

    async def come() -> AsyncIterator[str]:
        while (each := await coming.get()) != "end":
            yield each

    found = lines._in_time(come(), held)
    async with asyncio.timeout(10):
        assert await anext(found) == "x"
        for each in ("a", "end"):
            coming.put_nowait(each)
        assert [each async for each in found] == ["a"]


# -- reports


def test_what_was_left_is_told_a_line_for_each_run() -> None:
    assert str(Leftovers()) == ""
    assert str(Leftovers(["a", "b"], ["c"], ["d"])).splitlines() == [
        "still running: a", "still running: b", "failed, and nobody has asked for the result: c", "still waiting: d",
    ]  # fmt: skip
    for count in (MOST_SHOWN, MOST_SHOWN + 1, MOST_SHOWN + 5):
        told = str(Leftovers([str(number) for number in range(count)])).splitlines()
        more = [f"still running: {count - MOST_SHOWN} more"] if count > MOST_SHOWN else []
        assert told == [*(f"still running: {number}" for number in range(MOST_SHOWN)), *more]


class Deep(Exception):
    """An error whose traceback has as many lines as it is told."""


@pytest.mark.parametrize("count", [1, MOST_LINES, MOST_LINES + 1])
def test_what_tasks_raise_is_kept_and_a_long_traceback_cut(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "hatchet.testing.report.traceback_of", lambda error: "\n".join(str(number) for number in range(count))
    )
    recorder = Recorder()
    context: Any = SimpleNamespace(workflow_name="flow", task_name="pay", attempt_number=3)
    for status, error in (("failed", Deep()), ("failed", None), ("completed", Deep()), ("cancelled", Deep())):
        recorder.task_ended(context, cast(TaskEnd, SimpleNamespace(status=status, error=error)))
    shown = [str(number) for number in range(count)]
    if count > MOST_LINES:
        shown = [*shown[:20], "…", *shown[-20:]]
    assert list(recorder.failures) == ["\n".join(["flow, task pay, attempt 3:", *shown])]
    for _ in range(MOST_SHOWN):
        recorder.task_ended(context, cast(TaskEnd, SimpleNamespace(status="failed", error=Deep())))
    assert len(recorder.failures) == MOST_SHOWN
