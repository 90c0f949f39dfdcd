"""What identifies a memo, which a durable log keeps for as long as a run, and how its value is written and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import InputError, OutputError
from hatchet.context.memos import Memo, Running, key_of
from hatchet.scope import Scope, current_scope


class Price(BaseModel):
    cents: int


@dataclass
class Unhashable:
    """A callable of which no dictionary can hold anything."""

    number: int

    def __call__(self) -> int:
        return self.number


def price(*names: object, **more: object) -> Price:
    return Price(cents=len(names))


def free(): ...  # type: ignore[no-untyped-def]  # as people write it


def nothing() -> None: ...


def test_a_key_is_the_same_in_each_version() -> None:
    assert key_of("a", "b") == b"3554d2b8a1e34099053865de8576d1460b807430ec8c6b85315c9607ba93d308"
    assert key_of("é") == b"d8f81e7a2fa1455720e881bd1d164699bdc9bd7dd91641754a2ead7107c1ea0a"


@pytest.mark.parametrize(
    ("args", "kwargs", "parts"),
    [
        ((), {}, []),
        (("a", 1), {}, ['"a"', "1"]),
        ((), {"b": 1, "a": None}, ["a=null", "b=1"]),
        ((Price(cents=3),), {"a": [1.5, True]}, ['{"cents":3}', "a=[1.5,true]"]),
    ],
)
def test_a_memo_is_what_its_function_is_called_with(
    args: tuple[Any, ...], kwargs: dict[str, Any], parts: list[str]
) -> None:
    memo = Memo.of(price, args, kwargs)
    assert memo.key == key_of("memo", "price", *parts)
    assert (memo.name, str(memo)) == ("price", "memo(price)")
    assert Memo.of(partial(price), args, kwargs).key == memo.key


def test_an_argument_that_is_no_json_is_told() -> None:
    with pytest.raises(InputError, match=r"^an argument of the memo price cannot be written as JSON: "):
        Memo.of(price, (object(),), {})


@pytest.mark.parametrize(
    ("function", "value", "written"),
    [
        (price, Price(cents=1), b'{"cents":1}'),
        (Unhashable(1), 3, b'{"$value":3}'),
        (free, {"a": 1}, b'{"a":1}'),
        (free, None, b'{"$value":null}'),
        (nothing, None, b"null"),
    ],
)
def test_a_value_is_read_as_it_was_written(function: Callable[..., Any], value: object, written: bytes) -> None:
    memo = Memo.of(function, (), {})
    assert memo.write(value) == written
    assert memo.read(written) == value


def test_a_value_of_another_type_is_told() -> None:
    with pytest.raises(OutputError, match=r"^the memo price returned str, which "):
        Memo.of(price, (), {}).write("text")


def test_while_a_memo_runs_its_scope_says_so_and_how_it_ends_is_kept() -> None:
    memo, dropped = Memo.of(price, (), {}), list[str]()
    scope = Scope("wr", "r", 0, "w", {})

    def run(end: object) -> Running:
        with memo.running(lambda: dropped.append("dropped")) as running:
            inside = current_scope.get()
            assert inside is not None
            assert (inside.memo, inside.workflow_run_id, inside.task_run_id) == ("price", "wr", "r")
            if isinstance(end, BaseException):
                raise end
            running.value = end
        return running

    token = current_scope.set(scope)
    try:
        fine, wrong, failed = run(Price(cents=2)), run("text"), run(KeyError("k"))
        assert current_scope.get() is scope
        assert scope.memo == ""
        assert (fine.value, fine.data, fine.error, fine.result()) == (Price(cents=2), b'{"cents":2}', None, fine.value)
        assert (wrong.data, failed.data, dropped) == (None, None, [])
        with pytest.raises(OutputError, match=r"^the memo price returned str, which "):
            wrong.result()
        with pytest.raises(KeyError):
            failed.result()
        with pytest.raises(KeyboardInterrupt):
            run(KeyboardInterrupt())
        assert dropped == ["dropped"]
        assert current_scope.get() is scope
    finally:
        current_scope.reset(token)
