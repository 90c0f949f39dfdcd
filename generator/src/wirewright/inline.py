"""Give names to inline schemas, so that one class is made of each and its name is known beforehand."""

from __future__ import annotations

from wirewright.documents import Documents, Node, is_map
from wirewright.naming import pascal
from wirewright.schemas import REFERENCE, STOOD, has_limits, is_enum, is_simple
from wirewright.selection import operations


def hoist(document: Node, documents: Documents) -> None:
    """Move inline objects and enums to `components`, named after where they stood; change the document in place."""
    schemas: Node = document["components"]["schemas"]
    hoister = _Hoister(schemas, documents)
    for name in list(schemas):
        hoister.inside(schemas[name], name)
    for _, _, operation in operations(document):
        base = pascal(operation["operationId"])
        for parameter in operation.get("parameters", []):
            holders = [parameter] if "schema" in parameter else [*parameter.get("content", {}).values()]
            for holder in holders:
                text = f"Values of `{parameter['name']}`."
                holder["schema"] = hoister.whole(holder["schema"], base + pascal(parameter["name"]), text)
        for index, (kind, media) in enumerate(operation.get("requestBody", {}).get("content", {}).items()):
            text = f"What `{operation['operationId']}` is sent."
            name = f"{base}Request" + (pascal(kind.partition(";")[0].partition("/")[2]) if index else "")
            media["schema"] = hoister.whole(media["schema"], name, text)
        for status, response in operation["responses"].items():
            first = next((each for each in operation["responses"] if each.startswith("2")), "")
            suffix = "Response" if status == first else f"Response{pascal(status)}"
            for index, (kind, media) in enumerate(response.get("content", {}).items()):
                text = f"What `{operation['operationId']}` answers."
                name = base + suffix + (pascal(kind.partition(";")[0].partition("/")[2]) if index else "")
                media["schema"] = hoister.whole(media["schema"], name, text, is_sent=False)
    document["components"]["schemas"] = dict(sorted(schemas.items()))


class _Hoister:
    def __init__(self, schemas: Node, documents: Documents) -> None:
        self._schemas = schemas
        self._documents = documents

    def whole(self, schema: Node, name: str, text: str, *, is_sent: bool = True) -> Node:
        """What an operation sends or answers: under a name, where its type is more than names and lists of them."""
        result = self.named(schema, name, text)
        if "$ref" in result:
            return result
        is_checked = is_sent and has_limits(result, self._schemas)
        if not is_checked and is_simple(result):
            return result
        stood = dict(result)
        reference = self._hoisted(result, name, text)
        self._schemas[name][STOOD] = True
        reference[STOOD] = stood
        return reference

    def named(self, schema: Node, name: str, text: str) -> Node:
        """A reference to the schema where it needs a class or an alias of its own, else the schema."""
        if "$ref" in schema:
            return schema
        if not _needs_name(schema):
            self.inside(schema, name)
            return schema
        result = self._hoisted(schema, name, text)
        self.inside(schema, name)
        return result

    def _hoisted(self, schema: Node, name: str, text: str) -> Node:
        # Null is allowed where it stood, and not in the class.
        around: Node = {
            key: schema.pop(key) for key in ("nullable", "default", "readOnly", "writeOnly") if key in schema
        }
        if self._schemas.get(name, schema) != schema:
            raise self._documents.place(schema).fault(
                f"the inline schema would be called {name!r}, which another schema is called; give it a name of its own"
            )
        self._schemas[name] = schema
        schema.setdefault("description", text)
        reference: Node = {"$ref": REFERENCE + name, "description": schema["description"], **around}
        return self._documents.moved(reference, schema)

    def inside(self, schema: Node, name: str) -> None:
        """Name what needs it below a schema of this name."""
        for part, value in schema.get("properties", {}).items():
            schema["properties"][part] = self._part(value, name + pascal(part), f"The `{part}` of {name}.")
        for key, suffix in (("items", "Item"), ("additionalProperties", "Value")):
            if is_map(schema.get(key)):
                schema[key] = self._part(schema[key], name + suffix, f"One of the values of {name}.")
        for key, suffix in (("anyOf", "Option"), ("prefixItems", "Place")):
            for index, option in enumerate(schema.get(key, [])):
                schema[key][index] = self._part(option, f"{name}{suffix}{index + 1}", f"One shape of {name}.")

    def _part(self, schema: Node, name: str, text: str) -> Node:
        # Free-form objects are plain dictionaries where they are parts of something.
        if schema.get("type") == "object" and not schema.get("properties") and "additionalProperties" in schema:
            self.inside(schema, name)
            return schema
        return self.named(schema, name, text)


def _needs_name(schema: Node) -> bool:
    return schema.get("type") == "object" or (is_enum(schema) and len(schema["enum"]) > 1)
