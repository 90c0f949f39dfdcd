"""`update-specs`: take over a contracts folder of the engine as it is upstream, or change nothing at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codegen import build, changes, descriptors, emit, facts, openapi
from codegen.changes import Change
from codegen.errors import SpecError
from codegen.facts import Facts
from codegen.lock import NAME, UNKNOWN_ENGINE, Lock
from codegen.references import ENTRY

_OPENAPI_SUFFIXES = frozenset({".yaml", ".yml", ".json"})


@dataclass(frozen=True)
class Report:
    """How newer specs differ from those in the project."""

    grpc: list[Change]
    rest: list[Change]

    def __str__(self) -> str:
        return f"{changes.report('gRPC API', self.grpc)}\n{changes.report('REST API', self.rest)}"


def run(
    project: build.Project,
    source: Path,
    *,
    engine: str | None = None,
    dry_run: bool = False,
    tell: Callable[[str], None] = print,
) -> Report:
    """Report how `source` differs from specs/, then make it specs/ and generate from it.

    Everything is read, checked and generated before the first file of the project changes: a fault changes nothing.
    """
    with tempfile.TemporaryDirectory(prefix="codegen-") as folder:
        staged = Path(folder) / "specs"
        _stage(source, staged)
        report = compare(project, staged)
        tell(str(report))
        if dry_run:
            tell("dry run: nothing was written")
            return report
        tree = build.tree(staged, project.select)
        Lock.of(staged, engine or UNKNOWN_ENGINE).write(staged)
        _replace(project.specs, staged)
    touched = emit.write(tree, project.output)
    tell(f"specs/ is replaced and locked; generated/: {len(tree)} files, {len(touched)} changed")
    if engine is None:
        tell(f"specs/{NAME} does not know the engine's version; run `python -m codegen lock --engine VERSION`")
    return report


def compare(project: build.Project, newer: Path) -> Report:
    """How a folder of specs differs from the project's; a fault in the newer one is a SpecError."""
    grpc, rest = _facts(newer, project.select)
    old_grpc, old_rest = _facts(project.specs, project.select)
    return Report(changes.between(old_grpc, grpc), changes.between(old_rest, rest))


def _facts(specs: Path, select: Path) -> tuple[Facts, Facts]:
    grpc = facts.of_protos(descriptors.compile_protos(specs / "proto"))
    return grpc, facts.of_document(openapi.load(specs / "openapi", select))


def _stage(source: Path, staged: Path) -> None:
    """Copy what counts of a contracts folder into the layout of specs/."""
    if not source.is_dir():
        raise SpecError(str(source), "", "there is no such folder; give the engine's folder of contracts")
    protos = [path for path in source.rglob("*.proto") if path.is_file()]
    if not protos:
        raise SpecError(str(source), "", "no .proto file is in it; give the engine's folder of contracts")
    if not (source / "openapi" / ENTRY).is_file():
        raise SpecError(str(source), "", f"it has no openapi/{ENTRY}; give the engine's folder of contracts")
    documents = [path for path in (source / "openapi").rglob("*") if path.suffix in _OPENAPI_SUFFIXES]
    for path in protos:
        _copy(path, staged / "proto" / path.relative_to(source))
    for path in documents:
        _copy(path, staged / path.relative_to(source))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def _replace(specs: Path, staged: Path) -> None:
    """Put the staged folder in the place of specs/; the old one is only removed once the new one stands there."""
    # Copied beside specs/ first: between file systems a rename is not possible.
    newer, older = specs.with_name(".specs-new"), specs.with_name(".specs-old")
    for leftover in (newer, older):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(staged, newer)
    specs.rename(older)
    try:
        newer.rename(specs)
    except OSError:
        older.rename(specs)
        raise
    shutil.rmtree(older)
