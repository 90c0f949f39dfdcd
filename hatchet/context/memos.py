"""Memos of durable tasks: what identifies them, and how their values become JSON."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from hatchet._dataclasses import dataclass
from hatchet._lazy import Deferred
from hatchet.errors import InputError
from hatchet.options.annotations import annotations_of, name_of
from hatchet.scope import current_scope

if TYPE_CHECKING:
    from hatchet.options import payload as payloads
else:
    payloads = Deferred("hatchet.options.payload")


def key_of(*parts: str) -> bytes:
    """What identifies a memo: another key in its place means that the task went another way."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest().encode()


@dataclass(frozen=True)
class Memo:
    """A call of a function whose value is remembered."""

    name: str
    key: bytes
    payload: payloads.Payload[Any]

    @classmethod
    def of(cls, function: Callable[..., Any], args: Sequence[object], kwargs: Mapping[str, object]) -> Memo:
        """The memo of a call.

        Raises:
            InputError: an argument cannot be written as JSON.
        """
        name, payload = _declared(function)
        try:
            written = [_written(each) for each in args] + [f"{key}={_written(kwargs[key])}" for key in sorted(kwargs)]
        except ValueError as error:
            raise InputError(f"an argument of the memo {name} cannot be written as JSON: {error}") from error
        return cls(name, key_of("memo", name, *written), payload)

    def write(self, value: object) -> bytes:
        """A value as JSON; raises OutputError where that cannot be."""
        return self.payload.dump_output(value, f"the memo {self.name}") or b"null"

    def read(self, data: bytes) -> Any:
        """The value that was remembered."""
        return self.payload.load(data)

    @contextmanager
    def running(self, dropped: Callable[[], None]) -> Generator[Running]:
        """Around its function, in which nothing durable can be done; `dropped` is told when it is given up."""
        outer = current_scope.get()
        assert outer is not None
        inner = copy.copy(outer)
        inner.memo = self.name
        token = current_scope.set(inner)
        running = Running(self)
        try:
            yield running
            running.data = self.write(running.value)
        except Exception as error:  # the user's code may raise anything; it is raised in its turn
            running.error = error
        except BaseException:
            dropped()
            raise
        finally:
            current_scope.reset(token)

    def __str__(self) -> str:
        return f"memo({self.name})"


class Running:
    """A memo whose function is called."""

    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        self.value: object = None
        """What the function has returned."""
        self.data: bytes | None = None
        """The same as JSON; None where it failed."""
        self.error: Exception | None = None

    def result(self) -> Any:
        """The value as it is read from now on; raises what the function has raised."""
        if self.error is not None:
            raise self.error
        assert self.data is not None
        return self._memo.read(self.data)


def _declared(function: Callable[..., Any]) -> tuple[str, payloads.Payload[Any]]:
    """The name of a function, and how what it returns is written; looked up once, since replays ask again and again."""
    try:
        found = _known.get(function)
    except TypeError:  # an object that is not hashable, or that no weak reference can name
        return _look_up(function)
    if found is None:
        found = _known[function] = _look_up(function)
    return found


def _look_up(function: Callable[..., Any]) -> tuple[str, payloads.Payload[Any]]:
    hints = annotations_of(function)
    payload: payloads.Payload[Any] = payloads.payload_of(hints.get("return", Any), is_declared="return" in hints)
    return name_of(function), payload


_known: Final[WeakKeyDictionary[Callable[..., Any], tuple[str, payloads.Payload[Any]]]] = WeakKeyDictionary()


def _written(value: object) -> str:
    return payloads.payload_of(type(value), is_declared=False).dump_chunk(value).decode()
