"""`Context[State]` and the worker's lifespan agree, or the worker does not start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, NewType, Protocol, TypedDict, runtime_checkable

import pytest

from hatchet import Context, DefinitionError, Depends, EmptyModel, Hatchet
from hatchet.worker.state import NO_LIFESPAN, check_state
from tests.unit.offline import offline


@dataclass
class State:
    pool: int


class Wider(State):
    pass


class Settings(TypedDict):
    a: int


class Closes(Protocol):
    def close(self) -> None: ...


@runtime_checkable
class Pooled(Protocol):
    pool: int


Number = NewType("Number", int)
STATE = State(1)

AGREE: list[tuple[Any, object]] = [
    (State, STATE),
    (State, Wider(1)),
    (State | None, None),
    (State | int, 1),
    (Annotated[State, "note"], STATE),
    (Any, NO_LIFESPAN),
    (object, NO_LIFESPAN),
    (None, NO_LIFESPAN),
    (None, STATE),
    (dict[str, int], {"a": 1}),
    (Settings, {"a": 1}),
    (Closes, 3),
    (Pooled, STATE),
    (Number, 1),
    (float, 1),
    (Literal["a"], "a"),
]
DISAGREE: list[tuple[Any, object]] = [
    (State, NO_LIFESPAN),
    (State, None),
    (State, 1),
    (Wider, STATE),
    (State | int, "a"),
    (Annotated[State, "note"], 1),
    (dict[str, int], [1]),
    (Settings, 1),
    (Pooled, 1),
    (Number, "a"),
    (float, "a"),
    (Literal["a"], "b"),
]


def declare(hatchet: Hatchet, wanted: Any) -> Any:
    def reads(input: EmptyModel, ctx: Context[Any]) -> None: ...

    reads.__annotations__["ctx"] = Context[wanted]
    return hatchet.task()(reads)


@pytest.mark.parametrize(("wanted", "state"), AGREE)
def test_a_state_of_the_declared_type_is_accepted(wanted: Any, state: object) -> None:
    check_state("w", declare(offline(), wanted).tasks, state)


@pytest.mark.parametrize(("wanted", "state"), DISAGREE)
def test_a_state_of_another_type_is_refused_with_both_sides(wanted: Any, state: object) -> None:
    said = "has no lifespan" if state is NO_LIFESPAN else f"has a lifespan that yields {type(state).__name__};"
    with pytest.raises(
        DefinitionError, match=rf"task 'reads' of 'reads' declares Context\[.*\], but worker 'w' {said}"
    ):
        check_state("w", declare(offline(), wanted).tasks, state)


def test_a_context_without_its_type_takes_any_worker() -> None:
    @offline().task()
    def plain(input: EmptyModel, ctx: Context) -> None: ...

    check_state("w", plain.tasks)
    check_state("w", plain.tasks, STATE)


def test_a_dependency_of_a_dependency_that_expects_another_state_is_named() -> None:
    def inner(input: EmptyModel, ctx: Context[State]) -> int:
        return ctx.lifespan.pool

    def outer(input: EmptyModel, ctx: Context, number: Annotated[int, Depends(inner)]) -> int:
        return number

    @offline().task()
    def task(input: EmptyModel, ctx: Context, number: Annotated[int, Depends(outer)]) -> None: ...

    check_state("w", task.tasks, STATE)
    with pytest.raises(DefinitionError, match=r"the dependency 'number' of task 'task' .* Context\[State\]"):
        check_state("w", task.tasks, 1)


def test_a_worker_without_lifespan_refuses_before_it_reaches_an_engine() -> None:
    hatchet = offline()
    with pytest.raises(DefinitionError, match="worker 'w' has no lifespan; give it a lifespan= that yields State"):
        hatchet.worker("w", workflows=[declare(hatchet, State)]).start()
