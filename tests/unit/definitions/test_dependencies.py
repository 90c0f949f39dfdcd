"""Dependencies: what may be one, what is called with what, what is refused; through mock runs."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypedDict, TypeVar

import pytest
from pydantic import BaseModel

from hatchet import Context, DefinitionError, Depends, DurableContext, EmptyModel, Hatchet
from tests.unit.offline import offline

T = TypeVar("T")


class In(BaseModel):
    text: str


class Lengthy(Protocol):
    size: int

    def length(self) -> int: ...


class Point(TypedDict):
    x: int


class Made:
    size = 1

    def __init__(self, input: In, ctx: Context) -> None:
        self.text = input.text

    def length(self) -> int:
        return len(self.text)


@dataclass
class Settings:
    url: str = "default"
    retries: int = 3


class Model(BaseModel):
    name: str = "model"


class Repository:
    def __init__(self, settings: Annotated[Settings, Depends(Settings)]) -> None:
        self.url = settings.url

    def find(self, input: In, ctx: Context) -> str:
        return f"found {input.text}"

    async def find_later(self, input: In, ctx: Context) -> str:
        return f"later {input.text}"


class Caller:
    def __call__(self, input: In, ctx: Context) -> str:
        return f"called {input.text}"


class AsyncCaller:
    async def __call__(self, input: In, ctx: Context) -> str:
        return f"awaited {input.text}"


def prefixed(prefix: str, input: In, ctx: Context) -> str:
    return prefix + input.text


async def prefixed_later(prefix: str, input: In, ctx: Context) -> str:
    return prefix + input.text


def hands_on(input: In, ctx: Context) -> Coroutine[Any, Any, str]:
    return AsyncCaller()(input, ctx)


def passed_on(function: Callable[..., T]) -> Callable[..., T]:
    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> T:
        return function(*args, **kwargs)

    return inner


def yields(input: In, ctx: Context) -> Iterator[str]:
    yield "yielded"


async def yields_later(input: In, ctx: Context) -> AsyncIterator[str]:
    yield "yielded later"


def hands_generator_on(input: In, ctx: Context) -> Generator[str, None, None]:
    def inner() -> Generator[str, None, None]:
        yield "handed on"

    return inner()


class Yielding:
    def __call__(self, input: In) -> Generator[str, None, None]:
        yield f"object {input.text}"

    async def method(self) -> AsyncGenerator[str, None]:
        yield "method"


def given_none() -> str:
    return "nothing needed"


def given_input(input: In) -> str:
    return f"only {input.text}"


def given_all(*args: Any) -> str:
    return f"{len(args)} given"


def with_option(input: In, limit: int = 3) -> str:
    return f"{input.text} {limit}"


def generated(input: In, ctx: Context) -> Iterable[int]:
    return (number for number in range(3))


@pytest.fixture
def hatchet() -> Hatchet:
    return offline()


@pytest.mark.parametrize(
    ("dependency", "given"),
    [
        (Caller(), "called a"),
        (AsyncCaller(), "awaited a"),
        (Repository(Settings()).find, "found a"),
        (Repository(Settings()).find_later, "later a"),
        (functools.partial(prefixed, "<"), "<a"),
        (functools.partial(prefixed_later, ">"), ">a"),
        (functools.partial(functools.partial(Caller())), "called a"),
        (hands_on, "awaited a"),
        (passed_on(Caller()), "called a"),
        (passed_on(yields), "yielded"),
        (yields, "yielded"),
        (yields_later, "yielded later"),
        (functools.partial(yields_later), "yielded later"),
        (hands_generator_on, "handed on"),
        (Yielding(), "object a"),
        (Yielding().method, "method"),
        (given_none, "nothing needed"),
        (given_input, "only a"),
        (given_all, "2 given"),
        (with_option, "a 3"),
        (lambda value, ctx: f"lambda {value.text}", "lambda a"),
    ],
)
def test_any_callable_is_a_dependency(hatchet: Hatchet, dependency: Callable[..., Any], given: str) -> None:
    @hatchet.task(name="one")
    async def one(input: In, ctx: Context, text: Annotated[str, Depends(dependency)]) -> str:
        return text

    @hatchet.task(name="two")
    def two(input: In, ctx: Context, text: str = Depends(dependency)) -> str:
        return text

    assert one.mock_run(In(text="a")) == two.mock_run(In(text="a")) == given


def test_classes_are_dependencies_and_have_dependencies(hatchet: Hatchet) -> None:
    @hatchet.task()
    def task(
        input: In,
        ctx: Context,
        made: Annotated[Made, Depends(Made)],
        settings: Annotated[Settings, Depends(Settings)],
        repository: Annotated[Repository, Depends(Repository)],
        model: Annotated[Model, Depends(Model)],
    ) -> list[str]:
        return [made.text, settings.url, repository.url, model.name]

    assert task.mock_run(In(text="a")) == ["a", "default", "default", "model"]


def test_parameters_may_be_any_an_object_a_protocol_or_a_typed_dict(hatchet: Hatchet) -> None:
    def point(input: In, ctx: Context) -> dict[str, int]:
        return {"x": 1}

    def typed(input: In, ctx: Context) -> Point:
        return {"x": 2}

    def unknown(input: Any, ctx: Any) -> Any:
        return 3

    def numbers(input: In, ctx: Context) -> bool:
        return True

    @hatchet.task()
    def task(
        input: In,
        ctx: Context,
        everything: Annotated[Any, Depends(Made)],
        something: Annotated[object, Depends(Made)],
        lengthy: Annotated[Lengthy, Depends(Made)],
        first: Annotated[Point, Depends(point)],
        second: Annotated[Point, Depends(typed)],
        third: Annotated[dict[str, int], Depends(typed)],
        fourth: Annotated[int | str, Depends(unknown)],
        fifth: Annotated[int, Depends(unknown)],
        sixth: Annotated[float, Depends(numbers)],
        seventh: Annotated[Iterable[int], Depends(generated)],
    ) -> list[int]:
        assert everything.text == input.text
        assert isinstance(something, Made)
        return [lengthy.length(), first["x"], second["x"], third["x"], fifth, int(sixth), *seventh]

    assert task.mock_run(In(text="abc")) == [3, 1, 2, 2, 3, 1, 0, 1, 2]


def test_what_cannot_be_called_as_a_dependency_is_refused_at_the_declaration(hatchet: Hatchet) -> None:
    def context_first(ctx: Context) -> int:
        return 1

    def two_inputs(input: In, other: int) -> int:
        return 1

    def needs_more(input: In, ctx: Context, other: int) -> int:
        return 1

    def durable(input: In, ctx: DurableContext) -> int:
        return 1

    def rows(input: In, ctx: Context) -> Iterator[int]:
        return iter([1])

    def wrong_annotation(input: In, ctx: Context) -> Iterable[int]:
        yield 1

    def text(input: In, ctx: Context) -> Iterator[str]:
        yield "a"

    for dependency, words in [
        (context_first, "context_first takes the context first; a dependency is def .*context_first.input, ctx."),
        (two_inputs, "its second parameter, other, is int, but gets a Context"),
        (needs_more, "nothing fills in the parameter 'other'"),
        (durable, "its second parameter, ctx, is DurableContext, but gets a Context"),
        (rows, "rows returns .*Iterator.int. and does not yield; an iterator stands for what it gives first"),
        (wrong_annotation, "wrong_annotation yields what it provides, and is declared to return .*Iterable.int."),
        (text, "number is declared as int, but .*text returns str"),
        (Settings, "number is declared as int, but Settings returns Settings"),
        (dict, "dict does not say which parameters it takes; write a def around it"),
        (3, "Depends takes a callable, and 3 is none"),
    ]:

        def task(input: In, ctx: Context, number: Annotated[int, Depends(dependency)]) -> None: ...

        with pytest.raises(DefinitionError, match=words):
            hatchet.task()(task)

    @hatchet.durable_task(name="durable")
    async def fits(input: In, ctx: DurableContext, number: Annotated[int, Depends(durable)]) -> None: ...

    assert list(fits.task.dependencies) == ["number"]


class Log(list[str]):
    """What happened, in order."""

    def sync(self, input: In, ctx: Context) -> Iterator[str]:
        self.append("enter sync")
        try:
            yield "sync"
        except BaseException as error:
            self.append(f"sync sees {error!r}")
            raise
        finally:
            self.append("leave sync")

    async def async_(self, input: In, ctx: Context) -> AsyncIterator[str]:
        self.append("enter async")
        try:
            yield "async"
        except BaseException as error:
            self.append(f"async sees {error!r}")
            raise
        finally:
            await asyncio.sleep(0)
            self.append("leave async")


def test_what_stands_after_the_yield_runs_at_the_end_in_reverse_order(hatchet: Hatchet) -> None:
    log = Log()

    @hatchet.task()
    async def task(input: In, ctx: Context, a: str = Depends(log.sync), b: str = Depends(log.async_)) -> str:
        log.append("run")
        if input.text == "fail":
            raise LookupError("no")
        return a + b

    assert task.mock_run(In(text="a")) == "syncasync"
    assert log == ["enter sync", "enter async", "run", "leave async", "leave sync"]
    log.clear()
    with pytest.raises(LookupError, match="no"):
        task.mock_run(In(text="fail"))
    assert log == [
        *["enter sync", "enter async", "run", "async sees LookupError('no')", "leave async"],
        *["sync sees LookupError('no')", "leave sync"],
    ]


def test_a_generator_that_fails_after_the_yield_fails_the_attempt_with_its_own_error(hatchet: Hatchet) -> None:
    def translates(input: In, ctx: Context) -> Iterator[int]:
        try:
            yield 1
        except LookupError as error:
            raise OSError("translated") from error

    async def fails(input: In, ctx: Context) -> AsyncIterator[int]:
        yield 1
        raise OSError("rollback")

    @hatchet.task(name="one")
    async def one(input: In, ctx: Context, n: int = Depends(translates)) -> int:
        raise LookupError("no")

    @hatchet.task(name="two")
    async def two(input: In, ctx: Context, n: int = Depends(fails)) -> int:
        return n

    with pytest.raises(OSError, match="translated"):
        one.mock_run(In(text="a"))
    with pytest.raises(OSError, match="rollback"):
        two.mock_run(In(text="a"))


def swallows(input: In, ctx: Context) -> Iterator[int]:
    with suppress(BaseException):
        yield 1


async def swallows_later(input: In, ctx: Context) -> AsyncIterator[int]:
    with suppress(BaseException):
        yield 1


def suppressing(input: In, ctx: Context) -> suppress:
    return suppress(BaseException)


@pytest.mark.parametrize("dependency", [swallows, swallows_later, suppressing])
def test_a_dependency_that_swallows_an_error_does_not_make_a_failed_attempt_a_completed_one(
    hatchet: Hatchet, dependency: Callable[..., Any]
) -> None:
    def broken(input: In, ctx: Context) -> int:
        raise LookupError("broken")

    @hatchet.task(name="one")
    async def one(input: In, ctx: Context, n: Annotated[Any, Depends(dependency)]) -> None:
        raise LookupError("no")

    @hatchet.task(name="two")
    async def two(
        input: In, ctx: Context, n: Annotated[Any, Depends(dependency)], m: Annotated[int, Depends(broken)]
    ) -> None: ...

    with pytest.raises(LookupError, match="no"):
        one.mock_run(In(text="a"))
    with pytest.raises(LookupError, match="broken"):
        two.mock_run(In(text="a"))


def yields_nothing(input: In, ctx: Context) -> Iterator[int]:
    if not input.text:
        yield 1


async def yields_nothing_later(input: In, ctx: Context) -> AsyncIterator[int]:
    if not input.text:
        yield 1


def yields_twice(input: In, ctx: Context) -> Iterator[int]:
    with suppress(LookupError):
        yield 1
    yield 2


async def yields_twice_later(input: In, ctx: Context) -> AsyncIterator[int]:
    with suppress(LookupError):
        yield 1
    yield 2


@pytest.mark.parametrize("error", [None, LookupError("no")])
@pytest.mark.parametrize("dependency", [yields_nothing, yields_nothing_later, yields_twice, yields_twice_later])
def test_a_generator_that_yields_nothing_or_twice_is_named(
    hatchet: Hatchet, dependency: Callable[..., Any], error: Exception | None
) -> None:
    @hatchet.task()
    async def task(input: In, ctx: Context, n: Annotated[int, Depends(dependency)]) -> int:
        if error is not None:
            raise error
        return n

    how_often = "nothing" if "nothing" in dependency.__name__ else "twice"
    with pytest.raises(DefinitionError, match=f"the dependency {dependency.__name__} yields {how_often}"):
        task.mock_run(In(text="a"))


def test_a_dependency_of_another_input_type_is_called_with_what_the_task_has(hatchet: Hatchet) -> None:
    def shared(input: EmptyModel, ctx: Context) -> str:
        return type(input).__name__

    @hatchet.task()
    def task(input: In, ctx: Context, name: Annotated[str, Depends(shared)]) -> str:
        return name

    assert task.mock_run(In(text="a")) == "In"
