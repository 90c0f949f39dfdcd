"""The steps of the generator in order: a folder of specs in, the whole tree of generated/hatchet_api out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codegen import descriptors, emit, messages, models, openapi, operations, services
from codegen.emit import Tree

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


def tree(specs: Path, select: Path) -> Tree:
    """Everything generated from a folder of specs; a fault raises before anything is written."""
    described = descriptors.load(specs / "proto")
    document = openapi.load(specs / "openapi", select)
    return emit.finished(
        emit.merge(
            {"__init__.py": _PACKAGE, "py.typed": b""},
            messages.generate(described),
            services.generate(described),
            models.generate(document),
            operations.generate(document),
        )
    )
