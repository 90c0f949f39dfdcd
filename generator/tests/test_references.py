"""A specification of several files becomes one document; what a reference cannot name is told where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from trials import toys
from wirewright.documents import Documents
from wirewright.errors import SpecError
from wirewright.references import Bundler

WHOLE = {
    "openapi.yaml": """\
# Ours.
openapi: 3.1.0
x-kept: { $ref: "nowhere.yaml" }
paths:
  /a: { $ref: "paths.yaml#/~1a", summary: Ours, x-more: 1 }
  /b: { $ref: "paths.yaml#/~1a" }
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
  responses: { Gone: { $ref: "nowhere.yaml" } }
  schemas: { $ref: "schemas/all.yaml" }
""",
    "paths.yaml": """\
/a:
  summary: Theirs
  get:
    parameters: [{ $ref: "#/shared/0" }, { $ref: "schemas/all.yaml#/../x" }]
    requestBody: { example: { $ref: "x" }, examples: { $ref: "x" }, default: { $ref: "x" }, x-data: { $ref: "x" } }
    responses:
      "200": { content: { application/json: { schema: { $ref: "schemas/all.yaml#/A" } } } }
shared:
  - { name: a, schema: { $ref: "schemas/more.yaml" } }
""",
    "schemas/all.yaml": """\
A:
  properties: { b: { $ref: "#/B" }, $ref: { type: string }, items: { $ref: "#/Alias" } }
  patternProperties: { x: { $ref: "#/B" } }
  additionalProperties: { $ref: "#/B" }
  items: { $ref: "more.yaml#/inner%20one" }
  allOf: [{ $ref: "#/B", description: Beside }]
  anyOf: [{ $ref: "#/B" }]
  oneOf: [{ $ref: "more.yaml#/list/1" }]
  prefixItems: [{ $ref: "#/A" }]
  not: { $ref: "#/B" }
  contains: { $ref: "#/B" }
  default: { $ref: "#/B" }
  example: { $ref: "#/B" }
  enum: [{ $ref: "#/B" }]
  const: { $ref: "#/B" }
  unevaluatedItems: false
B: { type: string }
Alias: { $ref: "#/B" }
Further: { $ref: "#/Alias" }
Lost: { $ref: "#/Nothing" }
""",
    "schemas/more.yaml": """\
inner one: { type: integer }
list: [{}, { type: boolean }]
""",
}
SCHEMA = "#/components/schemas/"


def test_what_several_files_say_is_one_document(tmp_path: Path) -> None:
    documents = Documents(toys.write(tmp_path, WHOLE))
    bundler = Bundler(documents)
    document = bundler.bundle()

    b = {"$ref": f"{SCHEMA}B"}
    data = {"$ref": "#/B"}
    lost = "the reference leads to schemas/all.yaml#/../x, where there is nothing"
    get: dict[str, Any] = {
        "parameters": [{"name": "a", "schema": {"$ref": f"{SCHEMA}more"}}, {"x-fault": lost}],
        "requestBody": {key: {"$ref": "x"} for key in ("example", "examples", "default", "x-data")},
        "responses": {"200": {"content": {"application/json": {"schema": {"$ref": f"{SCHEMA}A"}}}}},
    }
    assert document == {
        "openapi": "3.1.0",
        "x-kept": {"x-fault": "the reference 'nowhere.yaml' names a file that is not in the folder"},
        "paths": {
            "/a": {"summary": "Ours", "get": get, "x-more": 1},
            "/b": {"summary": "Theirs", "get": get},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "1": {"type": "boolean"},
                "A": {
                    "properties": {"b": b, "$ref": {"type": "string"}, "items": b},
                    "patternProperties": {"x": b},
                    "additionalProperties": b,
                    "items": {"$ref": f"{SCHEMA}inner one"},
                    "allOf": [{**b, "description": "Beside"}],
                    "anyOf": [b],
                    "oneOf": [{"$ref": f"{SCHEMA}1"}],
                    "prefixItems": [{"$ref": f"{SCHEMA}A"}],
                    "not": b,
                    "contains": b,
                    "default": data,
                    "example": data,
                    "enum": [data],
                    "const": data,
                    "unevaluatedItems": False,
                },
                "Alias": b,
                "B": {"type": "string"},
                "Further": b,
                "Lost": {"x-fault": "the reference leads to schemas/all.yaml#/Nothing, where there is nothing"},
                "inner one": {"type": "integer"},
                "more": {"inner one": {"type": "integer"}, "list": [{}, {"type": "boolean"}]},
            },
        },
    }
    assert list(document["components"]["schemas"]) == sorted(document["components"]["schemas"])

    # Each part stands where it was read, and a fault where the reference is.
    schemas, paths = document["components"]["schemas"], document["paths"]
    assert [
        (place.file, "/".join(place.pointer), place.line)
        for place in map(
            documents.place,
            (
                document,
                paths,
                paths["/a"],
                paths["/b"],
                paths["/a"]["get"]["parameters"],
                paths["/a"]["get"]["parameters"][0],
                paths["/a"]["get"]["parameters"][1],
                schemas["A"],
                schemas["A"]["properties"],
                schemas["A"]["properties"]["b"],
                schemas["A"]["allOf"],
                schemas["inner one"],
                schemas["Lost"],
            ),
        )
    ] == [
        ("openapi.yaml", "", 2),
        ("openapi.yaml", "paths", 5),
        ("openapi.yaml", "paths//a", 5),
        ("paths.yaml", "/a", 2),
        ("paths.yaml", "/a/get/parameters", 4),
        ("paths.yaml", "shared/0", 9),
        ("paths.yaml", "/a/get/parameters/1", 4),
        ("schemas/all.yaml", "A", 2),
        ("schemas/all.yaml", "A/properties", 2),
        ("schemas/all.yaml", "A/properties/b", 2),
        ("schemas/all.yaml", "A/allOf", 6),
        ("schemas/more.yaml", "inner one", 1),
        ("schemas/all.yaml", "Lost", 20),
    ]
    faults = [paths["/a"]["get"]["parameters"][1], schemas["Lost"], paths["/b"]["get"]["parameters"][1]]
    found = {str(fault) for fault in map(bundler.faults.get, map(id, faults))}
    where = "schemas/all.yaml: /Lost (line 20): "
    assert found == {
        f"paths.yaml: /~1a/get/parameters/1 (line 4): {lost}",
        f"{where}the reference leads to schemas/all.yaml#/Nothing, where there is nothing",
    }


def _one(folder: Path, reference: str, **files: str) -> str:
    """What is told of a reference that an answer makes."""
    paths = {"/a": {"get": {"responses": {"200": {"schema": {"$ref": reference}}}}}}
    shared = {"A": {"type": "string"}, "Loop": {"$ref": "#/components/schemas/Pool"}, "l": {"anyOf": [{}]}}
    shared |= {"Pool": {"$ref": "#/components/schemas/Loop"}, "text": {"const": "x"}}
    written = {"specs/openapi.yaml": yaml.safe_dump({"paths": paths, "components": {"schemas": shared}})}
    toys.write(folder, {**written, **{f"{name}.yaml": text for name, text in files.items()}})
    bundler = Bundler(Documents(folder / "specs"))
    found = bundler.bundle()["paths"]["/a"]["get"]["responses"]["200"]["schema"]
    return str(found.get("x-fault") or found["$ref"])


IN = "the reference leads to openapi.yaml#/components/schemas"


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("#/components/schemas/A", f"{SCHEMA}A"),
        ("openapi.yaml#/components/schemas/A", f"{SCHEMA}A"),
        ("../specs/openapi.yaml#/components/schemas/A", f"{SCHEMA}A"),
        ("#/components/schemas/l/anyOf/0", f"{SCHEMA}0"),
        ("#/components/schemas/l/anyOf/1", f"{IN}/l/anyOf/1, where there is nothing"),
        ("#/components/schemas/l/anyOf/x", f"{IN}/l/anyOf/x, where there is nothing"),
        ("#/components/schemas/text/const/0", f"{IN}/text/const/0, where there is nothing"),
        ("#/components/schemas/A/x", f"{IN}/A/x, where there is nothing"),
        ("#/components/schemas/Loop", f"the reference '{SCHEMA}Pool' leads back to itself"),
        ("#/components/schemas/Loop/x", f"the reference '{SCHEMA}Pool' leads back to itself"),
        ("#A", "the reference '#A' names an anchor, which is not supported; use a JSON pointer"),
        ("../other.yaml#/A", "the reference '../other.yaml#/A' names a file that is not in the folder"),
        ("../specs", "the reference '../specs' names a file that is not in the folder"),
        ("https://a/b.yaml", "the reference 'https://a/b.yaml' leads to another machine; put the file into the folder"),
    ],
)
def test_a_reference_names_a_schema_or_is_told(tmp_path: Path, reference: str, told: str) -> None:
    assert _one(tmp_path, reference, other="A: {}\n") == told


def test_a_path_that_leads_back_to_itself_is_told(tmp_path: Path) -> None:
    text = "paths:\n  /a: { get: { $ref: '#/paths/~1a' } }\n  /b: { get: { $ref: '#/paths/~1a/get' } }\n"
    document = Bundler(Documents(toys.write(tmp_path, {"openapi.yaml": text}))).bundle()
    told = {"x-fault": "'#/paths/~1a' leads back to itself"}
    assert document["paths"] == {"/a": {"get": {"get": told}}, "/b": {"get": {"get": told}}}
    assert document["components"] == {"schemas": {}}


def test_two_schemas_of_one_name_are_refused(tmp_path: Path) -> None:
    text = 'paths: { /a: { schema: { $ref: "more.yaml#/A" } } }\ncomponents:\n  schemas:\n    A: { type: string }\n'
    toys.write(tmp_path, {"openapi.yaml": text, "more.yaml": "x: 1\nA:\n  type: integer\n"})
    bundler = Bundler(Documents(tmp_path))
    fault = bundler.faults[id(bundler.bundle()["paths"]["/a"]["schema"])]
    assert str(fault) == "more.yaml: /A (line 3): two schemas are called 'A', the other one in openapi.yaml; rename one"


@pytest.mark.parametrize("schemas", ["[]", "null", "x", "{}"])
def test_a_list_of_schemas_names_none(tmp_path: Path, schemas: str) -> None:
    text = f"paths: {{}}\ncomponents: {{ schemas: {schemas} }}\n"
    document = Bundler(Documents(toys.write(tmp_path, {"openapi.yaml": text}))).bundle()
    assert document == {"paths": {}, "components": {"schemas": {}}}


@pytest.mark.parametrize("text", ["paths: []", "[]", "a: {}", "paths: x"])
def test_what_has_no_paths_is_no_document(tmp_path: Path, text: str) -> None:
    with pytest.raises(SpecError) as caught:
        Bundler(Documents(toys.write(tmp_path, {"openapi.yaml": text}))).bundle()
    assert str(caught.value) == "openapi.yaml: /paths: there are no paths, so this is no OpenAPI document"
