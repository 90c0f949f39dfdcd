"""The retry rule."""

from __future__ import annotations

import math
from datetime import timedelta
from types import SimpleNamespace

import pytest

from hatchet.errors import ApiError, DeadlineExceeded, NotFound, PayloadTooLarge, RateLimited, ServerError, Unavailable
from hatchet.transport import retry
from hatchet.transport.retry import Backoff, RetryPolicy, StreamClosed, TokenReplaced, Tries, wait_of, within

QUICK = RetryPolicy(attempts=3, backoff=Backoff(first=0.001, limit=0.002))
ENDLESS = RetryPolicy(attempts=None, backoff=Backoff(first=0.001, limit=0.002))


def failure(kind: type[ApiError], *, sent: bool | None = None, wait: timedelta | None = None) -> ApiError:
    error = kind("failed", code="X", call="Call", retry_after=wait)
    if sent is not None:
        error.sent = sent
    return error


@pytest.mark.parametrize(
    ("kind", "sent", "idempotent", "tries"),
    [
        (Unavailable, True, True, 3),
        (Unavailable, True, False, 1),
        (Unavailable, False, False, 3),
        (DeadlineExceeded, True, True, 3),
        (DeadlineExceeded, True, False, 1),
        (RateLimited, None, False, 3),
        (PayloadTooLarge, True, True, 1),
        (PayloadTooLarge, False, True, 1),
        (ServerError, True, True, 3),
        (NotFound, None, True, 1),
    ],
)
async def test_a_call_is_tried_as_often_as_its_failure_allows(
    kind: type[ApiError], sent: bool | None, idempotent: bool, tries: int
) -> None:
    made: list[int] = []

    async def call(tries: Tries) -> None:
        made.append(1)
        raise failure(kind, sent=sent)

    with pytest.raises(kind):
        await QUICK.run(call, idempotent=idempotent)
    assert len(made) == tries


async def test_a_call_that_succeeds_in_the_end_gives_its_answer() -> None:
    made: list[int] = []

    async def call(tries: Tries) -> str:
        made.append(1)
        if len(made) < 3:
            raise failure(Unavailable)
        return "answer"

    assert await QUICK.run(call) == "answer"


async def test_failures_are_counted_anew_after_progress() -> None:
    made: list[int] = []

    async def stream(tries: Tries) -> None:
        made.append(tries.failures)
        if len(made) % 2:
            tries.progress()
        if len(made) < 9:
            raise StreamClosed("Stream")

    await QUICK.run(stream)
    assert made == [0, 1, 2, 1, 2, 1, 2, 1, 2]


async def test_an_outage_ends_a_call_without_a_number_of_tries_and_a_stream_that_stood_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(retry, "time", SimpleNamespace(monotonic=lambda: now))
    policy = RetryPolicy(attempts=None, backoff=Backoff(first=0.0, limit=0.0), outage_limit=300, steady=10)
    made: list[float] = []

    async def stream(tries: Tries) -> None:
        nonlocal now
        made.append(now)
        now += 60.0 if len(made) <= 20 else 1.0  # each is closed after a minute without a word, then at once
        raise StreamClosed("Stream")

    with pytest.raises(StreamClosed):
        await policy.run(stream)
    assert now == 20 * 60 + 301


async def test_a_new_token_is_taken_up_at_once_and_counts_as_no_failure() -> None:
    seen: list[int] = []

    async def call(tries: Tries) -> str:
        seen.append(tries.failures)
        if len(seen) == 1:
            raise failure(TokenReplaced)
        return "answer"

    assert await RetryPolicy(attempts=1).run(call, idempotent=False) == "answer"
    assert seen == [0, 0]


async def test_tokens_that_are_replaced_without_end_end_the_call() -> None:
    async def call(tries: Tries) -> str:
        raise failure(TokenReplaced)

    with pytest.raises(TokenReplaced):
        await QUICK.run(call)


@pytest.mark.parametrize("wait", [timedelta(days=1), timedelta.max])
async def test_a_wait_beyond_the_patience_of_the_call_is_raised_at_once(wait: timedelta) -> None:
    made: list[int] = []

    async def call(tries: Tries) -> None:
        made.append(tries.failures)
        raise failure(RateLimited, wait=wait)

    with pytest.raises(RateLimited) as raised:
        await QUICK.run(call, patience=0.01)
    assert raised.value.retry_after == wait
    assert made == [0]


async def test_waits_that_the_engine_asks_for_add_up_to_the_patience() -> None:
    made: list[int] = []

    async def call(tries: Tries) -> None:
        made.append(1)
        raise failure(RateLimited, wait=timedelta(seconds=0.04))

    with pytest.raises(RateLimited):
        await RetryPolicy(attempts=50, backoff=Backoff(0, 0)).run(call, patience=0.1)
    assert len(made) == 3


async def test_a_call_without_a_number_of_tries_waits_no_longer_than_its_patience() -> None:
    made: list[int] = []

    async def call(tries: Tries) -> str:
        made.append(1)
        if len(made) < 3:
            raise failure(RateLimited, wait=timedelta.max)
        return "answer"

    assert await ENDLESS.run(call, patience=0.01) == "answer"


async def test_no_try_begins_after_the_time_of_the_call() -> None:
    async def call(tries: Tries) -> None:
        raise failure(RateLimited, wait=timedelta(seconds=20))

    with pytest.raises(RateLimited):  # and not DeadlineExceeded, after a wait
        async with within(5, "Call"), within(30, "Part"):
            await QUICK.run(call)


async def test_a_timeout_of_the_code_within_is_its_own() -> None:
    with pytest.raises(TimeoutError) as raised:
        async with within(5, "Call"):
            raise TimeoutError("another")
    assert not isinstance(raised.value, DeadlineExceeded)
    with pytest.raises(DeadlineExceeded, match="of the engine"):
        async with within(5, "Call"):
            raise DeadlineExceeded("of the engine", code="X", call="Call")


def test_waits_grow_up_to_their_limit() -> None:
    backoff = Backoff(first=1, limit=5)
    for failures, most in ((1, 1), (2, 2), (3, 4), (4, 5), (50, 5)):
        assert most / 2 <= backoff.wait(failures) <= most


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [
        (1.5, timedelta(seconds=1.5)),
        (0, timedelta(0)),
        (-3, timedelta(0)),
        (86400, timedelta(days=1)),
        (99999999999999, timedelta.max),
        (math.inf, timedelta.max),
        (math.nan, None),
    ],
)
def test_any_number_of_seconds_is_a_wait(seconds: float, wait: timedelta | None) -> None:
    assert wait_of(seconds) == wait
