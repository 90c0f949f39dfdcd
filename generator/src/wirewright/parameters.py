"""Parameters and request bodies: how each is written onto a request, as Python source."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from openapi_python_client.parser.openapi import Endpoint

from wirewright.annotations import Types, options
from wirewright.documents import Node, Place, is_map
from wirewright.naming import identifier
from wirewright.schemas import NULLABLE, has_limits, target

# What a module needs these names for itself.
_RESERVED = frozenset(
    {"aiterate", "asyncio", "body", "build", "client", "content_type", "httpx", "iterate", "operation", "page_at"}
    | {"page_size", "runtime", "sync", "timeout"}
)
# By the standard these are no parameters, whatever a specification says.
_NOT_HEADERS = frozenset({"accept", "authorization", "content-type"})
_SEPARATORS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_STYLES = {
    "path": {"simple"},
    "query": {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
    "header": {"simple"},
    "cookie": {"form"},
}
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


_Kind: TypeAlias = Literal["scalar", "list", "object"]
"""What a style writes in a way of its own."""


@dataclass(frozen=True)
class Argument:
    """A parameter of the generated functions."""

    name: str
    wire: str
    place: str
    """`path`, `query`, `header`, `cookie`, or nothing for a body."""
    annotation: str
    required: bool
    keyword: bool
    doc: str
    sent: str = ""
    """What is handed to the runtime: the name, or what is made of it."""
    default: str = "None"
    check: str = ""
    """What the value has to be beyond its type, as an annotation; empty where there is no limit."""
    is_spread: bool = False
    """Whether it stands for several keys, each with a value."""
    is_unique: bool = False
    """Whether it is a list that holds nothing twice."""

    @property
    def declared(self) -> str:
        """The parameter as a function declares it."""
        return f"{self.name}: {self.annotation}" + ("" if self.required else f" = {self.default}")


def listed(operation: Node) -> list[Node]:
    """The parameters of an operation, without those that are none by the standard."""
    return [
        p for p in operation.get("parameters", []) if not (p["in"] == "header" and p["name"].lower() in _NOT_HEADERS)
    ]


def schema_of(parameter: Node) -> Node:
    """The schema of a parameter's value, which may be JSON in a text."""
    held = parameter if "schema" in parameter else next(iter(parameter["content"].values()))
    schema: Node = held["schema"]
    return schema


def arguments(operation: Node, endpoint: Endpoint, types: Types) -> list[Argument]:
    """The parameters of an operation, each with a name of its own."""
    given = listed(operation)
    wishes = [_argument_name(parameter["name"]) for parameter in given]
    found: list[Argument] = []
    taken: set[str] = set()
    for parameter, wish, prop in zip(given, wishes, endpoint.query_parameters, strict=True):
        name = f"{wish}_{parameter['in']}" if wishes.count(wish) > 1 and parameter["in"] != "path" else wish
        if name in taken:
            raise types.documents.place(parameter).fault(
                f"the parameter {parameter['name']!r} would be called {name!r}, as another one is; rename one"
            )
        taken.add(name)
        found.append(_argument(parameter, name, types.of(prop, given=True), types))
    return found


def _argument_name(wire: str) -> str:
    name = identifier(wire)
    return f"{name}_" if name in _RESERVED else name


def _argument(parameter: Node, name: str, annotation: str, types: Types) -> Argument:
    place = types.documents.place(parameter)
    where, wire, schema = parameter["in"], parameter["name"], schema_of(parameter)
    if where in {"header", "cookie"} and not _TOKEN.fullmatch(wire):
        raise place.fault(f"no {where} can be called {wire!r}")
    check = types.check(schema) if has_limits(schema, types.schemas) else ""
    value = f"_{name.upper()}({name})" if check else name
    if "content" in parameter:
        (kind,) = parameter["content"]  # the validator has seen that it is one
        if not is_json(kind):
            raise place.fault(f"the parameter {wire!r} has a content that is not application/json")
        sent, is_spread = f"runtime.json_text({value})", False
    else:
        sent, is_spread = _written(parameter, value, types)
    required = bool(parameter.get("required"))
    if not required and "None" not in options(annotation) and annotation != "Any":
        annotation += " | None"
    return Argument(
        name,
        wire,
        where,
        annotation,
        required,
        where != "path",
        _doc(name, parameter, schema),
        sent,
        check=check,
        is_spread=is_spread,
        is_unique=is_unique(schema, types.schemas),
    )


def _doc(name: str, parameter: Node, schema: Node) -> str:
    said = parameter.get("description") or schema.get("description") or f"The parameter `{parameter['name']}`."
    text = " ".join(str(said).split())
    default = schema.get("default")
    if default is not None and not re.search(r"default|left out", text, re.IGNORECASE):
        text = f"{text.rstrip('.')}; {json.dumps(default)} when left out."
    return f"{name}: {text}" + (" Deprecated." if parameter.get("deprecated") else "")


def _written(parameter: Node, value: str, types: Types) -> tuple[str, bool]:
    """What the runtime is given for a parameter, and whether that is several keys with their values."""
    place, where, wire = types.documents.place(parameter), parameter["in"], parameter["name"]
    style = parameter.get("style", "form" if where in {"query", "cookie"} else "simple")
    explode = parameter.get("explode", style == "form")
    kind = _kind(parameter["schema"], types.schemas, place, wire)
    if style not in _STYLES[where]:
        raise place.fault(f"the style {style!r} of {wire!r} is not supported in the {where}")
    if parameter.get("allowReserved"):
        raise place.fault(f"`allowReserved` of {wire!r} is not supported: what separates keys would go unescaped")
    if kind == "scalar":
        if style == "deepObject":
            raise place.fault(f"{wire!r} has the style deepObject and is no object")
        return value, False
    if kind == "list":
        if style == "deepObject":
            raise place.fault(f"{wire!r} has the style deepObject and is no object")
        if where == "path":
            return f'runtime.segments("{wire}", {value})', False
        if where == "query" and explode and style == "form":
            return value, False
        if where == "query" and explode:
            raise place.fault(f"the style {style!r} of {wire!r} needs `explode: false`")
        if where == "cookie" and explode:
            raise place.fault(f"the cookie {wire!r} is a list, which needs `explode: false`")
        return f'runtime.joined("{wire}", {value}, {_SEPARATORS[style]!r})', False
    if where == "query" and style == "deepObject":
        return f'runtime.deep("{wire}", {value})', True
    if where == "query" and style == "form" and explode:
        return f'runtime.spread("{wire}", {value})', True
    raise place.fault(f"{wire!r} is an object, which is supported in the query as deepObject or as an exploded form")


def is_unique(schema: Node, schemas: Node) -> bool:
    """Whether a value is a list that holds nothing twice."""
    while "$ref" in schema:
        schema = schemas[target(schema["$ref"])]
    return bool(schema.get("uniqueItems"))


def _is_scalar(schema: Node, schemas: Node) -> bool:
    while "$ref" in schema:
        schema = schemas[target(schema["$ref"])]
    if "anyOf" in schema:
        return all(_is_scalar(part, schemas) for part in schema["anyOf"])
    return schema.get("type") not in {"array", "object"}


def _kind(schema: Node, schemas: Node, place: Place, wire: str) -> _Kind:
    if "$ref" in schema:
        return _kind(schemas[target(schema["$ref"])], schemas, place, wire)
    if "anyOf" in schema:
        kinds = {_kind(part, schemas, place, wire) for part in schema["anyOf"]}
        if kinds == {"scalar"}:
            return "scalar"
        raise place.fault(f"{wire!r} may be of several shapes, of which each would be written in a way of its own")
    kind = schema.get("type")
    if kind == "array":
        parts = schema.get("prefixItems") or [schema["items"]]
        if any(not _is_scalar(part, schemas) for part in parts):
            raise place.fault(f"{wire!r} is a list of lists or objects, which no style can write")
        return "list"
    if kind == "object":
        values = [*schema.get("properties", {}).values()]
        more = schema.get("additionalProperties")
        values += [more] if is_map(more) and more else []
        if any(not _is_scalar(part, schemas) for part in values):
            raise place.fault(f"{wire!r} is an object that holds lists or objects, which no style can write")
        return "object"
    if kind is None and "enum" not in schema:
        raise place.fault(f"the schema of {wire!r} has no type, so that nothing says how it is written")
    return "scalar"


def plain(media: str) -> str:
    """A media type without its parameters, in small letters."""
    return media.partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Whether a media type is JSON."""
    kind = plain(media)
    return kind == "application/json" or kind.endswith("+json") or kind == "text/json"


def is_form(media: str) -> bool:
    """Whether a media type is a form."""
    return plain(media) in {"multipart/form-data", "application/x-www-form-urlencoded"}


def told_as(content: Node) -> dict[str, str]:
    """Media types of a body that the parser is asked to read → as it is told of them: it knows small letters alone."""
    known = [media for media in content if is_json(media) or is_form(media)]
    return {
        media: f"{'application/json' if is_json(media) else plain(media)}; n={number}"
        for number, media in enumerate(known)
    }


def body(operation: Node, endpoint: Endpoint, types: Types) -> tuple[str | None, list[Argument]]:
    """What the runtime is given as the body of a request, and the parameters for it."""
    request = operation.get("requestBody")
    if request is None:
        return None, []
    place = types.documents.place(request)
    required = bool(request.get("required", False))
    read = {str(body.content_type.get_untrusted_value()): types.of(body.prop, given=True) for body in endpoint.bodies}
    told = told_as(request["content"])
    kinds = {
        media: _Encoding.of(media, content, read.get(told.get(media, ""), ""), types, place)
        for media, content in request["content"].items()
    }
    annotation = " | ".join(dict.fromkeys(part for kind in kinds.values() for part in options(kind.annotation)))
    if not required and "None" not in options(annotation):
        annotation += " | None"
    text = " ".join(str(request.get("description") or "What to send.").split())
    first = next(iter(kinds.values()))
    argument = Argument(
        "body", "", "", annotation, required, False, f"body: {text}", check=first.check, is_unique=first.is_unique
    )
    value = "_BODY(body)" if first.check else "body"
    parts = sorted({kind.parts for kind in kinds.values() if kind.parts})
    if len(parts) > 1 or (len(kinds) > 1 and any(kind.check for kind in kinds.values())):
        raise place.fault(
            "the media types of the request body differ in what is checked or encoded; leave one of them out"
        )
    more = "".join(f", {part}" for part in parts)
    open_kinds = [media for media in kinds if "*" in media]
    if len(kinds) == 1 and not open_kinds:
        null = ", null=True" if required and first.is_nullable and first.function == "json_body" else ""
        return f"runtime.{first.function}({value}{first.label}{more}{null})", [argument]
    if open_kinds:
        if len(kinds) > 1:
            raise place.fault(
                f"the media type {open_kinds[0]!r} of the request body stands beside others; leave one out"
            )
        doc = f"content_type: Media type of the body, one of {open_kinds[0]}."
        chosen = Argument("content_type", "", "", "str", True, True, doc)
        return f"runtime.raw_body(body, content_type, {json.dumps(open_kinds[0])})", [argument, chosen]
    types.imports.add("from typing import Literal")
    names = [json.dumps(media) for media in kinds]
    doc = f"content_type: Media type to send the body as: {', '.join(kinds)}."
    chosen = Argument("content_type", "", "", f"Literal[{', '.join(names)}]", False, True, doc, default=names[0])
    return f"runtime.body_as(body, content_type{more})", [argument, chosen]


@dataclass(frozen=True)
class _Encoding:
    """How a body of one media type is written."""

    annotation: str
    function: str
    label: str = ""
    parts: str = ""
    check: str = ""
    is_nullable: bool = False
    is_unique: bool = False

    @classmethod
    def of(cls, media: str, content: Node, read: str, types: Types, place: Place) -> _Encoding:
        """The encoding of a media type, of whose value the annotation was read."""
        schema: Any = content["schema"]
        kind = media.strip().lower()
        label = f", {json.dumps(media)}"
        if is_json(media):
            check = types.check(schema) if has_limits(schema, types.schemas) else ""
            label = "" if media == "application/json" else label
            is_nullable, is_set = bool(schema.get(NULLABLE)), is_unique(schema, types.schemas)
            return cls(read, "json_body", label, check=check, is_nullable=is_nullable, is_unique=is_set)
        if is_form(media):
            fields = _form_fields(schema, types.schemas, place, media)
            parts = _part_types(content, fields, place)
            is_multipart = kind.startswith("multipart/")
            for name, part in fields.items():
                if _part_kind(part, types.schemas) == "object" and not is_multipart and name not in parts:
                    raise place.fault(
                        f"the field {name!r} of the form is an object; say with `encoding` how it is written"
                    )
            return cls(read, "form_body" if is_multipart else "urlencoded_body", parts=parts)
        if kind.startswith("multipart/"):
            raise place.fault(f"the media type {media!r} of the request body is not supported; multipart/form-data is")
        if kind.startswith("text/") and _part_kind(schema, types.schemas) == "string":
            return cls("str", "text_body", label)
        return cls("bytes", "raw_body", label)


def _form_fields(schema: Node, schemas: Node, place: Place, media: str) -> Node:
    while "$ref" in schema:
        schema = schemas[target(schema["$ref"])]
    if schema.get("type") != "object":
        raise place.fault(f"the request body is {media} and its schema is no object, so that it has no fields")
    fields: Node = schema.get("properties", {})
    return fields


def _part_kind(schema: Node, schemas: Node) -> str:
    """The type of a value, or of those in the list that it is."""
    for _ in range(len(schemas) + 2):
        if "$ref" in schema:
            schema = schemas[target(schema["$ref"])]
        elif schema.get("type") == "array":
            schema = schema.get("items") or {}
    return str(schema.get("type") or "")


def _part_types(content: Node, fields: Node, place: Place) -> str:
    """The media types that `encoding` gives to fields, as the runtime takes them."""
    given: dict[str, str] = {}
    encodings: Node = content.get("encoding") or {}
    for name, encoding in encodings.items():
        if name not in fields:
            raise place.fault(f"`encoding` names {name!r}, which is no field of the form")
        odd = sorted(encoding.keys() - {"contentType"} - {key for key in encoding if key.startswith("x-")})
        if odd and not (odd == ["explode", "style"] and encoding["style"] == "form" and encoding["explode"]):
            raise place.fault(f"`{odd[0]}` at the encoding of {name!r} is not supported; `contentType` is")
        if "contentType" in encoding and "," not in encoding["contentType"] and "*" not in encoding["contentType"]:
            given[name] = encoding["contentType"]
    return repr(given) if given else ""
