"""Ids, times and parts of lists that are none are refused by the argument's name, before anything is sent."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

import pytest

from hatchet import BulkCancelReplayOpts, Hatchet, InputError, RunFilter
from hatchet.features.pages import Items
from hatchet_api.rest.models import UpdateWorkerRequest, V1UpdateFilterRequest
from tests.unit.offline import offline

VALID = "707d0855-80ab-4e1f-a156-f1c4546cbf52"
HATCHET = offline()
TEXTS = {"external_id", "key", "expression", "scope", "webhook_name", "workflow_name", "cron_name"}
BAD: dict[str, list[Any]] = {
    "id": ["", "nonsense", VALID[:-1], f"{VALID} ", 7],
    "ids": [["nonsense"], [VALID, ""], [7], "nonsense"],
    "time": [datetime(2026, 1, 1), "2026-01-01", 7],
    "offset": [-1, 1.5, 2**31],
    "limit": [0, -1, 1.5, 2**31],
    "page_size": [0, -1, 1.5],
}
TIMES = {"since", "until", "created_after", "finished_before", "trigger_at"}
NO_IDS = {"attempt", "node_id", "branch_id"}
GIVEN: dict[str, Any] = {
    "workflow_name": "w", "cron_name": "n", "expression": "true", "scope": "s", "key": "k", "input": {},
    "enabled": True, "branch_id": 1,
    "updates": V1UpdateFilterRequest(), "opts": UpdateWorkerRequest(), "queue_ttl": "5m", "node_id": 1,
    "trigger_at": datetime.fromisoformat("2040-01-01T00:00:00+00:00"),
}  # fmt: skip
"""What other arguments a call needs."""


def kind_of(name: str) -> str | None:
    if name in ("offset", "limit", "page_size"):
        return name
    if name in TIMES:
        return "time"
    if name in NO_IDS or name in TEXTS - {"external_id"}:
        return None
    return "ids" if name.endswith("_ids") else "id" if name.endswith("_id") else None


def arguments() -> Iterator[tuple[str, str, str]]:
    for feature, member in inspect.getmembers_static(Hatchet):
        if isinstance(member, cached_property) and not feature.startswith("_"):
            client = getattr(HATCHET, feature)
            for method, function in inspect.getmembers(client, callable):
                if method in ("iterate", "follow") or (f"aio_{method}" in dir(client)):
                    for name in inspect.signature(function).parameters:
                        if kind_of(name) is not None:
                            yield feature, method, name


CASES = sorted({*arguments()})
LENIENT = {
    ("runs", "subscribe_to_stream", "workflow_run_id"),  # any text names a stream
    ("runs", "get_result", "run_id"),
    ("runs", "wait_for", "run_ids"),
}
"""Where an id is a matter of the engine."""


@pytest.mark.parametrize(("feature", "method", "name"), CASES, ids=lambda value: str(value))
def test_what_is_no_id_no_time_and_no_part_of_a_list_is_refused_by_name(feature: str, method: str, name: str) -> None:
    if (feature, method, name) in LENIENT:
        pytest.skip("the engine says what it knows")
    call = getattr(getattr(HATCHET, feature), method)
    needed: dict[str, Any] = {}
    for each, parameter in inspect.signature(call).parameters.items():
        if parameter.default is inspect.Parameter.empty and each != name:
            needed[each] = VALID if kind_of(each) == "id" else GIVEN[each]
    for bad in BAD[str(kind_of(name))]:
        with pytest.raises(InputError, match=rf"\b{name}\b"):
            made(call, {**needed, name: bad})


def made(call: Any, arguments: dict[str, Any]) -> None:
    found = call(**arguments)
    if isinstance(found, Items):
        next(iter(found), None)


@pytest.mark.parametrize("bad", BAD["ids"])
def test_so_are_those_of_many_runs(bad: Any) -> None:
    for change in (HATCHET.runs.bulk_cancel, HATCHET.runs.bulk_replay):
        with pytest.raises(InputError, match="ids"):
            change(BulkCancelReplayOpts(ids=bad))
        with pytest.raises(InputError, match="workflow_ids"):
            change(BulkCancelReplayOpts(filters=RunFilter(workflow_ids=bad)))
