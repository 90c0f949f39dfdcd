"""Streams of workers, results, events and durable tasks: who is told, and that nothing is left of those that ended."""

from __future__ import annotations

from hatchet.engine.delivery.durable import DurableStreams
from hatchet.engine.delivery.subscriptions import EventStreams, ResultStreams, WorkerStreams
from hatchet.engine.state.clock import MovableClock
from hatchet.engine.state.errors import Code, Refused


def test_nothing_is_left_of_streams_that_have_ended() -> None:
    events, results, workers = EventStreams(MovableClock(), 1.0), ResultStreams(), WorkerStreams(10)
    fresh = [repr(sorted(vars(each).items(), key=str)) for each in (results, workers)]
    for number in range(3):
        streams = [events.follow_run("r"), events.follow_metadata("k", "v"), events.follow_run(str(number))]
        box = results.open()
        for run in ("r", str(number)):
            results.want(box, run)
        others = [workers.open("w"), workers.open("w"), workers.open(str(number))]
        for stream in streams:
            events.close(stream)
            events.close(stream)  # a second time changes nothing
        results.close(box)
        results.close(box)
        for owner, other in zip(("w", "w", str(number)), others, strict=True):
            workers.close(owner, other)
            workers.close(owner, other)
    assert (events._streams, events._by_run, events._by_metadata) == ({}, {}, [])
    assert [repr(sorted(vars(each).items(), key=str)) for each in (results, workers)] == fresh


def test_a_stream_that_stays_is_not_touched_by_those_that_end() -> None:
    events = EventStreams(MovableClock(), 1.0)
    stays, ends = events.follow_run("r"), events.follow_run("r")
    pair, other = events.follow_metadata("k", "v"), events.follow_metadata("k", "v")
    events.close(ends)
    events.close(other)
    assert (events._by_run, events._by_metadata) == ({"r": [stays]}, [pair])
    assert [each.box.closed for each in (stays, pair, ends, other)] == [False, False, True, True]
    events.end_all()
    assert [each.box.closed for each in (stays, pair)] == [True, True]


def test_the_newest_stream_of_a_worker_is_its_stream() -> None:
    streams = DurableStreams()
    first, second, strange = streams.open(), streams.open(), streams.open()
    streams.belongs(first, "w")
    streams.belongs(first, "w")
    assert not first.box.closed
    streams.belongs(second, "w")
    assert (first.box.closed, second.box.closed) == (True, False)
    streams.close(first)  # late, and not the worker's any more
    assert streams._of_worker == {"w": second}
    streams.close(strange)
    assert streams._of_worker == {"w": second}
    streams.close(second)
    assert (streams._of_worker, streams._streams) == ({}, {})


def test_all_durable_streams_end_with_the_failure_or_without() -> None:
    streams = DurableStreams()
    one, other = streams.open(), streams.open()
    failure = Refused(Code.UNAVAILABLE, "no more")
    streams.end_all(failure)
    assert [(each.failure, each.box.closed) for each in (one, other)] == [(failure, True)] * 2
    third = streams.open()
    streams.end_all()
    assert (third.failure, third.box.closed) == (None, True)
