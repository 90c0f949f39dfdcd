"""`update-specs`: take over a folder of newer specs as it is upstream, or change nothing at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from wirewright import arrived, bare, build, changes, comments, descriptors, emit, facts, overlay
from wirewright.changes import Change
from wirewright.documents import Documents
from wirewright.errors import SpecError
from wirewright.facts import Facts
from wirewright.lock import NAME, UNKNOWN, Lock
from wirewright.overlay import Overlay
from wirewright.references import ENTRY, Bundler
from wirewright.settings import Settings

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
    arrived: list[str] = field(default_factory=list[str])
    """What the overlay added, and the newer specs have; it is only dated there now."""

    def __str__(self) -> str:
        lines = [changes.report("gRPC API", self.grpc), changes.report("REST API", self.rest)]
        for number, what, listed in (
            (len(self.lost), "entries of the overlay have lost their target", self.lost),
            (len(self.undescribed), "things have no description", self.undescribed),
            (len(self.arrived), "additions have arrived, and are dates now", self.arrived),
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
            "Additions that have arrived": self.arrived,
        }
        pages = [f"## {name}\n\n" + "\n".join(f"- {line}" for line in lines) for name, lines in parts.items() if lines]
        return "\n\n".join([f"# {title}", *(pages or ["Nothing changes."])]) + "\n"


def run(
    settings: Settings,
    source: Path,
    *,
    version: str | None = None,
    dry_run: bool = False,
    drop_lost: bool = False,
    tell: Callable[[str], None] = print,
) -> Report:
    """Report how `source` differs from the specs, then put it in their place and generate from it.

    Everything is read, checked and generated before the first file changes: a fault changes nothing. An entry of the
    overlay whose target is gone is such a fault, unless those entries are to be dropped.
    """
    with tempfile.TemporaryDirectory(prefix="wirewright-") as folder:
        raw, staged = settings.at(Path(folder) / "as-it-is"), settings.at(Path(folder) / "kept")
        _stage(source, raw, staged)
        try:
            lost, there = _take_overlay(settings, staged)
            newer = build.Specs.read(staged)
        except SpecError:
            # It is told by the lines of what was given, which the shape alone no longer has.
            _take_overlay(settings, raw)
            build.Specs.read(raw)
            raise
        report = replace(compare(build.Specs.read(settings), newer, lost), arrived=there)
        tell(str(report))
        if dry_run:
            tell("dry run: nothing was written")
            return report
        if lost and not drop_lost:
            raise SpecError(
                overlay.NAME, "", f"{len(lost)} entries have lost their target (above); mend them, or give --drop-lost"
            )
        tree = build.tree(newer)
        _replace(settings, staged)
        if settings.lock is not None:
            counted(settings.lock, newer, version or UNKNOWN).write(settings.lock, settings.command)
    touched = emit.write(tree, settings.output)
    tell(f"the specs are replaced; {settings.output.name}/: {len(tree)} files, {len(touched)} changed")
    _publish(report, settings, version, tell)
    if settings.lock is not None and version is None:
        tell(f"{NAME} does not know the version; run `{settings.command} lock --describes VERSION`")
    return report


def counted(folder: Path, specs: build.Specs, version: str) -> Lock:
    """The lock of a folder of specs, with how many things it describes."""
    grpc, rest = _facts(specs)
    counts = {f"grpc {kind}": number for kind, number in facts.counted(grpc).items()}
    counts |= {f"rest {kind}": number for kind, number in facts.counted(rest).items()}
    return Lock.of(folder, version, counts)


def _publish(report: Report, settings: Settings, version: str | None, tell: Callable[[str], None]) -> None:
    folder = settings.update.report
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{version or UNKNOWN}.md"
    page.write_text(report.markdown(f"What {version or 'this version'} changes"), encoding="utf-8", newline="\n")
    tell(f"{folder.name}/{page.name} is the report")


def _take_overlay(settings: Settings, staged: Settings) -> tuple[list[str], list[str]]:
    """Copy our words beside the staged shape, and say what became of those whose target is gone, which are left out.

    Then the names of what the overlay added, and the shape has by now: there the addition becomes a date.
    """
    words, told, there = staged.overlay, list[str](), list[str]()
    if settings.overlay is None or words is None or not settings.overlay.is_dir():
        return told, there
    shutil.copytree(settings.overlay, words)
    if staged.openapi is not None:
        documents = Documents(staged.openapi)
        document = Bundler(documents).bundle()
        there += arrived.in_document(words, documents, document)
        documents = Documents(staged.openapi)
        document = Bundler(documents).bundle()
        actions = Overlay.read(words, documents).apply(document)
        overlay.without(words, actions) if actions else None
        told += [f"{action.path.text}: {action.path.missing(document)}" for action in actions]
    if staged.protos is not None:
        files = descriptors.compile_protos(staged.protos)
        there += arrived.in_protos(words, files)
        names = comments.apply(files, comments.read(words))
        comments.without(words, names) if names else None
        told += [f"{name}: {comments.became(name, files)}" for name in names]
    return told, there


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


def _stage(source: Path, raw: Settings, staged: Settings) -> None:
    """Write what counts of a folder of specs as it is, and as it is kept: with its sentences or in shape alone."""
    if not source.is_dir():
        raise SpecError(str(source), "", "there is no such folder; give the folder of the newer specs")
    rule = staged.update
    if raw.protos is not None and staged.protos is not None:
        base = source / rule.protos
        protos = [path for path in base.rglob("*.proto") if path.is_file()]
        if not protos:
            raise SpecError(str(base), "", "no .proto file is in it; give the folder of the newer specs")
        for path in protos:
            text, name = path.read_text(encoding="utf-8"), path.relative_to(base)
            _write(text, raw.protos / name)
            _write(text if rule.descriptions else bare.proto(text), staged.protos / name)
    if raw.openapi is not None and staged.openapi is not None:
        base = source / rule.openapi
        if not (base / ENTRY).is_file():
            place = "it" if base == source else f"{rule.openapi}/"
            raise SpecError(str(source), "", f"{place} holds no {ENTRY}; give the folder of the newer specs")
        for path in (path for path in base.rglob("*") if path.suffix in _OPENAPI_SUFFIXES):
            text, name = path.read_text(encoding="utf-8"), path.relative_to(base)
            _write(text, raw.openapi / name)
            _write(text if rule.descriptions else bare.document(text, name.as_posix()), staged.openapi / name)


def _write(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")


def _replace(settings: Settings, staged: Settings) -> None:
    """Put the staged folders in the places of the inputs: all of them, or on a fault of the disk none."""
    pairs = [
        (target, newer)
        for target, newer in (
            (settings.protos, staged.protos),
            (settings.openapi, staged.openapi),
            (settings.overlay, staged.overlay),
        )
        if target is not None and newer is not None and newer.is_dir()
    ]
    for target, _ in pairs:
        if inside := [other for other, _ in pairs if other != target and other.is_relative_to(target)]:
            raise SpecError(
                inside[0].name, "", f"{target.name}/ holds it, and would be replaced whole; give each input its folder"
            )
    if len({target for target, _ in pairs}) < len(pairs):
        raise SpecError(pairs[0][0].name, "", "two inputs share this folder; give each its own")
    # Copied beside their places first: between file systems a rename is not possible.
    moved: list[tuple[Path, Path]] = []
    for target, newer in pairs:
        shutil.rmtree(_beside(target, "old"), ignore_errors=True)
        shutil.rmtree(_beside(target, "new"), ignore_errors=True)
        shutil.copytree(newer, _beside(target, "new"))
    try:
        for target, _ in pairs:
            for here, there in ((target, _beside(target, "old")), (_beside(target, "new"), target)):
                here.rename(there)
                moved.append((here, there))
    except OSError:
        for here, there in reversed(moved):
            there.rename(here)
        raise
    finally:
        for target, _ in pairs:
            shutil.rmtree(_beside(target, "new"), ignore_errors=True)
    for target, _ in pairs:
        shutil.rmtree(_beside(target, "old"))


def _beside(target: Path, word: str) -> Path:
    return target.with_name(f".{target.name}-{word}")
