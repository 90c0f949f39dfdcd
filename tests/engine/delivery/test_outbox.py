"""The queue of a stream: what is put in comes out in order, until it is closed or runs over."""

from __future__ import annotations

import asyncio

import pytest

from hatchet.engine.delivery.outbox import Outbox, Overflow


async def test_what_is_put_in_comes_out_in_order() -> None:
    box = Outbox[int](3)
    assert [box.put(number) for number in range(3)] == [True] * 3
    assert [await box.get() for _ in range(3)] == [0, 1, 2]
    waiting = asyncio.create_task(box.get())
    await asyncio.sleep(0)
    assert box.put(3)
    assert await waiting == 3


async def test_a_closed_box_gives_what_is_in_it_and_then_nothing() -> None:
    box = Outbox[int](3)
    box.put(1)
    box.close()
    assert box.closed
    assert not box.put(2)
    assert [await box.get(), await box.get(), await box.get()] == [1, None, None]


async def test_a_box_that_ran_over_gives_what_it_has_and_then_an_error() -> None:
    box = Outbox[int](2)
    assert [box.put(number) for number in range(4)] == [True, True, False, False]
    assert box.closed
    assert [await box.get(), await box.get()] == [0, 1]
    with pytest.raises(Overflow, match="more than 2 messages were waiting to be read"):
        await box.get()


async def test_a_reader_that_waits_hears_of_the_end_and_of_its_limit() -> None:
    box = Outbox[int](2)
    assert await box.get(timeout=0.01) is None
    waiting = asyncio.create_task(box.get(timeout=20))
    await asyncio.sleep(0)
    box.close()
    assert await waiting is None


async def test_what_was_not_sent_can_be_taken_out() -> None:
    box = Outbox[int](3)
    box.put(1)
    box.put(2)
    assert box.drain() == [1, 2]
    assert box.drain() == []
