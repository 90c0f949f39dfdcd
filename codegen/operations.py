"""Operations → typed httpx functions, one module each, that read and write the models of models.py."""

from __future__ import annotations

import copy
from pathlib import Path

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError, ParseError

from codegen.documents import Node, render
from codegen.emit import Tree
from codegen.endpoints import Names, View
from codegen.errors import SpecError
from codegen.references import ENTRY
from codegen.selection import MODULE, operations

FOLDER = "rest/api"
TEMPLATES = Path(__file__).parent / "templates" / "operations"

# Their templates' names on the left, where ours of the same name go on the right.
_STATIC = {
    "package_init.py.jinja": "rest/__init__.py",
    "client.py.jinja": "rest/runtime.py",
    "errors.py.jinja": "rest/errors.py",
}
# Of a model the endpoints need to know that it is one, and whether it is a page of rows.
_PAGE = ("rows", "pagination")


def generate(document: Node) -> Tree:
    """rest/api, rest/runtime.py and rest/errors.py."""
    parsed = GeneratorData.from_dict(_for_parser(document), config=_config())
    if isinstance(parsed, GeneratorError):
        raise SpecError(ENTRY, "/", f"{parsed.header}: {parsed.detail or ''}")
    # By name, because the parser rewrites the path.
    waiting = {_name(operation): (path, method, operation) for path, method, operation in operations(document)}
    _refuse_errors(parsed)
    environment = Project(openapi=parsed, config=_config(), custom_template_path=TEMPLATES).env
    names = Names(document["components"]["schemas"])
    template = environment.get_template("endpoint_module.py.jinja")
    modules: dict[str, list[str]] = {}
    tree: Tree = {}
    for collection in parsed.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            path, _, operation = waiting.pop(endpoint.name)
            view = View.of(endpoint, path, operation, names)
            folder, module = operation[MODULE]
            modules.setdefault(folder, []).append(module)
            tree[f"{FOLDER}/{folder}/{module}.py"] = template.render(endpoint=endpoint, view=view).encode()
    for path, method, _ in waiting.values():
        raise SpecError(ENTRY, render(("paths", path, method)), "the operation cannot be turned into a function")
    init = environment.get_template("endpoint_init.py.jinja")
    for folder, members in sorted(modules.items()):
        title = folder.replace("_", " ")
        tree[f"{FOLDER}/{folder}/__init__.py"] = init.render(title=title, modules=sorted(members)).encode()
    tree[f"{FOLDER}/__init__.py"] = (
        environment.get_template("api_init.py.jinja").render(folders=sorted(modules)).encode()
    )
    for source, target in _STATIC.items():
        tree[target] = environment.get_template(source).render().encode()
    return dict(sorted(tree.items()))


def _config() -> Config:
    return Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, Path(ENTRY), file_encoding="utf-8", overwrite=True, output_path=Path()
    )


def _for_parser(document: Node) -> Node:
    """The document as the parser needs it: our modules' names, and of each model only what endpoints depend on."""
    result: Node = copy.deepcopy(document)
    schemas: Node = result["components"]["schemas"]
    for name, schema in schemas.items():
        if _is_object(schema):
            known = {key: value for key, value in schema.get("properties", {}).items() if key in _PAGE}
            schemas[name] = {"type": "object", "properties": known}
        schemas[name].pop("title", None)
    for _, _, operation in operations(result):
        operation |= {"tags": [operation[MODULE][0]], "operationId": _name(operation)}
        # A 204 has no body, whatever a specification says about it.
        operation["responses"].get("204", {}).pop("content", None)
    return result


def _name(operation: Node) -> str:
    return "_".join(operation[MODULE])


def _is_object(schema: Node) -> bool:
    return schema.get("type") == "object" or "properties" in schema or "allOf" in schema


def _refuse_errors(parsed: GeneratorData) -> None:
    """The parser leaves out what it does not understand; here nothing may be missing silently."""
    errors: list[ParseError | GeneratorError] = [*parsed.errors]
    for collection in parsed.endpoint_collections_by_tag.values():
        errors += collection.parse_errors
    for error in errors:
        raise SpecError(ENTRY, error.header or "/", str(error.detail or "it is not understood"))
