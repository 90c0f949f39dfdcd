"""`update-specs`: take over a contracts folder of the engine as it is upstream, or change nothing at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from codegen import bare, build, changes, comments, descriptors, emit, facts, overlay
from codegen.changes import Change
from codegen.documents import Documents
from codegen.errors import SpecError
from codegen.facts import Facts
from codegen.lock import NAME, UNKNOWN_ENGINE, Lock
from codegen.overlay import Overlay
from codegen.references import ENTRY, Bundler

_OPENAPI_SUFFIXES = frozenset({".yaml", ".yml", ".json"})


@dataclass(frozen=True)
class Report:
    """How newer specs differ from those in the project, and what becomes of our words."""

    grpc: list[Change]
    rest: list[Change]
    lost: list[str] = field(default_factory=list[str])
    """Entries of the overlay whose target is gone, each with what became of it."""
    undescribed: list[str] = field(default_factory=list[str])
    """What has no description of ours."""

    def __str__(self) -> str:
        lines = [changes.report("gRPC API", self.grpc), changes.report("REST API", self.rest)]
        for number, what, listed in (
            (len(self.lost), "entries of the overlay have lost their target", self.lost),
            (len(self.undescribed), "things have no description", self.undescribed),
        ):
            lines += [f"{number} {what}:", *(f"  {each}" for each in listed)] if listed else []
        return "\n".join(lines)

    def markdown(self, title: str) -> str:
        """The report as a page: what can break a program first."""
        every = [("gRPC", change) for change in self.grpc] + [("REST", change) for change in self.rest]
        parts = {
            "Can break a program": [f"{api}: {change.plain}" for api, change in every if change.breaking],
            "Other changes": [f"{api}: {change.plain}" for api, change in every if not change.breaking],
            "Descriptions that were dropped": self.lost,
            "Without a description": self.undescribed,
        }
        pages = [f"## {name}\n\n" + "\n".join(f"- {line}" for line in lines) for name, lines in parts.items() if lines]
        return "\n\n".join([f"# {title}", *(pages or ["Nothing changes."])]) + "\n"


def run(
    project: build.Project,
    source: Path,
    *,
    engine: str | None = None,
    dry_run: bool = False,
    drop_lost: bool = False,
    tell: Callable[[str], None] = print,
) -> Report:
    """Report how `source` differs from specs/, then make its shape that of specs/ and generate from it.

    Everything is read, checked and generated before the first file of the project changes: a fault changes nothing.
    An entry of the overlay whose target is gone is such a fault, unless those entries are to be dropped.
    """
    with tempfile.TemporaryDirectory(prefix="codegen-") as folder:
        raw, staged = Path(folder) / "as-it-is" / "specs", Path(folder) / "specs"
        _stage(source, raw, staged)
        try:
            lost = _take_overlay(project.specs, staged)
            newer = build.Specs.read(project.settings.at(staged))
        except SpecError:
            # It is told by the lines of what was given, which the shape alone no longer has.
            _take_overlay(project.specs, raw)
            build.Specs.read(project.settings.at(raw))
            raise
        report = compare(project.read(), newer, lost)
        tell(str(report))
        if dry_run:
            tell("dry run: nothing was written")
            return report
        if lost and not drop_lost:
            raise SpecError(
                overlay.NAME, "", f"{len(lost)} entries have lost their target (above); mend them, or give --drop-lost"
            )
        tree = build.tree(newer)
        counted(staged, newer, engine or UNKNOWN_ENGINE).write(staged)
        _replace(project.specs, staged)
    touched = emit.write(tree, project.output)
    page = project.root / "docs" / "api-changes" / f"{engine or UNKNOWN_ENGINE}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(report.markdown(f"What {engine or 'this version'} changes"), encoding="utf-8", newline="\n")
    tell(f"specs/ is replaced and locked; generated/: {len(tree)} files, {len(touched)} changed")
    tell(f"docs/api-changes/{page.name} is the report")
    if engine is None:
        tell(f"specs/{NAME} does not know the engine's version; run `python -m codegen lock --engine VERSION`")
    return report


def counted(folder: Path, specs: build.Specs, engine: str) -> Lock:
    """The lock of a folder of specs, with how many things it describes."""
    grpc, rest = _facts(specs)
    counts = {f"grpc {kind}": number for kind, number in facts.counted(grpc).items()}
    counts |= {f"rest {kind}": number for kind, number in facts.counted(rest).items()}
    return Lock.of(folder, engine, counts)


def _take_overlay(specs: Path, staged: Path) -> list[str]:
    """Copy our words beside the staged shape, without those whose target is gone, and say what became of these."""
    if not (specs / "overlay").is_dir():
        return []
    shutil.copytree(specs / "overlay", staged / "overlay")
    documents = Documents(staged / "openapi")
    document = Bundler(documents).bundle()
    actions = Overlay.read(staged / "overlay", documents).apply(document)
    files = descriptors.compile_protos(staged / "proto")
    names = comments.apply(files, comments.read(staged / "overlay"))
    overlay.without(staged / "overlay", actions) if actions else None
    comments.without(staged / "overlay", names) if names else None
    told = [f"{action.path.text}: {action.path.missing(document)}" for action in actions]
    return told + [f"{name}: {comments.became(name, files)}" for name in names]


def compare(older: build.Specs, newer: build.Specs, lost: list[str]) -> Report:
    """How specs differ from older ones."""
    (old_grpc, old_rest), (grpc, rest) = _facts(older), _facts(newer)
    missing = [*comments.undescribed(newer.protos)] if newer.protos else []
    missing += overlay.undescribed(newer.rest.document) if newer.rest else []
    gone = [*lost, *(overlay.unmatched(newer.rest.document) if newer.rest else ())]
    return Report(changes.between(old_grpc, grpc), changes.between(old_rest, rest), gone, missing)


def _facts(specs: build.Specs) -> tuple[Facts, Facts]:
    return (
        facts.of_protos(specs.protos) if specs.protos else {},
        facts.of_document(specs.rest.document) if specs.rest else {},
    )


def _stage(source: Path, raw: Path, staged: Path) -> None:
    """Write what counts of a contracts folder in the layout of specs/: as it is, and in shape without a sentence."""
    if not source.is_dir():
        raise SpecError(str(source), "", "there is no such folder; give the engine's folder of contracts")
    protos = [path for path in source.rglob("*.proto") if path.is_file()]
    if not protos:
        raise SpecError(str(source), "", "no .proto file is in it; give the engine's folder of contracts")
    if not (source / "openapi" / ENTRY).is_file():
        raise SpecError(str(source), "", f"it has no openapi/{ENTRY}; give the engine's folder of contracts")
    documents = [path for path in (source / "openapi").rglob("*") if path.suffix in _OPENAPI_SUFFIXES]
    for path in protos:
        text, name = path.read_text(encoding="utf-8"), path.relative_to(source)
        _write(text, raw / "proto" / name)
        _write(bare.proto(text), staged / "proto" / name)
    for path in documents:
        text, name = path.read_text(encoding="utf-8"), path.relative_to(source)
        _write(text, raw / name)
        _write(bare.document(text, name.relative_to("openapi").as_posix()), staged / name)


def _write(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")


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
