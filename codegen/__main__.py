"""Turn specs/ into generated/, compare the two, renew specs/LOCK.toml, or take over newer specs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from codegen import build, emit, lock, update
from codegen.errors import CodegenError
from codegen.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None, root: Path = _ROOT) -> int:
    """Run one command and return the exit status: 0 done, 1 a fault or drift."""
    options = _parser().parse_args(arguments)
    project = build.Project(root)
    try:
        if options.settings is not None:
            return _generate(Settings.read(options.settings), check=options.check)
        match options.command:
            case "lock":
                return _lock(project, options.engine)
            case "update-specs":
                update.run(
                    project,
                    options.source,
                    engine=options.engine,
                    dry_run=options.dry_run,
                    drop_lost=options.drop_lost,
                )
                return 0
            case _:
                return _generate(project.settings, check=options.check)
    except CodegenError as error:
        print(f"codegen: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="compare with generated/, name what differs, write nothing"
    )
    parser.add_argument(
        "--settings", metavar="FILE", type=Path, help="generate another API's package by a settings file of its own"
    )
    commands = parser.add_subparsers(dest="command", title="other commands")
    renew = commands.add_parser("lock", help="accept the specs as they are now")
    renew.add_argument("--engine", metavar="VERSION", help="the engine they describe (default: as before)")
    newer = commands.add_parser("update-specs", help="report how newer specs differ, then take them over and generate")
    newer.add_argument("source", metavar="FROM", type=Path, help="the engine's folder of contracts, as it is upstream")
    newer.add_argument("--engine", metavar="VERSION", help="the engine they describe")
    newer.add_argument("--dry-run", action="store_true", help="only report")
    newer.add_argument("--drop-lost", action="store_true", help="drop entries of the overlay whose target is gone")
    return parser


def _generate(settings: Settings, *, check: bool) -> int:
    if settings.lock is not None:
        lock.verify(settings.lock)
    tree = build.tree(build.Specs.read(settings))
    name = settings.output.parent.name
    if not check:
        touched = emit.write(tree, settings.output)
        print(f"{name}/: {len(tree)} files, {len(touched)} changed")
        return 0
    drift = emit.compare(tree, settings.output)
    for line in drift:
        print(line)
    if drift:
        print(f"{name}/ is not what the specs give: {len(drift)} files; generate it again", file=sys.stderr)
    return 1 if drift else 0


def _lock(project: build.Project, engine: str | None) -> int:
    present = project.specs / lock.NAME
    # Without a lock there is no version to keep, and a broken one must not stand in the way of a new one.
    kept = engine or (lock.Lock.read(project.specs).engine if present.is_file() else lock.UNKNOWN_ENGINE)
    renewed = update.counted(project.specs, project.read(), kept)
    renewed.write(project.specs)
    print(f"specs/{lock.NAME}: engine {renewed.engine}, {len(renewed.sha256)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
