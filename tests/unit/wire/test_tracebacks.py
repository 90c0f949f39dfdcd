"""The text in which a failure travels."""

from __future__ import annotations

import pytest

from hatchet.errors import TaskFailure
from hatchet.wire import tracebacks


class Odd(Exception):
    pass


@pytest.mark.parametrize("message", ["plain", "", "with: colon", "two\nlines", "ends with \\", "a\\nb", "ü " * 10])
def test_type_message_and_traceback_come_back(message: str) -> None:
    try:
        raise Odd(message)
    except Odd as error:
        text = tracebacks.describe(error, "run-1")
    failure = tracebacks.parse(text, "task")
    assert (failure.type, failure.message.rstrip(), failure.task_run_id) == ("Odd", message.rstrip(), "run-1")
    assert "raise Odd(message)" in failure.traceback
    assert failure.task_name == "task"


def test_a_text_of_the_engine_is_taken_as_the_message() -> None:
    text = "Task exceeded timeout of 1s"
    assert tracebacks.parse(text, "task", "run-1") == TaskFailure("task", "HatchetError", text, "", "run-1")


def test_an_endless_message_is_shortened_in_the_middle() -> None:
    text = tracebacks.describe(ValueError("x" * 5_000_000), "run-1")
    assert len(text) < 1_500_000
    assert "characters left out" in text


def test_nul_characters_are_made_visible() -> None:
    assert "\x00" not in tracebacks.describe(ValueError("a\x00b"), "run-1")


def test_a_chain_of_causes_is_kept() -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError as cause:
            raise Odd("second") from cause
    except Odd as error:
        text = tracebacks.describe(error, "run-1")
    assert "KeyError: 'first'" in tracebacks.parse(text).traceback
