"""What is wrong with a document, its overlay or its selection is told in one sentence, with file and place."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from trials.making import asked, get, post, text, tree, written
from wirewright.errors import SpecError

THING = get("{ type: string }")
A_LIST = "{ name: a, in: query, style: %s, schema: { type: array, items: { type: string } } }"
ANY_OF = "{ anyOf: [{ type: string }, { type: array, items: { type: string } }] }"


class Fault(NamedTuple):
    """A document and the error of it, whole."""

    name: str
    document: str
    error: str


def more(schema: str, media: str) -> str:
    """An operation that is sent a text as JSON, or a schema as something else."""
    return post("{ type: string }").replace("          encoding: {}", f"        {media}:\n          schema: {schema}")


FAULTS = [
    Fault(
        "not YAML",
        "a: [",
        "line 2, column 1: this is not YAML: did not find expected node content",
    ),
    Fault(
        "empty",
        "# nothing\n",
        "/: the file is empty",
    ),
    Fault(
        "number",
        text(get("{ type: number, maximum: .inf }")),
        "/paths/~1things/get/responses/200/content/application~1json/schema/maximum (line 14): '.inf' is no number that JSON has too",
    ),
    Fault(
        "Swagger",
        "swagger: '2.0'\n" + text(THING),
        "/ (line 1): this is Swagger 2.0; convert it to OpenAPI 3 first",
    ),
    Fault(
        "no version",
        text(THING).replace("openapi: 3.1.0\n", ""),
        "/ (line 1): the document says no version at `openapi`; 3.0 and 3.1 are understood",
    ),
    Fault(
        "servers of a path",
        text("/things:\n  servers: [{ url: https://x }]\n" + THING.partition("\n")[2]),
        "/paths/~1things (line 7): a path with servers of its own is not supported: all calls go to one",
    ),
    Fault(
        "path without a slash",
        text(THING.replace("/things", "things")),
        "/paths/things (line 7): the path 'things' has to begin with `/` and hold no `?` or `#`",
    ),
    Fault(
        "no title",
        text(THING).replace("  title: Odd\n", ""),
        '/info (line 3): `info`: "title" is a required property',
    ),
    Fault(
        "parameter without a name",
        text(asked("{ in: query, schema: { type: string } }")),
        "/paths/~1things/get/parameters/0 (line 10): a parameter of 'thing:ask' has no name",
    ),
    Fault(
        "parameter without a schema",
        text(asked("{ name: a, in: query }")),
        "/paths/~1things/get/parameters/0 (line 10): the parameter 'a' of 'thing:ask' has no schema",
    ),
    Fault(
        "path parameters",
        text(asked("{ name: a, in: path, required: true, schema: { type: string } }", "/{b}")),
        "/paths/~1{b}/get (line 8): 'thing:ask' and its path /{b} do not agree on the path parameters: a, b",
    ),
    Fault(
        "no responses",
        text("/things:\n  get:\n    operationId: thing:get\n    responses: {}"),
        "/paths/~1things/get (line 8): 'thing:get' has no responses",
    ),
    Fault(
        "no content",
        text(
            "/things:\n  post:\n    operationId: thing:make\n    requestBody: {}\n    responses: { '204': { description: D } }"
        ),
        "/paths/~1things/post/requestBody (line 9): the request body of 'thing:make' is empty: it has no content",
    ),
    Fault(
        "no schema of JSON",
        text(post("{}").replace("          schema: {}\n", "")),
        "/paths/~1things/post/requestBody/content (line 12): the request body of 'thing:make' has no schema for application/json",
    ),
    Fault(
        "no schema of JSON in capitals",
        text(post("{}", "Application/JSON").replace("          schema: {}\n", "")),
        "/paths/~1things/post/requestBody/content (line 12): the request body of 'thing:make' has no schema for Application/JSON",
    ),
    Fault(
        "operation twice",
        text(f"{THING}\n{THING.replace('/things', '/others')}"),
        "/paths/~1others/get (line 17): the operationId 'thing:get' stands at two operations",
    ),
    Fault(
        "key twice",
        text(f"{THING}\n{THING}"),
        "/paths (line 15): the key '/things' stands here twice",
    ),
    Fault(
        "module twice",
        text(f"{THING}\n{get('{}', 'thing::get').replace('/things', '/others')}"),
        "/paths/~1others/get (line 17): 'thing::get' and 'thing:get' would both be thing.get; set [folders] in select.toml",
    ),
    Fault(
        "discriminator without a property",
        text(
            get("{ $ref: '#/components/schemas/Thing' }"),
            "Thing: { oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }], discriminator: {} }\nA: { type: object }\nB: { type: object, properties: { b: { type: string } } }",
        ),
        "/components/schemas/Thing (line 17): the discriminator names no property (propertyName)",
    ),
    Fault(
        "deepObject of a list",
        text(asked(A_LIST % "deepObject")),
        "/paths/~1things/get/parameters/0 (line 10): 'a' has the style deepObject and is no object",
    ),
    Fault(
        "spaces and explode",
        text(asked(A_LIST.replace("style", "explode: true, style") % "spaceDelimited")),
        "/paths/~1things/get/parameters/0 (line 10): the style 'spaceDelimited' of 'a' needs `explode: false`",
    ),
    Fault(
        "several shapes",
        text(asked(f"{{ name: a, in: query, schema: {ANY_OF} }}")),
        "/paths/~1things/get/parameters/0 (line 10): 'a' may be of several shapes, of which each would be written in a way of its own",
    ),
    Fault(
        "media that differ",
        text(
            more("{ type: object, properties: { a: { type: string } } }", "application/merge-patch+json").replace(
                "{ type: string }\n", "{ type: string, maxLength: 2 }\n"
            )
        ),
        "/paths/~1things/post/requestBody (line 10): the media types of the request body differ in what is checked or encoded; leave one of them out",
    ),
    Fault(
        "open media",
        text(more("{}", "image/*")),
        "/paths/~1things/post/requestBody (line 10): the media type 'image/*' of the request body stands beside others; leave one out",
    ),
    Fault(
        "form of a text",
        text(post("{ type: string }", "multipart/form-data")),
        "/paths/~1things/post/requestBody (line 10): the request body is multipart/form-data and its schema is no object, so that it has no fields",
    ),
    Fault(
        "style of a field",
        text(
            post(
                "{ type: object, properties: { a: { type: string } } }",
                "multipart/form-data",
                "{ a: { style: deepObject, explode: true } }",
            )
        ),
        "/paths/~1things/post/requestBody (line 10): `explode` at the encoding of 'a' is not supported; `contentType` is",
    ),
    Fault(
        "header of a field",
        text(
            post(
                "{ type: object, properties: { a: { type: string } } }", "multipart/form-data", "{ a: { headers: {} } }"
            )
        ),
        "/paths/~1things/post/requestBody (line 10): `headers` at the encoding of 'a' is not supported; `contentType` is",
    ),
    Fault(
        "references in a circle",
        text(
            get("{ $ref: '#/components/schemas/A' }"),
            "A: { $ref: '#/components/schemas/B' }\nB: { $ref: '#/components/schemas/A' }",
        ),
        "/paths/~1things/get/responses/200/content/application~1json/schema (line 14): the reference '#/components/schemas/B' leads back to itself",
    ),
    Fault(
        "reference to no schema",
        text(get("{ $ref: '#/info' }")),
        "/info (line 3): the keyword `version` is not supported here; remove it or correct its spelling",
    ),
    Fault(
        "reference to no item",
        text(get("{ $ref: '#/components/schemas/A/anyOf/2' }"), "A: { anyOf: [{ type: string }, { type: integer }] }"),
        "/paths/~1things/get/responses/200/content/application~1json/schema (line 14): the reference leads to openapi.yaml#/components/schemas/A/anyOf/2, where there is nothing",
    ),
    Fault(
        "classes of one name",
        text(
            get("{ anyOf: [{ $ref: '#/components/schemas/a-b' }, { $ref: '#/components/schemas/AB' }] }"),
            "a-b: { type: object }\nAB: { type: object }",
        ),
        "/components/schemas/a-b (line 17): 'a-b' and 'AB' would both be the class AB; rename one",
    ),
    Fault(
        "names that end a word",
        text(
            get("{ $ref: '#/components/schemas/A' }"),
            "A: { allOf: [{ properties: { a: { $ref: '#/components/schemas/A' } } }, { properties: { a: { properties: { a: { type: string } } } } }] }",
        ),
        "/components/schemas/A (line 17): A is made of itself (allOf or $ref)",
    ),
    Fault(
        "header of a name that is none",
        text(asked("{ name: 'a b', in: header, schema: { type: string } }")),
        "/paths/~1things/get/parameters/0 (line 10): no header can be called 'a b'",
    ),
    Fault(
        "cookie of a name that is none",
        text(asked("{ name: 'a;b', in: cookie, schema: { type: string } }")),
        "/paths/~1things/get/parameters/0 (line 10): no cookie can be called 'a;b'",
    ),
    Fault(
        "object that holds a list",
        text(
            asked(
                "{ name: a, in: query, schema: { type: object, properties: { b: { type: array, items: { type: string } } } } }"
            )
        ),
        "/paths/~1things/get/parameters/0 (line 10): 'a' is an object that holds lists or objects, which no style can write",
    ),
    Fault(
        "object of any objects",
        text(asked("{ name: a, in: query, schema: { additionalProperties: { type: object } } }")),
        "/paths/~1things/get/parameters/0 (line 10): 'a' is an object that holds lists or objects, which no style can write",
    ),
    Fault(
        "list of objects",
        text(asked("{ name: a, in: query, schema: { type: array, items: { type: object, properties: { b: {} } } } }")),
        "/paths/~1things/get/parameters/0 (line 10): 'a' is a list of lists or objects, which no style can write",
    ),
    Fault(
        "tuple that holds a list",
        text(
            asked(
                "{ name: a, in: query, schema: { prefixItems: [{ type: string }, { type: array, items: {} }], minItems: 2, maxItems: 2 } }"
            )
        ),
        "/paths/~1things/get/parameters/0 (line 10): 'a' is a list of lists or objects, which no style can write",
    ),
    Fault(
        "object in a cookie",
        text(asked("{ name: a, in: cookie, schema: { type: object, properties: { b: { type: string } } } }")),
        "/paths/~1things/get/parameters/0 (line 10): 'a' is an object, which is supported in the query as deepObject or as an exploded form",
    ),
    Fault(
        "object by spaces",
        text(
            asked(
                "{ name: a, in: query, style: spaceDelimited, schema: { type: object, properties: { b: { type: string } } } }"
            )
        ),
        "/paths/~1things/get/parameters/0 (line 10): 'a' is an object, which is supported in the query as deepObject or as an exploded form",
    ),
    Fault(
        "deepObject of a number",
        text(asked("{ name: a, in: query, style: deepObject, schema: { type: number } }")),
        "/paths/~1things/get/parameters/0 (line 10): 'a' has the style deepObject and is no object",
    ),
    Fault(
        "reserved letters",
        text(asked("{ name: a, in: query, allowReserved: true, schema: { type: string } }")),
        "/paths/~1things/get/parameters/0 (line 10): `allowReserved` of 'a' is not supported: what separates keys would go unescaped",
    ),
    Fault(
        "value without a type",
        text(asked("{ name: a, in: query, schema: {} }")),
        "/paths/~1things/get/parameters/0 (line 10): the schema of 'a' has no type, so that nothing says how it is written",
    ),
    Fault(
        "exploded cookie",
        text(asked("{ name: a, in: cookie, schema: { type: array, items: { type: string } } }")),
        "/paths/~1things/get/parameters/0 (line 10): the cookie 'a' is a list, which needs `explode: false`",
    ),
    Fault(
        "content that is text",
        text(asked("{ name: a, in: query, content: { text/plain: { schema: { type: string } } } }")),
        "/paths/~1things/get/parameters/0 (line 10): the parameter 'a' has a content that is not application/json",
    ),
    Fault(
        "form of a list of objects",
        text(
            post(
                "{ type: object, properties: { a: { type: array, items: { type: object, properties: { b: {} } } } } }",
                "application/x-www-form-urlencoded",
            )
        ),
        "/paths/~1things/post/requestBody (line 10): the field 'a' of the form is an object; say with `encoding` how it is written",
    ),
    Fault(
        "form of a named object",
        text(
            post(
                "{ type: object, properties: { a: { type: object, properties: { b: {} } } } }",
                "application/x-www-form-urlencoded",
            )
        ),
        "/paths/~1things/post/requestBody (line 10): the field 'a' of the form is an object; say with `encoding` how it is written",
    ),
    Fault(
        "encoding of nothing",
        text(
            post(
                "{ type: object, properties: { a: {} } }",
                "application/x-www-form-urlencoded",
                "{ b: { contentType: a/b } }",
            )
        ),
        "/paths/~1things/post/requestBody (line 10): `encoding` names 'b', which is no field of the form",
    ),
    Fault(
        "info that is a text",
        text(THING).replace('  title: Odd\n  version: "1"\n', "").replace("info:", "info: Odd"),
        '/ (line 1): `info`: "Odd" is not of type "object"',
    ),
    Fault(
        "path that is a number",
        text(f"/others: 1\n{THING}"),
        '/paths (line 6): `/others`: 1 is not of type "object"',
    ),
    Fault(
        "parameters of a path that are a text",
        text(THING.replace("  get:", "  parameters: a\n  get:", 1)),
        '/paths/~1things (line 7): `parameters`: "a" is not of type "array"',
    ),
    Fault(
        "parameter of a path that is a number",
        text(THING.replace("  get:", "  parameters: [1]\n  get:", 1)),
        '/paths/~1things/parameters (line 7): `parameters`: 1 is not of type "object"',
    ),
    Fault(
        "parameters without a value",
        text(THING.replace("    responses:", "    parameters:\n    responses:")),
        '/paths/~1things/get (line 8): `parameters`: null is not of type "array"',
    ),
    Fault(
        "name of a parameter that is a list",
        text(asked("{ name: [a], in: query, schema: { type: string } }")),
        '/paths/~1things/get/parameters/0/name (line 10): `name`: ["a"] is not of type "string"',
    ),
    Fault(
        "parameter whose content has no schema",
        text(asked("{ name: a, in: query, content: { text/csv: 1 } }")),
        "/paths/~1things/get/parameters/0/content (line 10): the parameter 'a' of 'thing:ask' has no schema for text/csv",
    ),
    Fault(
        "tags that are a map",
        text(THING.replace("    responses:", "    tags: { a: 1 }\n    responses:")),
        '/paths/~1things/get/tags (line 9): `tags`: {"a":1} is not of type "array"',
    ),
    Fault(
        "responses that are a list",
        text("/things:\n  get:\n    operationId: thing:get\n    responses: [a]"),
        '/paths/~1things/get/responses (line 9): `responses`: ["a"] is not of type "object"',
    ),
    Fault(
        "content that is a text",
        text(
            "/things:\n  post:\n    operationId: thing:make\n    requestBody: { content: a }\n    responses: { '204': {} }"
        ),
        '/paths/~1things/post/requestBody (line 9): `content`: "a" is not of type "object"',
    ),
    Fault(
        "items of a default that are a text",
        text(get("{ type: array, items: a, default: [b] }")),
        "/paths/~1things/get/responses/200/content/application~1json/schema (line 14): "
        "`items`: 'a' is not of type 'object', 'boolean'",
    ),
    Fault(
        "type of a default that is a number",
        text(get("{ type: [1], default: [b] }")),
        "/paths/~1things/get/responses/200/content/application~1json/schema/type (line 14): "
        "`type`: 1 is not one of ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']",
    ),
    Fault(
        "components that are a list",
        text(THING) + "components: [a]\n",
        "/ (line 1): `components` has to be a map",
    ),
    Fault(
        "discriminator that is a text",
        text(
            get("{ $ref: '#/components/schemas/T' }"),
            "T: { oneOf: [{ type: string }, { type: integer }], discriminator: k }",
        ),
        "/components/schemas/T (line 17): the discriminator names no property (propertyName)",
    ),
    Fault(
        "mapping that is a list",
        text(
            get("{ $ref: '#/components/schemas/T' }"),
            "T: { oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }], "
            "discriminator: { propertyName: k, mapping: [a] } }\nA: { type: object }\nB: { type: object, title: b, "
            "properties: { b: {} } }",
        ),
        "/components/schemas/T (line 17): the `mapping` of the discriminator has to be a map",
    ),
    Fault(
        "value that may just be shown whole",
        text(get(f"{{ minLength: {'x' * 172} }}")),
        "/paths/~1things/get/responses/200/content/application~1json/schema (line 14): "
        f"`minLength`: '{'x' * 172}' is not of type 'integer'",
    ),
    Fault(
        "value that is too long to be shown",
        text(get(f"{{ minLength: {'x' * 173} }}")),
        "/paths/~1things/get/responses/200/content/application~1json/schema (line 14): "
        f"`minLength`: '{'x' * 119} … {'x' * 44}' is not of type 'integer'",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_told_whole(tmp_path: Path, fault: Fault) -> None:
    folder = written(tmp_path, fault.document)
    with pytest.raises(SpecError) as caught:
        tree(folder)
    assert str(caught.value) == f"openapi.yaml: {fault.error}"


def test_what_stands_beside_answers_and_is_none_does_no_harm(tmp_path: Path) -> None:
    beside = THING.replace("    responses:\n", "    responses:\n      x-note: text\n      x-more: [a]\n")
    assert tree(written(tmp_path / "a", text(beside))) == tree(written(tmp_path / "b", text(THING)))
