"""A specification split over files → one document whose only references are those to named schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from wirewright.documents import Documents, Node, Pointer, is_list, is_map, parse
from wirewright.errors import SpecError
from wirewright.schemas import LISTS, MAPS, REFERENCE, SINGLE

ENTRY = "openapi.yaml"

_Location = tuple[Path, Pointer]

_DATA = frozenset({"example", "examples", "default"})


class Bundler:
    """Follows every reference once. Bad ones are noted, not raised: an override or a left-out operation may
    remove them from the document before anyone needs what they name."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._names: dict[_Location, str] = {}
        self._owners: dict[str, _Location] = {}
        self._waiting: list[_Location] = []
        self._stack: list[_Location] = []
        self.faults: dict[int, SpecError] = {}

    def bundle(self) -> Node:
        """The whole document; `faults` then holds, by identity of the node, what could not be followed."""
        entry = (self._documents.folder / ENTRY).resolve()
        root = self._documents.root(entry)
        if not is_map(root) or not is_map(root.get("paths")):
            raise SpecError(ENTRY, "/paths", "there are no paths, so this is no OpenAPI document")
        declared: Any = root.get("components") or {}
        if not is_map(declared):
            raise self._documents.place(root).fault("`components` has to be a map")
        names = self._named_schemas(entry, root)
        components: Node = {key: value for key, value in declared.items() if key == "securitySchemes"}
        document: Node = {}
        for key, value in root.items():
            document[key] = components if key == "components" else self._plain(entry, value)
        schemas = document.setdefault("components", components)["schemas"] = names
        for name, location in [(name, location) for location, name in self._names.items()]:
            schemas[name] = self._schema(location[0], self._node(location))
        while self._waiting:
            location = self._waiting.pop()
            schemas[self._names[location]] = self._schema(location[0], self._node(location))
        document["components"]["schemas"] = dict(sorted(schemas.items()))
        self._documents.moved(document, root)
        return document

    def _named_schemas(self, entry: Path, root: Node) -> Node:
        """Give the schemas of `components` their names; a name that only points to another stays a reference."""
        schemas: Node = {}
        pointer = ("components", "schemas")
        if "schemas" not in (root.get("components") or {}):
            return schemas
        file, base = self._follow((entry, pointer), root)
        node = self._node((file, base))
        listed: Node = node if is_map(node) else {}
        for name, value in listed.items():
            try:
                target = self._follow((file, (*base, name)), value)
            except SpecError as fault:
                schemas[name] = self._fault(fault, value)
                continue
            known = self._names.get(target)
            if known is None:
                self._claim(target, name)
            else:
                schemas[name] = {"$ref": REFERENCE + known}
        return schemas

    def _claim(self, location: _Location, name: str) -> None:
        owner = self._owners.setdefault(name, location)
        if owner != location:
            raise self._documents.place(self._node(location)).fault(
                f"two schemas are called {name!r}, the other one in {self._documents.name(owner[0])}; rename one"
            )
        self._names[location] = name

    def _plain(self, file: Path, node: Any) -> Any:
        """Outside of schemas a reference is replaced by what it names."""
        if is_list(node):
            return self._documents.moved([self._plain(file, item) for item in node], node)
        if not is_map(node):
            return node
        if isinstance(reference := node.get("$ref"), str):
            return self._inlined(file, node, reference)
        result: Node = {}
        for key, value in node.items():
            if key in _DATA or key.startswith("x-"):
                result[key] = value
            else:
                result[key] = self._schema(file, value) if key == "schema" else self._plain(file, value)
        return self._documents.moved(result, node)

    def _inlined(self, file: Path, node: Node, reference: str) -> Any:
        try:
            location = self._follow(self._target(file, reference, node), node)
        except SpecError as fault:
            return self._fault(fault, node)
        if location in self._stack:
            return self._fault(self._documents.place(node).fault(f"{reference!r} leads back to itself"), node)
        self._stack.append(location)
        result = self._plain(location[0], self._node(location))
        self._stack.pop()
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        if is_map(result) and siblings:
            return self._documents.moved({**result, **siblings}, node)
        return result

    def _schema(self, file: Path, node: Any) -> Any:
        """Inside of schemas a reference names a schema of the document."""
        if not is_map(node):
            return node
        result: Node = {}
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                try:
                    result[key] = REFERENCE + self._name(self._follow(self._target(file, value, node), node))
                except SpecError as fault:
                    return self._fault(fault, node)
            elif key in MAPS and is_map(value):
                parts = {name: self._schema(file, part) for name, part in value.items()}
                result[key] = self._documents.moved(parts, value)
            elif key in LISTS and is_list(value):
                result[key] = self._documents.moved([self._schema(file, part) for part in value], value)
            else:
                result[key] = self._schema(file, value) if key in SINGLE else value
        return self._documents.moved(result, node)

    def _name(self, location: _Location) -> str:
        """The name of a schema; one that `components` does not list is called as in its own file."""
        if location not in self._names:
            self._claim(location, location[1][-1] if location[1] else location[0].stem)
            self._waiting.append(location)
        return self._names[location]

    def _fault(self, fault: SpecError, origin: Any) -> Node:
        placeholder: Node = {"x-fault": fault.reason}
        self.faults[id(placeholder)] = fault
        self._documents.moved(placeholder, origin)
        return placeholder

    def _target(self, file: Path, reference: str, node: Node) -> _Location:
        path, _, pointer = reference.partition("#")
        place = self._documents.place(node)
        if "://" in path:
            raise place.fault(f"the reference {reference!r} leads to another machine; put the file into the folder")
        target = (file.parent / path).resolve() if path else file
        if not target.is_relative_to(self._documents.folder.resolve()) or not target.is_file():
            raise place.fault(f"the reference {reference!r} names a file that is not in the folder")
        if pointer and not pointer.startswith("/"):
            raise place.fault(
                f"the reference {reference!r} names an anchor, which is not supported; use a JSON pointer"
            )
        return target, parse(unquote(pointer))

    def _follow(self, location: _Location, origin: Any) -> _Location:
        """Where a location ends up, after every reference on the way to it and at it."""
        seen: set[_Location] = set()
        file, pointer = location
        done: Pointer = ()
        while True:
            node = self._node((file, done))
            reference = node.get("$ref") if is_map(node) else None
            if isinstance(reference, str):
                if (file, done) in seen:
                    raise self._documents.place(origin).fault(f"the reference {reference!r} leads back to itself")
                seen.add((file, done))
                file, head = self._target(file, reference, node)
                pointer, done = (*head, *pointer[len(done) :]), ()
                continue
            if len(done) == len(pointer):
                return file, pointer
            done = pointer[: len(done) + 1]
            if not self._exists(node, done[-1]):
                name = f"{self._documents.name(file)}#/{'/'.join(pointer)}"
                raise self._documents.place(origin).fault(f"the reference leads to {name}, where there is nothing")

    @staticmethod
    def _exists(node: Any, part: str) -> bool:
        if is_list(node):
            return part.isdigit() and int(part) < len(node)
        return is_map(node) and part in node

    def _node(self, location: _Location) -> Any:
        node = self._documents.root(location[0])
        for part in location[1]:
            node = node[int(part)] if is_list(node) else node[part]
        return node
