"""The generated code loads and works on the protobuf, grpcio and pydantic of this environment, whichever they are."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.message_factory import GetMessageClass
from pydantic import BaseModel

GENERATED = Path(__file__).parents[2] / "generated"
MODULES = sorted(
    ".".join(path.relative_to(GENERATED).with_suffix("").parts).removesuffix(".__init__")
    for path in (GENERATED / "hatchet_api").rglob("*.py")
)
MESSAGES = [name for name in MODULES if name.endswith("_pb2")]
MODELS = [name for name in MODULES if name.startswith("hatchet_api.rest.models.")]


def test_every_generated_module_loads_without_a_warning() -> None:
    program = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    command = [sys.executable, "-W", "error", "-c", program, *MODULES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=GENERATED)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("module", MESSAGES)
def test_every_message_is_written_and_read(module: str) -> None:
    file: FileDescriptor = import_module(module).DESCRIPTOR
    for descriptor in file.message_types_by_name.values():
        kind = GetMessageClass(descriptor)
        filled = kind(**{f.name: "text" for f in descriptor.fields if f.type == f.TYPE_STRING and not f.is_repeated})
        assert kind.FromString(filled.SerializeToString(deterministic=True)) == filled


def test_every_rest_model_has_a_validator_and_a_schema() -> None:
    found = 0
    for name in MODELS:
        module = import_module(name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == name:
                value.model_rebuild()
                schema = value.model_json_schema()  # that of a model which contains itself is a reference
                assert ("$ref" in schema) != (schema.get("type") == "object"), value
                assert value.__pydantic_complete__, value
                found += 1
    assert found > 100
