"""What is to be done at an end, without keeping whom it belongs to alive."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Coroutine
from types import MethodType
from typing import Any

Finish = Callable[[], Coroutine[Any, Any, None]]
"""What is to be done at an end, on the I/O loop."""


class WeakFinish:
    """A method of an object that may go before it is called; there is nothing to do then."""

    def __init__(self, method: MethodType) -> None:
        self._method: weakref.WeakMethod[Finish] = weakref.WeakMethod(method)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WeakFinish) and self._method == other._method

    def __hash__(self) -> int:
        return hash(self._method)

    async def __call__(self) -> None:
        method = self._method()
        if method is not None:
            await method()
