"""What a client has just started, and for how long a read waits until it is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from hatchet.errors import NotFound, Unavailable
from hatchet.transport.retry import RetryPolicy, Tries
from hatchet.wire.recent import LIMIT, SHOWN_WITHIN, Recent


def test_only_what_was_just_started_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("hatchet.wire.recent.time.monotonic", lambda: now)
    started = Recent()
    started.add(["a", "b"])
    assert (started.patience("a"), started.patience("other")) == (SHOWN_WITHIN, 0.0)
    now += SHOWN_WITHIN - 1
    assert started.patience("b") == pytest.approx(1.0)
    now += 2
    assert started.patience("b") == 0.0


def test_the_memory_is_bounded_and_forgets_the_oldest() -> None:
    started = Recent()
    started.add(map(str, range(LIMIT + 3)))
    assert [bool(started.patience(str(number))) for number in (0, 2, 3, LIMIT + 2)] == [False, False, True, True]


def shown_after(tries: int) -> Callable[[Tries], Awaitable[int]]:
    """A read that finds nothing so many times."""
    made = 0

    async def read(_: Tries) -> int:
        nonlocal made
        made += 1
        if made <= tries:
            raise NotFound("not yet", code="404", call="get")
        return made

    return read


async def test_a_read_is_repeated_until_it_is_shown_where_there_is_patience() -> None:
    assert await RetryPolicy().until_shown(60.0).run(shown_after(3)) == 4
    with pytest.raises(NotFound):
        await RetryPolicy().until_shown(0.0).run(shown_after(1))


async def test_the_wait_ends() -> None:
    with pytest.raises(NotFound):
        await RetryPolicy().until_shown(0.1).run(shown_after(10_000))


async def test_other_failures_end_within_the_same_time() -> None:
    async def fails(_: Tries) -> None:
        raise Unavailable("gone", code="UNAVAILABLE", call="get")

    with pytest.raises(Unavailable):
        await RetryPolicy().until_shown(0.1).run(fails)
