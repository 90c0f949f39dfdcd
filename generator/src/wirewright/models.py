"""Schemas → pydantic models, one module each, and the package that imports them on first use."""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from datamodel_code_generator import (
    Error,
    InputFileType,
    ModuleSplitMode,
)
from datamodel_code_generator import (
    generate as generate_models,
)
from datamodel_code_generator.format import PythonVersion
from datamodel_code_generator.util import camel_to_snake

from wirewright import dialect, emit, proof
from wirewright.dialect import Dialect
from wirewright.documents import Node
from wirewright.emit import Tree
from wirewright.errors import GeneratorFault, SpecError, ToolError
from wirewright.openapi import Specification
from wirewright.references import ENTRY
from wirewright.schemas import inside, reachable

FOLDER = "rest/models"
TEMPLATES = Path(__file__).parent / "templates" / "models"

_DOC = "The models of the REST API. Importing this package imports none of them; each name is loaded on first use."
_SHOWN = 200


def module_of(schema: str) -> str:
    """The module, below rest/models, that holds the model of a schema."""
    return camel_to_snake(schema)


def generate(specification: Specification, package: str, server: str = "server") -> Tree:
    """rest/models, and rest/base.py on which all models rest."""
    schemas: Node = specification.document["components"]["schemas"]
    told = dialect.of(specification)
    _refuse_collisions(schemas, specification)
    told.schemas[dialect.ID] = {"type": "string"}
    try:
        made = _modules(told, package)
    except Exception as error:  # whatever the tool stumbles over, it is told by the schema and not by a traceback
        raise _culprit(told, specification, package) from error
    sources = {path[0]: source.encode() for path, source in made.items() if path != ("__init__.py",)}
    modules = {path: source.decode() for path, source in emit.tidied(sources).items()}
    names = {name: module_of(name) for name in told.schemas}
    defined = {name: module.removesuffix(".py") for module, source in modules.items() for name in _exported(source)}
    for name, module in names.items():
        if defined.get(name) != module:
            place = specification.place(schemas.get(name))
            raise place.fault(f"no type could be made of {name}; write it in another way")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    listing = environment.get_template("package.py.jinja").render(doc=_DOC, names=sorted(names.items()))
    tree: Tree = {f"{FOLDER}/{module}": source.encode() for module, source in sorted(modules.items())}
    tree[f"{FOLDER}/__init__.py"] = listing.encode()
    tree[f"{FOLDER}/{module_of(dialect.ID)}.py"] = (
        environment.get_template("id.py.jinja").render(server=server).encode()
    )
    tree["rest/base.py"] = (
        environment.get_template("base.py.jinja")
        .render(numbers=_has_numbers(schemas), defaults=_has_defaults(schemas), server=server)
        .encode()
    )
    if any(dialect.UNIQUE in data for data in told.data.values()):
        tree["rest/checks.py"] = environment.get_template("checks.py.jinja").render().encode()
    proof.models(tree, told, specification, package)
    return tree


def _modules(told: Dialect, package: str) -> Mapping[tuple[str, ...], str]:
    source: Node = {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": told.schemas},
    }
    with warnings.catch_warnings():
        # Its warnings are about constraints that pydantic has no use for; faults are errors.
        warnings.simplefilter("ignore")
        try:
            modules = generate_models(
                source,
                input_file_type=InputFileType.OpenAPI,
                module_split_mode=ModuleSplitMode.Single,
                custom_template_dir=TEMPLATES,
                extra_template_data=defaultdict(dict, told.data),
                aliases=told.aliases,
                custom_file_header='"""A part of the models of the REST API."""',
                base_class=f"{package}.rest.base.Model",
                additional_imports=[
                    f"{package}.rest.base.OpenEnum",
                    f"{package}.rest.base.OpenIntEnum",
                    f"{package}.rest.base.Default",
                    f"{package}.rest.checks",
                    "pydantic.Field",
                    "pydantic.field_validator",
                ],
                target_python_version=PythonVersion.PY_311,
                snake_case_field=True,
                capitalise_enum_members=True,
                use_type_alias=True,
                use_annotated=True,
                use_exact_imports=True,
                use_schema_description=True,
                use_field_description=True,
                formatters=[],
            )
        except Error as error:
            raise ToolError("datamodel-code-generator", str(error)) from error
    if not isinstance(modules, Mapping):
        raise ToolError("datamodel-code-generator", "it made no modules")
    return modules


def _culprit(told: Dialect, specification: Specification, package: str) -> GeneratorFault:
    """The fault of the first schema that fails by itself, with those that it refers to."""
    schemas: Node = specification.document["components"]["schemas"]
    for name in schemas:
        needed = {name, *reachable(told.schemas, [told.schemas[name]])}
        part = Dialect({each: told.schemas[each] for each in needed}, told.aliases, told.data)
        try:
            _modules(part, package)
        except Exception as error:
            reason = str(error).strip().rpartition("\n")[2][:_SHOWN]
            return specification.place(schemas[name]).fault(
                f"no type could be made of {name} ({reason or type(error).__name__}); write it in another way"
            )
    return SpecError(ENTRY, "/components/schemas", "no types could be made of the schemas together")


def _has_numbers(schemas: Node) -> bool:
    return any("enum" in schema and schema.get("type") == "integer" for schema in schemas.values())


def _has_defaults(schemas: Node) -> bool:
    return any("default" in part for schema in schemas.values() for part in inside(schema))


def _refuse_collisions(schemas: Node, specification: Specification) -> None:
    owners: dict[str, str] = {}
    for name in schemas:
        other = owners.setdefault(module_of(name), name)
        if other != name:
            raise specification.place(schemas[name]).fault(
                f"{name} and {other} would share the module {module_of(name)}; rename one"
            )


def _exported(source: str) -> list[str]:
    """The classes and aliases that a module defines, or names in __all__."""
    names: list[str] = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.ClassDef):
            names.append(statement.name)
        elif isinstance(statement, ast.Assign) and isinstance(target := statement.targets[0], ast.Name):
            names += _literal(statement.value) if target.id == "__all__" else [target.id]
    return names


def _literal(value: ast.expr) -> list[str]:
    listed: Any = ast.literal_eval(value)
    return [str(name) for name in listed]
