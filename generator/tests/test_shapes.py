"""Schemas in their canonical form: what is said in several ways becomes one, and of two limits the narrower counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from trials.making import get, text, written
from wirewright import openapi, shape

# Schemas, and below each what becomes of it; a name after `$ref` is that of a schema.
FORMS = Path(__file__).with_name("shapes.txt")

OTHERS = """
One: { type: object, required: [k], properties: { k: { type: string }, n: { type: integer, description: N } } }
Two: { type: object, required: [k], properties: { k: { type: string } } }
Open: { type: object, properties: { b: { type: string } } }
Closed: { type: object, properties: { b: { type: string } }, additionalProperties: false }
Nil: { type: [object, 'null'], properties: { b: { type: string } } }
Text: { type: [string, 'null'] }
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
