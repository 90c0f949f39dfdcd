"""What of inputs and outputs needs no pydantic."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, Protocol, TypeVar, cast

T_co = TypeVar("T_co", covariant=True)

BOXED: Final = "$value"
"""Key of the object in which a value travels that is none."""


class NotGiven:
    """Stands for the input that a workflow of EmptyModel may be started without."""

    def __repr__(self) -> str:
        return "EmptyModel()"


NOT_GIVEN: Final = NotGiven()


class Producer(Protocol[T_co]):
    """Something whose output can be asked for by its declaration: a task, or a standalone task."""

    @property
    def name(self) -> str:
        """The task's name."""
        ...

    def load_output(self, data: str | bytes) -> T_co:
        """The output that a JSON text stands for."""
        ...


def unboxed(value: object) -> object:
    """Decoded JSON without the box that it may have travelled in."""
    if not isinstance(value, dict):
        return value
    found = cast("dict[str, object]", value)
    return found[BOXED] if len(found) == 1 and BOXED in found else found


def unboxed_text(text: str) -> str:
    """A JSON text without the box that it may have travelled in."""
    if not text.lstrip("{ ").startswith(f'"{BOXED}"'):
        return text
    value: object = json.loads(text)
    inside = unboxed(value)
    return text if inside is value else json.dumps(inside, ensure_ascii=False)


def load_mapping(text: str) -> Mapping[str, object]:
    """The JSON object of a text; empty for nothing, null and anything that is no object."""
    value: object = json.loads(text) if text.strip() else None
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
