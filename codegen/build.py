"""The steps of the generator in order: specs in, the whole tree of a package out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from codegen import descriptors, emit, messages, models, openapi, operations, services, settings
from codegen.emit import Tree
from codegen.openapi import Specification
from codegen.settings import Settings

_PACKAGE = '"""The %s as typed Python: messages (grpc), servicers and stubs (services), HTTP client (rest)."""\n'


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
    def settings(self) -> Settings:
        """What is read and written, by the project's own file."""
        return Settings.read(self.root / "codegen" / settings.NAME)

    @property
    def output(self) -> Path:
        """The import package that is replaced whole."""
        return self.settings.output

    def read(self) -> Specs:
        """The inputs as they are."""
        return Specs.read(self.settings)


@dataclass(frozen=True)
class Specs:
    """Specs that were read, with our words; nobody changes them. Either kind may be missing."""

    settings: Settings
    protos: FileDescriptorSet | None
    rest: Specification | None

    @classmethod
    def read(cls, settings: Settings) -> Specs:
        """Read what the settings name; a fault is a SpecError."""
        protos = descriptors.described(settings.protos, settings.overlay) if settings.protos else None
        rest = (
            openapi.load(settings.openapi, settings.selection, settings.overlay, settings.versions)
            if settings.openapi
            else None
        )
        return cls(settings, protos, rest)


def tree(specs: Specs) -> Tree:
    """Everything generated from specs; a fault raises before anything is written."""
    settings = specs.settings
    trees: list[Tree] = [{"__init__.py": (_PACKAGE % settings.server).encode(), "py.typed": b""}]
    if specs.protos is not None:
        described = descriptors.rename(specs.protos, settings.package)
        trees += [messages.generate(described, settings.server), services.generate(described, settings.server)]
    if specs.rest is not None:
        trees += [models.generate(specs.rest, settings.package, settings.server), operations.generate(specs.rest)]
    return emit.finished(emit.merge(*trees))
