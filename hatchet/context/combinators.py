"""Waiting for several things, in the order in which the log resolves them: `asyncio.wait` would go over a set."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, Generic, TypeVar

from hatchet._dataclasses import dataclass
from hatchet.errors import HatchetError, InputError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Resolved(Generic[T_co]):
    """One of several waits that was resolved."""

    index: int
    """Which, counted from 0."""
    value: T_co
    """What it gave."""


async def first(*waits: Awaitable[T]) -> Resolved[T]:
    """The first that ends; the others are cancelled. An error of it is raised."""
    tasks, order = _started(waits)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return Resolved(tasks.index(order[0]), order[0].result())
    finally:
        await _end(tasks)


async def any_of(*waits: Awaitable[T]) -> Resolved[T]:
    """The first that ends well; the others are cancelled.

    Raises:
        ExceptionGroup: none did; it has the error of each.
    """
    tasks, order = _started(waits)
    try:
        while True:
            await asyncio.wait(set(tasks) - set(order) or tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in order:
                if not task.cancelled() and not isinstance(task.exception(), Exception):
                    return Resolved(tasks.index(task), task.result())  # or it raises what ends this code as well
            if len(order) == len(tasks):
                raise ExceptionGroup(f"none of {len(tasks)} waits ended well", [_error_of(task) for task in tasks])
    finally:
        await _end(tasks)


async def all_of(*waits: Awaitable[T]) -> list[T]:
    """What all of them give, in their order. When one fails, the others are cancelled, and its error is raised."""
    tasks, order = _started(waits)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in order:
            task.result()
        return [task.result() for task in tasks]
    finally:
        await _end(tasks)


def _started(waits: tuple[Awaitable[T], ...]) -> tuple[list[asyncio.Task[T]], list[asyncio.Task[T]]]:
    """The waits as tasks, and these once more as they end."""
    if not waits:
        raise InputError("there is nothing to wait for; name a wait")
    order: list[asyncio.Task[T]] = []
    tasks = [asyncio.get_running_loop().create_task(_awaited(each)) for each in waits]
    for task in tasks:
        task.add_done_callback(order.append)
    return tasks, order


def _error_of(task: asyncio.Task[T]) -> Exception:
    error = HatchetError("the wait was cancelled") if task.cancelled() else task.exception()
    assert isinstance(error, Exception), "what ends the code, and what ends well, goes no further"
    return error


def _awaited(wait: Awaitable[T]) -> Coroutine[Any, Any, T]:
    async def awaited() -> T:
        return await wait

    return awaited()


async def _end(tasks: list[asyncio.Task[T]]) -> None:
    left = [task for task in tasks if not task.done()]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # asked for, so that it is not said to have been lost
