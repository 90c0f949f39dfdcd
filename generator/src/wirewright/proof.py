"""What was generated is tried: values that a schema allows come back as they were, others are refused."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from wirewright import emit
from wirewright.dialect import Dialect, Uses
from wirewright.emit import Tree
from wirewright.errors import ToolError
from wirewright.examples import Examples
from wirewright.openapi import Specification

_TRIAL = Path(__file__).parent / "trial.py"
_SHOWN = 200


def models(tree: Tree, told: Dialect, specification: Specification, package: str) -> None:
    """Try the models; one that would not keep what its schema allows is a fault of the schema's place."""
    schemas = specification.document["components"]["schemas"]
    uses = Uses.of(specification)
    examples = Examples(schemas)
    tasks: list[dict[str, Any]] = []
    for name in schemas:
        is_received = name in uses.received
        # What is told by the value of a property, or of many shapes at once, is tried where it is chosen.
        wrong = [] if told.schemas[name].get("allOf") else examples.wrong(name)
        wrong += [] if is_received else examples.beyond(name)
        tasks.append(
            {"name": name, "right": examples.right(name), "wrong": [] if _is_one_sided(name, specification) else wrong}
        )
    with tempfile.TemporaryDirectory(prefix="wirewright-") as folder:
        emit.write({"__init__.py": b"", "rest/__init__.py": b"", **tree}, Path(folder) / package.replace(".", "/"))
        command = [sys.executable, "-P", str(_TRIAL), folder, package]
        result = subprocess.run(
            command, input=json.dumps(tasks), capture_output=True, text=True, encoding="utf-8", check=False
        )
    if result.returncode:
        raise ToolError("the generated models", result.stderr.strip().rpartition("\n")[2])
    for fault in json.loads(result.stdout):
        raise specification.place(schemas[fault["name"]]).fault(
            f"{fault['name']} cannot be turned into a type that is right: {fault['reason'][:_SHOWN]}; "
            "write it in another way"
        )


def _is_one_sided(name: str, specification: Specification) -> bool:
    """Whether some properties are only read or only written, so that what is required hangs on the side."""
    properties: dict[str, Any] = specification.document["components"]["schemas"][name].get("properties", {})
    return any(part.get("readOnly") or part.get("writeOnly") for part in properties.values())
