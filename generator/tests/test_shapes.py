"""Schemas in their canonical form: what is said in several ways becomes one, and of two limits the narrower counts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
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


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The canonical forms, by the schemas as they were given."""
    paths = [get(f"{{ $ref: C{n} }}", f"thing:get{n}").replace("/things", f"/things{n}") for n in range(len(GIVEN))]
    schemas = [f"C{n}: {schema}" for n, schema in enumerate(GIVEN)]
    whole = _referring(text("\n".join(paths), "\n".join(schemas) + OTHERS))
    folder = written(tmp_path_factory.mktemp("shapes"), whole)
    found = openapi.read(folder, folder / "select.toml")
    shape.normalise(found.document, found.documents)
    return {schema: found.document["components"]["schemas"][f"C{n}"] for n, schema in enumerate(GIVEN)}


@pytest.mark.parametrize(("given", "expected"), [*zip(GIVEN, EXPECTED, strict=True)], ids=GIVEN)
def test_a_schema_has_one_canonical_form(forms: dict[str, Any], given: str, expected: str) -> None:
    form = yaml.safe_load(_referring(expected))
    assert json.dumps(forms[given], sort_keys=True) == json.dumps(form, sort_keys=True)


def _referring(text: str) -> str:
    return re.sub(r"\$ref: (\w+)", r"$ref: '#/components/schemas/\1'", text)
