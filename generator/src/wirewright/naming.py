"""Names of specs → names of Python: valid, in one style, and none of them twice."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container, Iterable, Sequence
from typing import Any

_HUMP = re.compile(r"(.)([A-Z][a-z]+)")
_BORDER = re.compile(r"([a-z0-9])([A-Z])")
_OTHER = re.compile(r"[\W_]+", re.ASCII)
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*")
_SIGNS = {"+": "PLUS_", "-": "MINUS_"}
# Names of devices, which no file may have on Windows.
_DEVICES = frozenset({"aux", "con", "nul", "prn", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def snake(name: str) -> str:
    """`APITokenList` → `api_token_list`; what no name may hold becomes an underscore. May be empty or a keyword."""
    humps = _HUMP.sub(r"\1_\2", name)
    return _OTHER.sub("_", _BORDER.sub(r"\1_\2", humps)).strip("_").lower()


def identifier(name: str, prefix: str = "field_") -> str:
    """The name in snake case as Python takes it: `class` → `class_`, `2fa` → `field_2fa`."""
    found = snake(name)
    if not found[:1].isalpha():
        found = (prefix + found).rstrip("_")
    return f"{found}_" if keyword.iskeyword(found) else found


def module(name: str) -> str:
    """The module that something of this name goes to, by itself or with others."""
    found = identifier(name, "module_")
    return f"{found}_" if found in _DEVICES else found


def pascal(name: str) -> str:
    """`v1-task:list` → `V1TaskList`; capitals inside of a word stay."""
    words = "".join(c if c.isalnum() else " " for c in name).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def type_name(name: str, reserved: Container[str] = ()) -> str:
    """What a class may be called: the name itself where it can be, else one near to it."""
    found = name if _CLASS.fullmatch(name) else pascal(_OTHER.sub(" ", name))
    if not found[:1].isalpha():
        found = f"Type{found.lstrip('_')}"
    return f"{found}Model" if keyword.iskeyword(found) or found in reserved else found


def member(value: str) -> str:
    """What an enum calls one of its values; a value that is such a name already keeps its spelling."""
    if value.isascii() and value.isidentifier() and value.isupper() and not value.startswith("_"):
        return value
    word = _SIGNS.get(value[:1], "") + snake(value).upper() if value[1:] else snake(value).upper()
    if not word.strip("_"):
        return "EMPTY" if not value else "VALUE"
    return word if word[0].isalpha() else f"VALUE_{word}"


def unique(names: Iterable[tuple[str, str]], avoided: Container[str] = ()) -> dict[str, str]:
    """Original → name, where the names given are wishes: who is called so already has it, others get a number."""
    wishes = dict(names)
    taken: dict[str, str] = {wish: original for original, wish in wishes.items() if wish == original}
    result: dict[str, str] = {}
    for original, wish in wishes.items():
        name, number = wish, 1
        while taken.get(name, original) != original or (name != original and name in wishes) or name in avoided:
            number += 1
            name = f"{wish.rstrip('_')}_{number}"
        taken[name] = original
        result[original] = name
    return result


def members(values: Sequence[Any], given: Sequence[Any] | None = None) -> dict[Any, str] | None:
    """Value of an enum → name of its member; values that differ in capitals or signs only are numbered.

    None where names are given and are not one for each value.
    """
    if given is not None:
        if not all(isinstance(name, str) for name in given):
            return None
        names = [identifier(name, "VALUE_").upper() for name in given]
        return dict(zip(values, names, strict=True)) if len(set(names)) == len(names) == len(values) else None
    if all(isinstance(value, int) for value in values):
        return {value: f"VALUE_{value}" if value >= 0 else f"VALUE_MINUS_{-value}" for value in values}
    wished = unique((str(value), member(str(value))) for value in values)
    return {value: wished[str(value)] for value in values}
