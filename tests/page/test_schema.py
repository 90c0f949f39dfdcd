"""Forms of inputs: what is written in the fields is the input that arrives, for whatever pydantic makes a schema of."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Literal, NotRequired

import htpy as h
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter
from typing_extensions import TypedDict

from hatchet.page import filled, schema
from hatchet.page.filled import Unreadable
from hatchet.page.forms import Fields
from hatchet.page.schema import Kind


class Size(enum.Enum):
    SMALL = "small"
    LARGE = 2


class Item(BaseModel):
    name: str
    amount: int = Field(1, ge=1, le=9)
    size: Size = Size.SMALL


class Node(BaseModel):
    value: int
    next: Node | None = None


class Everything(BaseModel):
    text: str
    number: float
    whole: int
    truth: bool
    choice: Literal["a", 1]
    item: Item
    items: list[Item]
    texts: list[str]
    grid: list[list[int]]
    maybe: str | None
    maybe_whole: int | None = None
    maybe_truth: bool | None = None
    maybe_item: Item | None = None
    maybe_items: list[Item] | None = None
    either: int | str = 1
    mapping: dict[str, int] = {}
    when: datetime | None = None
    anything: Any = None


class Loose(TypedDict):
    a: int
    b: NotRequired[str]


def form_of(kind: Any) -> schema.Field:
    return schema.field_of(TypeAdapter(kind).json_schema())


def fields(kind: Any) -> dict[str, schema.Field]:
    return dict(form_of(kind).fields)


def drawn_of(fields: Fields, form: schema.Field) -> str:
    return str(h.div[fields.all(form)])


def test_each_type_has_its_field() -> None:
    kinds = {name: each.kind for name, each in fields(Everything).items()}
    assert kinds == {
        "text": Kind.TEXT, "number": Kind.NUMBER, "whole": Kind.WHOLE, "truth": Kind.TRUTH, "choice": Kind.CHOICE,
        "item": Kind.OBJECT, "items": Kind.LIST, "texts": Kind.LIST, "grid": Kind.LIST, "maybe": Kind.TEXT,
        "maybe_whole": Kind.WHOLE, "maybe_truth": Kind.TRUTH, "maybe_item": Kind.OBJECT, "maybe_items": Kind.LIST,
        "either": Kind.JSON, "mapping": Kind.JSON, "when": Kind.TEXT, "anything": Kind.JSON,
    }  # fmt: skip
    item = dict(fields(Everything)["item"].fields)
    assert (item["amount"].least, item["amount"].most, item["size"].choices) == (1, 9, ("small", 2))
    assert [name for name, each in fields(Everything).items() if not each.may_be_absent][:3] == [
        "text",
        "number",
        "whole",
    ]


items = st.builds(Item, name=st.text(), amount=st.integers(1, 9), size=st.sampled_from(Size))
everything = st.builds(
    Everything,
    text=st.text(),
    number=st.floats(allow_nan=False, allow_infinity=False),
    maybe=st.none() | st.text(min_size=1).filter(str.strip),
    item=items,
    items=st.lists(items, max_size=3),
    maybe_item=st.none() | items,
    maybe_items=st.none() | st.lists(items, max_size=2),
    maybe_truth=st.none() | st.booleans(),
    either=st.integers() | st.text(),
    mapping=st.dictionaries(st.text(), st.integers(), max_size=3),
    when=st.none(),
    anything=st.none() | st.integers() | st.text(),
)


@settings(max_examples=50, deadline=None)
@given(everything)
def test_an_input_that_is_written_in_a_form_is_read_back(value: Everything) -> None:
    form = form_of(Everything)
    read = filled.read(form, filled.written(form, value.model_dump(mode="json")))
    assert Everything.model_validate(read) == value


@settings(max_examples=50, deadline=None)
@given(everything)
def test_a_form_is_drawn_whatever_stands_in_it(value: Everything) -> None:
    form = form_of(Everything)
    drawn = drawn_of(Fields(filled.written(form, value.model_dump(mode="json")), {"input/text": "<b>"}), form)
    assert "<script" not in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize(
    ("kind", "value"),
    [(int, 3), (str, "tea"), (str, ""), (bool, True), (list[str], ["a", ""]), (float, 1.5), (dict[str, int], {"a": 1}),
     (Literal["x"], "x"), (type(None), None), (Item, {"name": "x", "amount": 2, "size": 2}), (list[int], []),
     (int | None, None), (int | None, 4), (Any, [1, {"a": None}]), (tuple[int, str], [1, "a"])],
)  # fmt: skip
def test_an_input_need_be_no_object(kind: Any, value: Any) -> None:
    form = form_of(kind)
    assert filled.read(form, filled.written(form, value)) == value


def test_defaults_stand_in_a_form_and_are_sent() -> None:
    form = form_of(Item)
    begun = filled.empty(form)
    assert begun == {"input/amount": ["1"], "input/size": ["0"]}
    assert filled.read(form, {**begun, "input/name": ["x"]}) == {"name": "x", "amount": 1, "size": "small"}


def test_what_is_left_out_is_not_sent() -> None:
    assert filled.read(form_of(Item), {"input/name": ["x"]}) == {"name": "x"}
    assert filled.read(form_of(Loose), {"input/a": ["1"], "input/b": [""]}) == {"a": 1}


class Clearable(BaseModel):
    text: str = "x"
    maybe: int | None = 5
    needed: int | None


def test_a_default_can_be_cleared() -> None:
    form = form_of(Clearable)
    assert filled.read(form, {"input/text": [""], "input/maybe": [""]}) == {"text": "", "maybe": None, "needed": None}


def test_faults_are_told_by_field() -> None:
    form = form_of(Everything)
    written = {"input/number": ["many"], "input/whole": ["1.5"], "input/choice": ["7"], "input/either": ["{"],
               "input/item/name": ["x"], "input/items#": ["1"], "input/items/0/amount": ["no"]}  # fmt: skip
    with pytest.raises(Unreadable) as caught:
        filled.read(form, written)
    faults = caught.value.faults
    assert {place: fault.partition(":")[0] for place, fault in faults.items()} == {
        "input/number": "it is no number",
        "input/whole": "it is no whole number",
        "input/choice": "it is none of the choices",
        "input/either": "it is no JSON",
        "input/items/0/amount": "it is no whole number",
    }
    drawn = drawn_of(Fields(written, faults), form)
    assert drawn.count('aria-invalid="true"') == drawn.count('class="fault"') == 5


def test_items_are_added_with_their_defaults_and_removed_from_the_middle() -> None:
    form = form_of(Everything)
    written: dict[str, list[str]] = {}
    for name in "abc":
        written = filled.with_item(form, written, "input/items")
        written[f"input/items/{ord(name) - 97}/name"] = [name]
    assert written["input/items/2/amount"] == ["1"]
    written = filled.with_item(form, filled.with_item(form, written, "input/grid"), "input/grid/0")
    assert written["input/grid/0#"] == ["1"]
    written = filled.without_item(written, "input/items/1")
    assert (written["input/items#"], written["input/items/0/name"], written["input/items/1/name"]) == (
        ["2"],
        ["a"],
        ["c"],
    )
    assert "input/items/2/name" not in written
    for nonsense in ("input/items/9", "input/items/x", "input/nowhere/0", "x", ""):
        assert filled.without_item(written, nonsense) == written
        assert filled.with_item(form, written, nonsense) == written


def test_names_of_properties_may_have_any_letters() -> None:
    whole, text = {"type": "integer"}, {"type": "string"}
    odd = {"type": "object", "properties": {"a/b": whole, "c#": text, "é ?": whole}, "required": ["a/b"]}
    form = schema.field_of(odd)
    value = {"a/b": 1, "c#": "x", "é ?": 2}
    assert filled.read(form, filled.written(form, value)) == value


def test_what_has_no_end_and_what_makes_no_sense_is_written_as_json() -> None:
    field = form_of(Node)
    for _ in range(schema.DEEPEST):
        field = dict(field.fields)["next"]
        if field.kind is Kind.JSON:
            break
    assert field.kind is Kind.JSON
    none_of_them: list[dict[str, Any]] = [
        {}, {"$ref": "#/$defs/None"}, {"$ref": 5}, {"type": "unheard-of"}, {"anyOf": []}, {"enum": 3},
        {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}, {"type": "object"}, {"type": "array"},
        {"type": "object", "properties": 1}, {"allOf": [1]}, {"type": "array", "items": {}},
        {"type": ["string", "integer"]},
    ]  # fmt: skip
    for nonsense in none_of_them:
        assert schema.field_of(nonsense).kind is Kind.JSON, nonsense


@pytest.mark.parametrize("value", [5, {"name": 5}, {"name": "x", "more": 1}, {"name": "x", "size": "huge"}, ["x"]])
def test_an_input_that_fits_no_field_is_told_so(value: Any) -> None:
    with pytest.raises(ValueError, match="form has"):
        filled.written(form_of(Item), value)
