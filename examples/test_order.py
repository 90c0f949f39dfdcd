"""Tests of the workflow in order.py: tasks called without an engine, and all of it on an embedded one.

python -m pytest examples/test_order.py
"""

from __future__ import annotations

import pytest

from examples.order import Order, Total, add_up, apologize, charge, hatchet, order
from hatchet import RunFailed


def test_prices_are_added_up() -> None:
    assert add_up.mock_run(Order(customer="Ada", prices=[1, 2])) == Total(euros=3)


def test_a_small_order_is_charged_at_once() -> None:
    ada = Order(customer="Ada", prices=[1])
    assert charge.mock_run(ada, parent_outputs={add_up: Total(euros=1), "approve": {"skipped": True}}) == (
        "Ada pays 1, at once"
    )


def test_a_failure_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    apologize.mock_run(Order(customer="Alan", prices=[]), task_run_errors={add_up: ValueError("nothing was ordered")})
    assert capsys.readouterr().out == "Alan: add_up failed: nothing was ordered\n"


def test_the_whole_workflow_runs_on_an_embedded_engine() -> None:
    with hatchet.worker("test", workflows=[order]):
        assert order.run(Order(customer="Ada", prices=[20, 30]))[charge] == "Ada pays 50, at once"
        with pytest.raises(RunFailed, match="nothing was ordered"):
            order.run(Order(customer="Alan", prices=[]))
