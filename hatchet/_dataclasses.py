"""`dataclass` as of the standard library, cheaper to define: a program that starts defines two hundred of them."""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from functools import partial
from types import GenericAlias
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from typing import NamedTuple as NamedTuple
else:

    class _Tuples(type):
        """Makes the named tuples: `typing` compiles every annotation of one, which nobody reads."""

        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            types = namespace.pop("__annotations__", {})
            defaults = [namespace.pop(each) for each in types if each in namespace]
            module, rest = namespace.pop("__module__"), {"__annotations__": types, **namespace}
            made = namedtuple(name, types, defaults=defaults, module=module)
            for key, value in rest.items():
                setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Tuples):
        """The same as of `typing`, cheaper to define."""

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True, repr=True, **options):
        """The same, but that classes share their methods, and that frozen ones have no slots.

        For each class the standard library writes up to six methods as text and compiles them, here only `__init__`,
        and that when it is first used.
        """
        if cls is None:
            return partial(dataclass, frozen=frozen, slots=slots, eq=eq, repr=repr, **options)
        if cls.__doc__ is None:
            cls.__doc__ = cls.__name__  # the standard library would put the signature there
        made = dataclasses.dataclass(cls, init=False, eq=False, repr=False, slots=slots and not frozen, **options)
        if "__init__" not in cls.__dict__:
            made.__init__ = _Init(made, frozen)
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


class _Init:
    """`__init__` of a class: written and compiled for the second object, for of many classes one program makes one."""

    def __init__(self, owner: type[Any], frozen: bool) -> None:
        self._owner = owner
        self._frozen = frozen
        self._is_used = False

    def __get__(self, instance: object, owner: type[Any]) -> Any:
        # From Python 3.13 on `inspect.signature` asks with the class in the place of an object.
        if instance is not None and not self._is_used and isinstance(instance, self._owner):
            self._is_used = True
            return partial(self._fill, instance)
        made = self._owner.__dict__["__init__"]
        if made is self:
            made = _init_of(self._owner, frozen=self._frozen)
            type.__setattr__(self._owner, "__init__", made)
        return made.__get__(instance, owner)

    def _fill(self, instance: Any, *args: Any, **given: Any) -> None:
        fields = dataclasses.fields(self._owner)
        taken = [each.name for each in fields if each.init]
        positional = [each.name for each in fields if each.init and not each.kw_only]
        first = positional[: len(args)]
        values = {**dict(zip(first, args, strict=False)), **given}
        fits = len(args) == len(first) and given.keys() <= set(taken) and given.keys().isdisjoint(first)
        for each in fields:
            if each.name not in values and each.default_factory is not dataclasses.MISSING:
                values[each.name] = each.default_factory()
            elif each.name not in values and each.init:
                values[each.name] = each.default
        if not fits or any(value is dataclasses.MISSING for value in values.values()):
            self._owner.__init__(instance, *args, **given)  # which says what is wrong
            return
        for name, value in values.items():
            object.__setattr__(instance, name, value)
        if hasattr(instance, "__post_init__"):
            instance.__post_init__()


def _init_of(cls: type[Any], *, frozen: bool) -> Any:
    """As the standard library writes it."""
    fields = [each for each in dataclasses.fields(cls) if each.init or each.default_factory is not dataclasses.MISSING]
    names: dict[str, Any] = {"_absent": _ABSENT}
    positional, keyword, body = list[str](), list[str](), list[str]()
    for each in fields:
        name, default, value = each.name, "", each.name
        if each.default_factory is not dataclasses.MISSING:
            # `dict[str, int]` makes a dict as `dict` does, at five times the cost.
            make: Any = each.default_factory
            names[f"_make_{name}"] = make.__origin__ if isinstance(make, GenericAlias) else make
            default, value = "=_absent", f"_make_{name}() if {name} is _absent else {name}"
        elif each.default is not dataclasses.MISSING:
            names[f"_default_{name}"] = each.default
            default = f"=_default_{name}"
        if each.init:
            (keyword if each.kw_only else positional).append(f"{name}{default}")
        else:
            value = f"_make_{name}()"
        body.append(f"_values[{name!r}] = {value}" if frozen else f"self.{name} = {value}")
    if frozen:
        body.insert(0, "_values = self.__dict__")  # past `__setattr__`, which refuses
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join(["self", *positional, *(["*", *keyword] if keyword else [])])
    exec(f"def __init__({parameters}):\n " + "\n ".join(body or ["pass"]), names)
    made = names["__init__"]
    made.__qualname__, made.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
    made.__annotations__ = {each.name: each.type for each in fields if each.init} | {"return": None}
    return made


class _Absent:
    """Stands for a default that is made for each object, also in signatures."""

    def __repr__(self) -> str:
        return "<factory>"


_ABSENT = _Absent()


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
