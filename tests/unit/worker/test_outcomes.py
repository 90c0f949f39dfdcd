"""What is reported of an attempt that raised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatchet import InputError, NonRetryableError, OutputError, RetryAfterError
from hatchet.wire import tracebacks
from hatchet.wire.values import OutcomeKind
from hatchet.worker import outcomes


def raises(*_: object) -> NoReturn:
    raise SystemError("no")


def recurses(self: BaseException) -> str:
    return f"{self}"


#: A text whose methods raise.
LyingText = type("LyingText", (str,), dict.fromkeys(("encode", "replace", "endswith", "split"), raises))


class Meta(type):
    """A class that does not tell its name."""

    @property
    def __name__(cls) -> str:  # type: ignore[override]  # what is tried here
        raise SystemError("no name")


class Nameless(Exception, metaclass=Meta):
    pass


class LiesAboutItsClass(Exception):
    __class__ = property(raises)


class RaisesOnAnyAttribute(Exception):
    def __getattribute__(self, name: str) -> NoReturn:
        raise KeyboardInterrupt


class OddGroup(ExceptionGroup[Exception]):
    exceptions = property(raises)


def odd(name: str, **attributes: object) -> BaseException:
    return type(name, (Exception,), attributes)()  # type: ignore[no-any-return]  # a class made here


def syntax_error() -> SyntaxError:
    error = SyntaxError("bad", ("file", 1, 1, "text"))
    error.lineno = "x"  # type: ignore[assignment]  # what is tried here
    error.text = 7  # type: ignore[assignment]
    return error


def with_notes(notes: object) -> BaseException:
    error = ValueError("noted")
    error.__notes__ = notes  # type: ignore[assignment]  # what is tried here
    return error


def chained(depth: int) -> BaseException:
    error: BaseException = ValueError("innermost")
    for _ in range(depth):
        outer = ValueError("outer")
        outer.__cause__, error = error, outer
    return error


def circular() -> BaseException:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    return first


def nested(depth: int) -> BaseException:
    error: Exception = ValueError("innermost")
    for _ in range(depth):
        error = ExceptionGroup("group", [error])
    return error


def lone_surrogate() -> BaseException:
    return OSError("no such file: caf\udce9.txt")


ODD = {
    "StrRaises": odd("StrRaises", __str__=raises),
    "StrRaisesInterrupt": odd("StrRaisesInterrupt", __str__=lambda self: (_ for _ in ()).throw(KeyboardInterrupt)),
    "StrIsNone": odd("StrIsNone", __str__=lambda self: None),
    "StrRecurses": odd("StrRecurses", __str__=recurses),
    "StrIsBytes": odd("StrIsBytes", __str__=lambda self: b"x"),
    "StrLies": odd("StrLies", __str__=lambda self: LyingText("lies")),
    "ReprRaises": odd("ReprRaises", __repr__=raises),
    "CauseRaises": odd("CauseRaises", __cause__=property(raises)),
    "TracebackRaises": odd("TracebackRaises", __traceback__=property(raises)),
    "ContextIsOdd": odd("ContextIsOdd", __context__=property(lambda self: 7)),
    "NotesRaise": odd("NotesRaise", __notes__=property(raises)),
    "HashRaises": odd("HashRaises", __hash__=raises, __eq__=raises),
    "BoolRaises": odd("BoolRaises", __bool__=raises, __len__=raises),
    "two\nlines": odd("two\nlines"),
    "a: b": odd("a: b"),
    "with a space": odd("with a space"),
    "Nameless": Nameless(),
    "LiesAboutItsClass": LiesAboutItsClass(),
    "RaisesOnAnyAttribute": RaisesOnAnyAttribute(),
    "OddGroup": OddGroup("odd", [ValueError("inside")]),
    "SyntaxError": syntax_error(),
    "ValueError": with_notes(7),
    "ValueError ": with_notes([raises, None]),
    "ValueError  ": chained(3000),
    "ValueError   ": circular(),
    "ExceptionGroup": nested(2000),
    "OSError": lone_surrogate(),
}


@pytest.mark.parametrize("name", ODD)
def test_whatever_is_raised_is_described_and_its_class_is_told(name: str) -> None:
    outcome = outcomes.failed(ODD[name], "run-1")
    assert outcome.kind is OutcomeKind.FAILED
    failure = tracebacks.parse(outcome.payload.decode())
    assert failure.type == name.rstrip().replace("\n", " ")
    assert failure.task_run_id == "run-1"


def test_a_part_that_cannot_be_had_says_what_prevents_it() -> None:
    failure = tracebacks.parse(tracebacks.describe(ODD["StrRaises"], "run-1"))
    assert failure.message == "<no text: its str() raised SystemError>"


def test_the_place_is_told_although_the_exception_cannot_be_formatted() -> None:
    try:
        raise ODD["RaisesOnAnyAttribute"]
    except BaseException as error:
        described = tracebacks.describe(error, "run-1")
    assert 'raise ODD["RaisesOnAnyAttribute"]' in described


def test_what_is_not_utf_8_is_written_as_in_source() -> None:
    assert "caf\\udce9.txt" in outcomes.failed(ODD["OSError"], "run-1").payload.decode()


LEAVES: list[BaseException] = [
    ValueError("plain"), NonRetryableError("final"), RetryAfterError("later", after=3), InputError("in"),
    OutputError("out"), SystemExit(2), KeyboardInterrupt(), GeneratorExit(), StopIteration(7), *ODD.values(),
]  # fmt: skip
Tree = int | list[Any]
"""An exception by its number, or a group. Hypothesis shows what it draws, and these cannot be shown."""


def built(tree: Tree) -> BaseException:
    return LEAVES[tree] if isinstance(tree, int) else BaseExceptionGroup("group", [built(part) for part in tree])


def numbers(tree: Tree) -> list[int]:
    return [tree] if isinstance(tree, int) else [number for part in tree for number in numbers(part)]


def test_a_part_that_is_near_counts_whatever_deep_groups_are_beside_it() -> None:
    deep = [nested(outcomes.PARTS_LIMIT // 4) for _ in range(5)]
    error = BaseExceptionGroup("group", [NonRetryableError("no"), RetryAfterError("later", after=3), *deep])
    outcome = outcomes.failed(error, "run-1")
    assert (outcome.should_not_retry, outcome.retry_after_ms) == (True, 3000)


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(st.integers(0, len(LEAVES) - 1), lambda parts: st.lists(parts, min_size=1, max_size=4), max_leaves=12)
)
def test_any_exception_has_an_outcome_and_one_final_part_makes_it_final(tree: Tree) -> None:
    outcome = outcomes.failed(built(tree), "run-1")
    kinds = {type(LEAVES[number]) for number in numbers(tree)}
    assert outcome.should_not_retry == bool(kinds & {NonRetryableError, InputError, OutputError})
    assert outcome.retry_after_ms == (3000 if RetryAfterError in kinds else None)
    assert tracebacks.parse(outcome.payload.decode()).task_run_id == "run-1"


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_comes_back_but_for_what_no_message_can_hold(message: str) -> None:
    failure = tracebacks.parse(tracebacks.describe(ValueError(message), "run-1"))
    sent = message.encode("utf-8", "backslashreplace").decode().replace("\x00", "\N{SYMBOL FOR NULL}")
    assert failure.type == "ValueError"
    assert failure.message.rstrip(" ") == sent.rstrip(" ")


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        (timedelta(seconds=1.5), 1500),
        (0, 0),
        (2, 2000),
        (0.25, 250),
        (timedelta(days=-1), 0),
        (timedelta.max, 3_153_600_000_000),
    ],
)
def test_a_delay_is_a_length_of_time_or_seconds(after: timedelta | float, wanted: int) -> None:
    outcome = outcomes.failed(RetryAfterError(after=after), "run-1")
    assert outcome.retry_after_ms == wanted


@pytest.mark.parametrize("after", ["5s", None, float("nan"), float("inf"), 10**400])
def test_a_delay_of_another_kind_is_refused_where_it_is_written(after: Any) -> None:
    with pytest.raises(InputError, match="no length of time; write a timedelta"):
        RetryAfterError("later", after=after)


class ForgetsItsDelay(RetryAfterError):
    def __init__(self) -> None:
        Exception.__init__(self, "forgot")


def test_a_subclass_without_a_delay_fails_as_others_do(caplog: pytest.LogCaptureFixture) -> None:
    outcome = outcomes.failed(ForgetsItsDelay(), "run-1")
    assert outcome.retry_after_ms is None
    assert not outcome.should_not_retry
    assert "ForgetsItsDelay has no usable delay (AttributeError)" in caplog.text
