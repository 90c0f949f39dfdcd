"""A document on its way: OpenAPI 3.0 becomes 3.1, discriminators are written out, and what needs a name gets one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from trials.making import get, post, text, written
from wirewright import convert, discriminators, inline, openapi, shape
from wirewright.documents import Documents
from wirewright.errors import SpecError
from wirewright.openapi import Specification


def _converted(folder: Path, schema: str, version: str) -> Any:
    folder = written(folder, text(get(schema), "A: { type: string }", version))
    documents = Documents(folder)
    document = documents.root(folder / "openapi.yaml")
    convert.to_31(document, documents)
    assert document["openapi"] == ("3.1.0" if version.startswith("3.0") else version)
    return document["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]


INSIDE = "properties: { a: { items:"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("{ type: string, nullable: true }", "{ type: [string, 'null'] }"),
        ("{ type: string, nullable: false }", "{ type: string }"),
        ("{ type: string, enum: [a], nullable: true }", "{ type: [string, 'null'], enum: [a, null] }"),
        ("{ type: string, enum: [a, null], nullable: true }", "{ type: [string, 'null'], enum: [a, null] }"),
        ("{ $ref: r, nullable: true, description: D }", "{ description: D, anyOf: [{ $ref: r }, { type: 'null' }] }"),
        (
            "{ oneOf: [{}], nullable: true, default: 1, deprecated: true, x-a: 1 }",
            "{ default: 1, deprecated: true, anyOf: [{ oneOf: [{}], x-a: 1 }, { type: 'null' }] }",
        ),
        ("{ nullable: true }", "{ anyOf: [{}] }"),
        ("{ minimum: 1, exclusiveMinimum: true }", "{ exclusiveMinimum: 1 }"),
        ("{ minimum: 1, exclusiveMinimum: false }", "{ minimum: 1 }"),
        ("{ maximum: 1, exclusiveMaximum: true }", "{ exclusiveMaximum: 1 }"),
        ("{ exclusiveMaximum: true }", "{}"),
        ("{ exclusiveMaximum: 3, maximum: 2 }", "{ exclusiveMaximum: 3, maximum: 2 }"),
        (
            f"{{ {INSIDE} {{ type: integer, nullable: true }} }} }} }}",
            f"{{ {INSIDE} {{ type: [integer, 'null'] }} }} }} }}",
        ),
    ],
)
def test_a_schema_of_openapi_30_is_one_of_31(tmp_path: Path, older: str, newer: str) -> None:
    assert _converted(tmp_path, older, "3.0.3") == yaml.safe_load(newer)


def test_a_schema_of_openapi_31_stays_as_it_is(tmp_path: Path) -> None:
    given = "{ minimum: 1, exclusiveMinimum: 2, properties: { nullable: { type: string } } }"
    assert _converted(tmp_path, given, "3.1.1") == yaml.safe_load(given)
    with pytest.raises(SpecError) as caught:
        _converted(tmp_path, "{ type: string, nullable: false }", "3.1.1")
    told = "`nullable` means nothing in OpenAPI 3.1.1; write `type: [string, 'null']`, or an anyOf"
    assert caught.value.reason == told


def _prepared(folder: Path, paths: str, schemas: str) -> Specification:
    folder = written(folder, text(paths, schemas))
    read = openapi.read(folder, folder / "select.toml")
    shape.normalise(read.document, read.documents)
    inline.hoist(read.document, read.documents)
    discriminators.settle(read.document, read.documents)
    return read


REFERENCE = "#/components/schemas/"
KINDS = """
A: { type: object, required: [k], properties: { k: { enum: [a, aa] } } }
B: { type: object, required: [k], properties: { k: { type: string } } }
C: { type: object, required: [k], properties: { k: { $ref: K } } }
K: { type: string, enum: [c] }
D: { type: object, properties: { k: { type: string } } }
E: { type: object, required: [k], properties: { k: { type: integer } } }
F: { type: object, required: [k] , properties: { l: {} } }
G: { allOf: [{ $ref: H }, { properties: { l: {} } }] }
H: { type: object, required: [k], properties: { k: { type: string } } }
I: { type: object, required: [k], properties: { k: { enum: [b, aa] } } }
"""


def _choice(folder: Path, names: str, mapping: str) -> Specification:
    options = ", ".join(f"{{ $ref: '{REFERENCE}{name}' }}" for name in names)
    given = f"T: {{ oneOf: [{options}], discriminator: {{ propertyName: k, mapping: {mapping} }} }}"
    kinds = re.sub(r"\$ref: ([HK])", rf"$ref: '{REFERENCE}\1'", KINDS)
    return _prepared(folder, get(f"{{ $ref: '{REFERENCE}T' }}"), given + kinds)


@pytest.mark.parametrize(
    ("names", "mapping", "tags"),
    [
        ("AB", "{}", {"a": "A", "aa": "A", "B": "B"}),
        ("ABC", "{}", {"a": "A", "aa": "A", "B": "B", "c": "C"}),
        ("AB", f"{{ b: '{REFERENCE}B', bb: B }}", {"b": "B", "bb": "B", "a": "A", "aa": "A"}),
        ("AB", "{ a: A }", {"a": "A", "B": "B"}),
        ("AI", "{ a: A, b: I }", {"a": "A", "b": "I"}),
        ("AG", "{ g: G }", {"g": "G", "a": "A", "aa": "A"}),
    ],
)
def test_a_discriminator_says_which_value_means_which_choice(
    tmp_path: Path, names: str, mapping: str, tags: dict[str, str]
) -> None:
    schemas = _choice(tmp_path, names, mapping).document["components"]["schemas"]
    mapping_of = {value: REFERENCE + name for value, name in tags.items()}
    assert schemas["T"]["discriminator"] == {"propertyName": "k", "mapping": mapping_of}
    found = {name: schemas[name]["properties"]["k"]["x-tags"] for name in names}
    assert found == {name: [value for value, owner in tags.items() if owner == name] for name in names}
    # One that says more of a property than the object that it extends is no such object any more.
    assert not any("x-bases" in schemas[name] for name in names)


@pytest.mark.parametrize(
    ("names", "mapping", "told"),
    [
        ("AD", "{}", "D is told by 'k', which is no property that it requires"),
        ("AF", "{}", "F is told by 'k', which is no property that it requires"),
        ("AE", "{}", "E is told by 'k', which is no text"),
        ("AK", "{}", "the discriminator 'k' can tell only named objects apart, and one of the choices is none"),
        ("AI", "{}", "the discriminator 'k' is 'aa' of both A and I"),
        ("AB", "[a]", "the `mapping` of the discriminator has to be a map"),
        ("AB", "{ x: C }", "the discriminator leads 'x' to 'C', which is none of the choices"),
        ("AB", "{ x: A }", "the discriminator leads 'x' to A, whose 'k' is never that"),
    ],
)
def test_a_discriminator_that_leads_nowhere_is_told(tmp_path: Path, names: str, mapping: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        _choice(tmp_path, names, mapping)
    assert caught.value.reason == told


def test_what_needs_a_name_is_called_after_where_it_stood(tmp_path: Path) -> None:
    thing = (
        "{ type: object, properties: { a-b: { type: object, properties: { c: { enum: [x, y] } } }, "
        "m: { type: object, additionalProperties: { enum: [u, v] } }, "
        "l: { type: array, items: { type: object, properties: { n: {} } } }, "
        "o: { oneOf: [{ type: object, properties: { z: {} } }, { type: integer }] }, "
        "p: { prefixItems: [{ enum: [1, 2] }, { type: string }], minItems: 2, maxItems: 2 }, "
        "one: { const: x }, d: { enum: [s, t, null], default: s, readOnly: true, writeOnly: false } } }"
    )
    found = _prepared(tmp_path, post(thing), "").document
    schemas = found["components"]["schemas"]
    assert {name: schema["description"] for name, schema in schemas.items()} == {
        "ThingMakeRequest": "What `thing:make` is sent.",
        "ThingMakeRequestAB": "The `a-b` of ThingMakeRequest.",
        "ThingMakeRequestABC": "The `c` of ThingMakeRequestAB.",
        "ThingMakeRequestD": "The `d` of ThingMakeRequest.",
        "ThingMakeRequestLItem": "One of the values of ThingMakeRequestL.",
        "ThingMakeRequestMValue": "One of the values of ThingMakeRequestM.",
        "ThingMakeRequestOOption1": "One shape of ThingMakeRequestO.",
        "ThingMakeRequestPPlace1": "One shape of ThingMakeRequestP.",
    }
    assert list(schemas) == sorted(schemas)
    properties = schemas["ThingMakeRequest"]["properties"]
    assert properties["one"] == {"enum": ["x"], "type": "string"}
    assert properties["d"] == {
        "$ref": f"{REFERENCE}ThingMakeRequestD",
        "description": "The `d` of ThingMakeRequest.",
        "default": "s",
        "nullable": True,
        "readOnly": True,
        "writeOnly": False,
    }
    assert properties["m"] == {
        "type": "object",
        "additionalProperties": {
            "$ref": f"{REFERENCE}ThingMakeRequestMValue",
            "description": "One of the values of ThingMakeRequestM.",
        },
    }


ASKED = """
/things:
  post:
    operationId: thing:make
    parameters:
      - { name: a-b, in: query, schema: { type: object, properties: { n: {} } } }
      - { name: c, in: query, content: { application/json: { schema: { enum: [x, y] } } } }
      - { name: d, in: query, schema: { type: string, minLength: 1 } }
      - { name: e, in: query, schema: { type: string } }
    requestBody:
      content:
        application/json: { schema: { type: object, properties: { n: {} } } }
        application/vnd.x+json; q=1: { schema: { type: object, properties: { m: {} } } }
    responses:
      '404': { description: D, content: { application/json: { schema: { type: object, properties: { n: {} } } } } }
      '201':
        description: D
        content:
          application/json: { schema: { type: object, properties: { n: {} }, description: Its own. } }
          text/csv: { schema: { type: object, properties: { m: {} } } }
      '200': { description: D, content: { application/json: { schema: { type: object, properties: { o: {} } } } } }
      default: { description: D, content: { application/json: { schema: { type: string, minLength: 1 } } } }
      5XX:
        { description: D, content: { application/json: { schema: { oneOf: [{ type: string }, { type: object }] } } } }
"""


def test_what_is_asked_and_answered_is_called_after_its_operation(tmp_path: Path) -> None:
    found = _prepared(tmp_path, ASKED, "").document
    schemas = found["components"]["schemas"]
    asked, answered = "What `thing:make` is sent.", "What `thing:make` answers."
    assert {name: schema["description"] for name, schema in schemas.items()} == {
        "ThingMakeAB": "Values of `a-b`.",
        "ThingMakeC": "Values of `c`.",
        "ThingMakeD": "Values of `d`.",
        "ThingMakeRequest": asked,
        "ThingMakeRequestVndXJson": asked,
        "ThingMakeResponse": "Its own.",
        "ThingMakeResponse200": answered,
        "ThingMakeResponse404": answered,
        "ThingMakeResponse5XX": answered,
        "ThingMakeResponseCsv": answered,
    }
    operation = found["paths"]["/things"]["post"]
    plain = {"type": "string", "minLength": 1}
    assert operation["responses"]["default"]["content"]["application/json"]["schema"] == plain
    assert operation["parameters"][3]["schema"] == {"type": "string"}
    assert operation["parameters"][2]["schema"] == {
        "$ref": f"{REFERENCE}ThingMakeD",
        "description": "Values of `d`.",
        "x-stood": {**plain},
    }
    stood = {name: schema["x-stood"] for name, schema in schemas.items() if "x-stood" in schema}
    assert stood == {"ThingMakeD": True, "ThingMakeResponse5XX": True}


def test_a_name_that_another_schema_has_is_told(tmp_path: Path) -> None:
    user = f"{{ properties: {{ a: {{ $ref: '{REFERENCE}ThingGetResponse' }} }} }}"
    taken = f"ThingGetResponse: {{ type: string }}\nUser: {user}"
    answer = f"{{ properties: {{ a: {{ $ref: '{REFERENCE}User' }} }} }}"
    with pytest.raises(SpecError) as caught:
        _prepared(tmp_path, get(answer), taken)
    assert str(caught.value) == (
        "openapi.yaml: /paths/~1things/get/responses/200/content/application~1json/schema (line 14): the inline schema "
        "would be called 'ThingGetResponse', which another schema is called; give it a name of its own"
    )
