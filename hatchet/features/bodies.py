"""What requests carry: free-form JSON, looked at before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from hatchet.errors import InputError


def document(value: Mapping[str, Any], name: str) -> dict[str, Any]:  # Any: JSON of a shape that only the user knows
    """A JSON object for the body of a request; times, models and the like become what pydantic makes of them.

    Raises:
        InputError: it is no mapping, or holds what JSON or the engine cannot.
    """
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # what a user may write all the same
        raise InputError(f"{name} is {value!r}; write a mapping such as {{'amount': 5}}")
    try:
        text = to_json(dict(value))
    except PydanticSerializationError as error:
        raise InputError(f"{name} cannot be written as JSON: {error}") from error
    if b"\\u0000" in text:
        raise InputError(f"{name} holds a NUL character, which the engine cannot store")
    return dict(value)


def document_or_none(value: Mapping[str, Any] | None, name: str) -> dict[str, Any] | None:
    """The same where nothing may be given."""
    return None if value is None else document(value, name)
