"""Schemas in their canonical form: what is said in several ways becomes one, and of two limits the narrower counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from trials.making import get, text, written
from wirewright import openapi, shape
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


def _normalised(folder: Path) -> None:
    read = openapi.read(folder, folder / "select.toml")
    shape.normalise(read.document, read.documents)
