"""The steps of the generator in order: specs in, the whole tree of a package out."""

from __future__ import annotations

from dataclasses import dataclass, field

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from wirewright import descriptors, emit, messages, models, openapi, operations, services, since
from wirewright.emit import Tree
from wirewright.openapi import Specification
from wirewright.settings import Settings

_PACKAGE = '"""The %s as typed Python: messages (grpc), servicers and stubs (services), HTTP client (rest)."""\n'


@dataclass(frozen=True)
class Specs:
    """Specs that were read, with our words; nobody changes them. Either kind may be missing."""

    settings: Settings
    protos: FileDescriptorSet | None
    rest: Specification | None
    since: dict[str, str] = field(default_factory=dict[str, str])
    """Full name of what the gRPC API has → the version that brought it, where the overlay says so."""

    @classmethod
    def read(cls, settings: Settings) -> Specs:
        """Read what the settings name; a fault is a SpecError."""
        protos = descriptors.described(settings.protos, settings.overlay) if settings.protos else None
        rest = (
            openapi.load(settings.openapi, settings.selection, settings.overlay, settings.versions)
            if settings.openapi
            else None
        )
        dated = since.of_protos(settings.overlay, protos) if protos else {}
        return cls(settings, protos, rest, dated)


def tree(specs: Specs) -> Tree:
    """Everything generated from specs; a fault raises before anything is written."""
    settings = specs.settings
    trees: list[Tree] = [{"__init__.py": (_PACKAGE % settings.server).encode(), "py.typed": b""}]
    if specs.protos is not None:
        described = descriptors.rename(specs.protos, settings.package)
        trees += [messages.generate(described, settings.server), services.generate(described, settings.server)]
    if specs.rest is not None:
        trees += [
            models.generate(specs.rest, settings.package, settings.server),
            operations.generate(specs.rest, settings.auth),
        ]
    dated = specs.rest.since if specs.rest else {}
    if specs.since or dated:
        trees.append({"since.py": since.module(settings.server, specs.since, dated)})
    return emit.finished(emit.merge(*trees), settings.header)
