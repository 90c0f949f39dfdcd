"""The web: orders and payments come in, and are told how they stand."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from examples.shop.client import hatchet
from examples.shop.orders import Bill, Order, bill, checkout
from hatchet import NotFound, RunFailed

app = FastAPI()


class Accepted(BaseModel):
    """An order was accepted."""

    run_id: str


class Payment(BaseModel):
    """Somebody has paid."""

    order: int


@app.post("/orders", status_code=202)
async def create(order: Order) -> Accepted:
    """Take an order; it is checked out in the background."""
    ref = await checkout.aio_run_no_wait(order)
    return Accepted(run_id=ref.workflow_run_id)


@app.post("/quotes")
def quote(order: Order) -> Bill:
    """Check an order out while the customer waits; a sync handler, in a thread of FastAPI."""
    try:
        return checkout.run(order)[bill]
    except RunFailed as error:
        raise HTTPException(422, "the order cannot be delivered") from error


@app.get("/orders/{run_id}")
async def state(run_id: str) -> str:
    """How an order stands."""
    try:
        return str((await hatchet.runs.aio_get_status(run_id)).value)
    except NotFound as error:
        raise HTTPException(404, "there is no such order") from error


@app.post("/payments", status_code=202)
async def pay(payment: Payment) -> None:
    """Take a payment."""
    await hatchet.event.aio_push("paid", payment.model_dump())
