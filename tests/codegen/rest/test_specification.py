"""Our own specification: everything in it says what it means, and nothing that the engine has is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from wirewright import lint, openapi
from wirewright.documents import Documents, Node, is_map
from wirewright.overlay import Overlay
from wirewright.references import Bundler
from wirewright.selection import MODULE, operations

SPECS = Path(__file__).parents[3] / "specs" / "openapi"

pytestmark = pytest.mark.skipif(
    "x-already-selected" not in (SPECS / "openapi.yaml").read_text(encoding="utf-8"),
    reason="these specs are the engine's own, and so are their words",
)


@pytest.fixture(scope="module")
def written() -> Node:
    """The specification in our words, before anything is made of it."""
    documents = Documents(SPECS)
    document = Bundler(documents).bundle()
    assert Overlay.read(SPECS.parent / "overlay", documents).apply(document) == []
    return document


@pytest.fixture(scope="module")
def document() -> Node:
    """The specification as the generators get it."""
    return openapi.load(SPECS, SPECS.parents[1] / "codegen" / "select.toml", SPECS.parent / "overlay", ("v1",)).document


def _undescribed(node: Any, path: str) -> Iterator[str]:
    """Pointers to operations, parameters and properties without a description."""
    for part in lint.walk(node):
        properties = part.get("properties")
        for name, value in properties.items() if is_map(properties) else []:
            if is_map(value) and not value.get("description"):
                yield f"{path}: property {name}"
        if "operationId" in part and not part.get("description"):
            yield f"{path}: operation {part['operationId']}"
        if "in" in part and "schema" in part and not part.get("description"):
            yield f"{path}: parameter {part['name']}"


def test_it_is_valid_openapi(written: Node) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(written).iter_errors()] == []


def test_every_operation_parameter_schema_and_property_is_described(written: Node) -> None:
    missing = list(_undescribed(written, "openapi.yaml"))
    missing += [name for name, schema in written["components"]["schemas"].items() if not schema.get("description")]
    assert missing == []


def test_it_has_every_operation_a_token_may_call_and_no_other(document: Node) -> None:
    found = {operation["operationId"] for _, _, operation in operations(document)}
    assert len(found) == 132
    # One of every group that stays, and one of every group that is left out.
    assert {"v1-workflow-run:list", "rate-limit:delete", "tenant-member:list", "v1-stream-payload:upload"} <= found
    assert not {name for name in found if name.startswith(("user:", "sns:", "slack-webhook:", "tenant-invite:"))}
    assert not found & {"tenant-memberships:list", "tenant:feature-flag:evaluate"}


def test_no_two_operations_share_a_module(document: Node) -> None:
    modules = [tuple(operation[MODULE]) for _, _, operation in operations(document)]
    assert len(set(modules)) == len(modules)
    assert ("runs", "list") in modules
