"""Small specifications → clients that can be called. Many are joined to one document, so that the tools run once."""

from __future__ import annotations

import importlib
import itertools
import json
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import yaml

from wirewright import emit, models, openapi, operations
from wirewright.emit import Tree

_NUMBERS = itertools.count()
_REFERENCE = "#/components/schemas/"


class Odd(Protocol):
    """A specification of one operation."""

    @property
    def paths(self) -> str:
        """Its paths, as YAML."""
        ...

    @property
    def schemas(self) -> str:
        """Its schemas, as YAML."""
        ...

    @property
    def is_alone(self) -> bool:
        """Whether its schemas keep their names, which no other then has."""
        ...


def text(paths: str, schemas: str = "", version: str = "3.1.0") -> str:
    """A specification with these paths and schemas as YAML, the line of the first path being 6."""
    found = f'openapi: {version}\ninfo:\n  title: Odd\n  version: "1"\npaths:\n'
    found += textwrap.indent(textwrap.dedent(paths).strip(), "  ") + "\n"
    if schemas:
        found += f"components:\n  schemas:\n{textwrap.indent(textwrap.dedent(schemas).strip(), '    ')}\n"
    return found


def written(folder: Path, specification: str) -> Path:
    """A folder with a specification."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openapi.yaml").write_text(specification, encoding="utf-8")
    (folder / "select.toml").write_text("", encoding="utf-8")
    return folder


def tree(folder: Path, package: str = "odd") -> Tree:
    """What the generator makes of the specification of a folder, not formatted."""
    specification = openapi.load(folder, folder / "select.toml")
    return emit.merge({"__init__.py": b""}, models.generate(specification, package), operations.generate(specification))


@dataclass(frozen=True)
class Client:
    """The part of a generated package that one of the joined specifications became."""

    package: ModuleType
    prefix: str = ""

    def function(self, verb: str) -> Any:
        """The module of an operation called `thing:…`."""
        return self.part(f"api.{self.prefix.lower() or 'thing'}.{verb}")

    def named(self, name: str) -> Any:
        """A model by its name."""
        found = self.part("models")
        joined = self.prefix + (name.removeprefix("Thing") if name.startswith(("ThingAsk", "ThingMake")) else name)
        return getattr(found, joined if joined in found.__all__ else name)

    def part(self, name: str) -> Any:
        """A module of the package."""
        return importlib.import_module(f"{self.package.__name__}.{name}")


@contextmanager
def imported(made: Tree, folder: Path, package: str) -> Iterator[ModuleType]:
    """The package of REST functions and models, importable until the end of the block."""
    emit.write(made, folder / package)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        importlib.import_module(f"{package}.rest.api")
        yield importlib.import_module(f"{package}.rest")
    finally:
        sys.path.remove(str(folder))
        for module in [module for module in sys.modules if module.partition(".")[0] == package]:
            del sys.modules[module]


@contextmanager
def client(folder: Path, specification: str) -> Iterator[Client]:
    """The client of one specification."""
    package = f"odd_{next(_NUMBERS)}"
    with imported(tree(written(folder / "spec", specification), package), folder, package) as rest:
        yield Client(rest)


def joined(odd: Iterable[Odd]) -> str:
    """One document of many: each has paths, operations and schemas of its own by a prefix, `c7` and `C7`."""
    whole: Any = {"openapi": "3.1.0", "info": {"title": "Odd", "version": "1"}, "paths": {}, "components": {}}
    schemas: dict[str, Any] = {}
    whole["components"]["schemas"] = schemas
    for number, each in enumerate(odd):
        document = yaml.safe_load(text(each.paths, each.schemas))
        names = document.get("components", {}).get("schemas", {})
        moved = {name: name if each.is_alone else prefix(number) + name for name in names}
        document = _renamed(document, {_REFERENCE + name: _REFERENCE + new for name, new in moved.items()})
        for path, item in document["paths"].items():
            for operation in item.values():
                operation["operationId"] = operation["operationId"].replace("thing", prefix(number).lower(), 1)
            whole["paths"][f"/{prefix(number).lower()}{path}"] = item
        schemas |= {moved[name]: schema for name, schema in document.get("components", {}).get("schemas", {}).items()}
    return json.dumps(whole, default=str)


def prefix(number: int) -> str:
    """What the schemas of one of the joined specifications begin with."""
    return f"C{number}"


def _renamed(node: Any, references: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _renamed(value, references) for key, value in node.items()}
    if isinstance(node, list):
        return [_renamed(value, references) for value in node]
    return references.get(node, node) if isinstance(node, str) else node


def get(schema: str, operation: str = "thing:get") -> str:
    """The paths of one operation that answers JSON of a schema, given as YAML on one line."""
    return (
        f"/things:\n  get:\n    operationId: {operation}\n    responses:\n      '200':\n        description: It.\n"
        f"        content:\n          application/json:\n            schema: {schema}"
    )


def post(schema: str, media: str = "application/json", more: str = "{}") -> str:
    """The paths of one operation that is sent a schema."""
    return (
        "/things:\n  post:\n    operationId: thing:make\n    requestBody:\n      required: true\n      content:\n"
        f"        {media}:\n          schema: {schema}\n          encoding: {more}\n"
        "    responses:\n      '204':\n        description: Done."
    )


def asked(parameters: str, path: str = "/things") -> str:
    """The paths of one operation with parameters, each given as YAML on one line."""
    rows = "\n".join(f"      - {line.strip()}" for line in parameters.strip().splitlines())
    return (
        f'"{path}":\n  get:\n    operationId: thing:ask\n    parameters:\n{rows}\n'
        "    responses:\n      '204':\n        description: Done."
    )
