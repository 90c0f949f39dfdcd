"""Schemas → pydantic models, one module each, and the package that imports them on first use."""

from __future__ import annotations

import ast
import copy
import tempfile
import textwrap
import warnings
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
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import Formatter, PythonVersion
from datamodel_code_generator.util import camel_to_snake

from codegen import lint, openapi
from codegen.documents import Node, is_list, is_map
from codegen.emit import Tree
from codegen.errors import SpecError
from codegen.references import ENTRY, SCHEMAS
from codegen.selection import operations

FOLDER = "rest/models"
TEMPLATES = Path(__file__).parent / "templates" / "models"

_DOC = "The models of the REST API. Importing this package imports none of them; each name is loaded on first use."
_DOC_WIDTH = 100
# What a server sends is not held against limits that a newer one may have moved.
_LIMITS = frozenset({"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern"})
# Names come from the keys of `components`, and an example is no part of a type.
_IDLE = frozenset({"title", "example", "examples"})
# Formats for which pydantic would need another distribution, or that only say how wide an integer is.
_IDLE_FORMATS = frozenset({"email", "idn-email", "uint64", "uint32"})
# The type of ids that are sent; its module is a template.
_ID = "Id"
# The formatter must not read settings of whatever folder it is run in.
_RUFF_SETTINGS = '[lint]\nselect = ["F401", "I"]\n'


def module_of(schema: str) -> str:
    """The module, below rest/models, that holds the model of a schema."""
    return camel_to_snake(schema)


def generate(document: Node) -> Tree:
    """rest/models, and rest/base.py on which all models rest."""
    schemas = _prepared(document)
    if _ID in schemas:
        raise SpecError(ENTRY, f"/components/schemas/{_ID}", f"{_ID} is the type of all ids; rename the schema")
    schemas[_ID] = {"type": "string"}
    _refuse_collisions(schemas)
    modules = {path[0]: source for path, source in _modules(schemas).items() if path != ("__init__.py",)}
    names = {name: module_of(name) for name in schemas}
    defined = {name: module.removesuffix(".py") for module, source in modules.items() for name in _exported(source)}
    for name, module in names.items():
        if defined.get(name) != module:
            raise SpecError(ENTRY, f"/components/schemas/{name}", f"no class {name} came of it in the module {module}")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    package = environment.get_template("package.py.jinja").render(doc=_DOC, names=sorted(names.items()))
    tree: Tree = {f"{FOLDER}/{module}": source.encode() for module, source in sorted(modules.items())}
    tree[f"{FOLDER}/__init__.py"] = package.encode()
    tree[f"{FOLDER}/{module_of(_ID)}.py"] = environment.get_template("id.py.jinja").render().encode()
    tree["rest/base.py"] = environment.get_template("base.py.jinja").render().encode()
    return tree


def _modules(schemas: Node) -> Mapping[tuple[str, ...], str]:
    source: Node = {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    with tempfile.TemporaryDirectory(prefix="codegen-") as folder, warnings.catch_warnings():
        # Its warnings are about constraints that pydantic has no use for; faults are errors.
        warnings.simplefilter("ignore")
        (Path(folder) / "ruff.toml").write_text(_RUFF_SETTINGS, encoding="utf-8")
        try:
            modules = generate_models(
                source,
                input_file_type=InputFileType.OpenAPI,
                output_model_type=DataModelType.PydanticV2BaseModel,
                module_split_mode=ModuleSplitMode.Single,
                custom_template_dir=TEMPLATES,
                custom_file_header='"""A part of the models of the REST API."""',
                base_class="hatchet_api.rest.base.Model",
                additional_imports=["hatchet_api.rest.base.OpenEnum"],
                target_python_version=PythonVersion.PY_311,
                snake_case_field=True,
                capitalise_enum_members=True,
                use_specialized_enum=True,
                use_type_alias=True,
                use_annotated=True,
                field_constraints=True,
                use_exact_imports=True,
                use_standard_collections=True,
                use_union_operator=True,
                use_schema_description=True,
                use_field_description=True,
                use_inline_field_description=True,
                use_double_quotes=True,
                disable_timestamp=True,
                strict_refs=True,
                formatters=[Formatter.RUFF_CHECK, Formatter.RUFF_FORMAT],
                settings_path=Path(folder),
            )
        except Error as error:
            raise SpecError(ENTRY, "/components/schemas", str(error)) from error
    if not isinstance(modules, Mapping):
        raise SpecError(ENTRY, "/components/schemas", "there are no schemas to make models of")
    return modules


def _prepared(document: Node) -> Node:
    """The schemas as the models need them: what a server sends is taken as it is, what we send is checked."""
    schemas: Node = copy.deepcopy(document["components"]["schemas"])
    received = openapi.reachable(schemas, [operation["responses"] for _, _, operation in operations(document)])
    for name, schema in schemas.items():
        for part in lint.walk(schema):
            _prepare(part, is_received=name in received, is_named=part is schema)
    return schemas


def _prepare(schema: Node, *, is_received: bool, is_named: bool) -> None:
    for idle in _IDLE & schema.keys():
        # A property may be called like a keyword; then it holds a schema.
        if not is_map(schema[idle]):
            del schema[idle]
    if schema.get("format") in _IDLE_FORMATS:
        del schema["format"]
    if is_received or schema.get("format") == "uuid":
        for limit in _LIMITS & schema.keys():
            if not is_map(schema[limit]):
                del schema[limit]
    if schema.get("format") == "uuid":
        # Ids are text everywhere, so that those of two answers compare; where one is given it may be a UUID.
        del schema["format"]
        if not is_received and not is_named:
            del schema["type"]
            schema["$ref"] = f"{SCHEMAS}{_ID}"
    if schema.get("additionalProperties") is True and not schema.get("properties"):
        schema["additionalProperties"] = {}  # means the same, and makes a dictionary instead of a class
    values = schema.get("enum")
    if is_list(values) and len(values) == 1 and not is_named:
        # The one value of a discriminator: ours to get right when sent, anything when received.
        del schema["enum"]
        if not is_received:
            schema["const"] = values[0]
    if isinstance(schema.get("description"), str):
        schema["description"] = "\n".join(
            textwrap.fill(line, _DOC_WIDTH) for line in schema["description"].strip().splitlines()
        )


def _refuse_collisions(schemas: Node) -> None:
    owners: dict[str, str] = {}
    for name in schemas:
        other = owners.setdefault(module_of(name), name)
        if other != name:
            place = f"{SCHEMAS.removeprefix('#')}{name}"
            raise SpecError(ENTRY, place, f"{name} and {other} would share the module {module_of(name)}; rename one")


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
