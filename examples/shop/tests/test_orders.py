"""Orders are checked out, and the money is waited for."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from examples.shop.client import hatchet
from examples.shop.mails import Server, send_mail
from examples.shop.orders import Bill, Order, apologize, bill, checkout, collect, price, report
from hatchet import InputError, MockRecord, RunFailed
from hatchet.testing import MemoryEngine

ADA = Order(number=7, customer="ada@example.com", items=["book", "pen"])
WEEK = timedelta(days=7)


def subjects(server: Server) -> list[str]:
    return [mail.subject for mail in server.sent]


def test_prices_are_added_up() -> None:
    assert price.mock_run(ADA) == 23


def test_the_bill_is_sent_and_the_money_is_waited_for() -> None:
    record = MockRecord()
    made = bill.mock_run(ADA, parent_outputs={price: 23}, children={send_mail: 1, collect: "paid"}, record=record)
    assert made == Bill(order=7, euros=23)
    assert [child.workflow for child in record.children] == ["send_mail", "collect"]


def test_an_apology_is_a_mail() -> None:
    record = MockRecord()
    apologize.mock_run(ADA, children={send_mail: 1}, record=record)
    assert len(record.children) == 1


def test_an_order_of_nothing_is_refused_before_it_is_sent(shop: MemoryEngine) -> None:
    with pytest.raises(InputError, match="items"):
        checkout.run({"number": 1, "customer": "a@b", "items": []})  # type: ignore[call-overload]  # as from outside
    assert shop.runs() == []


def test_an_order_is_checked_out(shop: MemoryEngine, server: Server) -> None:
    assert checkout.run(ADA)[bill] == Bill(order=7, euros=23)
    shop.settle()
    assert subjects(server) == ["Order 7: 23 EUR"]


async def test_an_order_is_checked_out_from_async_code(shop: MemoryEngine) -> None:
    assert (await checkout.aio_run(ADA))[price] == 23


def test_an_order_of_what_we_do_not_have_is_apologized_for(shop: MemoryEngine, server: Server) -> None:
    with pytest.raises(RunFailed, match="KeyError"):
        checkout.run(Order(number=8, customer="ada@example.com", items=["car"]))
    shop.settle()
    assert subjects(server) == ["Order 8 cannot be delivered"]


def test_who_pays_is_not_reminded(shop: MemoryEngine, server: Server) -> None:
    ref = collect.run_no_wait(ADA)
    shop.skip(WEEK - timedelta(hours=1))
    hatchet.event.push("paid", {"order": 7})
    assert ref.result() == "paid"
    assert subjects(server) == []


def test_a_payment_of_another_order_is_another_s(shop: MemoryEngine) -> None:
    ref = collect.run_no_wait(ADA)
    shop.wait_for(ref, "WAITING")
    hatchet.event.push("paid", {"order": 8})
    shop.skip(timedelta(hours=1))
    assert shop.state(ref) == "WAITING"


@pytest.mark.parametrize("weeks", [1, 2])
def test_who_pays_late_is_reminded_each_week(shop: MemoryEngine, server: Server, weeks: int) -> None:
    ref = collect.run_no_wait(ADA)
    shop.skip(WEEK * weeks + timedelta(hours=1))
    hatchet.event.push("paid", {"order": 7})
    assert ref.result() == "paid"
    assert subjects(server) == [f"Reminder {number} for order 7" for number in range(1, weeks + 1)]


@pytest.mark.hatchet_engine(time="automatic")
def test_who_never_pays_is_given_up(shop: MemoryEngine, server: Server) -> None:
    assert collect.run(ADA) == "given up"
    assert len(server.sent) == 3


def test_a_wait_outlives_the_engine(shop: MemoryEngine) -> None:
    ref = collect.run_no_wait(ADA)
    shop.wait_for(ref, "WAITING")
    shop.restart()
    shop.wait_for(ref, "WAITING")
    hatchet.event.push("paid", {"order": 7})
    assert ref.result() == "paid"


def test_a_wait_outlives_its_worker(engine: MemoryEngine) -> None:
    with engine.worker(collect, send_mail, name="first"):
        ref = collect.run_no_wait(ADA)
        engine.wait_for(ref, "WAITING")
        engine.kill_worker()
    with engine.worker(collect, send_mail, name="second"):
        engine.skip(31)
        hatchet.event.push("paid", {"order": 7})
        assert ref.result() == "paid"


@pytest.mark.hatchet_engine(start=datetime(2026, 1, 1, 6, tzinfo=timezone.utc))
def test_a_report_comes_each_morning(shop: MemoryEngine, server: Server) -> None:
    with shop.worker(report):
        shop.skip(timedelta(hours=2))
        assert subjects(server) == ["Good morning"]
        shop.skip_to(datetime(2026, 1, 31, 8, tzinfo=timezone.utc))
    assert subjects(server) == ["Good morning"] * 31
    assert len(shop.runs(report)) == 31
