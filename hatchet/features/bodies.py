"""What requests carry: free-form JSON, looked at before it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hatchet.errors import InputError
from hatchet.options.payload import dump_free_input, dump_mapping


def document(value: Mapping[str, Any], name: str) -> dict[str, Any]:  # Any: JSON of a shape that only the user knows
    """A JSON object for the body of a request.

    Raises:
        InputError: it is no mapping, or holds what JSON or the engine cannot.
    """
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # what a user may write all the same
        raise InputError(f"{name} is {value!r}; write a mapping such as {{'amount': 5}}")
    found: dict[str, Any] = json.loads(dump_mapping(value, name))
    return found


def input_document(value: Mapping[str, Any], name: str = "input") -> dict[str, Any]:  # Any: as above
    """The same for the input of a run, which a task reads.

    Raises:
        InputError: as `document`; or it holds a number that would arrive as another.
    """
    document(value, name)
    found: dict[str, Any] = json.loads(dump_free_input(value, name))
    return found


def document_or_none(value: Mapping[str, Any] | None, name: str) -> dict[str, Any] | None:
    """The same where nothing may be given."""
    return None if value is None else document(value, name)
