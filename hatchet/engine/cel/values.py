"""Values of CEL expressions: how they compare, and what is found in them. Pure.

Python's own types stand for CEL's: float for double, int for int, `Unsigned` for uint. JSON input has doubles only.
What takes longer the larger the values are is paid for step by step (`Meter`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias, TypeGuard

from hatchet._dataclasses import dataclass

MAX_INT = 2**63 - 1
MIN_INT = -(2**63)
MAX_UINT = 2**64 - 1
MAX_STEPS = 60_000
"""Most steps of one evaluation, worth some twenty milliseconds: it runs on the loop that serves everybody."""
TEXT_PER_STEP = 1_000
"""Characters that are compared in the time of a step."""


class CelFault(Exception):
    """An expression that could not be compiled or evaluated; the message says why."""


class Exhausted(CelFault):
    """An evaluation that takes too long. No `||` makes up for it."""


class Meter:
    """How many steps an evaluation may still take."""

    __slots__ = ("left",)

    def __init__(self, left: int = MAX_STEPS) -> None:
        self.left: int = left

    def spend(self, steps: int) -> None:
        """Count steps before they are taken; raises CelFault when there are too many."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted(f"the expression takes more than {MAX_STEPS} steps")


class Unsigned(int):
    """A uint."""


@dataclass(frozen=True)
class TypeValue:
    """A type as a value."""

    name: str


@dataclass(frozen=True)
class Timestamp:
    """A point in time, in nanoseconds since 1970."""

    ns: int
    offset: int = field(default=0, compare=False)
    """Minutes east of UTC in which it was written, and is written again."""


@dataclass(frozen=True)
class Duration:
    """A length of time in nanoseconds."""

    ns: int


# What a key of a map may be; the rest of the values are made of these.
Scalar: TypeAlias = "bool | int | float | str | bytes | Timestamp | Duration | TypeValue | None"
Value: TypeAlias = "Scalar | Sequence[Value] | Mapping[Scalar, Value]"


class MixedMap(Mapping[Scalar, Value]):
    """A map with keys of several types that Python takes for the same: `True`, 1, 1u and 1.0."""

    def __init__(self, entries: Sequence[tuple[Scalar, Value]]) -> None:
        self._held = {(type(key), key): value for key, value in entries}

    def __getitem__(self, key: Scalar) -> Value:
        kinds = (type(key),) if isinstance(key, bool) else (type(key), *_NUMBERS)
        for each in kinds:
            if (each, key) in self._held:
                return self._held[each, key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[Scalar]:
        return (key for _, key in self._held)

    def __len__(self) -> int:
        return len(self._held)


_NUMBERS = (int, Unsigned, float)
_KINDS: dict[type, str] = {
    bool: "bool",
    int: "int",
    Unsigned: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    type(None): "null_type",
    list: "list",
    tuple: "list",
    dict: "map",
    MixedMap: "map",
    Timestamp: "timestamp",
    Duration: "duration",
    TypeValue: "type",
}
_TYPE_NAMES = {"timestamp": "google.protobuf.Timestamp", "duration": "google.protobuf.Duration"}


def kind(value: Value) -> str:
    """The name of a value's type, as CEL has it."""
    return _KINDS[type(value)]


def type_name(value: Value) -> str:
    """The name of a value's type as `type()` shows it."""
    name = kind(value)
    return _TYPE_NAMES.get(name, name)


def is_number(value: Value) -> TypeGuard[int | float]:
    """Whether a value is an int, a uint or a double."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    """Whether a value is a list."""
    return isinstance(value, list | tuple)


def is_map(value: Value) -> TypeGuard[Mapping[Scalar, Value]]:
    """Whether a value is a map."""
    return isinstance(value, dict | MixedMap)


def is_key(value: Value) -> TypeGuard[Scalar]:
    """Whether a value can be a key of a map: lists and maps cannot, nor can bytes."""
    return not isinstance(value, bytes | list | tuple | dict | MixedMap)


# -- comparing -----------------------------------------------------------------------------------------------------


def equal(meter: Meter, left: Value, right: Value) -> bool:
    """`==`: numbers compare across their types, other types are never equal to each other."""
    if isinstance(left, str | bytes):
        if type(left) is not type(right):
            return False
        meter.spend(len(left) // TEXT_PER_STEP)
        return left == right
    if is_number(left):
        return is_number(right) and left == left and right == right and _order(left, right) == 0
    if is_list(left):
        if not is_list(right) or len(left) != len(right):
            return False
        meter.spend(len(left) + 1)
        return all(equal(meter, one, other) for one, other in zip(left, right, strict=True))
    if is_map(left):
        if not is_map(right) or len(left) != len(right):
            return False
        meter.spend(2 * len(left) + 1)
        return all(_same_entry(meter, key, item, right) for key, item in left.items())
    return type(left) is type(right) and left == right


def _same_entry(meter: Meter, key: Scalar, item: Value, other: Mapping[Scalar, Value]) -> bool:
    found = lookup(meter, other, key)
    return not isinstance(found, _Nothing) and equal(meter, item, found)


def _order(left: int | float, right: int | float) -> int:
    """-1, 0 or 1; a double and a whole number compare as doubles, as far as the latter's range goes."""
    if isinstance(left, float) is not isinstance(right, float):
        if isinstance(right, float):
            return -_order(right, left)
        lowest, highest = (0, MAX_UINT) if isinstance(right, Unsigned) else (MIN_INT, MAX_INT)
        if left < float(lowest):
            return -1
        if left > float(highest):
            return 1
        right = float(right)
    return (left > right) - (left < right)


def compare(meter: Meter, left: Value, right: Value) -> int:
    """-1, 0 or 1; raises CelFault where there is no order."""
    if is_number(left) and is_number(right):
        if math.isnan(left) or math.isnan(right):
            raise CelFault("NaN values cannot be ordered")
        return _order(left, right)
    if isinstance(left, bool) and isinstance(right, bool):
        return int(left) - int(right)
    if isinstance(left, str) and isinstance(right, str):
        meter.spend(min(len(left), len(right)) // TEXT_PER_STEP)
        return (left > right) - (left < right)
    if isinstance(left, bytes) and isinstance(right, bytes):
        meter.spend(min(len(left), len(right)) // TEXT_PER_STEP)
        return (left > right) - (left < right)
    if isinstance(left, Timestamp) and isinstance(right, Timestamp):
        return (left.ns > right.ns) - (left.ns < right.ns)
    if isinstance(left, Duration) and isinstance(right, Duration):
        return (left.ns > right.ns) - (left.ns < right.ns)
    raise CelFault("no such overload")


# -- whole numbers ---------------------------------------------------------------------------------------------------


def within(value: int, *, unsigned: bool) -> int:
    """The same whole number, unless it left its range."""
    if unsigned:
        if not 0 <= value <= MAX_UINT:
            raise CelFault("unsigned integer overflow")
        return Unsigned(value)
    if not MIN_INT <= value <= MAX_INT:
        raise CelFault("integer overflow")
    return value


def divide(left: int, right: int) -> int:
    """`/` of whole numbers, rounded towards zero."""
    if right == 0:
        raise CelFault("division by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def modulo(left: int, right: int) -> int:
    """`%` of whole numbers, with the sign of the left one."""
    if right == 0:
        raise CelFault("modulus by zero")
    within(divide(left, right), unsigned=False)
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def divide_doubles(left: float, right: float) -> float:
    """`/` of doubles; there is no error, only infinities and NaN."""
    try:
        return left / right
    except ZeroDivisionError:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)


# -- lists and maps --------------------------------------------------------------------------------------------------


class _Nothing:
    """Not found."""


_NOTHING = _Nothing()


def in_(meter: Meter, item: Value, container: Value) -> bool:
    """`in` for lists and for keys of maps."""
    if is_map(container):
        return not isinstance(lookup(meter, container, item), _Nothing)
    if not is_list(container):
        raise CelFault("no such overload")
    if is_list(item) or is_map(item):
        meter.spend(2 * len(container))
        return any(equal(meter, each, item) for each in container)
    # Python's own search takes equal for equal but for True and 1, so what it does not find is not there. A list may
    # hold many texts of the length of the one looked for.
    length = len(item) if isinstance(item, str | bytes) else 0
    meter.spend(1 + len(container) // 16 + len(container) * (length // TEXT_PER_STEP))
    if item not in container:
        return is_number(item) and abs(item) >= 2**53 and _listed(meter, item, container)
    return _listed(meter, item, container)


def _listed(meter: Meter, item: Value, container: Sequence[Value]) -> bool:
    meter.spend(len(container))
    return any(equal(meter, item, each) for each in container)


def lookup(meter: Meter, found: Mapping[Scalar, Value], key: Value) -> Value | _Nothing:
    """The entry of a map, or a marker when there is none."""
    if isinstance(key, str):
        return found.get(key, _NOTHING)
    if not is_key(key):
        return _NOTHING
    if isinstance(found, MixedMap) or key not in (0, 1) or key not in found:
        return found.get(key, _NOTHING)
    # The map has either truth values or numbers among its keys; Python takes the ones for the others.
    meter.spend(len(found))
    same = any(each == key and isinstance(each, bool) is isinstance(key, bool) for each in found)
    return found[key] if same else _NOTHING


def index(meter: Meter, container: Value, key: Value) -> Value:
    """`container[key]`."""
    if is_map(container):
        if not isinstance(key, str | int | float):
            raise CelFault(f"invalid qualifier type: {kind(key)}")
        found = lookup(meter, container, key)
        if isinstance(found, _Nothing):
            raise CelFault(f"no such key: {key!r}" if isinstance(key, float) else f"no such key: {key}")
        return found
    if is_list(container):
        if not is_number(key):
            raise CelFault(f"unsupported index type '{kind(key)}' in list")
        if isinstance(key, float) and not key.is_integer():
            raise CelFault(f"unsupported index value {key} in list")
        position = int(key)
        if not 0 <= position < len(container):
            raise CelFault(f"index out of bounds: {position}")
        return container[position]
    raise CelFault("no such overload")


def select(operand: Value, field: str) -> Value:
    """`operand.field`."""
    if is_map(operand):
        try:
            return operand[field]
        except KeyError:
            raise CelFault(f"no such key: {field}") from None
    raise CelFault("no such overload")


def has(operand: Value, field: str) -> bool:
    """`has(operand.field)`."""
    if is_map(operand):
        return field in operand
    if is_list(operand):
        raise CelFault("unsupported index type 'string' in list")
    return False


def made_map(entries: Sequence[tuple[Value, Value]]) -> Mapping[Scalar, Value]:
    """The map of a literal; of equal keys the last one counts."""
    keys: list[tuple[Scalar, Value]] = []
    for key, item in entries:
        if not is_key(key):
            raise CelFault(f"unsupported key type: {kind(key)}")
        keys.append((key, item))
    mixed = len({type(key) for key, _ in keys if isinstance(key, int | float)}) > 1
    return MixedMap(keys) if mixed else dict(keys)


def size(value: Value) -> int:
    """`size(value)`: characters, bytes, items or entries."""
    if isinstance(value, str | bytes) or is_list(value) or is_map(value):
        return len(value)
    raise CelFault("no such overload")
