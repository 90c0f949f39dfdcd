"""How a process ends that a task has forked, and what signals do while a worker may be ended by one."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Generator
from typing import Any

import pytest

from hatchet.worker import signals, threads
from hatchet.worker.signals import SIGNALS, StopSignals


class Ended(BaseException):
    """In place of the end of this process."""


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (None, 0, ""),
        (SystemExit(), 0, ""),
        (SystemExit(0), 0, ""),
        (SystemExit(3), 3, ""),
        (SystemExit("a text"), 1, ""),
        (ValueError("wrong"), 1, "ValueError: wrong\n"),
        (KeyboardInterrupt(), 1, "KeyboardInterrupt\n"),
    ],
)
def test_a_child_ends_as_a_script_does(
    error: BaseException | None,
    code: int,
    shown: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        raise Ended

    monkeypatch.setattr(os, "_exit", end)
    threads.end_if_forked(os.getpid(), error)
    assert codes == [], "this is no child"
    print("what it had said", end="")
    with pytest.raises(Ended):
        threads.end_if_forked(-1, error)
    assert codes == [code]
    assert capfd.readouterr() == ("what it had said", shown)


class Noted(io.StringIO):
    flushed = False

    def flush(self) -> None:
        self.flushed = True


@pytest.mark.parametrize("is_there", [True, False])
def test_what_a_child_has_said_is_written_before_it_ends(is_there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    said, complained = Noted(), Noted()

    def end(code: int) -> None:
        raise Ended

    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(sys, "stdout", said if is_there else None)  # as it is without a console
    monkeypatch.setattr(sys, "stderr", complained if is_there else None)
    with pytest.raises(Ended):
        threads.end_if_forked(-1, None)
    assert (said.flushed, complained.flushed) == (is_there, is_there)


@pytest.fixture
def usual() -> Generator[dict[signal.Signals, Any]]:
    """What signals do in this process; the same again afterwards."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield before
    for number, each in before.items():
        signal.signal(number, each)
    assert signals._active == []


def test_those_that_end_a_worker() -> None:
    assert {each.name for each in SIGNALS} - {"SIGBREAK"} == {"SIGTERM", "SIGINT"}


def test_signals_are_counted_and_then_are_what_they_were(usual: dict[signal.Signals, Any]) -> None:
    heard: list[tuple[signal.Signals, int]] = []
    with StopSignals(lambda number, count: heard.append((number, count))):
        assert len(signals._active) == 1
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGINT):
            signal.raise_signal(number)
    assert heard == [(signal.SIGTERM, 1), (signal.SIGINT, 2), (signal.SIGINT, 3)]
    assert {type(number) for number, _ in heard} == {signal.Signals}
    assert {number: signal.getsignal(number) for number in SIGNALS} == usual


def test_what_somebody_has_set_meanwhile_stays(usual: dict[signal.Signals, Any]) -> None:
    with StopSignals(lambda number, count: None) as entered:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        entered.restore()
        assert signal.getsignal(signal.SIGINT) == usual[signal.SIGINT]
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == [signal.SIG_IGN] * 2


def test_within_one_another_each_gives_back_what_it_found(usual: dict[signal.Signals, Any]) -> None:
    heard: list[str] = []
    with StopSignals(lambda number, count: heard.append("outer")):
        with StopSignals(lambda number, count: heard.append("inner")):
            assert len(signals._active) == 2
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
    assert heard == ["inner", "outer"]
    assert {number: signal.getsignal(number) for number in SIGNALS} == usual


def test_a_forked_child_has_the_signals_of_before_and_a_parent_takes_none_meanwhile(
    usual: dict[signal.Signals, Any],
) -> None:
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    signals._before_fork()
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == blocked, "without a worker nothing is done"
    outer, inner = StopSignals(lambda number, count: None), StopSignals(lambda number, count: None)
    with outer, inner:
        for after in (signals._after_fork_in_parent, signals._after_fork_in_child):
            signals._before_fork()
            assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == {*blocked, *SIGNALS}
            after()
            assert (signal.pthread_sigmask(signal.SIG_BLOCK, []), signals._masks) == (blocked, {})
        assert signals._active == []
        assert {number: signal.getsignal(number) for number in SIGNALS} == usual
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN, "a child has nothing to give back"
