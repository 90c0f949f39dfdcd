"""NUL characters, which the engine cannot store."""

from __future__ import annotations

from typing import Any, TypeVar, cast

T = TypeVar("T")

NUL = "\x00"


def remove_null_unicode_character(data: T, replacement: str = "") -> T:
    """A copy of some data in which every NUL character of its texts is replaced, keys of mappings included."""
    return cast(T, _cleaned(data, replacement))


def _cleaned(value: Any, replacement: str) -> object:  # Any: data of any shape, looked into as far as it goes
    if isinstance(value, str):
        return value.replace(NUL, replacement)
    if isinstance(value, dict):
        items = cast(dict[object, object], value).items()
        return {_cleaned(key, replacement): _cleaned(item, replacement) for key, item in items}
    if isinstance(value, list):
        return [_cleaned(item, replacement) for item in cast(list[object], value)]
    if isinstance(value, tuple):
        return tuple(_cleaned(item, replacement) for item in cast(tuple[object, ...], value))
    return value
