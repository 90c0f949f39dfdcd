"""What users of `hatchet_sdk` can write can be written here: the same members, the same parameters.

`parity.tsv` lists them (owner, member, parameters). What is left out on purpose stands, with its reason, in the table
"Left out" of docs/coming-from-hatchet-sdk.md.
"""

from __future__ import annotations

import inspect
import re
from functools import cache
from pathlib import Path
from typing import Any, is_typeddict

import pytest

import hatchet
from hatchet.definitions.stubs import StubsClient
from hatchet.features.cel import CELClient
from hatchet.features.crons import CronClient
from hatchet.features.events import BulkPushEvent, EventsClient
from hatchet.features.filters import FiltersClient
from hatchet.features.logs import LogsClient
from hatchet.features.metrics import MetricsClient
from hatchet.features.rate_limits import RateLimitsClient
from hatchet.features.runs import RunsClient
from hatchet.features.scheduled import ScheduledClient
from hatchet.features.webhooks import WebhooksClient
from hatchet.features.workers import WorkersClient
from hatchet.features.workflows import WorkflowsClient
from hatchet_api.rest import models

ROOT = Path(__file__).parents[2]
ROWS = [line.split("\t") for line in (Path(__file__).parent / "parity.tsv").read_text().splitlines()]
PAGE = ROOT / "docs" / "coming-from-hatchet-sdk.md"
FEATURES = (
    CELClient,
    CronClient,
    FiltersClient,
    LogsClient,
    MetricsClient,
    RateLimitsClient,
    RunsClient,
    ScheduledClient,
    WebhooksClient,
    WorkersClient,
    WorkflowsClient,
)
ELSEWHERE: dict[str, type] = {
    "StubsClient": StubsClient,
    "EventClient": EventsClient,
    "BulkPushEventWithMetadata": BulkPushEvent,
    **{feature.__name__: feature for feature in FEATURES},
}
MODULES = {"hatchet_sdk": hatchet, "hatchet_sdk.models": models}
"""Where what stands at the top of `hatchet_sdk` is here: its own names, and the models of the REST API."""


@cache
def left_out() -> frozenset[str]:
    """Names in the first column of the table "Left out"; `Owner.*` is all of an owner."""
    table = PAGE.read_text().partition("## Left out")[2]
    return frozenset(
        name for line in re.findall(r"^\| (.+?) \|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", line)
    )


def is_left_out(owner: str, member: str, parameter: str | None = None) -> bool:
    names = {owner, f"{owner}.*", f"{owner}.{member}", f"*.{member}"}
    if parameter is not None:
        names = {f"{owner}.{member}({parameter})", f"*.{member}({parameter})"}
    return bool(names & left_out())


def here(owner: str) -> Any:
    return ELSEWHERE.get(owner) or getattr(hatchet, owner, None)


def parameters(owner: Any, member: str) -> set[str]:
    """What can be given by name to a member, or to the class itself."""
    if is_typeddict(owner):
        return {*owner.__annotations__}
    function = owner if member == "__init__" else getattr(owner, member)
    return {*inspect.signature(function).parameters}


@pytest.mark.parametrize(("owner", "member", "wanted"), ROWS, ids=[f"{row[0]}.{row[1]}" for row in ROWS])
def test_what_could_be_written_there_can_be_written_here(owner: str, member: str, wanted: str) -> None:
    if is_left_out(owner, member):
        return
    value = MODULES.get(owner) or here(owner)
    assert value is not None, f"{owner} is missing"
    if member == "-":
        return
    if member != "__init__" and not is_typeddict(value):
        fields = getattr(value, "__dataclass_fields__", {})
        assert member in {*dir(value), *fields}, f"{owner}.{member} is missing"
    elif is_typeddict(value) and member != "__init__":
        assert member in value.__annotations__, f"{owner}.{member} is missing"
    missing = {name for name in wanted.split(",") if name and not is_left_out(owner, member, name)}
    if missing:
        missing -= parameters(value, member)
    assert not missing, f"{owner}.{member} takes no {', '.join(sorted(missing))}"


def test_what_is_listed_as_left_out_is_not_there_after_all() -> None:
    """A row of the page that has become untrue is struck off."""
    for name in left_out():
        owner, _, rest = name.partition(".")
        member, _, parameter = rest.partition("(")
        if owner == "*" or member == "*" or not member or here(owner) is None:
            continue
        if parameter:
            assert parameter.rstrip(")") not in parameters(here(owner), member), f"{name} is there"
        elif member != "__init__":
            assert not hasattr(here(owner), member), f"{name} is there"
