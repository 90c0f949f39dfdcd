"""Kinds of options are checked at run time too, for programs without a type checker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, DefinitionError, EmptyModel, Hatchet
from tests.unit.offline import offline


@pytest.fixture
def hatchet() -> Hatchet:
    return offline()


class Needed(BaseModel):
    n: int


class Optional(BaseModel):
    n: int = 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"retries": "3"}, "retries=3"),
        ({"retries": 1.5}, "a whole number"),
        ({"retries": True}, "a whole number"),
        ({"backoff_factor": "2"}, "backoff_factor"),
        ({"backoff_max_seconds": "x"}, "backoff_max_seconds"),
        ({"slot_cost": "1"}, "slot_cost=1"),
        ({"execution_timeout": 30}, r"timedelta\(seconds=30\)"),
        ({"schedule_timeout": 0.5}, r"timedelta\(seconds=0.5\)"),
        ({"execution_timeout": "0s"}, "above 0"),
        ({"execution_timeout": "0.0ms"}, "above 0"),
        ({"execution_timeout": timedelta(microseconds=400)}, "above 0"),
        ({"execution_timeout": "\u0663s"}, "write a timedelta"),
    ],
)
def test_an_option_of_a_wrong_kind_says_what_to_write(hatchet: Hatchet, options: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        hatchet.task(**options)


@pytest.mark.parametrize("taken", [str, int, Needed, list[int]])
def test_a_cron_of_a_task_that_needs_an_input_is_refused(hatchet: Hatchet, taken: Any) -> None:
    def function(input: Any, ctx: Context) -> None: ...

    function.__annotations__["input"] = taken
    with pytest.raises(DefinitionError, match="on_crons"):
        hatchet.task(on_crons=["0 8 * * *"])(function)


@pytest.mark.parametrize("taken", [EmptyModel, Optional, dict[str, int], Any, None])
def test_a_cron_of_a_task_that_needs_none_is_declared(hatchet: Hatchet, taken: Any) -> None:
    def function(input: Any, ctx: Context) -> None: ...

    function.__annotations__["input"] = taken
    assert hatchet.task(on_crons=["0 8 * * *"])(function).name == "function"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"retires": 3}, "did you mean retries"),
        ({"executon_timeout": "3s"}, "did you mean execution_timeout"),
        ({"on_event": ["a"]}, "did you mean on_events"),
        ({"zzz": 1}, "there are"),
    ],
)
def test_an_unknown_option_names_the_one_that_was_meant(hatchet: Hatchet, options: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        hatchet.task(**options)
    with pytest.raises(DefinitionError, match="did you mean retries"):
        hatchet.workflow("w").task(retires=3)  # type: ignore[call-arg]  # the mistake that this is about
