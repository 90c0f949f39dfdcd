"""The durable log by example: what it sends, what it hands over, and in which order."""

from __future__ import annotations

from hatchet.context.durable_actions import Action, Compute, Ended, Offer, Step
from hatchet.context.durable_log import DurableLog
from hatchet.errors import DeadlineExceeded, NonDeterminismError, NotFound, ServerError
from hatchet.options.specs import RunSpec
from hatchet.wire.durable_values import (
    Completed,
    Invocation,
    MemoAck,
    MemoRequest,
    MemoValue,
    Message,
    Place,
    Refused,
    Request,
    StartAck,
    StartRequest,
    WaitAck,
    WaitRequest,
)
from hatchet.wire.requests import Trigger

MEMO = MemoRequest(b"key")
PROBE = MemoRequest(b"patch", b"true", is_probe=True)


def wait(label: str = "") -> WaitRequest:
    return WaitRequest((), label)


def start(*names: str, key: str | None = None) -> StartRequest:
    return StartRequest(tuple(Trigger(name, b"{}", RunSpec(child_key=key)) for name in names))


class Scene:
    """A log whose callers take at once what they are offered, and which is told of by the number of its calls."""

    def __init__(self) -> None:
        self.log = DurableLog(Invocation("task", 1))
        self.sent: list[Action] = []
        self.given: list[tuple[int, object]] = []
        self._calls = 0

    def call(self, *requests: Request) -> int:
        self._calls += 1
        self.log.call(self._calls, requests, Step(f"call {self._calls}", f"app.py:{self._calls}"))
        self._go_on()
        return self._calls

    def remembered(self, memo: int, value: bytes | None) -> int:
        self._calls += 1
        self.log.remembered(self._calls, memo, value)
        self._go_on()
        return self._calls

    def wait_for_run(self, run_id: str) -> int:
        self._calls += 1
        self.log.wait_for_run(self._calls, run_id)
        self._go_on()
        return self._calls

    def receive(self, *messages: Message) -> None:
        for message in messages:
            self.log.sent()
            self.log.receive(message)
            self._go_on()

    def go_on(self) -> None:
        self._go_on()

    def _go_on(self) -> None:
        while actions := self.log.take():
            for action in actions:
                if isinstance(action, Offer):
                    for resumption in action.resumptions:
                        if resumption.call:
                            self.given.append((resumption.call, resumption.answer))
                        self.log.handed()
                else:
                    self.sent.append(action)


def at(node: int) -> Place:
    return Place(1, node)


def test_one_request_is_on_its_way_and_the_others_follow() -> None:
    scene = Scene()
    first, second = wait("a"), wait("b")
    scene.call(first)
    scene.call(second)
    assert scene.sent == [first]
    scene.receive(WaitAck(at(1)))
    assert scene.sent == [first, second]
    assert scene.given == []


def test_completions_are_handed_over_in_the_order_of_the_engine_and_only_at_rest() -> None:
    scene = Scene()
    scene.call(wait())
    scene.call(wait())
    scene.call(wait())
    scene.receive(WaitAck(at(1)), Completed(at(2), b"b"), WaitAck(at(2)), Completed(at(1), b"a"))
    assert scene.given == []
    scene.receive(WaitAck(at(3)))
    assert scene.given == [(2, Ended(b"b")), (1, Ended(b"a"))]


def test_what_comes_twice_or_late_is_dropped() -> None:
    scene = Scene()
    scene.call(wait())
    scene.receive(WaitAck(at(1)), WaitAck(at(1)), Completed(at(1), b"a"), Completed(at(1), b"a"))
    scene.receive(MemoAck(at(7), None), StartAck(((at(8), "run"),)), Completed(at(9), b"?"))
    scene.call(wait())
    scene.receive(WaitAck(at(1)))  # of the first wait, once more
    assert scene.given == [(1, Ended(b"a"))]
    assert scene.log.dropped == 6
    assert scene.log.is_waiting_for_ack


def test_a_memo_that_has_a_value_gives_it_and_another_asks_for_it() -> None:
    scene = Scene()
    scene.call(MEMO)
    scene.receive(MemoAck(at(1), b"1"))
    scene.call(MEMO)
    scene.receive(MemoAck(at(2), None))
    assert scene.given == [(1, b"1"), (2, Compute())]
    assert scene.remembered(2, b"2") == 3
    assert scene.given[-1] == (3, b"2")
    assert scene.sent[-1] == MemoValue(at(2), b"key", b"2")


def test_memos_end_in_the_order_in_which_they_were_asked_for() -> None:
    scene = Scene()
    scene.call(MEMO)
    scene.call(MEMO)
    scene.call(start("child"))
    scene.receive(MemoAck(at(1), None), MemoAck(at(2), None), StartAck(((at(3), "run"),)))
    second = scene.remembered(2, b"2")
    assert scene.given == [(1, Compute()), (2, Compute())]
    first = scene.remembered(1, None)  # its function has failed: its caller raises what it has raised
    assert scene.given[2:] == [(first, None), (second, b"2"), (3, ("run",))]


def test_a_completion_waits_for_the_memo_that_runs() -> None:
    scene = Scene()
    scene.call(wait())
    scene.call(MEMO)
    scene.receive(WaitAck(at(1)), MemoAck(at(2), None), Completed(at(1), b"a"))
    assert scene.given == [(2, Compute())]
    scene.remembered(2, b"1")
    assert scene.given[1:] == [(3, b"1"), (1, Ended(b"a"))]


def test_a_child_may_end_before_somebody_waits_for_it() -> None:
    scene = Scene()
    scene.call(start("a"))
    scene.receive(StartAck(((at(1), "run"),)), Completed(at(1), b"output"))
    assert scene.given == [(1, ("run",))]
    scene.wait_for_run("run")
    scene.wait_for_run("run")
    assert scene.given[1:] == [(2, Ended(b"output")), (3, Ended(b"output"))]


def test_a_start_in_parts_is_answered_once() -> None:
    scene = Scene()
    scene.call(start("a", "b"), start("c"))
    scene.call(wait())
    scene.receive(StartAck(((at(1), "1"), (at(2), "2"))))
    assert scene.given == []
    scene.receive(StartAck(((at(3), "3"),)))
    assert scene.given == [(1, ("1", "2", "3"))]


def test_a_child_with_a_key_is_found_again_and_another_one_is_not_taken_for_it() -> None:
    scene = Scene()
    for _ in range(2):
        scene.call(start("a", key="k"))
        scene.receive(StartAck(((at(1), "run"),)))
    scene.call(start("b", key="l"))
    scene.receive(StartAck(((at(1), "run"),)))  # of the first, once more
    assert scene.given == [(1, ("run",)), (2, ("run",))]
    assert scene.log.dropped == 1


def test_who_waits_no_longer_is_given_nothing_and_its_request_is_made_all_the_same() -> None:
    scene = Scene()
    scene.call(wait("a"))
    second = wait("b")
    scene.call(second)
    scene.log.forget(2)
    scene.receive(WaitAck(at(1)))
    scene.log.forget(1)
    assert scene.sent[-1] == second
    scene.receive(WaitAck(at(2)), Completed(at(1)), Completed(at(2)))
    assert scene.given == []
    assert not scene.log.is_idle


def test_another_order_is_an_error_that_shows_both_and_where() -> None:
    scene = Scene()
    scene.call(wait())
    scene.receive(WaitAck(at(1)))
    scene.call(MEMO)
    scene.receive(Refused(at(2), "expected: run(a), received: memo", is_nondeterminism=True))
    ((call, error),) = scene.given
    assert call == 2
    assert isinstance(error, NonDeterminismError)
    assert (error.node, error.site) == (2, "app.py:2")
    for words in ("1. call 1 at app.py:1", "2. call 2 at app.py:2", "expected: run(a)", "aio_patched"):
        assert words in str(error)


def test_a_probe_takes_another_entry_for_an_answer_and_its_place_stays_free() -> None:
    scene = Scene()
    scene.call(PROBE)
    scene.receive(Refused(at(1), "another", is_nondeterminism=True))
    scene.call(PROBE)
    scene.receive(MemoAck(at(1), b"true"))
    assert scene.given == [(1, False), (2, b"true")]
    assert [step.text for step in scene.log.steps] == ["call 2"]


def test_what_the_engine_refuses_is_an_error_of_its_own() -> None:
    scene = Scene()
    scene.call(wait())
    scene.receive(Refused(at(1), "no room"))
    scene.call(start("x"))
    scene.receive(Refused(at(1), "workflow names not found: x"))
    assert [type(answer) for _, answer in scene.given] == [ServerError, NotFound]


def test_after_a_cut_what_was_not_sent_stays_and_what_was_is_in_doubt() -> None:
    scene = Scene()
    scene.call(wait())
    assert scene.log.reconnected()
    scene.log.sent()
    assert not scene.log.reconnected()


def test_after_a_cut_a_child_with_a_key_and_the_value_of_a_memo_are_sent_again() -> None:
    scene = Scene()
    scene.call(MEMO)
    scene.receive(MemoAck(at(1), None))
    scene.remembered(1, b"1")
    request = start("a", key="k")
    scene.call(request)
    scene.log.sent()
    scene.sent.clear()
    assert scene.log.reconnected()
    scene.go_on()
    assert scene.sent == [MemoValue(at(1), b"key", b"1"), request]


def test_the_highest_order_is_kept_over_connections() -> None:
    scene = Scene()
    scene.call(wait())
    scene.receive(WaitAck(at(1)), Completed(at(1), order=4))
    scene.call(wait())
    scene.receive(WaitAck(at(2)), Completed(at(2), order=2))
    scene.log.reconnected()
    assert scene.log.highest_order == 4


def test_a_frozen_log_does_nothing_until_it_thaws() -> None:
    scene = Scene()
    scene.call(wait())
    scene.receive(WaitAck(at(1)))
    assert scene.log.is_idle
    scene.log.frozen = True
    scene.receive(Completed(at(1)))
    assert scene.given == []
    assert not scene.log.is_idle
    scene.log.thaw()
    scene.go_on()
    assert scene.given == [(1, Ended(b""))]


def test_the_end_of_the_log_ends_every_call_those_of_later_too() -> None:
    scene = Scene()
    scene.call(wait())
    scene.receive(WaitAck(at(1)))
    scene.call(MEMO)
    scene.receive(MemoAck(at(2), None))
    scene.call(start("a"))
    scene.log.sent()
    scene.log.timed_out(60)
    scene.go_on()
    later = [scene.call(wait()), scene.remembered(2, b"late")]
    ended = {call: answer for call, answer in scene.given if isinstance(answer, DeadlineExceeded)}
    assert set(ended) == {1, 3, *later}
