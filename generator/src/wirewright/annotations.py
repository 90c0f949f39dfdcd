"""What openapi-python-client read of an operation → annotations of Python, with the imports that these need."""

from __future__ import annotations

from dataclasses import dataclass, field

from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from wirewright.documents import Documents, Node, Place
from wirewright.models import module_of
from wirewright.schemas import target

_SIMPLE: tuple[tuple[type[object], str, str | None], ...] = (
    (StringProperty, "str", None),
    (BooleanProperty, "bool", None),
    (IntProperty, "int", None),
    (FloatProperty, "float", None),
    (DateTimeProperty, "datetime", "from datetime import datetime"),
    (DateProperty, "date", "from datetime import date"),
    (UuidProperty, "str", None),
    (FileProperty, "bytes", None),
    (NoneProperty, "None", None),
    (AnyProperty, "Any", "from typing import Any"),
)


def options(annotation: str) -> list[str]:
    """The parts of a union; one of a list's items is no part of the list's."""
    found, depth = [""], 0
    for part in annotation.split(" | "):
        found[-1] += f" | {part}" if depth else part
        depth += part.count("[") - part.count("]")
        if not depth:
            found.append("")
    return found[:-1]


@dataclass
class Types:
    """Annotations for the module of one operation."""

    schemas: Node
    documents: Documents
    place: Place
    """Where the operation stands."""
    names: dict[str, str]
    """The parser's name of a schema → ours."""
    imports: set[str] = field(default_factory=set[str])

    def of(self, prop: PropertyProtocol, *, given: bool = False) -> str:
        """The annotation of a value; of one that is given by the caller, as wide as can be sent."""
        if isinstance(prop, ModelProperty):
            return self.named(self.names[prop.class_info.name])
        if isinstance(prop, ListProperty):
            inner = self.of(prop.inner_property, given=given)
            if given:
                self.imports.add("from collections.abc import Sequence")
            return f"Sequence[{inner}]" if given else f"list[{inner}]"
        if isinstance(prop, UnionProperty):
            return " | ".join(dict.fromkeys(self.of(part, given=given) for part in prop.inner_properties))
        if isinstance(prop, ConstProperty):
            self.imports.add("from typing import Literal")
            return f"Literal[{prop.value.python_code.as_unembedded_code()}]"
        for kind, name, needed in _SIMPLE:
            if isinstance(prop, kind):
                if given and isinstance(prop, UuidProperty):
                    self.imports.add("from uuid import UUID")
                    return "UUID | str"
                self.imports |= {needed} if needed else set()
                return name
        raise self.place.fault("a value of the operation has a shape that is not understood; give its schema a name")

    def named(self, name: str) -> str:
        """The class or alias of a schema, imported."""
        self.imports.add(f"from ...models.{module_of(name)} import {name}")
        return name

    def check(self, schema: Node) -> str:
        """The alias that holds the limits of a value."""
        return self.named(target(schema["$ref"]))
