"""Mails are sent, sooner or later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from examples.shop.client import hatchet
from examples.shop.mails import Mail, Server, send_mail
from hatchet import NonRetryableError, RateLimitDuration, RunFailed
from hatchet.testing import MemoryEngine

HELLO = Mail(to="ada@example.com", subject="Hello")


def test_a_mail_is_sent_without_an_engine(server: Server) -> None:
    assert send_mail.mock_run(HELLO) == 1
    assert server.sent == [HELLO]


def test_what_is_no_address_is_refused_without_an_engine() -> None:
    with pytest.raises(NonRetryableError, match="'ada' is no address"):
        send_mail.mock_run(Mail(to="ada", subject="Hello"))


def test_a_mail_is_sent(shop: MemoryEngine, server: Server) -> None:
    assert send_mail.run(HELLO) == 1
    assert server.sent == [HELLO]


async def test_a_mail_is_sent_from_async_code(shop: MemoryEngine, server: Server) -> None:
    assert await send_mail.aio_run(HELLO) == 1
    assert server.sent == [HELLO]


@pytest.mark.parametrize("away", [1, 2, 4])
def test_a_server_that_is_away_is_tried_again(shop: MemoryEngine, server: Server, away: int) -> None:
    server.away = away
    ref = send_mail.run_no_wait(HELLO)
    shop.skip(timedelta(hours=5))
    assert ref.result() == away + 1
    assert server.sent == [HELLO]


def test_a_server_that_stays_away_is_given_up(shop: MemoryEngine, server: Server) -> None:
    server.away = 100
    ref = send_mail.run_no_wait(HELLO)
    shop.skip(timedelta(hours=5))
    with pytest.raises(RunFailed, match="does not answer"):
        ref.result()
    assert server.away == 95


def test_a_wrong_address_is_not_tried_again(shop: MemoryEngine) -> None:
    ref = send_mail.run_no_wait(Mail(to="ada", subject="Hello"))
    with pytest.raises(RunFailed, match="no address"):
        ref.result()
    assert [event.type for event in shop.history(ref)].count("STARTED") == 1


def test_no_more_mails_go_out_than_the_provider_takes(shop: MemoryEngine, server: Server) -> None:
    hatchet.rate_limits.put("mails", 2, RateLimitDuration.HOUR)
    refs = [send_mail.run_no_wait(HELLO) for _ in range(5)]
    shop.settle()
    assert len(server.sent) == 2
    shop.skip(timedelta(hours=3))
    assert [ref.result() for ref in refs] == [1] * 5


def test_a_mail_is_sent_once_although_its_outcome_was_lost(shop: MemoryEngine, server: Server) -> None:
    with shop.drop("outcome"):
        assert send_mail.run(HELLO) == 1
    assert server.sent == [HELLO]
