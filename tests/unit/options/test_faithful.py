"""Of which types a value is read back before it is sent, and of which it cannot be read as something else."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any, Literal, NotRequired

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model
from typing_extensions import TypedDict

from hatchet.options.faithful import PLAIN_CONFIG, Settings
from hatchet.options.payload import dump_mapping, payload_of

UTC = dt.timezone.utc


def settings_of(annotation: Any) -> Settings:
    return Settings(TypeAdapter(annotation).core_schema)


class Plain(BaseModel):
    number: int


class Spelled(TypedDict):
    number: int
    moment: NotRequired[dt.datetime | None]


class Trimmed(TypedDict):
    __pydantic_config__ = ConfigDict(str_strip_whitespace=True)  # type: ignore[misc]  # as pydantic has it
    text: str


class Color(Enum):
    RED = "red"


LOOKED_AT: list[tuple[Any, object, bool]] = [
    (int, 1, False),
    (float, 1.5, False),
    (float, float("inf"), True),
    (float | None, None, False),
    (float | None, 1.5, False),
    (float | None, float("nan"), True),
    (int | None, None, False),
    (int | None, 1, False),
    (dict[str, float] | None, {"a": float("inf")}, True),
    (dict[str, float] | None, {"a": 1.0}, False),
    (list[float | None], [None, 1.0], False),
    (list[float | None], [None, float("inf")], True),
    (list[int], [1], False),
    (list[int], (1,), True),
    (dt.datetime, dt.datetime(2026, 1, 1, tzinfo=UTC), False),
    (dt.datetime, dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))), True),
    (dt.date, dt.date(2026, 1, 1), False),
    (dt.date, dt.datetime(2026, 1, 1), True),
    (Literal["a", 1], "a", False),
    (Color, Color.RED, False),
    (Plain, Plain(number=1), False),
    (Spelled, {"number": 1}, False),
    (Spelled, {"number": 1, "moment": None}, False),
    (Spelled, {"number": 1, "moment": dt.datetime(2026, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))}, True),
    (Spelled, {"number": 1, "other": 2}, True),
    (Trimmed, {"text": "a"}, True),
    (int | str, 1, True),
    (Any, 1, True),
]


@pytest.mark.parametrize(("annotation", "value", "is_read_back"), LOOKED_AT)
def test_a_value_is_read_back_where_something_else_might_arrive(
    annotation: Any, value: object, is_read_back: bool
) -> None:
    assert settings_of(annotation).check(value) is is_read_back


@pytest.mark.parametrize(
    ("annotation", "is_certain"),
    [
        (int, True), (int | None, True), (list[int], True), (Plain, True), (dict[str, list[float]], True),
        (Any, False), (int | str, False), (list[Any], False), (list, False), (dict[str, int | str], False),
        (dict[Any, int], False), (Any | None, False),
    ],
)  # fmt: skip
def test_a_type_without_unions_and_any_leaves_no_doubt(annotation: Any, is_certain: bool) -> None:
    assert settings_of(annotation).is_certain is is_certain


PLAIN: list[ConfigDict] = [
    ConfigDict(title="t"), ConfigDict(extra="forbid"), ConfigDict(from_attributes=True), ConfigDict(frozen=True),
    ConfigDict(populate_by_name=True), ConfigDict(validate_by_name=True), ConfigDict(validate_by_alias=True),
    ConfigDict(serialize_by_alias=True), ConfigDict(loc_by_alias=False), ConfigDict(validate_assignment=True),
    ConfigDict(validate_default=True), ConfigDict(revalidate_instances="always"), ConfigDict(hide_input_in_errors=True),
    ConfigDict(str_max_length=9), ConfigDict(str_min_length=1),
]  # fmt: skip
ODD: list[ConfigDict] = [
    ConfigDict(str_strip_whitespace=True), ConfigDict(str_to_lower=True), ConfigDict(ser_json_timedelta="float"),
    ConfigDict(ser_json_bytes="base64"), ConfigDict(allow_inf_nan=False), ConfigDict(strict=True),
    ConfigDict(extra="allow"), ConfigDict(coerce_numbers_to_str=True),
]  # fmt: skip


def model_with(config: ConfigDict) -> type[BaseModel]:
    return create_model("Model", __config__=config, text=(str, Field(default="a")))


@pytest.mark.parametrize("config", PLAIN, ids=str)
def test_a_setting_that_changes_no_value_costs_no_second_look(config: ConfigDict) -> None:
    model = model_with(config)
    assert settings_of(model).check(model()) is False


@pytest.mark.parametrize("config", ODD, ids=str)
def test_values_of_a_model_with_another_setting_are_read_back(config: ConfigDict) -> None:
    model = model_with(config)
    assert settings_of(model).check(model()) is True


def test_each_setting_that_pydantic_writes_down_for_these_is_known() -> None:
    written = set[str]()
    for config in PLAIN:
        schema: Any = TypeAdapter(model_with(config)).core_schema
        written |= schema.get("config", {}).keys()
    assert written == PLAIN_CONFIG - {"frozen", "validate_assignment"}  # which this pydantic has elsewhere


def test_a_value_without_a_declared_type_may_be_read_as_its_own_type() -> None:
    class Job(BaseModel):
        color: Any

    assert dump_mapping({"job": Job(color=Color.RED)}, "the input") == '{"job": {"color": "red"}}'
    declared, free = payload_of(Job), payload_of(Job, is_declared=False)
    assert free.dump(Job(color=Color.RED)) == b'{"color":"red"}'  # whoever reads may declare `color: Color`
    with pytest.raises(ValueError, match="color"):
        declared.dump(Job(color=Color.RED))
