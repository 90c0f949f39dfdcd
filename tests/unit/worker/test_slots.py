"""Who holds slots, and who is next."""

from __future__ import annotations

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hatchet.worker.slots import Slots

ONE = {"default": 1}


async def test_who_comes_while_all_slots_are_held_waits_in_order() -> None:
    slots = Slots({"default": 2})
    assert slots.take("a", ONE)
    assert slots.take("b", ONE)
    waits = [asyncio.create_task(slots.wait(name, ONE)) for name in "cd"]
    await asyncio.sleep(0)
    assert not slots.take("e", ONE)
    assert slots.waiting == 2
    slots.give_back("a")
    await waits[0]
    assert not waits[1].done()
    slots.give_back("a")  # which has nothing any more
    assert slots.used() == {"default": 2}
    slots.give_back("c")
    await waits[1]
    assert [slots.holds(name) for name in "abcd"] == [False, True, False, True]


async def test_one_that_needs_more_is_not_overtaken_by_those_that_need_less() -> None:
    slots = Slots({"default": 3})
    slots.take("a", {"default": 2})
    large = asyncio.create_task(slots.wait("large", {"default": 3}))
    await asyncio.sleep(0)
    assert not slots.take("small", ONE)
    slots.give_back("a")
    await large


async def test_kinds_do_not_wait_for_each_other() -> None:
    slots = Slots({"default": 1, "durable": 1})
    slots.take("a", ONE)
    waiting = asyncio.create_task(slots.wait("b", ONE))
    await asyncio.sleep(0)
    assert slots.take("c", {"durable": 1})
    assert slots.is_full("durable")
    waiting.cancel()
    await asyncio.wait([waiting])
    assert slots.waiting == 0


async def test_one_that_is_cancelled_in_the_turn_it_is_granted_leaves_the_slot_to_the_next() -> None:
    slots = Slots({"default": 1})
    slots.take("a", ONE)
    first, second = (asyncio.create_task(slots.wait(name, ONE)) for name in "bc")
    await asyncio.sleep(0)
    slots.give_back("a")
    first.cancel()
    await asyncio.wait([first])
    await second
    assert slots.used() == {"default": 1}


async def test_one_that_needs_more_than_there_are_is_let_in_alone() -> None:
    slots = Slots({"default": 1})
    assert slots.take("large", {"default": 5})
    assert not slots.take("b", ONE)


class Machine(RuleBasedStateMachine):
    """No order of taking and giving back leaves more in use than there are, or a free slot unused."""

    def __init__(self) -> None:
        super().__init__()
        self.slots = Slots({"default": 3})
        self.held: dict[int, int] = {}
        self.next = 0

    @rule(number=st.integers(1, 3))
    def take(self, number: int) -> None:
        self.next += 1
        if self.slots.take(self.next, {"default": number}):
            self.held[self.next] = number

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        holder = data.draw(st.sampled_from(sorted(self.held)))
        self.slots.give_back(holder)
        del self.held[holder]

    @invariant()
    def counts(self) -> None:
        assert self.slots.used()["default"] == sum(self.held.values()) <= 3


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=50, deadline=None)
