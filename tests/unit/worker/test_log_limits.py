"""Where log lines find no room they are counted and told of once; loggers are left as they were found."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timezone
from typing import Any

import pytest

from hatchet import HatchetError
from hatchet.scope import LogLine
from hatchet.worker.log_capture import Captures, LogSender
from hatchet_api.grpc import events_pb2 as events
from tests.unit.scripted import ScriptedEngine


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_logger_is_captured_until_the_last_worker_has_ended(workers: int) -> None:
    logger = logging.getLogger(f"captured.{workers}")
    captures = Captures()
    for _ in range(workers):
        captures.add(logger)
        assert len(logger.handlers) == 1
    for left in reversed(range(workers)):
        captures.remove(logger)
        assert len(logger.handlers) == min(1, left)
    captures.add(logger)  # and again by a later one
    assert len(logger.handlers) == 1
    captures.remove(logger)
    assert logger.handlers == []


@pytest.mark.parametrize("over", [0, 1, 2, 7])
async def test_lines_beyond_the_queue_are_counted_and_told_of_once(over: int, caplog: pytest.LogCaptureFixture) -> None:
    async def put_log(request: events.PutLogRequest, context: Any) -> events.PutLogResponse:
        return events.PutLogResponse()

    client = ScriptedEngine(put_log=put_log).client()
    sender = LogSender(client.gateway, client.io, 5)

    async def fill() -> None:  # on the loop that sends, so that nothing is sent meanwhile
        for number in range(5 + over):
            sender.put(LogLine("run", 0, datetime.now(timezone.utc), "INFO", f"line {number}"))

    with caplog.at_level(logging.WARNING, "hatchet"):
        await client.io.run(fill())
        await client.io.run(sender.drain(20))
    assert sender.dropped == over
    told = [record.getMessage() for record in caplog.records if "queue of log lines is full" in record.getMessage()]
    assert len(told) == min(1, over)
    assert sender.sent == 5


class Gate:
    """An engine that takes lines once it is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.got: list[str] = []

    async def put_log(self, request: events.PutLogRequest, context: Any) -> events.PutLogResponse:
        await self.open.wait()
        self.got.append(request.message)
        return events.PutLogResponse()


async def test_whoever_awaits_waits_for_room_and_loses_nothing() -> None:
    gate = Gate()
    client = ScriptedEngine(put_log=gate.put_log).client()
    sender = LogSender(client.gateway, client.io, 3)
    texts = [f"line {number:02}" for number in range(20)]

    async def put_all() -> None:
        puts = [asyncio.create_task(sender.aio_put(line(text), delivered=False)) for text in texts]
        done, _ = await asyncio.wait(puts, timeout=0.1)
        assert len(done) == 3  # the others find no room
        gate.open.set()
        await asyncio.gather(*puts)
        await sender.drain(20)

    await client.io.run(put_all())
    assert sorted(gate.got) == texts
    assert (sender.sent, sender.dropped) == (20, 0)


async def test_what_is_not_delivered_when_the_worker_ends_is_counted_and_told(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate()
    client = ScriptedEngine(put_log=gate.put_log).client()
    sender = LogSender(client.gateway, client.io, 100)

    async def end() -> None:
        for number in range(4):
            sender.put(line(f"line {number}"))
        awaited = asyncio.create_task(sender.aio_put(line("awaited"), delivered=True))
        await asyncio.sleep(0)
        await sender.drain(0.05)
        with pytest.raises(HatchetError, match="the worker ended before a log line of run was sent"):
            await asyncio.wait_for(awaited, 20)

    with caplog.at_level(logging.WARNING, "hatchet"):
        await client.io.run(end())
    assert sender.dropped == 5
    assert [record.getMessage() for record in caplog.records] == [
        "5 log lines could not be delivered before the worker ended"
    ]


def line(text: str) -> LogLine:
    return LogLine("run", 0, datetime.now(timezone.utc), "INFO", text)
