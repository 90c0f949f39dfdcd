"""Calls in the process and over gRPC: the same rules for both, seen from either end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import grpc.aio
import pytest
from google.protobuf.wrappers_pb2 import BytesValue, StringValue

from hatchet_api import calls
from hatchet_api.calls import CallError, Channel, Context, Method, StatusCode, in_process, over_grpc

LIMIT = 100_000
MANY = 4_000  # more than gRPC and the sockets below it have room for
Stop = Callable[[float | None], Awaitable[None]]
Connect = Callable[..., AbstractAsyncContextManager[tuple[Channel, Stop]]]


def text(value: str) -> StringValue:
    """A message."""
    return StringValue(value=value)


def encoding() -> tuple[Any, Any]:
    """How messages pass; both directions have the same type."""
    return StringValue.FromString, StringValue.SerializeToString


@asynccontextmanager
async def local(**methods: Method) -> AsyncIterator[tuple[Channel, Stop]]:
    """A channel to methods in this process, and what stops their server."""
    server = in_process.Server({f"/Test/{name}": method for name, method in methods.items()}, message_limit=LIMIT)
    channel = server.connect(message_limit=LIMIT)
    try:
        yield channel, server.stop
    finally:
        await channel.close()
        await server.stop()


@asynccontextmanager
async def remote(**methods: Method) -> AsyncIterator[tuple[Channel, Stop]]:
    """The same by gRPC."""
    options = [("grpc.max_receive_message_length", LIMIT), ("grpc.max_send_message_length", LIMIT)]
    server = grpc.aio.server(options=options)
    over_grpc.serve(server, {f"/Test/{name}": method for name, method in methods.items()})
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    channel = over_grpc.Channel(grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=options))
    try:
        yield channel, server.stop
    finally:
        await channel.close()
        await server.stop(None)


@pytest.fixture(params=[local, remote], ids=["in the process", "over gRPC"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """One of the two ways."""
    way: Connect = request.param
    return way


def unary(channel: Channel, name: str = "Do") -> calls.UnaryUnary[StringValue, StringValue]:
    return channel.unary_unary(
        f"/Test/{name}", request_serializer=StringValue.SerializeToString, response_deserializer=StringValue.FromString
    )


def server_stream(channel: Channel, name: str = "Do") -> calls.UnaryStream[StringValue, StringValue]:
    return channel.unary_stream(
        f"/Test/{name}", request_serializer=StringValue.SerializeToString, response_deserializer=StringValue.FromString
    )


def both_streams(channel: Channel, name: str = "Do") -> calls.StreamStream[StringValue, StringValue]:
    return channel.stream_stream(
        f"/Test/{name}", request_serializer=StringValue.SerializeToString, response_deserializer=StringValue.FromString
    )


class Waiter:
    """A servicer that waits, and tells when it began and that it was cancelled."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.remaining: float | None = None

    async def one(self, request: StringValue, context: Context) -> StringValue:
        self.remaining = context.time_remaining()
        self.began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return request

    async def many(self, request: StringValue, context: Context) -> AsyncIterator[StringValue]:
        yield text("first")
        yield await self.one(request, context)

    async def seen(self, event: asyncio.Event) -> None:
        async with asyncio.timeout(5):
            await event.wait()


async def failing(call: Awaitable[object]) -> CallError:
    with pytest.raises(CallError) as caught:
        await call
    return caught.value


async def all_of(stream: calls.StreamCall[StringValue]) -> list[str]:
    return [message.value async for message in stream]


async def test_a_message_is_encoded_on_its_way_and_metadata_comes_along(connect: Connect) -> None:
    seen: list[StringValue] = []
    pairs: list[tuple[str, str | bytes]] = []

    async def answer(request: StringValue, context: Context) -> StringValue:
        seen.append(request)
        pairs.extend(context.invocation_metadata() or ())
        return request

    async with connect(Do=calls.UnaryUnaryMethod(answer, *encoding())) as (channel, _):
        sent = text("ü")
        got = await unary(channel)(sent, metadata=(("token", "t"), ("raw-bin", b"\x00\xff")))
    assert got == sent == seen[0]
    assert got is not seen[0]
    assert seen[0] is not sent
    assert {("token", "t"), ("raw-bin", b"\x00\xff")} <= {*pairs}


async def test_a_refusal_comes_with_its_code_its_words_and_its_details(connect: Connect) -> None:
    async def answer(request: StringValue, context: Context) -> StringValue:
        raise CallError(StatusCode.ALREADY_EXISTS, "there is one", (("grpc-status-details-bin", b"\x08\x06"),))

    async def answers(request: StringValue, context: Context) -> AsyncIterator[StringValue]:
        yield text("first")
        await answer(request, context)

    methods: dict[str, Method] = {
        "Do": calls.UnaryUnaryMethod(answer, *encoding()),
        "Many": calls.UnaryStreamMethod(answers, *encoding()),
    }
    async with connect(**methods) as (channel, _):
        stream = aiter(server_stream(channel, "Many")(text("x")))
        assert (await anext(stream)).value == "first"
        for error in (await failing(unary(channel)(text("x"))), await failing(anext(stream))):
            assert (error.code, error.details) == (StatusCode.ALREADY_EXISTS, "there is one")
            assert ("grpc-status-details-bin", b"\x08\x06") in tuple(error.trailing_metadata)


async def test_what_a_servicer_did_not_mean_to_raise_is_unknown(connect: Connect) -> None:
    async def answer(request: StringValue, context: Context) -> StringValue:
        raise ZeroDivisionError("a fault")

    async with connect(Do=calls.UnaryUnaryMethod(answer, *encoding())) as (channel, _):
        error = await failing(unary(channel)(text("x")))
    assert error.code is StatusCode.UNKNOWN
    assert "a fault" in error.details


async def test_a_method_that_nobody_serves_is_unimplemented(connect: Connect) -> None:
    async with connect() as (channel, _):
        assert (await failing(unary(channel, "Other")(text("x")))).code is StatusCode.UNIMPLEMENTED
        assert (await failing(all_of(server_stream(channel, "Other")(text("x"))))).code is StatusCode.UNIMPLEMENTED


async def test_a_deadline_ends_both_sides(connect: Connect) -> None:
    one, many = Waiter(), Waiter()
    methods: dict[str, Method] = {
        "Do": calls.UnaryUnaryMethod(one.one, *encoding()),
        "Many": calls.UnaryStreamMethod(many.many, *encoding()),
    }
    async with connect(**methods) as (channel, _):
        assert (await failing(unary(channel)(text("x"), timeout=0.2))).code is StatusCode.DEADLINE_EXCEEDED
        stream = aiter(server_stream(channel, "Many")(text("x"), timeout=0.2))
        assert (await anext(stream)).value == "first"
        assert (await failing(anext(stream))).code is StatusCode.DEADLINE_EXCEEDED
        for waiter in (one, many):
            await waiter.seen(waiter.cancelled)
            assert waiter.remaining is not None
            assert 0 < waiter.remaining < 1


async def test_a_caller_who_is_cancelled_cancels_the_servicer(connect: Connect) -> None:
    waiter = Waiter()
    async with connect(Do=calls.UnaryUnaryMethod(waiter.one, *encoding())) as (channel, _):
        call = asyncio.ensure_future(unary(channel)(text("x")))
        await waiter.seen(waiter.began)
        assert (waiter.remaining or float("inf")) > 1e6
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await waiter.seen(waiter.cancelled)


async def test_a_stream_that_is_cancelled_ends_for_both(connect: Connect) -> None:
    waiter = Waiter()
    async with connect(Do=calls.UnaryStreamMethod(waiter.many, *encoding())) as (channel, _):
        stream = server_stream(channel)(text("x"))
        answers = aiter(stream)
        assert (await anext(answers)).value == "first"
        await waiter.seen(waiter.began)
        reading = asyncio.ensure_future(anext(answers))
        await asyncio.sleep(0)
        assert stream.cancel()
        assert (await failing(reading)).code is StatusCode.CANCELLED
        await waiter.seen(waiter.cancelled)
        assert not stream.cancel()


async def test_a_servicer_that_is_cancelled_fails_the_call(connect: Connect) -> None:
    async def answer(request: StringValue, context: Context) -> StringValue:
        raise asyncio.CancelledError

    async with connect(Do=calls.UnaryUnaryMethod(answer, *encoding())) as (channel, _):
        async with asyncio.timeout(5):
            error = await failing(unary(channel)(text("x")))
    assert error.code is StatusCode.CANCELLED


async def test_a_message_beyond_the_limit_is_refused_in_both_directions(connect: Connect) -> None:
    async def answer(request: StringValue, context: Context) -> StringValue:
        return text("y" * (2 * LIMIT if request.value == "more" else 1))

    async with connect(Do=calls.UnaryUnaryMethod(answer, *encoding())) as (channel, _):
        call = unary(channel)
        for request in ("x" * 2 * LIMIT, "more"):
            error = await failing(call(text(request)))
            assert error.code is StatusCode.RESOURCE_EXHAUSTED
            assert "larger than max" in error.details
        assert (await call(text("x"))).value == "y"


async def test_a_servicer_waits_when_nobody_reads(connect: Connect) -> None:
    written = 0

    async def answers(request: BytesValue, context: Context) -> AsyncIterator[BytesValue]:
        nonlocal written
        for _ in range(MANY):
            yield BytesValue(value=bytes(10_000))
            written += 1

    method = calls.UnaryStreamMethod(answers, BytesValue.FromString, BytesValue.SerializeToString)
    async with connect(Do=method) as (channel, _):
        stream = channel.unary_stream(
            "/Test/Do", request_serializer=BytesValue.SerializeToString, response_deserializer=BytesValue.FromString
        )(BytesValue())
        messages = aiter(stream)
        await anext(messages)
        # It goes on as far as there is room, which shows when it writes no more.
        before = -1
        while before != written:
            before = written
            await asyncio.sleep(0.1)
        assert written < MANY / 2
        assert len([message async for message in messages]) == MANY - 1
        assert written == MANY


async def test_a_conversation_goes_both_ways(connect: Connect) -> None:
    async def answers(requests: AsyncIterator[StringValue], context: Context) -> AsyncIterator[StringValue]:
        async for request in requests:
            yield text(request.value.upper())
        yield text("end")

    heard: asyncio.Queue[str] = asyncio.Queue()

    async def questions() -> AsyncIterator[StringValue]:
        yield text("a")
        assert await heard.get() == "A"
        yield text("b")

    async with connect(Do=calls.StreamStreamMethod(answers, *encoding())) as (channel, _):
        got: list[str] = []
        async for message in both_streams(channel)(questions()):
            got.append(message.value)
            heard.put_nowait(message.value)
    assert got == ["A", "B", "end"]


async def test_many_requests_have_one_answer(connect: Connect) -> None:
    async def answer(requests: AsyncIterator[StringValue], context: Context) -> StringValue:
        return text("".join([request.value async for request in requests]))

    async def questions() -> AsyncIterator[StringValue]:
        for letter in "abc":
            yield text(letter)

    async with connect(Do=calls.StreamUnaryMethod(answer, *encoding())) as (channel, _):
        call: calls.StreamUnary[StringValue, StringValue] = channel.stream_unary(
            "/Test/Do", request_serializer=StringValue.SerializeToString, response_deserializer=StringValue.FromString
        )
        assert (await call(questions())).value == "abc"


async def test_the_requests_of_a_call_that_is_over_are_asked_for_no_more() -> None:
    """In the process; gRPC itself goes on to wait for them, and those who ask have to end."""
    closed = asyncio.Event()

    async def answers(requests: AsyncIterator[StringValue], context: Context) -> AsyncIterator[StringValue]:
        yield await anext(requests)
        raise CallError(StatusCode.ABORTED, "enough")

    async def questions() -> AsyncIterator[StringValue]:
        try:
            yield text("a")
            await asyncio.Event().wait()
        finally:
            closed.set()

    async with local(Do=calls.StreamStreamMethod(answers, *encoding())) as (channel, _):
        stream = both_streams(channel)(questions())
        assert (await failing(all_of(stream))).code is StatusCode.ABORTED
        stream.cancel()
        async with asyncio.timeout(5):
            await closed.wait()


async def test_requests_that_break_off_fail_the_call(connect: Connect) -> None:
    async def answers(requests: AsyncIterator[StringValue], context: Context) -> AsyncIterator[StringValue]:
        async for request in requests:
            yield request

    async def questions() -> AsyncIterator[StringValue]:
        yield text("a")
        raise ZeroDivisionError("a fault of the caller")

    async with connect(Do=calls.StreamStreamMethod(answers, *encoding())) as (channel, _):
        async with asyncio.timeout(5):
            error = await failing(all_of(both_streams(channel)(questions())))
    assert error.code in (StatusCode.UNKNOWN, StatusCode.CANCELLED)


async def test_a_stream_says_that_it_has_been_taken_up(connect: Connect) -> None:
    async def answers(request: StringValue, context: Context) -> AsyncIterator[StringValue]:
        await context.send_initial_metadata((("place", "7"),))
        await asyncio.Event().wait()
        yield request

    async with connect(Do=calls.UnaryStreamMethod(answers, *encoding())) as (channel, _):
        stream = server_stream(channel)(text("x"))
        async with asyncio.timeout(5):
            assert ("place", "7") in tuple(await stream.initial_metadata() or ())
        stream.cancel()


async def test_a_channel_that_is_closed_ends_its_calls(connect: Connect) -> None:
    waiter, streaming = Waiter(), Waiter()
    methods: dict[str, Method] = {
        "Do": calls.UnaryUnaryMethod(waiter.one, *encoding()),
        "Many": calls.UnaryStreamMethod(streaming.many, *encoding()),
    }
    async with connect(**methods) as (channel, _):
        one = asyncio.ensure_future(unary(channel)(text("x")))
        many = asyncio.ensure_future(all_of(server_stream(channel, "Many")(text("x"))))
        for each in (waiter, streaming):
            await each.seen(each.began)
        await channel.close()
        for call in (one, many):
            assert (await failing(call)).code is StatusCode.CANCELLED
        for each in (waiter, streaming):
            await each.seen(each.cancelled)


async def test_a_server_that_stops_lets_calls_end_for_a_while(connect: Connect) -> None:
    goes_on = asyncio.Event()
    began = asyncio.Event()
    stuck = Waiter()

    async def answer(request: StringValue, context: Context) -> StringValue:
        began.set()
        await goes_on.wait()
        return request

    methods: dict[str, Method] = {
        "Do": calls.UnaryUnaryMethod(answer, *encoding()),
        "Stuck": calls.UnaryUnaryMethod(stuck.one, *encoding()),
    }
    async with connect(**methods) as (channel, stop):
        ends = asyncio.ensure_future(unary(channel)(text("x")))
        stays = asyncio.ensure_future(unary(channel, "Stuck")(text("x")))
        await stuck.seen(began)
        await stuck.seen(stuck.began)
        stopping = asyncio.ensure_future(stop(0.5))
        await asyncio.sleep(0)
        goes_on.set()
        assert (await ends).value == "x"
        assert (await failing(stays)).code in (StatusCode.UNAVAILABLE, StatusCode.CANCELLED)
        await stopping
        assert (await failing(unary(channel)(text("x")))).code is StatusCode.UNAVAILABLE
