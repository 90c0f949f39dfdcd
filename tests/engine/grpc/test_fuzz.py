"""Whatever is asked of the engine, it answers in words, and goes on: no request ends in an internal error."""

from __future__ import annotations

import asyncio
import random
import re
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import grpc.aio
import pytest
from google.protobuf import timestamp_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from hatchet.engine import EmbeddedEngine, MovableClock
from hatchet_api.grpc import workflows_pb2
from hatchet_api.grpc.v1 import workflows_pb2 as admin_pb2
from hatchet_api.grpc.v1.shared import trigger_pb2
from tests.engine.peer import Peer, connected, outputs

OWN_FAULT = "Internal error from Core"
"""What gRPC itself says of a request that is written after the engine has answered; not the engine's words."""

TRIES = 60
"""Requests for each call; the same in every run of the test."""

INTEGERS = {
    FieldDescriptor.TYPE_INT32: (0, 1, 3, -1, 2**31 - 1, -(2**31)),
    FieldDescriptor.TYPE_INT64: (0, 1, 1000, -1, 2**63 - 1, -(2**63)),
}
JSON = (
    "{}",
    '{"n": 1}',
    "",
    "null",
    "[1]",
    "{",
    '{"n": 1e400}',
    "NaN",
    '{"n": "\\u0000"}',
    '{"n": "\\ud800"}',
    "1" * 5000,
    '{"n": ' + "1" * 5000 + "}",
    '{"n": ' + "[" * 960 + "]" * 960 + "}",
    '{"n": ' + "[" * 50_000 + "]" * 50_000 + "}",
    '{"n": ' + "[" * 390 + "]" * 390 + "}",
)
EXPRESSIONS = ("input.n", "'k'", "string(input.n)", "input.", "true", "nothing.n", "1/0", "\x00")
TIMES = (
    "5s",
    "1h30m",
    "",
    "-1s",
    "9" * 30 + "h",
    "1e400s",
    "* * * * *",
    "0 0 30 2 *",
    "@every 0s",
    "TZ=Nowhere * * * * *",
)
WORDS = ("", " ", "some", "default", "a\x00b", "é\U0001f600", "x" * 5000, "some:some", "%", "*", "order:*")
BYTES = (b"[" * 960 + b"]" * 960, b"", b"{}", b'{"n": 1}', b"\xff\xfe", b"{", b"\x00")


class Nonsense:
    """Requests that are sometimes sound, often nearly so, and now and then not at all."""

    def __init__(self, seed: str, ids: list[str]) -> None:
        self._random = random.Random(seed)
        self._ids = ids

    def fill(self, message: Message, depth: int = 0) -> None:
        """Set fields of a message, by chance."""
        skipped = self._random.choice((0.1, 0.4, 0.8))
        for field in message.DESCRIPTOR.fields:
            if self._random.random() < skipped or depth > 4:
                continue
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                self._fill_map(field.message_type.fields_by_name["value"], getattr(message, field.name), depth)
            elif field.message_type is not None:
                target = getattr(message, field.name)
                for _ in range(self._random.randint(0, 2) if field.is_repeated else 1):
                    self.fill(target.add() if field.is_repeated else target, depth + 1)
            elif field.is_repeated:
                getattr(message, field.name).extend(self._value(field) for _ in range(self._random.randint(0, 3)))
            else:
                setattr(message, field.name, self._value(field))

    def _fill_map(self, content: Any, target: Any, depth: int) -> None:  # Any: a map of any two types
        for _ in range(self._random.randint(0, 3)):
            key = self._random.choice(WORDS)
            if content.message_type is not None:
                self.fill(target[key], depth + 1)
            else:
                target[key] = self._value(content)

    def _value(self, field: Any) -> Any:  # Any: a descriptor, of which there are two kinds; a value of its type
        choose = self._random.choice
        if field.type == FieldDescriptor.TYPE_STRING:
            name = field.name
            if name.endswith(("_id", "_ids")):
                return choose((*self._ids, *self._ids, *WORDS))
            if name.endswith(("payload", "input", "metadata", "output", "data")):
                return choose(JSON)
            if "expr" in name or name == "key":
                return choose(EXPRESSIONS)
            if name.endswith(("timeout", "duration", "triggers", "_for", "by", "until")):
                return choose(TIMES)
            return choose((*WORDS, "some", "some", *self._ids))
        if field.type == FieldDescriptor.TYPE_ENUM:
            return choose((*(value.number for value in field.enum_type.values), 999, -1))
        if field.type == FieldDescriptor.TYPE_BOOL:
            return choose((True, False))
        if field.type == FieldDescriptor.TYPE_BYTES:
            return choose(BYTES)
        if field.type in (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_DOUBLE):
            return choose((0.0, 1.5, -1.0, float("inf"), float("nan"), 1e308))
        return choose(INTEGERS.get(field.type, (0, 1, 2**31 - 1)))


def calls(peer: Peer) -> Iterator[tuple[str, Any, type[Message]]]:  # Any: a call of whatever kind
    """Every call that the engine serves: its name, how it is made, and what it is asked with."""
    for stub in (peer.dispatcher, peer.events, peer.workflows, peer.admin, peer.durable):
        names = vars(sys.modules[type(stub).__module__])
        for name, kind in sorted(type(stub).__annotations__.items()):
            # As it is written: the oldest gRPC cannot evaluate its own generic types.
            request = re.search(r"\[\s*(\w+)\.(\w+)", kind)
            assert request is not None, kind
            yield f"{type(stub).__name__}.{name}", getattr(stub, name), getattr(names[request[1]], request[2])


async def ask(peer: Peer, call: Any, request: Message) -> grpc.StatusCode:  # Any: a call of whatever kind
    """Make a call, and take a first answer if one comes soon."""
    made: Any = None
    try:
        if isinstance(call, grpc.aio.UnaryUnaryMultiCallable):
            await call(request, metadata=peer.metadata)
            return grpc.StatusCode.OK
        async with asyncio.timeout(0.02):
            if isinstance(call, grpc.aio.StreamStreamMultiCallable):
                made = call(metadata=peer.metadata)
                await made.write(request)
            else:
                made = call(request, metadata=peer.metadata)
            await made.read()
    except TimeoutError:
        pass
    except grpc.aio.AioRpcError as error:
        if OWN_FAULT in (error.details() or ""):
            return grpc.StatusCode.CANCELLED
        return error.code()
    finally:
        if made is not None:
            made.cancel()
    return grpc.StatusCode.OK


async def test_no_request_ends_in_an_internal_error(clock: MovableClock, caplog: pytest.LogCaptureFixture) -> None:
    engine = EmbeddedEngine(clock=clock)
    wrong: list[tuple[str, grpc.StatusCode, Message]] = []
    async with connected(await engine.start()) as peer:
        await peer.put("some")
        await peer.put("sound")
        worker = await peer.worker("some:some")
        runs = await peer.trigger_many("some", 3)
        for name, call, request_type in calls(peer):
            nonsense = Nonsense(name, [*runs, worker.id, str(uuid.UUID(int=1))])
            for _ in range(TRIES):
                request = request_type()
                nonsense.fill(request)
                code = await ask(peer, call, request)
                if code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNAVAILABLE):
                    wrong.append((name, code, request))
        clock.advance(3600)
        steady = await peer.worker("sound:sound")
        run_id = await peer.trigger("sound")
        await steady.complete(await steady.next(), {"ok": True})
        assert outputs(await peer.result(run_id)) == {"sound": {"ok": True}}
    await engine.stop(grace=0.1)
    assert wrong == []
    # The engine's own: gRPC's poller complains on its own account where a process has several loops.
    said = [record for record in caplog.records if record.levelname == "ERROR" and record.name.startswith("hatchet")]
    assert [record.getMessage() for record in said] == []


@pytest.mark.parametrize(
    ("metadata", "words"),
    [('{"n": 1e400}', "larger than any number"), ('{"n": NaN}', "NaN is not JSON"), ('{"n": "\\ud800"}', "surrogate")],
)
async def test_metadata_that_no_later_filter_could_read_is_refused(peer: Peer, metadata: str, words: str) -> None:
    await peer.put("some")
    with pytest.raises(grpc.aio.AioRpcError, match=words) as caught:
        await peer.trigger("some", additional_metadata=metadata)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_comparators_and_times_that_are_none_are_refused(peer: Peer) -> None:
    await peer.put("some")
    wanted = trigger_pb2.DesiredWorkerLabels(str_value="a")
    wanted.MergeFromString(b"\x20\x63")  # comparator = 99
    request = trigger_pb2.TriggerWorkflowRequest(name="some", desired_worker_labels={"gpu": wanted})
    with pytest.raises(grpc.aio.AioRpcError, match="label 'gpu' has no comparator 99"):
        await peer.workflows.trigger_workflow(request, metadata=peer.metadata)
    pause = workflows_pb2.PauseRateLimitRequest(key="k", paused_until=timestamp_pb2.Timestamp(seconds=2**62))
    with pytest.raises(grpc.aio.AioRpcError, match="paused_until is no time"):
        await peer.workflows.pause_rate_limit(pause, metadata=peer.metadata)


@pytest.mark.parametrize("field", ["statuses", "workflow_ids", "additional_metadata"])
async def test_a_filter_takes_as_many_values_as_anybody_needs(peer: Peer, field: str) -> None:
    value = {"statuses": "QUEUED", "workflow_ids": str(uuid.UUID(int=1)), "additional_metadata": "k:v"}[field]
    for call, kind in (
        (peer.admin.cancel_tasks, admin_pb2.CancelTasksRequest),
        (peer.admin.replay_tasks, admin_pb2.ReplayTasksRequest),
    ):
        request: Any = kind(filter=admin_pb2.TasksFilter(**{field: [value] * 998}))  # type: ignore[arg-type]  # by name
        request.filter.since.GetCurrentTime()
        with pytest.raises(grpc.aio.AioRpcError, match="a filter takes up to 500") as caught:
            await call(request, metadata=peer.metadata)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        del getattr(request.filter, field)[500:]
        await call(request, metadata=peer.metadata)


async def test_ids_without_end_are_refused(peer: Peer) -> None:
    request = admin_pb2.CancelTasksRequest(external_ids=[str(uuid.UUID(int=1))] * 20_001)
    with pytest.raises(grpc.aio.AioRpcError, match="up to 20000 external ids at once, not 20001"):
        await peer.admin.cancel_tasks(request, metadata=peer.metadata)


@pytest.mark.parametrize("depth", [401, 960, 50_000])
@pytest.mark.parametrize("field", ["input", "additional_metadata"])
async def test_an_input_that_is_too_deep_is_refused(peer: Peer, field: str, depth: int) -> None:
    await peer.put("some")
    text = '{"a":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"
    request = trigger_pb2.TriggerWorkflowRequest(name="some")
    setattr(request, field, text)
    with pytest.raises(grpc.aio.AioRpcError, match="more than 400 lists and objects stand within each other") as caught:
        await peer.workflows.trigger_workflow(request, metadata=peer.metadata)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
