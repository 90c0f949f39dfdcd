"""The steps of the generator in order: a folder of specs in, the whole tree of generated/hatchet_api out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen import descriptors, emit, messages, models, openapi, operations, services
from codegen.emit import Tree
from codegen.openapi import Specification

_PACKAGE = b'"""The engine as typed Python: messages (grpc), servicers and stubs (services), HTTP client (rest)."""\n'


@dataclass(frozen=True)
class Project:
    """Where a checkout keeps the generator's inputs and outputs."""

    root: Path

    @property
    def specs(self) -> Path:
        """The inputs."""
        return self.root / "specs"

    @property
    def select(self) -> Path:
        """Which operations are left out, and overrides of upstream faults."""
        return self.root / "codegen" / "select.toml"

    @property
    def output(self) -> Path:
        """The import package that is replaced whole."""
        return self.root / "generated" / "hatchet_api"

    def read(self) -> Specs:
        """The inputs as they are."""
        return Specs.read(self.specs, self.select)


@dataclass(frozen=True)
class Specs:
    """A folder of specs that was read, with our words; nobody changes it."""

    protos: FileDescriptorSet
    rest: Specification

    @classmethod
    def read(cls, specs: Path, select: Path) -> Specs:
        """Read a folder of specs; a fault is a SpecError."""
        return cls(descriptors.described(specs / "proto"), openapi.load(specs / "openapi", select))


def tree(specs: Specs) -> Tree:
    """Everything generated from specs; a fault raises before anything is written."""
    described = descriptors.rename(specs.protos)
    return emit.finished(
        emit.merge(
            {"__init__.py": _PACKAGE, "py.typed": b""},
            messages.generate(described),
            services.generate(described),
            models.generate(specs.rest),
            operations.generate(specs.rest),
        )
    )
