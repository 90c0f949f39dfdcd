"""What an invocation knows of its log: entries, who waits for them, and which are still to be handed over."""

from __future__ import annotations

import pytest

from hatchet.context.durable_actions import Ended, Step
from hatchet.context.durable_entries import Entries, Entry, Turn
from hatchet.options.specs import RunSpec
from hatchet.wire.durable_values import Completed, Place, StartRequest
from hatchet.wire.requests import Trigger

ONE, TWO, THREE, FOUR = (Place(1, node) for node in (1, 2, 3, 4))


def _start(*keys: str | None) -> StartRequest:
    return StartRequest(tuple(Trigger("w", b"{}", RunSpec(child_key=key)) for key in keys))


def test_an_entry_is_neither_a_child_nor_a_memo_unless_that_is_said() -> None:
    assert Entry("a wait") == Entry("a wait", [], False, False, False, None)
    assert Turn(1) == Turn(1, None, False, None, b"")
    assert (str(Step("a wait")), str(Step("a wait", "a.py:3"))) == ("a wait", "a wait at a.py:3")


def test_entries_are_known_once_they_are_acknowledged() -> None:
    entries = Entries()
    entries.add(ONE, Entry("a wait"))
    entries.add_children(_start("k", "l"), [(TWO, "r"), (THREE, "s")], "a start of w")
    assert (len(entries), ONE in entries, FOUR in entries, entries.get(FOUR)) == (3, True, False, None)
    assert entries.of_run("s") == (THREE, Entry("a start of w", is_child=True))
    with pytest.raises(KeyError):
        entries.of_run("gone")


def test_a_child_that_is_found_again_keeps_its_entry() -> None:
    entries = Entries()
    entries.add_children(_start("k"), [(ONE, "r")], "a start of w")
    entries.wait(1, ONE)
    entries.add_children(_start("k"), [(ONE, "r")], "another")
    assert entries.get(ONE) == Entry("a start of w", [1], is_child=True)


@pytest.mark.parametrize(
    ("keys", "acknowledged", "fits"),
    [
        ([None], [(TWO, "s")], True),
        ([None], [(ONE, "s")], False),
        ([None], [], False),
        ([None], [(TWO, "s"), (THREE, "t")], False),
        ([None, None], [(TWO, "s"), (THREE, "t")], True),
        ([None, None], [(TWO, "s"), (ONE, "t")], False),
        (["k"], [(ONE, "r")], True),
        (["k"], [(TWO, "s")], False),
        (["l"], [(TWO, "s")], True),
        (["l"], [(ONE, "s")], False),
    ],
)
def test_an_acknowledgement_fits_the_request_that_asked_for_it(
    keys: list[str | None], acknowledged: list[tuple[Place, str]], fits: bool
) -> None:
    entries = Entries()
    entries.add_children(_start("k"), [(ONE, "r")], "a start of w")
    assert entries.fits(_start(*keys), acknowledged) is fits


def test_a_call_waits_until_it_does_no_more() -> None:
    entries = Entries()
    entries.add(ONE, Entry("a wait"))
    entries.wait(7, ONE)
    entries.wait(8, ONE)
    assert (entries.waits, entries.get(ONE)) == ({7: ONE, 8: ONE}, Entry("a wait", [7, 8]))
    assert (entries.wait_no_more(7), entries.wait_no_more(7)) == (True, False)
    assert (entries.waits, entries.get(ONE)) == ({8: ONE}, Entry("a wait", [8]))


def test_of_what_has_come_only_how_a_child_ended_is_kept() -> None:
    entries = Entries()
    entries.add(ONE, Entry("a wait"))
    entries.add_children(_start(None), [(TWO, "r")], "a start of w")
    assert entries.complete(Completed(ONE, b"1"))
    assert entries.complete(Completed(TWO, b"2", "failed"))
    assert not entries.complete(Completed(THREE, b"3"))
    assert entries.get(ONE) == Entry("a wait", is_completed=True)
    assert entries.get(TWO) == Entry("a start of w", is_child=True, is_completed=True, result=Ended(b"2", "failed"))


def test_what_the_engine_completes_is_all_but_memos() -> None:
    entries = Entries()
    entries.add(ONE, Entry("a wait"))
    entries.add(TWO, Entry("a memo", is_memo=True))
    entries.add(THREE, Entry("a wait"))
    entries.complete(Completed(ONE))
    assert (entries.unfinished, entries.completing) == ([THREE], [ONE, THREE])


def test_what_somebody_waits_for_is_told_without_what_is_told_already() -> None:
    entries = Entries()
    told = [
        "a wait for sleep(1h)",
        "a start of child",
        "a wait for sleep(1h)",
        "a look at a wait for x",
        "four",
        "five",
    ]
    for number, text in enumerate(told):
        entries.add(Place(1, number), Entry(text))
    said: list[str] = []
    for number in range(len(told)):
        entries.wait(number, Place(1, number))
        said.append(entries.waits_for)
    assert said == [
        "sleep(1h)",
        "sleep(1h), child",
        "sleep(1h), child",
        "sleep(1h), child, a look at a wait for x",
        "sleep(1h), child, a look at a wait for x, …",
        "sleep(1h), child, a look at a wait for x, …",
    ]
    assert Entries().waits_for == ""
