"""`dataclass` as of the standard library, cheaper to define: a program that starts defines two hundred of them."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True, repr=True, **options):
        """The same, but that classes share their methods, and that frozen ones have no slots.

        For each class the standard library writes up to six methods as text and compiles them, here only `__init__`.
        """
        if cls is None:
            return partial(dataclass, frozen=frozen, slots=slots, eq=eq, repr=repr, **options)
        made = dataclasses.dataclass(cls, eq=False, repr=False, slots=slots and not frozen, **options)
        made.__compared__ = tuple(each.name for each in dataclasses.fields(made) if each.compare)
        methods = {"__repr__": __repr__} if repr else {}
        if eq:
            methods |= {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}
        if frozen:
            methods |= {"__setattr__": __setattr__, "__delattr__": __delattr__}
        for name, method in methods.items():
            if name not in cls.__dict__:
                setattr(made, name, method)
        return made


# Any: of every class that is made here.
def __setattr__(self: Any, name: str, value: object) -> None:
    # What `__init__` does, once for each field.
    if name in self.__dict__ or name not in self.__dataclass_fields__:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
    self.__dict__[name] = value


def __delattr__(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def __repr__(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _compared(self: Any) -> tuple[object, ...]:
    return tuple(getattr(self, name) for name in self.__compared__)


def __eq__(self: Any, other: object) -> bool:
    return _compared(self) == _compared(other) if type(other) is type(self) else NotImplemented


def __hash__(self: Any) -> int:
    return hash(_compared(self))
