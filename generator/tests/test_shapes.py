"""Schemas in their canonical form: what is said in several ways becomes one, and of two limits the narrower counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from trials.making import get, text, written
from wirewright import merging, openapi, shape
from wirewright.documents import Place
from wirewright.errors import SpecError

# Schemas, and below each what becomes of it; a name after `$ref` is that of a schema.
FORMS = Path(__file__).with_name("shapes.txt")

OTHERS = """
One: { type: object, required: [k], properties: { k: { type: string }, n: { type: integer, description: N } } }
Two: { type: object, required: [k], properties: { k: { type: string } } }
Open: { type: object, properties: { b: { type: string } } }
Closed: { type: object, properties: { b: { type: string } }, additionalProperties: false }
Nil: { type: [object, 'null'], properties: { b: { type: string } } }
Text: { type: [string, 'null'] }
Alias: { $ref: One, description: D }
Noted: { allOf: [{ $ref: One }], description: D }
Sub: { allOf: [{ $ref: One }, { properties: { s: {} } }] }
"""

LINES = FORMS.read_text().splitlines()
GIVEN = [line for line in LINES if not line.startswith(" ")]
EXPECTED = [line.strip() for line in LINES if line.startswith(" ")]


def test_a_schema_has_one_canonical_form(tmp_path: Path) -> None:
    """All in one document, so that the tools run once."""
    paths = [get(f"{{ $ref: C{n} }}", f"thing:get{n}").replace("/things", f"/things{n}") for n in range(len(GIVEN))]
    schemas = [f"C{n}: {schema}" for n, schema in enumerate(GIVEN)]
    folder = written(tmp_path, _referring(text("\n".join(paths), "\n".join(schemas) + OTHERS)))
    read = openapi.read(folder, folder / "select.toml")
    shape.normalise(read.document, read.documents)
    forms = [read.document["components"]["schemas"][f"C{n}"] for n in range(len(GIVEN))]
    found = {given: json.dumps(form, sort_keys=True) for given, form in zip(GIVEN, forms, strict=True)}
    expected = [json.dumps(yaml.safe_load(_referring(form)), sort_keys=True) for form in EXPECTED]
    assert found == dict(zip(GIVEN, expected, strict=True))


def _referring(text: str) -> str:
    return re.sub(r"\$ref: (\w+)", r"$ref: '#/components/schemas/\1'", text)


CASES = "a type cannot hang on a condition; write the cases as a oneOf"
SPELLING = "is not supported here; remove it or correct its spelling"
CONSTANT = "a constant or an enum of objects or lists is not supported"
ALONE = "the discriminator stands beside no oneOf, so that nothing says what it tells apart"
YAML = "which is not; on, off, yes and no are booleans in YAML unless quoted"
PATTERNS = "patternProperties are supported alone and with one pattern; use additionalProperties"


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ("{ not: {} }", "`not` is not supported: a type cannot say what a value is not"),
        *(
            (f"{{ {key}: {{}} }}", f"`{key}` is not supported: {CASES}")
            for key in ("if", "then", "else", "dependentSchemas", "dependentRequired")
        ),
        (
            "{ type: object, unevaluatedProperties: { type: string } }",
            f"the keyword `unevaluatedProperties` {SPELLING}",
        ),
        ("{ type: array, items: {}, unevaluatedItems: {} }", f"the keyword `unevaluatedItems` {SPELLING}"),
        ("{ typ: string }", f"the keyword `typ` {SPELLING}"),
        ("{ type: string, discriminator: { propertyName: a } }", ALONE),
        ("{ type: string, enum: [] }", "the enum has no values"),
        ("{ enum: [a, b, a] }", "the enum has a value twice"),
        ("{ enum: [{}] }", CONSTANT),
        ("{ enum: [a, []] }", CONSTANT),
        ("{ const: [] }", CONSTANT),
        ("{ type: string, enum: [a, 1] }", "the enum is of type string and lists 1, which is not"),
        ("{ type: integer, enum: [1.5] }", "the enum is of type integer and lists 1.5, which is not"),
        ("{ type: number, enum: [true] }", f"the enum is of type number and lists True, {YAML}"),
        ("{ type: boolean, enum: [1] }", "the enum is of type boolean and lists 1, which is not"),
        (
            "{ type: [string, integer], enum: [1, 1.5] }",
            "the enum is of type string or integer and lists 1.5, which is not",
        ),
        ("{ type: object, enum: [a] }", "the enum is of type object and lists 'a', which is not"),
        ("{ type: array, items: {}, enum: [a] }", "the enum is of type array and lists 'a', which is not"),
        ("{ type: 'null', enum: [a] }", "the enum is of type null and lists 'a', which is not"),
        ("{ patternProperties: { a: {}, b: {} } }", PATTERNS),
        ("{ patternProperties: { a: {} }, properties: { b: {} } }", PATTERNS),
        ("{ patternProperties: { a: {} }, additionalProperties: true }", PATTERNS),
        ("{ type: array }", "the array does not say what its items are"),
        ("{ type: array, items: {}, pattern: a }", "`pattern` says nothing about a value of type array"),
        ("{ type: string, minimum: 1 }", "`minimum` says nothing about a value of type string"),
        ("{ type: boolean, minLength: 1 }", "`minLength` says nothing about a value of type boolean"),
        ("{ type: integer, minProperties: 1 }", "`minProperties` says nothing about a value of type integer"),
        ("{ allOf: [{ $ref: Self }] }", "T is made of itself (by $ref, allOf, anyOf or oneOf)"),
        ("{ type: number, minimum: 2, maximum: 1 }", "no value fits: minimum is 2 and maximum is 1"),
        ("{ properties: { a: false } }", "no value fits the schema `false`"),
    ],
)
def test_a_schema_without_a_form_is_told(tmp_path: Path, schema: str, told: str) -> None:
    given = f"T: {schema}".replace("Self", "'#/components/schemas/T'")
    folder = written(tmp_path, text(get("{ $ref: '#/components/schemas/T' }"), given))
    with pytest.raises(SpecError) as caught:
        _normalised(folder)
    assert caught.value.reason == told
    assert caught.value.place.startswith("/components/schemas/T")


BACK = "the parts of the allOf lead back to themselves"
APART = "the parts of the allOf contradict each other"
LOOPS = """
A: { properties: { x: { $ref: A } } }
B: { properties: { x: { $ref: B } } }
L: { type: array, items: { $ref: L } }
M: { items: { $ref: M }, minItems: 1 }
U: { oneOf: [{ properties: { x: { $ref: U } } }, { properties: { y: {} } }] }
V: { oneOf: [{ properties: { x: { $ref: V } } }, { properties: { z: {} } }] }
"""


@pytest.mark.parametrize(
    ("one", "two", "place", "told"),
    [
        ("{ type: string }", "{ type: boolean }", "", f"{APART}: type is 'string' in one and 'boolean' in another"),
        ("{ type: integer }", "{ type: string }", "", f"{APART}: type is 'integer' in one and 'string' in another"),
        ("{ type: number }", "{ type: boolean }", "", f"{APART}: type is 'number' in one and 'boolean' in another"),
        ("{ format: date }", "{ format: uuid }", "", f"{APART}: format is 'date' in one and 'uuid' in another"),
        (
            "{ additionalProperties: { type: string } }",
            "{ additionalProperties: false }",
            "",
            f"{APART}: additionalProperties is {{'type': 'string'}} in one and False in another",
        ),
        (
            "{ properties: { a: { properties: { b: { pattern: x } } } } }",
            "{ properties: { a: { properties: { b: { pattern: y } } } } }",
            "/a/b",
            f"{APART}: pattern is 'x' in one and 'y' in another",
        ),
        (
            "{ items: { type: string } }",
            "{ items: { type: boolean } }",
            "",
            f"{APART}: type is 'string' in one and 'boolean' in another",
        ),
        (
            "{ oneOf: [{ type: string }, { type: integer }] }",
            "{ type: string }",
            "",
            f"{APART}: type is 'integer' in one and 'string' in another",
        ),
        ("{ enum: [a] }", "{ enum: [b] }", "", "the parts of the allOf allow no value together: ['a'] and ['b']"),
        (
            "{ type: object, properties: { b: {} }, additionalProperties: false }",
            "{ properties: { d: {}, b: {}, c: {} } }",
            "",
            "one part of the allOf is closed (additionalProperties: false) and does not know 'c' of another, "
            "so that no value fits both",
        ),
        (
            "{ properties: { d: {}, b: {}, c: {} } }",
            "{ type: object, additionalProperties: false }",
            "",
            "one part of the allOf is closed (additionalProperties: false) and does not know 'b' of another, "
            "so that no value fits both",
        ),
        ("{ type: integer, minimum: 5 }", "{ maximum: 1 }", "", "no value fits: minimum is 5 and maximum is 1"),
        (
            "{ properties: { a: { type: integer, minimum: 5 } } }",
            "{ properties: { a: { maximum: 1 } } }",
            "/a",
            "no value fits: minimum is 5 and maximum is 1",
        ),
        ("{ properties: { a: { $ref: A } } }", "{ properties: { a: { $ref: B } } }", "/a" + "/x" * 40, BACK),
        ("{ items: { $ref: L } }", "{ items: { $ref: M } }", "", BACK),
        ("{ items: { $ref: U } }", "{ items: { $ref: V } }", "/x" * 13, BACK),
    ],
)
def test_parts_that_leave_no_value_are_told_with_their_place(
    tmp_path: Path, one: str, two: str, place: str, told: str
) -> None:
    given = _referring(f"T: {{ allOf: [{one}, {two}] }}\n{LOOPS}")
    folder = written(tmp_path, text(get("{ $ref: '#/components/schemas/T' }"), given))
    with pytest.raises(SpecError) as caught:
        _normalised(folder)
    assert str(caught.value) == f"openapi.yaml: /components/schemas/T{place} (line 17): {told}"


@pytest.mark.parametrize("around", ["{ properties: { a: %s } }", "{ items: %s }", "{ additionalProperties: %s }"])
@pytest.mark.parametrize(("depth", "is_known"), [(40, True), (41, False)])
def test_parts_are_joined_to_a_depth(tmp_path: Path, around: str, depth: int, is_known: bool) -> None:
    parts = ["{ minimum: 1 }", "{ type: integer }"]
    for _ in range(depth):
        parts = [around % part for part in parts]
    folder = written(tmp_path, text(get("{ $ref: '#/components/schemas/T' }"), f"T: {{ allOf: [{', '.join(parts)}] }}"))
    if is_known:
        _normalised(folder)
        return
    with pytest.raises(SpecError, match=BACK):
        _normalised(folder)


@pytest.mark.parametrize(
    ("low", "high", "meets"),
    [
        ("minLength", "maxLength", True),
        ("minItems", "maxItems", True),
        ("minProperties", "maxProperties", True),
        ("minimum", "maximum", True),
        ("minimum", "exclusiveMaximum", False),
        ("exclusiveMinimum", "maximum", False),
        ("exclusiveMinimum", "exclusiveMaximum", False),
    ],
)
def test_limits_that_leave_no_value_are_told(low: str, high: str, meets: bool) -> None:
    place = Place("a.yaml", ("b",), 3)
    crossing = [(3, 2)] if meets else [(3, 2), (2, 2)]
    for least, most in [(2, 3), (2, 2), (3, 2)]:
        if (least, most) not in crossing:
            merging.refuse_crossing({low: least, high: most}, place)
            continue
        with pytest.raises(SpecError) as caught:
            merging.refuse_crossing({low: least, high: most}, place)
        assert str(caught.value) == f"a.yaml: /b (line 3): no value fits: {low} is {least} and {high} is {most}"
    merging.refuse_crossing({low: 3}, place)
    merging.refuse_crossing({high: 3}, place)


def _normalised(folder: Path) -> None:
    read = openapi.read(folder, folder / "select.toml")
    shape.normalise(read.document, read.documents)
