"""Which values of a type are read back as they were written, told from the type's pydantic schema.

Most types always are, so that nothing is looked at when a value of theirs is sent. Of the others a look at the value is
enough (a float that is finite), or the value is read back before it is sent (`hatchet.options.journey`). A schema that
is not known here counts among the last.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, cast

Schema = Mapping[str, Any]  # Any: pydantic's own description of a type, a nested dict of many forms
Check = Callable[[Any], bool]
"""Whether a value has to be read back before it is sent."""

PLAIN_CONFIG: Final = frozenset({"title", "extra_fields_behavior", "from_attributes", "frozen", "validate_by_name",
    "validate_by_alias", "serialize_by_alias", "loc_by_alias", "validate_assignment", "validate_default",
    "revalidate_instances", "hide_input_in_errors", "str_max_length", "str_min_length"})  # fmt: skip
LEAF_KEYS: Final = frozenset({"type", "ref", "metadata", "microseconds_precision", "allow_inf_nan", "version"})


UNCERTAIN: Final = frozenset({"any", "union", "tagged-union", "is-instance", "generator"})


def always(_value: object) -> bool:
    """Of a type that says nothing of its values."""
    return True


def never(_value: object) -> bool:
    """Of a type whose values all come back."""
    return False


class Settings:
    """How values of a type are written, so that as many as possible come back, and which have to be looked at."""

    def __init__(self, schema: Schema) -> None:
        self.by_name: bool = False
        """Some field is written under a name by which it is not read: fields travel by their own names."""
        self.for_reading: bool = False
        """Computed fields would be in the way of whoever reads, and JSON in texts is written as text."""
        self.is_certain: bool = True
        """No union and no Any leaves open what is read."""
        self._refs: dict[str, Check] = {}
        self._definitions: dict[str, Schema] = {}
        self.check: Check = self._check(schema)

    def _check(self, schema: Schema) -> Check:
        ref = schema.get("ref")
        if isinstance(ref, str) and ref not in self._refs:
            refs = self._refs
            refs[ref] = lambda value: refs[ref](value)
            refs[ref] = found = self._of(schema)
            return found
        return self._of(schema)

    def _of(self, schema: Schema) -> Check:
        kind = str(schema["type"])
        method = self.KINDS.get(kind)
        self.is_certain = self.is_certain and kind not in UNCERTAIN
        if method is None:
            self._look_inside(schema)
            return always
        found = method(self, schema)
        return always if "serialization" in schema else found

    def _look_inside(self, schema: object) -> None:
        """What is written in another way is found in schemas that are not known, too."""
        if isinstance(schema, dict):
            given = cast(dict[str, Any], schema)
            if (
                isinstance(given.get("type"), str)
                and given["type"] in self.KINDS
                and given.get("ref") not in self._refs
            ):
                self._check(given)
                return
            self.for_reading = self.for_reading or given.get("type") == "json"
            self.is_certain = self.is_certain and given.get("type") not in UNCERTAIN
            for key, each in given.items():
                if key == "choices" and isinstance(each, dict):  # by their tags
                    self._look_inside([*cast(dict[str, object], each).values()])
                elif key in ("schema", "choices", "items_schema", "keys_schema", "values_schema", "fields", "steps",
                    "json_schema", "python_schema", "lax_schema", "strict_schema", "arguments_schema"):  # fmt: skip
                    self._look_inside(each)
        elif isinstance(schema, list | tuple):
            for each in cast(list[object], schema):
                self._look_inside(each)

    def _any(self) -> Check:
        self.is_certain = False
        return always

    def _leaf(self, schema: Schema) -> Check:
        return never if schema.keys() <= LEAF_KEYS else always

    def _float(self, schema: Schema) -> Check:
        return _is_odd_float if schema.keys() <= LEAF_KEYS else always

    def _date(self, schema: Schema) -> Check:
        return _is_odd_date if schema.keys() <= LEAF_KEYS else always

    def _datetime(self, schema: Schema) -> Check:
        return _is_odd_time if schema.keys() <= LEAF_KEYS else always

    def _wrapper(self, schema: Schema) -> Check:
        return self._check(schema["schema"])

    def _nullable(self, schema: Schema) -> Check:
        inner = self._check(schema["schema"])
        return inner if inner in (always, never) else lambda value: value is not None and inner(value)

    def _literal(self, schema: Schema) -> Check:
        return never if all(each is None or type(each) in (str, int, bool) for each in schema["expected"]) else always

    def _enum(self, schema: Schema) -> Check:
        return never if all(type(each.value) in (str, int) for each in schema["members"]) else always

    def _list(self, schema: Schema) -> Check:
        inner = self._check(schema["items_schema"]) if "items_schema" in schema else self._any()
        if inner is always or not schema.keys() <= {*LEAF_KEYS, "items_schema"}:
            return always
        if inner is never:
            return lambda value: type(value) is not list
        return lambda value: value.__class__ is not list or any(map(inner, value))

    def _dict(self, schema: Schema) -> Check:
        keys = schema.get("keys_schema", {"type": "any"})
        inner = self._check(schema["values_schema"]) if "values_schema" in schema else self._any()
        self._look_inside(keys)
        plain = keys["type"] == "str" and self._leaf(keys) is never
        if inner is always or not plain or not schema.keys() <= {*LEAF_KEYS, "keys_schema", "values_schema"}:
            return always
        return lambda value: value.__class__ is not dict or any(map(inner, value.values()))

    def _fields(self, fields: Mapping[str, Schema]) -> list[tuple[str, Check]] | None:
        """What to look at of an object with fields; None where that is not enough."""
        found: list[tuple[str, Check]] = []
        for name, field in fields.items():
            written = field.get("serialization_alias", name)
            read = field.get("validation_alias", name)
            self.by_name = self.by_name or not _reads(read, written)
            check = self._check(field["schema"])
            found.append((name, always if any("exclude" in key for key in field) else check))
        return None if any(check is always for _, check in found) else [each for each in found if each[1] is not never]

    def _model(self, schema: Schema) -> Check:
        inner, cls, config = _unwrapped(schema["schema"]), schema["cls"], schema.get("config", {})
        if inner["type"] != "model-fields":
            self._look_inside(inner)
            return always
        self._computed(inner, config)
        fields = self._fields(inner["fields"])
        odd = schema.get("custom_init") or schema.get("post_init") or not config.keys() <= PLAIN_CONFIG
        if fields is None or odd or inner is not schema["schema"] or config.get("extra_fields_behavior") == "allow":
            return always
        return _object_check(cls, fields)

    def _dataclass(self, schema: Schema) -> Check:
        inner, cls = _unwrapped(schema["schema"]), schema["cls"]
        if inner["type"] != "dataclass-args":
            self._look_inside(inner)
            return always
        config = schema.get("config", {})
        self._computed(inner, config)
        fields = self._fields({field["name"]: field for field in inner["fields"]})
        partial = any(not field.get("init", True) or field.get("init_only") for field in inner["fields"])
        odd = schema.get("post_init") or inner is not schema["schema"] or not config.keys() <= PLAIN_CONFIG
        if fields is None or partial or odd:
            return always
        return _object_check(cls, fields)

    def _typed_dict(self, schema: Schema) -> Check:
        self._computed(schema, schema.get("config", {}))
        names = schema["fields"].keys()
        fields = self._fields(schema["fields"])
        if fields is None or not schema.get("config", {}).keys() <= PLAIN_CONFIG:
            return always
        return lambda value: (
            value.__class__ is not dict
            or not value.keys() <= names
            or any(name in value and check(value[name]) for name, check in fields)
        )

    def _computed(self, schema: Schema, config: Schema) -> None:
        """Computed fields are written for all to see, unless whoever reads would refuse or keep them."""
        if schema.get("computed_fields") and config.get("extra_fields_behavior", "ignore") != "ignore":
            self.for_reading = True

    def _definitions_of(self, schema: Schema) -> Check:
        self._definitions |= {each["ref"]: each for each in schema["definitions"]}
        return self._check(schema["schema"])

    def _reference(self, schema: Schema) -> Check:
        ref = str(schema["schema_ref"])
        if ref in self._refs:
            return self._refs[ref]
        return self._check(self._definitions[ref]) if ref in self._definitions else always

    KINDS: ClassVar[Mapping[str, Callable[..., Check]]] = {
        **dict.fromkeys(("str", "int", "bool", "none", "uuid"), _leaf),
        "float": _float,
        "date": _date,
        "datetime": _datetime,
        "default": _wrapper,
        "nullable": _nullable,
        "literal": _literal,
        "enum": _enum,
        "list": _list,
        "dict": _dict,
        "model": _model,
        "dataclass": _dataclass,
        "typed-dict": _typed_dict,
        "definitions": _definitions_of,
        "definition-ref": _reference,
    }
    """By the type of the schema, how it is looked at."""


def _unwrapped(schema: Schema) -> Schema:
    """The schema of an object's fields, without the validators around it."""
    while str(schema["type"]).startswith("function-") and "schema" in schema:
        schema = schema["schema"]
    return schema


def _reads(read: object, written: str) -> bool:
    """Whether an alias for reading takes a key; it is a text, a path, or a list of paths."""
    if isinstance(read, str):
        return read == written
    paths = cast(list[Any], read)
    if paths and not isinstance(paths[0], list):
        paths = [paths]
    return any(path == [written] for path in paths)


def _object_check(cls: type, fields: list[tuple[str, Check]]) -> Check:
    if not fields:
        return lambda value: type(value) is not cls
    return lambda value: type(value) is not cls or any(check(getattr(value, name, None)) for name, check in fields)


def _is_odd_float(value: object) -> bool:
    return type(value) is not float or not math.isfinite(value)


def _is_odd_date(value: object) -> bool:
    return type(value) is not dt.date


def _is_odd_time(value: object) -> bool:
    return type(value) is not dt.datetime or (value.tzinfo is not None and value.tzinfo is not dt.timezone.utc)
