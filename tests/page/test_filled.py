"""What form a schema has, and what is read from a form and written in it."""

from __future__ import annotations

from typing import Any

import pytest

from hatchet.page import filled, schema
from hatchet.page.filled import Unreadable
from hatchet.page.schema import Field, Kind

TEXT, WHOLE, LOOSE = Field(Kind.TEXT, "T"), Field(Kind.WHOLE, "W"), Field(Kind.TEXT, "T", is_required=False)
PAIR = Field(Kind.OBJECT, "O", fields=(("a/b", LOOSE), ("n", Field(Kind.NOTHING, "N"))))


# -- from a schema


def nested(depth: int) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": nested(depth - 1)}} if depth else {"type": "string"}


SCHEMAS: list[tuple[Any, Field]] = [
    ({"type": "string", "title": "T", "description": "D", "format": "date"}, Field(Kind.TEXT, "T", "D", format="date")),
    ({"type": "string", "title": 5, "description": 5, "format": 5}, Field(Kind.TEXT, "Input")),
    ({"type": "integer", "minimum": 0, "maximum": 9}, Field(Kind.WHOLE, "Input", least=0, most=9)),
    ({"type": "number", "minimum": True, "maximum": "9"}, Field(Kind.NUMBER, "Input")),
    ({"type": "boolean", "default": False}, Field(Kind.TRUTH, "Input", has_default=True, default=False)),
    ({"type": "null"}, Field(Kind.NOTHING, "Input")),
    ({"const": "a"}, Field(Kind.CHOICE, "Input", choices=("a",))),
    ({"enum": ["a", 1], "default": None}, Field(Kind.CHOICE, "Input", choices=("a", 1), has_default=True)),
    ({"enum": []}, Field(Kind.JSON, "Input")),
    ({"type": ["string", "null"]}, Field(Kind.TEXT, "Input", is_nullable=True)),
    ({"type": ["null", "integer"]}, Field(Kind.WHOLE, "Input", is_nullable=True)),
    ({"type": ["string", "null", "integer"]}, Field(Kind.JSON, "Input")),
    ({"type": ["string", "integer"]}, Field(Kind.JSON, "Input")),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, Field(Kind.TEXT, "Input", is_nullable=True)),
    ({"oneOf": [{"type": "string"}]}, Field(Kind.TEXT, "Input")),
    ({"allOf": [{"$ref": "#/$defs/A"}], "title": "T"}, Field(Kind.WHOLE, "T", "of A")),
    ({"$ref": "#/$defs/A", "description": "D"}, Field(Kind.WHOLE, "A", "D")),
    (
        {"anyOf": [{"anyOf": [{"type": "null"}, {"$ref": "#/$defs/A"}]}]},
        Field(Kind.WHOLE, "A", "of A", is_nullable=True),
    ),
    ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, Field(Kind.JSON, "Input")),
    (
        {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        Field(Kind.JSON, "Input", is_nullable=True),
    ),
    ({"anyOf": [{"type": "null"}]}, Field(Kind.JSON, "Input", is_nullable=True)),
    ({"type": "array", "items": {"type": "integer"}}, Field(Kind.LIST, "Input", item=Field(Kind.WHOLE, "Item"))),
    ({"type": "array", "items": {"type": "integer"}, "prefixItems": []}, Field(Kind.JSON, "Input")),
    ({"type": "array", "items": True}, Field(Kind.JSON, "Input")),
    (
        {"type": "object", "properties": {"a_b": {"type": "string"}, "c-d": 5}, "required": ["a_b"]},
        Field(
            Kind.OBJECT,
            "Input",
            fields=(("a_b", Field(Kind.TEXT, "A b")), ("c-d", Field(Kind.JSON, "c-d", is_required=False))),
        ),
    ),
    ({"type": "object", "properties": {}, "additionalProperties": False}, Field(Kind.OBJECT, "Input")),
    ({"type": "object", "properties": {}, "additionalProperties": None}, Field(Kind.OBJECT, "Input")),
    ({"type": "object", "properties": {}, "additionalProperties": True}, Field(Kind.JSON, "Input")),
    ({"type": "object", "properties": {}, "additionalProperties": {"type": "string"}}, Field(Kind.JSON, "Input")),
]


@pytest.mark.parametrize(("given", "field"), SCHEMAS, ids=lambda each: str(each)[:60])
def test_a_schema_is_read_as_a_field(given: dict[str, Any], field: Field) -> None:
    defined = {"A": {"type": "integer", "title": "A", "description": "of A"}}
    assert schema.field_of({**given, "$defs": defined}) == field
    assert schema.field_of({**given, "definitions": defined}) == field


@pytest.mark.parametrize(("depth", "deepest"), [(6, Kind.TEXT), (7, Kind.JSON)])
def test_what_is_deeper_than_six_is_written_as_json(depth: int, deepest: Kind) -> None:
    field = schema.field_of(nested(depth))
    for _ in range(6):
        [(_, field)] = field.fields
    assert field.kind is deepest


@pytest.mark.parametrize("links", [11, 12])
def test_references_are_followed_to_an_end(links: int) -> None:
    defined = {f"A{number}": {"$ref": f"#/$defs/A{number + 1}"} for number in range(links)}
    defined[f"A{links}"] = {"type": "string"}
    field = schema.field_of({"$ref": "#/$defs/A0", "$defs": defined})
    assert field.kind is (Kind.TEXT if links == 11 else Kind.JSON)


@pytest.mark.parametrize(
    ("kind", "given", "is_switched", "may_be_absent"),
    [
        (Kind.OBJECT, {}, False, False),
        (Kind.OBJECT, {"is_nullable": True}, True, True),
        (Kind.OBJECT, {"is_required": False}, True, True),
        (Kind.OBJECT, {"is_required": False, "has_default": True}, False, True),
        (Kind.OBJECT, {"is_required": True, "has_default": True}, False, False),
        (Kind.LIST, {"is_required": False}, False, True),
        (Kind.LIST, {"is_nullable": True}, True, True),
        (Kind.TEXT, {"is_nullable": True, "is_required": False}, False, True),
    ],
)
def test_what_has_a_switch_and_what_may_be_absent(
    kind: Kind, given: Any, is_switched: bool, may_be_absent: bool
) -> None:
    field = Field(kind, "F", **given)
    assert (field.is_switched, field.may_be_absent) == (is_switched, may_be_absent)


# -- from a form

OPTIONAL: Any = {"is_required": False}
NULLABLE: Any = {"is_nullable": True}
READ: list[tuple[Field, dict[str, list[str]], Any]] = [
    (TEXT, {}, ""),
    (TEXT, {"input": [" a "]}, " a "),
    (TEXT, {"input": ["a", "b"]}, "b"),
    (Field(Kind.TEXT, "T", **NULLABLE), {"input": [" "]}, None),
    (Field(Kind.TEXT, "T", is_required=False, default="x", has_default=True), {"input": [""]}, ""),
    (Field(Kind.TEXT, "T", is_required=False, is_nullable=True, default="x"), {"input": [""]}, None),
    (WHOLE, {"input": ["-3"]}, -3),
    (Field(Kind.NUMBER, "N"), {"input": ["1.5"]}, 1.5),
    (Field(Kind.NUMBER, "N"), {"input": ["-2"]}, -2),
    (Field(Kind.TRUTH, "B"), {"input": ["true"]}, True),
    (Field(Kind.TRUTH, "B"), {}, False),
    (Field(Kind.TRUTH, "B", **NULLABLE), {"input": ["false"]}, False),
    (Field(Kind.TRUTH, "B", **NULLABLE), {"input": ["true"]}, True),
    (Field(Kind.TRUTH, "B", **NULLABLE), {"input": [""]}, None),
    (Field(Kind.CHOICE, "C", choices=("a", 1)), {"input": ["1"]}, 1),
    (Field(Kind.JSON, "J"), {"input": ['{"a": [1]}']}, {"a": [1]}),
    (Field(Kind.NOTHING, "N"), {"input": ["x"]}, None),
    (
        Field(Kind.LIST, "L", item=WHOLE),
        {"input#": ["2"], "input/0": ["1"], "input/1": ["2"], "input/2": ["3"]},
        [1, 2],
    ),
    (Field(Kind.LIST, "L", item=WHOLE), {}, []),
    (Field(Kind.LIST, "L", item=WHOLE, **NULLABLE), {"input#": ["0"]}, None),
    (Field(Kind.LIST, "L", item=WHOLE, **NULLABLE), {"input#": ["0"], "input?": ["yes"]}, []),
    (Field(Kind.OBJECT, "O", **NULLABLE, fields=(("a", TEXT),)), {"input?": ["yes"], "input/a": ["x"]}, {"a": "x"}),
    (Field(Kind.OBJECT, "O", fields=(("l", Field(Kind.LIST, "L", item=WHOLE, **OPTIONAL)),)), {}, {}),
    (
        Field(Kind.OBJECT, "O", fields=(("l", Field(Kind.LIST, "L", item=WHOLE, has_default=True, **OPTIONAL)),)),
        {},
        {"l": []},
    ),
    (Field(Kind.OBJECT, "O", fields=(("o", Field(Kind.OBJECT, "P", fields=(("a", TEXT),), **OPTIONAL)),)), {}, {}),
    (Field(Kind.OBJECT, "O", fields=(("w", Field(Kind.WHOLE, "W", is_required=False, is_nullable=True)),)), {}, {}),
    (
        Field(
            Kind.OBJECT, "O", fields=(("w", Field(Kind.WHOLE, "W", is_required=False, is_nullable=True, default=5)),)
        ),
        {},
        {"w": None},
    ),
    (LOOSE, {}, None),
]


@pytest.mark.parametrize(("field", "form", "value"), READ, ids=str)
def test_what_is_written_is_read(field: Field, form: dict[str, list[str]], value: Any) -> None:
    found = filled.read(field, form)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("field", "form", "fault"),
    [
        (WHOLE, {}, "it is required"),
        (WHOLE, {"input": ["1.5"]}, "it is no whole number"),
        (Field(Kind.NUMBER, "N"), {"input": ["true"]}, "it is no number"),
        (Field(Kind.NUMBER, "N"), {"input": ["x"]}, "it is no number"),
        (Field(Kind.NUMBER, "N"), {"input": ['"1"']}, "it is no number"),
        (Field(Kind.CHOICE, "C", choices=("a",)), {"input": ["1"]}, "it is none of the choices"),
        (Field(Kind.CHOICE, "C", choices=("a",)), {"input": ["²"]}, "it is none of the choices"),
        (Field(Kind.CHOICE, "C", choices=("a",)), {"input": ["-1"]}, "it is none of the choices"),
        (Field(Kind.JSON, "J"), {"input": ["]"]}, "it is no JSON: Expecting value: line 1 column 1 (char 0)"),
        (Field(Kind.JSON, "J"), {}, "it is required"),
    ],
)
def test_what_cannot_be_read_is_told(field: Field, form: dict[str, list[str]], fault: str) -> None:
    with pytest.raises(Unreadable) as caught:
        filled.read(field, form)
    assert caught.value.faults == {"input": fault}
    assert str(caught.value) == f"input: {fault}"


def test_faults_are_told_together() -> None:
    assert str(Unreadable({"": "a", "input/b": "c"})) == "the input: a; input/b: c"


@pytest.mark.parametrize(("said", "count"), [("200", 200), ("201", 200), ("0", 0), ("-1", 0), ("²", 0), ("", 0)])
def test_a_list_has_two_hundred_items_at_most(said: str, count: int) -> None:
    assert filled.count_at({"input#": [said]}, "input") == count
    field = Field(Kind.LIST, "L", item=TEXT)
    if said == "200":
        assert filled.with_item(field, {"input#": [said]}, "input") == {"input#": ["200"]}
        assert filled.with_item(field, {"input#": ["199"]}, "input") == {"input#": ["200"], "input?": ["yes"]}
        assert filled.written(field, ["x"] * 200)["input#"] == ["200"]
        with pytest.raises(ValueError, match="input holds something else than the form has a field for"):
            filled.written(field, ["x"] * 201)


WRITTEN: list[tuple[Field, Any, dict[str, list[str]]]] = [
    (TEXT, "é", {"input": ["é"]}),
    (TEXT, None, {}),
    (WHOLE, 3, {"input": ["3"]}),
    (Field(Kind.NUMBER, "N"), 1.5, {"input": ["1.5"]}),
    (Field(Kind.TRUTH, "B"), False, {"input": ["false"]}),
    (Field(Kind.TRUTH, "B"), True, {"input": ["true"]}),
    (Field(Kind.CHOICE, "C", choices=("a", 1)), 1, {"input": ["1"]}),
    (Field(Kind.JSON, "J"), None, {"input": ["null"]}),
    (Field(Kind.JSON, "J"), {"é": 1}, {"input": ['{\n  "é": 1\n}']}),
    (
        Field(Kind.LIST, "L", item=WHOLE),
        [1, 2],
        {"input?": ["yes"], "input#": ["2"], "input/0": ["1"], "input/1": ["2"]},
    ),
    (
        Field(Kind.OBJECT, "O", fields=(("a/", TEXT), ("b", TEXT))),
        {"a/": "x"},
        {"input?": ["yes"], "input/a%2F": ["x"]},
    ),
]


@pytest.mark.parametrize(("field", "value", "form"), WRITTEN, ids=str)
def test_an_input_is_written_in_the_fields(field: Field, value: Any, form: dict[str, list[str]]) -> None:
    assert filled.written(field, value) == form


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (TEXT, 1),
        (WHOLE, "1"),
        (WHOLE, True),
        (Field(Kind.TRUTH, "B"), 1),
        (Field(Kind.CHOICE, "C", choices=("a",)), "b"),
        (Field(Kind.LIST, "L", item=WHOLE), {}),
        (Field(Kind.LIST, "L"), []),
        (PAIR, []),
    ],
)
def test_what_a_field_does_not_take_is_told(field: Field, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^input holds something else than the form has a field for$"):
        filled.written(field, value)


def test_what_a_form_has_no_field_for_is_told() -> None:
    with pytest.raises(ValueError, match=r"^input has more than the form has fields for$"):
        filled.written(PAIR, {"a/b": "x", "c": 1})


def test_a_form_begins_with_the_defaults() -> None:
    inner = Field(Kind.OBJECT, "O", fields=(("w", Field(Kind.WHOLE, "W", has_default=True, default=0)), ("t", TEXT)))
    whole = Field(Kind.OBJECT, "I", fields=(("o", inner), ("n", Field(Kind.WHOLE, "N", has_default=True)), ("t", TEXT)))
    assert filled.empty(whole) == {"input/o/w": ["0"]}


def test_an_item_is_taken_from_the_middle() -> None:
    form = {
        "input#": ["12"],
        "input?": ["yes"],
        "input/0": ["a"],
        "input/1/x": ["b"],
        "input/2/x\ny": ["c", "d"],
        "input/10": ["k"],
        "other/2": ["o"],
    }
    assert filled.without_item(form, "input/1") == {
        "input#": ["11"],
        "input?": ["yes"],
        "input/0": ["a"],
        "input/1/x\ny": ["c", "d"],
        "input/9": ["k"],
        "other/2": ["o"],
    }
    assert filled.without_item(form, "input/11") == {**form, "input#": ["11"]}
    for nothing in ("input/12", "input/x", "input/²", "input"):
        same = filled.without_item(form, nothing)
        assert same == form
        assert same["input/2/x\ny"] is not form["input/2/x\ny"]


def test_an_item_is_added_where_the_list_is() -> None:
    item = Field(
        Kind.OBJECT,
        "I",
        fields=(("w", Field(Kind.WHOLE, "W", has_default=True, default=1)), ("l", Field(Kind.LIST, "L", item=WHOLE))),
    )
    whole = Field(Kind.OBJECT, "O", fields=(("ab", TEXT), ("a", Field(Kind.LIST, "A", item=item))))
    form = {"input/a#": ["1"], "input/a/0/w": ["5"]}
    assert filled.with_item(whole, form, "input/a") == {
        "input/a#": ["2"],
        "input/a?": ["yes"],
        "input/a/0/w": ["5"],
        "input/a/1/w": ["1"],
    }
    assert filled.with_item(whole, form, "input/a/0/l") == {**form, "input/a/0/l#": ["1"], "input/a/0/l?": ["yes"]}
    for nothing in ("input", "input/ab", "input/none", "elsewhere"):
        assert filled.with_item(whole, form, nothing) == form
