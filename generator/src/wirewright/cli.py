"""The command `wirewright`: generate a package, compare it, renew the lock, take newer specs, or begin."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version
from pathlib import Path

from wirewright import build, emit, init, lock, update
from wirewright.errors import GeneratorFault, SpecError
from wirewright.settings import NAME, Settings


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status: 0 done, 1 a fault or drift."""
    options = parser().parse_args(arguments)
    try:
        if options.command == "init":
            init.run(options.package, options.openapi, options.protos, options.settings)
            return 0
        settings = Settings.read(options.settings)
        match options.command:
            case "lock":
                return _lock(settings, options.describes)
            case "update-specs":
                update.run(
                    settings,
                    options.source,
                    version=options.describes,
                    dry_run=options.dry_run,
                    drop_lost=options.drop_lost,
                )
                return 0
            case _:
                return _generate(settings, check=options.check)
    except GeneratorFault as error:
        print(f"wirewright: {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    found = argparse.ArgumentParser(prog="wirewright", description="Turn specs into a typed Python package.")
    found.add_argument("--version", action="version", version=f"%(prog)s {version('wirewright')}")
    found.add_argument(
        "--settings",
        metavar="FILE",
        type=Path,
        default=Path(NAME),
        help="the settings of the API (default: %(default)s)",
    )
    found.add_argument(
        "--check", action="store_true", help="compare with the package, name what differs, write nothing"
    )
    commands = found.add_subparsers(dest="command", title="other commands")
    begin = commands.add_parser("init", help="write settings for specs that lie here")
    begin.add_argument("package", help="import name of the package, such as `acme_api`")
    begin.add_argument("--openapi", metavar="FOLDER", type=Path, help="where openapi.yaml lies")
    begin.add_argument("--protos", metavar="FOLDER", type=Path, help="where the .proto files lie")
    renew = commands.add_parser("lock", help="accept the specs as they are now")
    renew.add_argument("--describes", metavar="VERSION", help="the version that they describe (default: as before)")
    newer = commands.add_parser("update-specs", help="report how newer specs differ, then take them over and generate")
    newer.add_argument("source", metavar="FROM", type=Path, help="the folder of newer specs, as it is upstream")
    newer.add_argument("--describes", metavar="VERSION", help="the version that they describe")
    newer.add_argument("--dry-run", action="store_true", help="only report")
    newer.add_argument("--drop-lost", action="store_true", help="drop entries of the overlay whose target is gone")
    return found


def _generate(settings: Settings, *, check: bool) -> int:
    if settings.lock is not None:
        lock.verify(settings.lock, settings.command)
    tree = build.tree(build.Specs.read(settings))
    name = settings.output.name
    if not check:
        touched = emit.write(tree, settings.output)
        print(f"{name}/: {len(tree)} files, {len(touched)} changed")
        return 0
    drift = emit.compare(tree, settings.output)
    for line in drift:
        print(line)
    if drift:
        print(
            f"{name}/ is not what the specs give: {len(drift)} files; run `{settings.command}` again", file=sys.stderr
        )
    return 1 if drift else 0


def _lock(settings: Settings, described: str | None) -> int:
    folder = settings.lock
    if folder is None:
        raise SpecError("the settings", "inputs.lock", "they name no folder to lock")
    # Without a lock there is no version to keep, and a broken one must not stand in the way of a new one.
    if described is None and (folder / lock.NAME).is_file():
        described = lock.Lock.read(folder, settings.command).version
    renewed = update.counted(folder, build.Specs.read(settings), described or lock.UNKNOWN)
    renewed.write(folder, settings.command)
    print(f"{folder.name}/{lock.NAME}: version {renewed.version}, {len(renewed.sha256)} files")
    return 0
