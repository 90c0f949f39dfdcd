"""Payloads: what is sent arrives as it was, by every way; what would not is refused before."""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, computed_field

from hatchet import Context, DefinitionError, EmptyModel, Hatchet, InputError, RunFailed, WorkflowResult
from tests.conformance.helpers import eventually

P = ParamSpec("P")
R = TypeVar("R")


class Renamed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    x: int = Field(serialization_alias="theX")

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator above a property
    @property
    def twice(self) -> int:
        return self.x * 2


class Letters(BaseModel):
    letters: str


class Login(BaseModel):
    password: SecretStr


@pytest.mark.parametrize(
    "value",
    [{"$value": {"a": 1}}, {"$value": {"$value": [1]}}, {"skipped": True, "n": 1}, {"$value": 1, "b": 2}, {"n": 2**53}],
)
def test_a_users_own_mapping_arrives_as_it_was(hatchet: Hatchet, worker: Any, value: dict[str, Any]) -> None:
    echo = hatchet.workflow(name="echo-mapping", input_validator=dict[str, Any])

    @echo.task()
    def first(input: dict[str, Any], ctx: Context) -> dict[str, Any]:
        return input

    @echo.task(parents=[first])
    def second(input: dict[str, Any], ctx: Context) -> dict[str, Any]:
        assert not ctx.was_skipped(first)
        return ctx.task_output(first)

    with worker(echo):
        ref = echo.run_no_wait(value)
        result = ref.result()
        assert (result[first], result[second], result["second"]) == (value, value, value)
        assert not result.was_skipped(first)
        again = ref.result()  # of a run that has ended: by its details
        assert (again[first], again[second]) == (value, value)


LARGE = 1_800_000  # bytes; three of them are more than a message may hold, two more than the engine puts in a result


def test_outputs_that_are_too_large_together_arrive_by_every_way(hatchet: Hatchet, worker: Any) -> None:
    large = hatchet.workflow(name="large-together", input_validator=Letters)

    @large.task()
    def first(input: Letters, ctx: Context) -> str:
        return input.letters[0] * LARGE

    @large.task()
    def second(input: Letters, ctx: Context) -> dict[str, str]:
        return {"$value": input.letters[1] * LARGE}

    @large.task()
    async def third(input: Letters, ctx: Context) -> Letters:
        if len(input.letters) == 2:
            raise ValueError("only two letters")
        return Letters(letters=input.letters[2] * LARGE)

    def check(result: WorkflowResult) -> None:
        assert result[first] == result["first"] == "a" * LARGE
        assert result[second] == {"$value": "b" * LARGE}
        assert result[third] == Letters(letters="c" * LARGE)

    with worker(large):
        ref = large.run_no_wait(Letters(letters="abc"), additional_metadata={"key": "value"})
        check(ref.result())
        check(ref.result())  # of a run that has ended: by its details
        check(asyncio.run(ref.aio_result()))
        check(large.run(Letters(letters="abc")))
        details = ref.details()
        assert (ref.status().value, details.done, details.has_failed) == ("COMPLETED", True, False)
        assert details.input == {"letters": "abc"}
        assert details.additional_metadata["key"] == "value"
        assert {name: task.status.value for name, task in details.tasks.items()} == dict.fromkeys(
            ["first", "second", "third"], "COMPLETED"
        )
        assert details.tasks["first"].output == "a" * LARGE
        with pytest.raises(RunFailed) as failed:
            large.run(Letters(letters="ab"))
        [error] = failed.value.errors
        assert (error.task_name, error.type, error.message) == ("third", "ValueError", "only two letters")


@pytest.mark.parametrize("size", [3_500_000, 4_190_000])
def test_an_output_that_an_engine_leaves_out_of_a_result_arrives(hatchet: Hatchet, worker: Any, size: int) -> None:
    @hatchet.task(name=f"large-{size}")
    def one(input: Letters, ctx: Context) -> str:
        return "x" * size

    with worker(one):
        # With the input it is more than the details of a run may hold.
        ref = one.run_no_wait(Letters(letters="y" * 1_000_000))
        assert ref.result() == ref.result() == "x" * size
        assert asyncio.run(one.aio_run(Letters(letters="y"))) == "x" * size


def test_an_output_over_the_limit_fails_the_run_with_task_size_and_limit(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="too-large", retries=2)
    def one(input: EmptyModel, ctx: Context) -> str:
        return "x" * 5_000_000

    with worker(one), pytest.raises(RunFailed, match=r"task 'too-large' .*50\d{5} bytes, .* limit of 4194304"):
        one.run()


def test_outputs_of_parents_that_are_too_large_together_fail_the_child(hatchet: Hatchet, worker: Any) -> None:
    large = hatchet.workflow(name="large-parents", input_validator=EmptyModel)

    @large.task()
    def first(input: EmptyModel, ctx: Context) -> str:
        return "a" * LARGE

    @large.task()
    def second(input: EmptyModel, ctx: Context) -> str:
        return "b" * LARGE

    @large.task()
    def third(input: EmptyModel, ctx: Context) -> str:
        return "c" * LARGE

    @large.task(parents=[first, second, third])
    def child(input: EmptyModel, ctx: Context) -> None: ...

    with worker(large), pytest.raises(RunFailed) as failed:
        large.run()
    assert [error.task_name for error in failed.value.errors] == ["child"]


def test_fields_that_are_read_by_other_names_arrive(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="echo-renamed")
    def echo(input: Renamed, ctx: Context) -> list[Renamed]:
        return [input]

    with worker(echo):
        assert echo.run(Renamed(x=1)) == [Renamed(x=1)]


def test_what_would_arrive_as_something_else_is_refused_by_the_sender(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="refuses")
    def refuses(input: dict[str, Any], ctx: Context) -> float:
        return math.nan

    @hatchet.task(name="logs-in")
    def logs_in(input: Login, ctx: Context) -> None: ...

    with worker(refuses, logs_in):
        with pytest.raises(InputError, match=r"x.*inf"):
            refuses.run({"x": math.inf})
        with pytest.raises(InputError, match="beyond"):
            refuses.run({"x": 2**53 + 1})
        with pytest.raises(InputError, match=r"password.*stars"):
            logs_in.run(Login(password=SecretStr("hush")))
        with pytest.raises(RunFailed) as failed:
            refuses.run({})
    assert failed.value.errors[0].type == "OutputError"
    assert "nan" in failed.value.errors[0].message


def test_a_program_sees_no_box(hatchet: Hatchet, worker: Any) -> None:
    @hatchet.task(name="unboxed")
    def unboxed(input: int, ctx: Context) -> list[int]:
        return [input]

    with worker(unboxed):
        ref = unboxed.run_no_wait(1)
        assert ref.result() == [1]
        details = ref.details()
        assert (details.input_text, details.tasks["unboxed"].output_text) == ("1", "[1]")
        assert (details.input, details.tasks["unboxed"].output) == (1, [1])
        run = eventually(
            lambda: hatchet.runs.get_task_run(ref.workflow_run_id), lambda seen: seen.status.value == "COMPLETED"
        )
        assert (run.input["input"] if isinstance(run.input, dict) else run.input, run.output) == (1, [1])


def announced(function: Callable[P, R]) -> Callable[P, R]:
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return functools.wraps(function)(inner)


class Handler:
    """Tasks that are methods and objects."""

    def __init__(self, factor: int) -> None:
        self.factor = factor

    def sync(self, input: int, ctx: Context) -> int:
        return input * self.factor

    async def later(self, input: int, ctx: Context) -> int:
        return input * self.factor

    async def __call__(self, input: int, ctx: Context) -> int:
        return input * self.factor


def three(factor: int, input: int, ctx: Context) -> int:
    return input * factor


async def plain(input: int, ctx: Context) -> int:
    return input * 3


FUNCTIONS: list[Callable[[int, Context], int] | Callable[[int, Context], Coroutine[Any, Any, int]]] = [
    Handler(3).sync,
    Handler(3).later,
    Handler(3),
    functools.partial(three, 3),
    announced(plain),
    announced(announced(plain)),
    functools.partial(announced(plain)),
    functools.lru_cache(functools.partial(three, 3)),
]


@pytest.mark.parametrize("number", range(len(FUNCTIONS)))
def test_any_callable_is_a_task(hatchet: Hatchet, worker: Any, number: int) -> None:
    task: Any = hatchet.task(name=f"callable-{number}")(FUNCTIONS[number])

    with worker(task):
        assert task.run(2) == 6
    assert task.mock_run(2) == 6


def test_a_task_that_yields_is_refused_however_it_is_wrapped(hatchet: Hatchet) -> None:
    def yields(input: EmptyModel, ctx: Context) -> Any:
        yield 1

    for function in (yields, functools.partial(yields), announced(yields)):
        with pytest.raises(DefinitionError, match="yields"):
            hatchet.task(name="yields")(function)
