"""Fills in the parameters of a task after input and context, for workers and for mock runs alike."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    aclosing,
    asynccontextmanager,
    closing,
)
from typing import Any, Final, cast

from hatchet.context.context import Context
from hatchet.definitions.dependencies import ResolvedDependency
from hatchet.errors import DefinitionError
from hatchet.options.annotations import is_async, name_of

CallSync = Callable[[Callable[[], object]], Awaitable[object]]
"""Calls a sync function where sync code belongs: in a worker's thread, or right here."""

ENDED: Final = object()


@asynccontextmanager
async def provided(
    dependencies: Mapping[str, ResolvedDependency], value: object, context: Context[Any], call_sync: CallSync
) -> AsyncGenerator[dict[str, object], None]:
    """What the dependencies of a task give, by parameter; generators and context managers are left at the end.

    Each sees the error that the task raised, and may raise another in its place. None can make a failed attempt a
    completed one: there is no output.
    """
    failure: BaseException | None = None
    async with AsyncExitStack() as stack:
        try:
            yield await _provide_all(dependencies, value, context, stack, call_sync)
        except BaseException as error:
            failure = error
            raise
    if failure is not None:
        raise failure


async def _provide_all(
    dependencies: Mapping[str, ResolvedDependency],
    value: object,
    context: Context[Any],
    stack: AsyncExitStack,
    call_sync: CallSync,
) -> dict[str, object]:
    return {
        name: await _provide(dependency, value, context, stack, call_sync) for name, dependency in dependencies.items()
    }


async def _provide(
    dependency: ResolvedDependency,
    value: object,
    context: Context[Any],
    stack: AsyncExitStack,
    call_sync: CallSync,
) -> object:
    needs = await _provide_all(dependency.needs, value, context, stack, call_sync)
    call = functools.partial(dependency.function, *(value, context)[: dependency.takes], **needs)
    if is_async(dependency.function):
        given: object = call()
    else:
        given = await call_sync(call)
    if inspect.iscoroutine(given):
        given = await given
    if dependency.is_generator:
        given = _managed(given, name_of(dependency.function))
    if isinstance(given, AbstractAsyncContextManager):
        return await stack.enter_async_context(cast(AbstractAsyncContextManager[object], given))
    if isinstance(given, AbstractContextManager):
        manager = cast(AbstractContextManager[object], given)
        return await stack.enter_async_context(_sync_manager(manager, call_sync))
    return given


def _managed(given: object, name: str) -> object:
    """A generator as a context manager; what a decorator has made of one stays what it is."""
    if inspect.isgenerator(given):
        return SyncYield(cast(Generator[object, None, None], given), name)
    if inspect.isasyncgen(given):
        return AsyncYield(cast(AsyncGenerator[object, None], given), name)
    return given


class SyncYield(AbstractContextManager[object]):
    """A generator that yields once, as a context manager.

    Unlike that of contextlib it has errors that name the dependency, and never hides the error of the task.
    """

    def __init__(self, generator: Generator[object, None, None], name: str) -> None:
        self._generator = generator
        self._name = name

    def __enter__(self) -> object:
        """What it yields."""
        if (value := next(self._generator, ENDED)) is ENDED:
            raise _yields(self._name, "nothing")
        return value

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Go on after the yield, where it sees the error."""
        with closing(self._generator):
            try:
                value = next(self._generator, ENDED) if error is None else self._generator.throw(error)
            except BaseException as raised:
                if _has_ended(raised, error):
                    return
                raise
            if value is not ENDED:
                raise _yields(self._name, "twice") from error


class AsyncYield(AbstractAsyncContextManager[object]):
    """An async generator that yields once, as a context manager; see SyncYield."""

    def __init__(self, generator: AsyncGenerator[object, None], name: str) -> None:
        self._generator = generator
        self._name = name

    async def __aenter__(self) -> object:
        """What it yields."""
        if (value := await anext(self._generator, ENDED)) is ENDED:
            raise _yields(self._name, "nothing")
        return value

    async def __aexit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Go on after the yield, where it sees the error."""
        async with aclosing(self._generator):
            try:
                value = await (anext(self._generator, ENDED) if error is None else self._generator.athrow(error))
            except BaseException as raised:
                if _has_ended(raised, error):
                    return
                raise
            if value is not ENDED:
                raise _yields(self._name, "twice") from error


def _has_ended(raised: BaseException, error: BaseException | None) -> bool:
    """Whether a generator let the error pass that was thrown into it, or dealt with it and ended."""
    if error is None:
        return False
    # Python makes a RuntimeError of a StopIteration that leaves a generator.
    passed = raised is error or (isinstance(raised, RuntimeError) and raised.__cause__ is error)
    return passed or isinstance(raised, (StopIteration, StopAsyncIteration))


def _yields(name: str, what: str) -> DefinitionError:
    return DefinitionError(f"the dependency {name} yields {what}; it has to yield once, what the task gets")


@asynccontextmanager
async def _sync_manager(manager: AbstractContextManager[object], call_sync: CallSync) -> AsyncGenerator[object, None]:
    """A sync context manager, entered and left where sync code belongs."""
    entered: list[object] = []
    try:
        # A cancellation meanwhile is raised when it has been entered, so that it has to be left.
        await call_sync(lambda: entered.append(manager.__enter__()))
        yield entered[0]
    except BaseException as error:
        if not entered or not await call_sync(
            functools.partial(manager.__exit__, type(error), error, error.__traceback__)
        ):
            raise
    else:
        await call_sync(functools.partial(manager.__exit__, None, None, None))
