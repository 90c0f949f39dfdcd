"""Batch tasks: several runs in one call."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, Hatchet, RunFailed


class Number(BaseModel):
    n: int
    key: str = "k"


def test_a_full_batch_is_one_call_with_an_output_for_each_run(hatchet: Hatchet, worker: Any) -> None:
    sizes: list[int] = []

    @hatchet.batch_task(name="doubles", batch_max_size=3, batch_max_interval=timedelta(seconds=20))
    def doubles(inputs: dict[str, Number], ctx: Context) -> dict[str, int]:
        sizes.append(len(inputs))
        return {run_id: value.n * 2 for run_id, value in inputs.items()}

    with worker(doubles):
        results = doubles.run_many([doubles.create_bulk_run_item(Number(n=n)) for n in range(3)])
    assert results == [0, 2, 4]
    assert sizes == [3]


def test_what_there_is_starts_after_the_interval(hatchet: Hatchet, worker: Any) -> None:
    sizes: list[int] = []

    @hatchet.batch_task(
        name="broadcasts", batch_max_size=50, batch_max_interval=timedelta(seconds=1), broadcast_output=True
    )
    def broadcasts(inputs: dict[str, Number], ctx: Context) -> int:
        sizes.append(len(inputs))
        return sum(value.n for value in inputs.values())

    with worker(broadcasts):
        results = broadcasts.run_many([broadcasts.create_bulk_run_item(Number(n=n)) for n in range(1, 4)])
    assert sum(sizes) == 3
    assert sizes == [3]
    assert results == [6, 6, 6]


def test_only_runs_with_the_same_key_share_a_batch(hatchet: Hatchet, worker: Any) -> None:
    calls: list[set[str]] = []
    lock = threading.Lock()

    @hatchet.batch_task(
        name="by-key", batch_max_size=2, batch_max_interval=timedelta(seconds=20), batch_group_key="input.key"
    )
    def by_key(inputs: dict[str, Number], ctx: Context) -> dict[str, str]:
        with lock:
            calls.append({value.key for value in inputs.values()})
        return {run_id: value.key for run_id, value in inputs.items()}

    with worker(by_key):
        results = by_key.run_many([by_key.create_bulk_run_item(Number(n=n, key="ab"[n % 2])) for n in range(4)])
    assert results == ["a", "b", "a", "b"]
    assert sorted(map(sorted, calls)) == [["a"], ["b"]]


def test_a_failing_batch_fails_each_of_its_runs(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.batch_task(name="breaks", batch_max_size=2, batch_max_interval=timedelta(seconds=20))
    def breaks(inputs: dict[str, Number], ctx: Context) -> dict[str, int]:
        raise ValueError("all of them")

    with worker(breaks):
        refs = [breaks.run_no_wait(Number(n=n)) for n in range(2)]
        for ref in refs:
            with pytest.raises(RunFailed, match="all of them"):
                ref.result()


def test_the_runs_of_a_failed_batch_are_tried_again(hatchet: Hatchet, worker: Any) -> None:
    calls: list[int] = []

    @hatchet.batch_task(name="retries", batch_max_size=2, batch_max_interval=timedelta(seconds=1), retries=1)
    def retries(inputs: dict[str, Number], ctx: Context) -> dict[str, int]:
        calls.append(len(inputs))
        if len(calls) == 1:
            raise ValueError("once more")
        return {run_id: value.n for run_id, value in inputs.items()}

    with worker(retries):
        assert retries.run_many([retries.create_bulk_run_item(Number(n=n)) for n in range(2)]) == [0, 1]
    assert calls[0] == 2
    assert sum(calls[1:]) == 2


def test_a_batch_key_that_is_no_text_fails_the_run(hatchet: Hatchet, worker: Any, answers: Any) -> None:
    @hatchet.batch_task(name="no-batch-key", batch_max_size=2, batch_group_key="input.n")
    def no_key(inputs: dict[str, Number], ctx: Context) -> dict[str, int]:
        return {}

    with worker(no_key):
        with pytest.raises(RunFailed) as caught:
            no_key.run(Number(n=1))
        answers("errors", [error.message for error in caught.value.errors])
