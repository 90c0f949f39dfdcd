"""The retry rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hatchet.errors import ApiError, DeadlineExceeded, NotFound, RateLimited, ServerError, Unavailable
from hatchet.transport.retry import Backoff, RetryPolicy, Tries

QUICK = RetryPolicy(attempts=3, backoff=Backoff(first=0.001, limit=0.002))


def failure(kind: type[ApiError], *, sent: bool = True) -> ApiError:
    error = kind("failed", code="X", call="Call", retry_after=timedelta(milliseconds=1))
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
        (RateLimited, False, False, 3),
        (ServerError, True, True, 3),
        (NotFound, True, True, 1),
    ],
)
async def test_a_call_is_tried_as_often_as_its_failure_allows(
    kind: type[ApiError], sent: bool, idempotent: bool, tries: int
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

    assert await QUICK.run(call, idempotent=True) == "answer"


def test_waits_grow_up_to_their_limit() -> None:
    backoff = Backoff(first=1, limit=5)
    for failures, most in ((1, 1), (2, 2), (3, 4), (4, 5), (50, 5)):
        assert most / 2 <= backoff.wait(failures) <= most
