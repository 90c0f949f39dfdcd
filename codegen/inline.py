"""Give names to inline schemas, so that one class is made of each and its name is known beforehand."""

from __future__ import annotations

from typing import Any

from codegen.documents import Documents, Node, is_map
from codegen.references import SCHEMAS
from codegen.selection import operations


def hoist(document: Node, documents: Documents) -> None:
    """Move inline objects and enums to `components`, named after where they stood; change the document in place."""
    schemas: Node = document["components"]["schemas"]
    hoister = _Hoister(schemas, documents)
    for name in list(schemas):
        hoister.inside(schemas[name], name)
    for _, _, operation in operations(document):
        base = _pascal(operation["operationId"])
        for parameter in operation.get("parameters", []):
            parameter["schema"] = hoister.named(
                parameter["schema"], base + _pascal(parameter["name"]), f"Values of `{parameter['name']}`."
            )
        for media in operation.get("requestBody", {}).get("content", {}).values():
            text = f"What `{operation['operationId']}` is sent."
            media["schema"] = hoister.named(media["schema"], f"{base}Request", text)
        for status, response in operation["responses"].items():
            suffix = "Response" if status.startswith("2") else f"Response{status}"
            for media in response.get("content", {}).values():
                text = f"What `{operation['operationId']}` answers."
                media["schema"] = hoister.named(media["schema"], base + suffix, text)
    document["components"]["schemas"] = dict(sorted(schemas.items()))


class _Hoister:
    def __init__(self, schemas: Node, documents: Documents) -> None:
        self._schemas = schemas
        self._documents = documents

    def named(self, schema: Any, name: str, text: str) -> Any:
        """A reference to the schema where it needs a class or an alias of its own, else the schema."""
        if not is_map(schema) or "$ref" in schema:
            return schema
        if not _needs_name(schema):
            self.inside(schema, name)
            return schema
        if self._schemas.get(name, schema) != schema:
            raise self._documents.place(schema).fault(
                f"the inline schema would be called {name!r}, which another schema is called; give it a name of its own"
            )
        self._schemas[name] = schema
        schema.setdefault("description", text)
        self.inside(schema, name)
        reference = {"$ref": SCHEMAS + name, "description": schema["description"]}
        return self._documents.moved(reference, schema)

    def inside(self, schema: Node, name: str) -> None:
        for part, value in schema.get("properties", {}).items():
            # Free-form objects are plain dictionaries where they are properties.
            if not _is_free(value):
                schema["properties"][part] = self.named(value, name + _pascal(part), f"The `{part}` of {name}.")
        for key, suffix in (("items", "Item"), ("additionalProperties", "Value")):
            if is_map(schema.get(key)) and not _is_free(schema[key]):
                schema[key] = self.named(schema[key], name + suffix, f"One of the values of {name}.")
        for key in ("oneOf", "anyOf"):
            for index, option in enumerate(schema.get(key, [])):
                schema[key][index] = self.named(option, f"{name}Option{index + 1}", f"One shape of {name}.")
        # The parts of an allOf are merged into the class around them.
        for part in schema.get("allOf", []):
            if is_map(part):
                self.inside(part, name)


def _needs_name(schema: Node) -> bool:
    if schema.get("type") == "object" or "properties" in schema or "allOf" in schema:
        return True
    return len(schema.get("enum", ())) > 1


def _is_free(schema: Any) -> bool:
    return is_map(schema) and schema.get("type") == "object" and not schema.get("properties")


def _pascal(name: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in name).split()
    return "".join(word[0].upper() + word[1:] for word in words)
