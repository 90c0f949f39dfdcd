"""Fills in the parameters of a task after input and context, for workers and for mock runs alike."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, cast

from hatchet.context.context import Context
from hatchet.definitions.dependencies import ResolvedDependency

CallSync = Callable[[Callable[[], object]], Awaitable[object]]
"""Calls a sync function where sync code belongs: in a worker's thread, or right here."""


async def provide_all(
    dependencies: Mapping[str, ResolvedDependency],
    value: object,
    context: Context[Any],
    stack: AsyncExitStack,
    call_sync: CallSync,
) -> dict[str, object]:
    """What the dependencies of a task give, by parameter; context managers are left when `stack` is closed."""
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
    needs = await provide_all(dependency.needs, value, context, stack, call_sync)
    call = functools.partial(dependency.function, value, context, **needs)
    if inspect.iscoroutinefunction(dependency.function):
        return await call()
    provided = await call_sync(call)
    if isinstance(provided, AbstractAsyncContextManager):
        return await stack.enter_async_context(cast(AbstractAsyncContextManager[object], provided))
    if isinstance(provided, AbstractContextManager):
        manager = cast(AbstractContextManager[object], provided)
        return await stack.enter_async_context(_sync_manager(manager, call_sync))
    return provided


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
