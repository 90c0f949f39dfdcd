"""How fields of a type travel: by their own names or by aliases, and what of a type is certain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    InstanceOf,
    Json,
    TypeAdapter,
    computed_field,
    model_validator,
)
from pydantic import dataclasses as pydantic_dataclasses
from pydantic_core import core_schema

from hatchet.options.faithful import Settings, always
from hatchet.options.payload import payload_of


class Plain(BaseModel):
    number: int


class ReadAs(BaseModel):
    x: int = Field(validation_alias="y")


class WrittenAs(BaseModel):
    x: int = Field(serialization_alias="y")


class Called(BaseModel):
    x: int = Field(alias="y")


class OneOf(BaseModel):
    x: int = Field(validation_alias=AliasChoices("z", "x"))


class NoneOf(BaseModel):
    x: int = Field(validation_alias=AliasChoices("z", AliasPath("x", 0)))


class OnPath(BaseModel):
    x: int = Field(validation_alias=AliasPath("x", 0))


class AtPath(BaseModel):
    x: int = Field(validation_alias=AliasPath("x"))


class Computed(BaseModel):
    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator above a property
    @property
    def two(self) -> int:
        return 2


class ComputedClosed(Computed):
    model_config = ConfigDict(extra="forbid")


@pydantic_dataclasses.dataclass(config=ConfigDict(extra="forbid"))
class ComputedRecord:
    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def two(self) -> int:
        return 2


class ComputedOpen(Computed):
    model_config = ConfigDict(extra="allow")


class Tupled(BaseModel):
    held: tuple[WrittenAs, ...]


class Held(NamedTuple):
    held: WrittenAs


class Before(BaseModel):
    x: int = Field(serialization_alias="y")

    @model_validator(mode="before")
    @classmethod
    def checked(cls, value: Any) -> Any:
        return value


class PlainBefore(BaseModel):
    x: int = 1

    @model_validator(mode="before")
    @classmethod
    def checked(cls, value: Any) -> Any:
        return value


class ComputedBefore(PlainBefore, ComputedClosed): ...


@pydantic_dataclasses.dataclass
class RecordBefore:
    x: int = Field(serialization_alias="y")

    @model_validator(mode="before")
    @classmethod
    def checked(cls, value: Any) -> Any:
        return value


@pydantic_dataclasses.dataclass
class PlainRecordBefore:
    x: int = 1

    @model_validator(mode="before")
    @classmethod
    def checked(cls, value: Any) -> Any:
        return value


class First(BaseModel):
    kind: Literal["first"]
    x: int = Field(serialization_alias="y")


class Second(BaseModel):
    kind: Literal["second"]


TAGGED = Annotated[First | Second, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("annotation", "value", "sent"),
    [
        (Before, Before(x=1), b'{"x":1}'),
        (ComputedBefore, ComputedBefore(), b'{"x":1}'),
        (RecordBefore, RecordBefore(x=1), b'{"x":1}'),
        (TAGGED, First(kind="first", x=1), b'{"kind":"first","x":1}'),
    ],
)
def test_validators_and_tags_hide_no_alias(annotation: Any, value: Any, sent: bytes) -> None:
    payload = payload_of(annotation)
    assert payload.dump_output(value, "task 'x'") == sent
    assert payload.load(sent) == value


def settings_of(annotation: Any) -> Settings:
    return Settings(TypeAdapter(annotation).core_schema)


@pytest.mark.parametrize("annotation", [PlainBefore, PlainRecordBefore, Before], ids=str)
def test_what_a_validator_may_change_is_read_back(annotation: Any) -> None:
    assert settings_of(annotation).check is always


@pytest.mark.parametrize(
    ("annotation", "by_name"),
    [
        (Plain, False), (Called, False), (OneOf, False), (AtPath, False), (ReadAs, True), (WrittenAs, True),
        (NoneOf, True), (OnPath, True), (Tupled, True), (list[WrittenAs], True), (dict[str, WrittenAs], True),
        (WrittenAs | int, True), (set[Plain], False),
        (Held, True), (Before, True), (RecordBefore, True), (PlainBefore, False), (TAGGED, True),
    ],
)  # fmt: skip
def test_fields_travel_by_their_names_where_an_alias_would_not_be_read(annotation: Any, by_name: bool) -> None:
    assert settings_of(annotation).by_name is by_name


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


@pytest.mark.parametrize(
    "annotation", [Annotated[Cat | Dog, Field(discriminator="kind")], InstanceOf[int], Iterable[int], Cat | Dog, Any]
)
def test_a_type_that_leaves_open_what_is_read_is_uncertain(annotation: Any) -> None:
    assert not settings_of(annotation).is_certain


def holders(inner: Any) -> dict[str, Any]:
    """Schemas of pydantic's that hold another in each of the ways that there are."""
    parameter = core_schema.arguments_parameter("a", inner)
    return {
        "schema": core_schema.no_info_after_validator_function(str, inner),
        "choices": core_schema.tagged_union_schema({"a": inner}, discriminator="k"),
        "items_schema": core_schema.tuple_schema([core_schema.str_schema(), inner]),
        "keys_schema": core_schema.dict_schema(inner, core_schema.str_schema()),
        "values_schema": core_schema.frozenset_schema(core_schema.tuple_variable_schema(inner)),
        "steps": core_schema.chain_schema([core_schema.str_schema(), inner]),
        "json_schema": core_schema.json_or_python_schema(inner, core_schema.str_schema()),
        "python_schema": core_schema.json_or_python_schema(core_schema.str_schema(), inner),
        "lax_schema": core_schema.lax_or_strict_schema(inner, core_schema.str_schema()),
        "strict_schema": core_schema.lax_or_strict_schema(core_schema.str_schema(), inner),
        "arguments_schema": core_schema.call_schema(core_schema.arguments_schema([parameter]), str),
    }


@pytest.mark.parametrize("name", holders(None))
def test_what_is_inside_of_any_kind_of_schema_is_found(name: str) -> None:
    assert Settings(holders(core_schema.json_schema())[name]).for_reading
    assert not Settings(holders(core_schema.any_schema())[name]).is_certain
    assert Settings(holders(TypeAdapter(WrittenAs).core_schema)[name]).by_name
    plain = Settings(holders(core_schema.str_schema())[name])
    assert (plain.for_reading, plain.by_name, plain.is_certain) == (False, False, name != "choices")
    assert (plain.check is always) is (name != "keys_schema")


@pytest.mark.parametrize(
    ("annotation", "for_reading"),
    [
        (Plain, False), (Computed, False), (ComputedClosed, True), (ComputedOpen, True), (ComputedRecord, True),
        (list[ComputedOpen], True),
        (tuple[ComputedOpen, int], True), (Json, True), (tuple[Json[int], int], True), (dict[str, Json[int]], True),
    ],
)  # fmt: skip
def test_what_is_in_a_readers_way_is_written_for_reading(annotation: Any, for_reading: bool) -> None:
    assert settings_of(annotation).for_reading is for_reading


@pytest.mark.parametrize(
    ("schema", "is_certain"),
    [
        (core_schema.list_schema(), False),
        (core_schema.dict_schema(), False),
        (core_schema.dict_schema(core_schema.str_schema()), False),
        (core_schema.dict_schema(values_schema=core_schema.str_schema()), False),
        (core_schema.definition_reference_schema("gone"), True),
        (core_schema.model_schema(Plain, core_schema.no_info_plain_validator_function(str)), True),
        (core_schema.nullable_schema(core_schema.bytes_schema()), True),
    ],
)
def test_values_of_a_schema_that_says_little_are_read_back(schema: core_schema.CoreSchema, is_certain: bool) -> None:
    found = Settings(schema)
    assert (found.check is always, found.is_certain) == (True, is_certain)


@pytest.mark.parametrize(("extra", "for_reading"), [("forbid", True), ("allow", True), ("ignore", False)])
def test_a_dictionary_with_computed_fields_is_written_for_reading(
    extra: core_schema.ExtraBehavior, for_reading: bool
) -> None:
    computed = core_schema.computed_field("two", core_schema.int_schema())
    config = core_schema.CoreConfig(extra_fields_behavior=extra)
    field = core_schema.typed_dict_field(core_schema.int_schema())
    schema = core_schema.typed_dict_schema({"a": field}, computed_fields=[computed], config=config)
    assert Settings(schema).for_reading is for_reading
