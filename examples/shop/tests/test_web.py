"""The web of the shop, by both of FastAPI's test clients."""

# pyright: basic
# Starlette's test client has types only where httpx2 is installed.

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from fastapi.testclient import TestClient

from examples.shop.mails import Server
from examples.shop.orders import checkout, collect
from examples.shop.web import app
from hatchet.testing import MemoryEngine

ADA = {"number": 7, "customer": "ada@example.com", "items": ["book", "pen"]}


@pytest.fixture
def web() -> TestClient:
    """A client that blocks."""
    return TestClient(app)


@pytest_asyncio.fixture
async def aweb() -> AsyncIterator[httpx.AsyncClient]:
    """A client on the loop of the test."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        yield client


def test_an_order_is_accepted_although_nobody_is_at_work(web: TestClient, engine: MemoryEngine) -> None:
    with engine.worker(checkout):
        pass  # a deployment has registered it
    answer = web.post("/orders", json=ADA)
    assert answer.status_code == 202
    assert engine.state(answer.json()["run_id"]) == "QUEUED"


def test_an_order_is_checked_out_in_the_background(web: TestClient, shop: MemoryEngine, server: Server) -> None:
    run_id = web.post("/orders", json=ADA).json()["run_id"]
    shop.wait_for(run_id, "COMPLETED")
    shop.settle()
    assert web.get(f"/orders/{run_id}").json() == "COMPLETED"
    assert len(server.sent) == 1


def test_a_quote_is_given_while_the_customer_waits(web: TestClient, shop: MemoryEngine) -> None:
    assert web.post("/quotes", json=ADA).json() == {"order": 7, "euros": 23}


def test_a_quote_of_what_we_do_not_have_is_refused(web: TestClient, shop: MemoryEngine) -> None:
    assert web.post("/quotes", json={**ADA, "items": ["car"]}).status_code == 422


def test_an_unknown_order_is_not_found(web: TestClient) -> None:
    assert web.get("/orders/5b3c8d1c-0000-4000-8000-000000000000").status_code == 404


async def test_an_order_is_accepted_on_the_loop_of_the_test(aweb: httpx.AsyncClient, shop: MemoryEngine) -> None:
    run_id = (await aweb.post("/orders", json=ADA)).json()["run_id"]
    await shop.aio_wait_for(run_id, "COMPLETED")
    assert (await aweb.get(f"/orders/{run_id}")).json() == "COMPLETED"


async def test_a_payment_ends_the_wait_for_it(aweb: httpx.AsyncClient, shop: MemoryEngine, server: Server) -> None:
    run_id = (await aweb.post("/orders", json=ADA)).json()["run_id"]
    await shop.aio_wait_for(run_id, "COMPLETED")
    await shop.aio_skip(timedelta(days=8))
    assert (await aweb.post("/payments", json={"order": 7})).status_code == 202
    (waiting,) = await shop.aio_runs(collect)
    await shop.aio_wait_for(waiting, "COMPLETED")
    assert [mail.subject for mail in server.sent] == ["Order 7: 23 EUR", "Reminder 1 for order 7"]
