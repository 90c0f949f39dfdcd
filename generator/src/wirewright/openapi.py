"""openapi.yaml → one valid document: references resolved, overrides set, operations chosen, faults named."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wirewright import convert, discriminators, inline, lint, overlay, shape, since
from wirewright.documents import Documents, Node, Place, is_map
from wirewright.naming import type_name
from wirewright.overlay import Overlay
from wirewright.references import Bundler
from wirewright.schemas import REFERENCE, holders, inside, of_operation, reachable, target
from wirewright.selection import Selection, operations

# What modules of models and operations call by these names themselves; a schema called so is told apart by its end.
RESERVED = frozenset(
    {
        "Annotated",
        "Any",
        "AsyncIterator",
        "AwareDatetime",
        "ConfigDict",
        "Field",
        "Id",
        "IntEnum",
        "Iterator",
        "Literal",
    }
    | {"Mapping", "Model", "None", "OpenEnum", "OpenIntEnum", "Optional", "Sequence", "TypeAliasType", "UUID", "Union"}
    | {"False", "True", "ValidationInfo", "Dict", "List", "Enum", "Decimal"}
)


@dataclass(frozen=True)
class Specification:
    """A document that models and operations can be generated from, and where its parts stand in the files."""

    document: Node
    documents: Documents
    since: dict[str, str] = field(default_factory=dict[str, str])
    """Operation id, schema or `Schema.property` → the version that brought it, where the overlay says so."""

    @property
    def operations(self) -> list[Node]:
        """All operations, each with its module at `x-module`."""
        return [operation for _, _, operation in operations(self.document)]

    def place(self, node: object) -> Place:
        """Where a map or a list of the document stands."""
        return self.documents.place(node)


def load(folder: Path, select: Path | None, own: Path | None = None, versions: tuple[str, ...] = ()) -> Specification:
    """The document that models and operations are generated from; any fault in it is a SpecError.

    The folder holds openapi.yaml, whole or split over files that refer to each other. In the result every operation
    has an `x-module` (folder and module), only referenced schemas remain, every object or enum is a named schema, and
    schemas are in the canonical form that `wirewright.shape` describes.
    """
    found = read(folder, select, own, versions)
    document, documents = found.document, found.documents
    _identify(document, documents)
    shape.normalise(document, documents)
    inline.hoist(document, documents)
    discriminators.settle(document, documents)
    return found


def read(folder: Path, select: Path | None, own: Path | None = None, versions: tuple[str, ...] = ()) -> Specification:
    """The document in the words of OpenAPI 3.1: bundled, with the overlay and the selection, and looked over."""
    documents = Documents(folder)
    bundler = Bundler(documents)
    document = bundler.bundle()
    selection = Selection.read(select, versions)
    dated: dict[str, str] = {}
    if own is not None:
        ours = Overlay.read(own, documents)
        overlay.refuse(ours.apply(document), document)
        dated = since.of_document(ours, document)
    with _told(document, documents):
        selection.amend(document, documents)
        convert.to_31(document, documents)
        selection.select(document, documents)
        _drop_extensions(document)
        _spread_path_parameters(document)
        _prune(document)
        lint.check(document, documents, bundler.faults)
    return Specification(document, documents, dated)


@contextmanager
def _told(document: Node, documents: Documents) -> Generator[None]:
    """What stumbles over a part of another form, such as a text for a map, tells its place and not a traceback."""
    try:
        yield
    except (AttributeError, KeyError, TypeError):
        lint.check_form(document, documents)
        raise


def _drop_extensions(document: Node) -> None:
    """What stands beside the answers of an operation and is none."""
    for _, _, operation in operations(document):
        answers: Any = operation.get("responses")
        for status in [status for status in answers if status.startswith("x-")] if is_map(answers) else ():
            del answers[status]


def _spread_path_parameters(document: Node) -> None:
    """Parameters of a path belong to each of its operations, unless one declares its own of the same name."""
    for path, _, operation in operations(document):
        own = {(parameter.get("in"), parameter.get("name")) for parameter in operation.get("parameters", [])}
        shared = document["paths"][path].get("parameters", [])
        missing = [parameter for parameter in shared if (parameter.get("in"), parameter.get("name")) not in own]
        if missing:
            operation["parameters"] = [*missing, *operation.get("parameters", [])]
    for item in document["paths"].values():
        item.pop("parameters", None)


def _prune(document: Node) -> None:
    """Drop the schemas that no operation reaches."""
    schemas: Node = document["components"]["schemas"]
    starts = [holder[key] for _, _, operation in operations(document) for holder, key in of_operation(operation)]
    reached = reachable(schemas, starts)
    document["components"]["schemas"] = {name: schema for name, schema in schemas.items() if name in reached}


def _identify(document: Node, documents: Documents) -> None:
    """Give every schema a name that a class can have."""
    schemas: Node = document["components"]["schemas"]
    names = {name: type_name(name, RESERVED) for name in schemas}
    owners: dict[str, str] = {}
    for name, new in names.items():
        if (other := owners.setdefault(new, name)) != name:
            raise documents.place(schemas[name]).fault(
                f"{name!r} and {other!r} would both be the class {new}; rename one"
            )
    if all(name == new for name, new in names.items()):
        return
    for holder, key in holders(document, [operation for _, _, operation in operations(document)]):
        for part in inside(holder[key]):
            reference = part.get("$ref")
            if isinstance(reference, str) and target(reference) in names:
                part["$ref"] = REFERENCE + names[target(reference)]
            discriminator = part.get("discriminator")
            mapping: Any = discriminator.get("mapping") if is_map(discriminator) else None
            for value, reference in list(mapping.items()) if is_map(mapping) else ():
                mapping[value] = REFERENCE + names.get(target(str(reference)), target(str(reference)))
    document["components"]["schemas"] = {names[name]: schema for name, schema in schemas.items()}
