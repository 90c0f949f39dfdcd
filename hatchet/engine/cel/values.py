"""Values of CEL expressions and what the language's operators do with them. Pure.

Python's own types stand for CEL's: float for double, int for int, `Unsigned` for uint. JSON input has doubles only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeAlias, TypeGuard

from hatchet._dataclasses import dataclass

MAX_INT = 2**63 - 1
MIN_INT = -(2**63)
MAX_UINT = 2**64 - 1


class CelFault(Exception):
    """An expression that could not be compiled or evaluated; the message says why."""


class Unsigned(int):
    """A uint."""


@dataclass(frozen=True)
class TypeValue:
    """A type as a value."""

    name: str


# What a key of a map may be; the rest of the values are made of these.
Scalar: TypeAlias = "bool | int | float | str | bytes | datetime | timedelta | TypeValue | None"
Value: TypeAlias = "Scalar | Sequence[Value] | Mapping[Scalar, Value]"

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
    datetime: "timestamp",
    timedelta: "duration",
    TypeValue: "type",
}
_TYPE_NAMES = {"timestamp": "google.protobuf.Timestamp", "duration": "google.protobuf.Duration"}
_DURATION = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+")
_DURATION_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


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


def equal(left: Value, right: Value) -> bool:
    """`==`: numbers compare across their types, other types are never equal to each other."""
    if is_number(left) and is_number(right):
        return left == right
    if kind(left) != kind(right):
        return False
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return len(left) == len(right) and all(key in right and equal(item, right[key]) for key, item in left.items())
    return bool(left == right)


def compare(left: Value, right: Value) -> int:
    """-1, 0 or 1; raises CelFault where there is no order."""
    if is_number(left) and is_number(right):
        if math.isnan(left) or math.isnan(right):
            raise CelFault("NaN values cannot be ordered")
        return (left > right) - (left < right)
    if isinstance(left, bool) and isinstance(right, bool):
        return int(left) - int(right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, bytes) and isinstance(right, bytes):
        return (left > right) - (left < right)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return (left > right) - (left < right)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return (left > right) - (left < right)
    raise CelFault("no such overload")


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


def in_(item: Value, container: Value) -> bool:
    """`in` for lists and for keys of maps."""
    if isinstance(container, dict):
        return lookup(container, item) is not _NOTHING
    if isinstance(container, list | tuple):
        return any(equal(item, each) for each in container)
    raise CelFault("no such overload")


class _Nothing:
    """Not found."""


_NOTHING = _Nothing()


def lookup(found: Mapping[Scalar, Value], key: Value) -> Value | _Nothing:
    """The entry of a map, or a marker when there is none."""
    if not isinstance(key, str | int | float):
        raise CelFault("no such overload")
    # Python takes True for 1; CEL does not.
    for each, item in found.items() if isinstance(key, bool) or True in found else ():
        if equal(each, key):
            return item
    return found.get(key, _NOTHING) if not isinstance(key, bool) else _NOTHING


def index(container: Value, key: Value) -> Value:
    """`container[key]`."""
    if isinstance(container, dict):
        found = lookup(container, key)
        if isinstance(found, _Nothing):
            raise CelFault(f"no such key: {key if isinstance(key, str) else to_string(key)}")
        return found
    if isinstance(container, list | tuple):
        if not is_number(key) or (isinstance(key, float) and not key.is_integer()):
            raise CelFault(f"unsupported index type '{kind(key)}' in list")
        position = int(key)
        if not 0 <= position < len(container):
            raise CelFault(f"index out of bounds: {position}")
        item: Value = container[position]
        return item
    raise CelFault("no such overload")


def select(operand: Value, field: str) -> Value:
    """`operand.field`."""
    if isinstance(operand, dict):
        try:
            item: Value = operand[field]
        except KeyError:
            raise CelFault(f"no such key: {field}") from None
        return item
    raise CelFault("no such overload")


def has(operand: Value, field: str) -> bool:
    """`has(operand.field)`."""
    if isinstance(operand, dict):
        return field in operand
    if isinstance(operand, list | tuple):
        raise CelFault("unsupported index type 'string' in list")
    return False


def to_int(value: Value) -> int:
    """`int(value)`."""
    if isinstance(value, float):
        if not math.isfinite(value) or not MIN_INT < value < MAX_INT:
            raise CelFault("integer overflow")
        return int(value)
    if isinstance(value, str):
        if not re.fullmatch(r"[+-]?\d+", value):
            raise CelFault(f"type conversion error from 'string' to 'int': {value!r}")
        return within(int(value), unsigned=False)
    if isinstance(value, datetime):
        return math.floor(value.timestamp())
    if is_number(value):
        return within(int(value), unsigned=False)
    raise CelFault("no such overload")


def to_uint(value: Value) -> int:
    """`uint(value)`."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CelFault("unsigned integer overflow")
        return within(int(value), unsigned=True)
    if isinstance(value, str):
        if not re.fullmatch(r"\d+", value):
            raise CelFault(f"type conversion error from 'string' to 'uint': {value!r}")
        return within(int(value), unsigned=True)
    if is_number(value):
        return within(int(value), unsigned=True)
    raise CelFault("no such overload")


def to_double(value: Value) -> float:
    """`double(value)`."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise CelFault(f"type conversion error from 'string' to 'double': {value!r}") from None
    if is_number(value):
        return float(value)
    raise CelFault("no such overload")


def to_bool(value: Value) -> bool:
    """`bool(value)`."""
    if isinstance(value, bool):
        return value
    if value in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if value in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise CelFault(f"type conversion error from '{kind(value)}' to 'bool'")


def to_string(value: Value) -> str:
    """`string(value)`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return short_text(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise CelFault("invalid UTF-8 in bytes, cannot convert to string") from None
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, timedelta):
        return double_text(value.total_seconds()) + "s"
    raise CelFault("no such overload")


def short_text(value: float) -> str:
    """A double as `string()` writes it: without a point when it is whole, with an exponent from a million on."""
    if math.isfinite(value) and value != 0:
        digits = Decimal(repr(value))
        if not -4 <= digits.adjusted() < 6:
            mantissa, _, exponent = format(digits.normalize(), "e").partition("e")
            return f"{mantissa}e{int(exponent):+03d}"
    return double_text(value)


def double_text(value: float) -> str:
    """A double in its shortest spelling without exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment_text(value: datetime) -> str:
    """A timestamp in RFC 3339, without needless digits."""
    text = value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    return f"{text}{fraction}Z"


def to_bytes(value: Value) -> bytes:
    """`bytes(value)`."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    raise CelFault("no such overload")


def to_timestamp(value: Value) -> datetime:
    """`timestamp(value)`."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise CelFault(f"type conversion error from 'string' to 'timestamp': {value!r}") from None
        if found.tzinfo is None:
            raise CelFault(f"type conversion error from 'string' to 'timestamp': {value!r}")
        return found.astimezone(timezone.utc)
    if isinstance(value, int):
        try:
            return datetime.fromtimestamp(value, timezone.utc)
        except (OverflowError, ValueError, OSError):
            raise CelFault("timestamp overflow") from None
    raise CelFault("no such overload")


def to_duration(value: Value) -> timedelta:
    """`duration(value)`."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and (value == "0" or _DURATION.fullmatch(value)):
        seconds = sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(value))
        try:
            return timedelta(seconds=-seconds if value.startswith("-") else seconds)
        except OverflowError:
            raise CelFault("duration overflow") from None
    raise CelFault(f"type conversion error from '{kind(value)}' to 'duration'")


def size(value: Value) -> int:
    """`size(value)`: characters, bytes, items or entries."""
    if isinstance(value, str | bytes | list | tuple | dict):
        return len(value)
    raise CelFault("no such overload")
