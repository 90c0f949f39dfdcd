"""Specifications that cannot be turned into types say so, with file, line and reason, in the words of the specification."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from trials.making import asked, get, post, text, tree, written
from wirewright.errors import SpecError

REF = '{ $ref: "#/components/schemas/Thing" }'
OTHER_SERVER = get("{ type: string }").replace("    operationId", "    servers: [{ url: https://x }]\n    operationId")


@dataclass(frozen=True)
class Refused:
    """A specification, and the line and the reason of its refusal."""

    name: str
    paths: str
    line: int
    reason: str
    schemas: str = ""
    version: str = "3.1.0"


def of(name: str, thing: str, reason: str, line: int = 17, schemas: str = "") -> Refused:
    """A refusal of a schema that an operation answers; the schema stands in line 17."""
    return Refused(name, get(REF), line, reason, f"Thing: {thing}\n{schemas}")


CASES = [
    Refused(
        "bound without a type",
        post("{ type: object, properties: { a: { minimum: 1 } } }"),
        13,
        "limits without a type cannot be checked",
    ),
    of("not inside", "{ type: object, properties: { a: { not: { type: string } } } }", "`not` is not supported"),
    of("not in allOf", "{ allOf: [{ type: string }, { not: { const: x } }] }", "`not` is not supported"),
    of("unknown type", "{ type: strin }", "the type 'strin' is not known"),
    of(
        "required as in Swagger 2", "{ type: object, properties: { a: { required: true } } }", "`required`: True is not"
    ),
    of(
        "bound of OpenAPI 3.0",
        "{ type: integer, minimum: 1, exclusiveMinimum: true }",
        "`exclusiveMinimum`: True is not",
    ),
    of("bound that is a text", "{ type: integer, minimum: '1' }", "`minimum`: '1' is not of type 'number'"),
    of("bounds that cross", "{ type: integer, minimum: 5, maximum: 1 }", "minimum is 5 and maximum is 1"),
    of(
        "open bounds that meet",
        "{ type: number, exclusiveMinimum: 1, maximum: 1 }",
        "exclusiveMinimum is 1 and maximum is 1",
    ),
    of("lengths that cross", "{ type: string, minLength: 5, maxLength: 1 }", "minLength is 5 and maxLength is 1"),
    of(
        "bounds that cross by allOf",
        "{ allOf: [{ properties: { a: { type: integer, minimum: 5 } } }, { properties: { a: { maximum: 1 } } }] }",
        "minimum is 5 and maximum is 1",
    ),
    of("default below a bound", "{ type: integer, minimum: 5, default: 1 }", "the default 1"),
    of("default in other capitals", "{ enum: [RED, BLUE], default: red }", "the default 'red'"),
    of("default that is null", "{ type: string, default: null }", "the default None"),
    of(
        "default that holds itself",
        "{ properties: { n: { type: integer }, a: { $ref: '#/components/schemas/Thing', default: { n: 1 } } } }",
        "a default that holds itself never ends",
    ),
    of("constant that is an object", "{ const: { a: 1 } }", "a constant or an enum of objects"),
    of(
        "discriminator of two alike",
        "{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }], discriminator: { propertyName: k } }",
        "the discriminator 'k' is 'x' of both A and B",
        schemas="A: { type: object, required: [k], properties: { k: { const: x } } }\n"
        "B: { type: object, required: [k], properties: { k: { const: x } } }",
    ),
    of(
        "discriminator that is a number",
        "{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }], discriminator: { propertyName: k } }",
        "A is told by 'k', which is no text",
        line=18,
        schemas="A: { type: object, required: [k], properties: { k: { const: 1 } } }\n"
        "B: { type: object, required: [k], properties: { k: { const: 2 } } }",
    ),
    of(
        "discriminator of what has no name",
        "{ oneOf: [{ type: string }, { $ref: '#/components/schemas/B' }], discriminator: { propertyName: k } }",
        "can tell only named objects apart",
        schemas="B: { type: object, required: [k], properties: { k: { type: string } } }",
    ),
    of("anchor", "{ properties: { a: { $ref: '#thing' } } }", "names an anchor, which is not supported"),
    of("reference to nothing", "{ allOf: [{ $ref: '#/components/schemas/Gone' }] }", "where there is nothing"),
    of("draft 4 tuple", "{ type: array, items: [{ type: string }] }", "`items`: "),
    of("names of properties", "{ type: object, propertyNames: { pattern: x } }", "`propertyNames` is not supported"),
    of(
        "schemas that differ in capitals",
        "{ properties: { a: { $ref: '#/components/schemas/THING' } } }",
        "Thing and THING would share the module thing",
        line=0,
        schemas="THING: { type: object, properties: { n: { type: integer } } }",
    ),
    of("names of enum values that are no texts", "{ enum: [1, 2], x-enum-varnames: [on, off] }", "a name of its own"),
    Refused(
        "name of a schema",
        get("{ $ref: '#/components/schemas/A«B»' }"),
        17,
        "OpenAPI allows",
        '"A«B»": { type: object }',
    ),
    Refused("status with a letter", get("{}").replace("'200'", "'20O'"), 10, "'20O' is no HTTP status"),
    Refused("operation without an id", get("{}", "''"), 8, "has no operationId"),
    Refused("only redirects", get("{}").replace("'200'", "'302'"), 8, "has a status that means success"),
    Refused(
        "unique lists in a list",
        post("{ type: array, items: { type: array, uniqueItems: true, items: { type: integer } } }"),
        13,
        "is supported as a property of its own",
    ),
    Refused(
        "number of named properties",
        post("{ type: object, minProperties: 1, properties: { a: { type: integer } } }"),
        13,
        "how many properties there are cannot be checked",
    ),
    Refused(
        "list that is a cookie",
        asked("{ name: a, in: cookie, schema: { type: array, items: { type: integer } } }"),
        10,
        "which needs `explode: false`",
    ),
    Refused(
        "object by commas",
        asked("{ name: a, in: query, explode: false, schema: { type: object, properties: { x: { type: integer } } } }"),
        10,
        "is supported in the query as deepObject or as an exploded form",
    ),
    Refused(
        "style label",
        asked("{ name: a, in: path, required: true, style: label, schema: { type: string } }", "/t/{a}"),
        10,
        "the style 'label'",
    ),
    Refused(
        "XML in a parameter",
        asked("{ name: a, in: query, content: { text/xml: { schema: { type: string } } } }"),
        10,
        "is not application/json",
    ),
    Refused(
        "default of a parameter",
        asked("{ name: a, in: query, schema: { type: integer, default: x } }"),
        10,
        "the default 'x'",
    ),
    of("not", "{ not: { type: string } }", "`not` is not supported"),
    of("if and then", "{ type: object, if: {}, then: {} }", "`if` is not supported"),
    of("dependent schemas", "{ type: object, dependentSchemas: { a: {} } }", "`dependentSchemas` is not supported"),
    of("dynamic reference", "{ $dynamicRef: '#x' }", "`$dynamicRef` is not supported"),
    of("contains", "{ type: array, items: {}, contains: {} }", "`contains` is not supported"),
    of("misspelt keyword", "{ type: integer, minimun: 3 }", "`minimun` is not supported here; remove it or correct"),
    of("nullable in 3.1", "{ type: string, nullable: true }", "`nullable` means nothing in OpenAPI 3.1.0"),
    of("schema false", "{ type: object, properties: { a: false } }", "no value fits the schema `false`"),
    of(
        "allOf of two types",
        "{ allOf: [{ type: string }, { type: integer }] }",
        "contradict each other: type is 'string' in one and 'integer' in another",
    ),
    of(
        "allOf of two types of a property",
        "{ allOf: [{ properties: { a: { type: string } } }, { properties: { a: { type: boolean } } }] }",
        "type is 'string' in one and 'boolean' in another",
    ),
    of("allOf of disjoint enums", "{ allOf: [{ enum: [a] }, { enum: [b] }] }", "allow no value together"),
    of("allOf of two formats", "{ allOf: [{ type: string, format: date }, { format: uuid }] }", "format is 'date'"),
    of(
        "allOf with a closed part",
        "{ allOf: [{ type: object, additionalProperties: false }, { properties: { a: {} } }] }",
        "one part of the allOf is closed (additionalProperties: false) and does not know 'a'",
    ),
    of("allOf of itself", "{ allOf: [{ $ref: '#/components/schemas/Thing' }] }", "Thing is made of itself"),
    of("discriminator alone", "{ type: object, discriminator: { propertyName: a } }", "stands beside no oneOf"),
    of(
        "discriminator to nowhere",
        "{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }],"
        " discriminator: { propertyName: kind, mapping: { a: '#/components/schemas/Gone' } } }",
        "leads 'a' to '#/components/schemas/Gone', which is none of the choices",
        schemas="A: { type: object, required: [kind], properties: { kind: { type: string } } }\n"
        "B: { type: object, required: [kind], properties: { kind: { type: string } } }",
    ),
    of(
        "discriminator that is no property",
        "{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }],"
        " discriminator: { propertyName: kind } }",
        "A is told by 'kind', which is no property that it requires",
        line=18,
        schemas="A: { type: object, properties: { kind: { type: string } } }\nB: { type: object }",
    ),
    of(
        "discriminator to a schema that is never that",
        "{ oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }],"
        " discriminator: { propertyName: kind, mapping: { x: '#/components/schemas/A' } } }",
        "leads 'x' to A, whose 'kind' is never that",
        schemas="A: { type: object, required: [kind], properties: { kind: { const: a } } }\n"
        "B: { type: object, required: [kind], properties: { kind: { const: b } } }",
    ),
    of("enum of booleans by YAML", "{ type: string, enum: [on, off] }", "on, off, yes and no are booleans in YAML"),
    of("enum of another type", "{ type: integer, enum: ['1', '2'] }", "lists '1', which is not"),
    of("enum without values", "{ type: string, enum: [] }", "the enum has no values"),
    of("enum with a value twice", "{ type: string, enum: [a, a] }", "the enum has a value twice"),
    of("names of enum values", "{ enum: [a, b], x-enum-varnames: [X] }", "does not give each value a name of its own"),
    of(
        "default of another type",
        "{ type: object, properties: { a: { type: integer, default: x } } }",
        "the default 'x'",
    ),
    of(
        "default that is no value",
        "{ type: object, properties: { a: { enum: [u, v], default: w } } }",
        "the default 'w'",
    ),
    of(
        "default that is no date",
        "{ type: object, properties: { a: { type: string, format: date, default: soon } } }",
        "is none of the values allowed here: 'soon' is not a 'date'",
    ),
    of(
        "default without a zone",
        "{ type: object, properties: { a: { type: string, format: date-time, default: '2026-01-02T03:04:05' } } }",
        "is not a 'date-time'",
    ),
    Refused(
        "required and no property",
        post("{ type: object, required: [a], properties: { b: {} } }"),
        13,
        "'a' is required of what is sent, and is no",
    ),
    of(
        "limit of another type", "{ type: array, items: {}, maxLength: 3 }", "`maxLength` says nothing about a value of"
    ),
    of("array without items", "{ type: array }", "the array does not say what its items are"),
    of("several patterns", "{ patternProperties: { a: {}, b: {} } }", "patternProperties are supported alone"),
    of("alias of YAML in a circle", "&x { properties: { a: *x } }", "an alias of YAML leads back to itself", 0),
    Refused("old version", get("{}"), 1, "the document says OpenAPI 2.0 at", version="2.0"),
    Refused("unknown version", get("{}"), 1, "the document says OpenAPI 4.0.0", version="4.0.0"),
    Refused("server of its own", OTHER_SERVER, 8, "has servers of its own"),
    Refused("endless answer", get("{}").replace("application/json", "text/event-stream"), 8, "it may never end"),
    Refused("only errors", get("{}").replace("'200'", "'400'"), 8, "has a status that means success"),
    Refused("path with a query", get("{}").replace("/things", "/things?a=1"), 7, "hold no `?` or `#`"),
    Refused(
        "pattern of another language",
        post("{ type: object, properties: { a: { type: string, pattern: '(?<n>x' } } }"),
        13,
        "means nothing in Python",
    ),
    Refused(
        "style matrix",
        asked("{ name: a, in: path, required: true, style: matrix, schema: { type: string } }", "/t/{a}"),
        10,
        "the style 'matrix' of 'a' is not supported in the path",
    ),
    Refused(
        "list of lists",
        asked("{ name: a, in: query, schema: { type: array, items: { type: array, items: { type: string } } } }"),
        10,
        "a list of lists",
    ),
    Refused(
        "object in a header",
        asked("{ name: a, in: header, schema: { type: object } }"),
        10,
        "is an object, which is supported",
    ),
    Refused(
        "deep object of objects",
        asked(
            "{ name: a, in: query, style: deepObject, schema: { type: object, properties: { b: { type: object, properties: { c: { type: string } } } } } }"
        ),
        10,
        "which no style can write",
    ),
    Refused(
        "deepObject of a text",
        asked("{ name: a, in: query, style: deepObject, schema: { type: string } }"),
        10,
        "is no object",
    ),
    Refused("parameter without a type", asked("{ name: a, in: query, schema: {} }"), 10, "has no type"),
    Refused(
        "reserved characters",
        asked("{ name: a, in: query, allowReserved: true, schema: { type: string } }"),
        10,
        "`allowReserved` of 'a'",
    ),
    Refused(
        "cookie with a name that is none",
        asked("{ name: 'a b', in: cookie, schema: { type: string } }"),
        10,
        "no cookie can be called 'a b'",
    ),
    Refused(
        "parameter twice",
        asked("{ name: a, in: query, schema: { type: string } }\n{ name: a, in: query, schema: { type: string } }"),
        11,
        "stands there twice",
    ),
    Refused(
        "parameters of one name",
        asked("{ name: aB, in: query, schema: { type: string } }\n{ name: a_b, in: query, schema: { type: string } }"),
        11,
        "as another one is; rename one",
    ),
    Refused(
        "place of a parameter",
        asked("{ name: a, in: body, schema: { type: string } }"),
        10,
        "has to be in path, query, header or cookie",
    ),
    Refused(
        "form of objects",
        post(
            "{ type: object, properties: { a: { type: object, properties: { b: {} } } } }",
            "application/x-www-form-urlencoded",
        ),
        10,
        "say with `encoding` how it is written",
    ),
    Refused(
        "encoding of no field",
        post("{ type: object, properties: { a: {} } }", "multipart/form-data", "{ b: { contentType: text/csv } }"),
        10,
        "`encoding` names 'b'",
    ),
    Refused(
        "multipart of another kind",
        post("{ type: object }", "multipart/mixed"),
        10,
        "'multipart/mixed' of the request body is not supported",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_refused_with_file_line_and_reason(tmp_path: Path, case: Refused) -> None:
    folder = written(tmp_path, text(case.paths, case.schemas, case.version))
    with pytest.raises(SpecError) as caught:
        tree(folder)
    assert case.reason in caught.value.reason
    assert caught.value.file == "openapi.yaml"
    if case.line:
        assert f"(line {case.line})" in caught.value.place
    assert "codegen" not in str(caught.value)
    assert "x-" not in str(caught.value).replace("x-www", "").replace("x-enum-varnames", "")
