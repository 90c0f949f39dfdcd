"""`python -m codegen`: write generated/ from specs/, compare them, renew the lock, or take over newer specs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from codegen import build, emit
from codegen.errors import CodegenError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status: 0 done, 1 a fault or drift."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help="compare with generated/ and write nothing")
    options = parser.parse_args(arguments)
    project = build.Project(options.root)
    try:
        return _generate(project, check=options.check)
    except CodegenError as error:
        print(f"codegen: {error}", file=sys.stderr)
        return 1


def _generate(project: build.Project, *, check: bool) -> int:
    tree = build.tree(project.specs)
    if not check:
        touched = emit.write(tree, project.output)
        print(f"generated/: {len(tree)} files, {len(touched)} changed")
        return 0
    drift = emit.compare(tree, project.output)
    for line in drift:
        print(line)
    if drift:
        print(f"generated/ is not what specs/ gives: {len(drift)} files; run `make generate`", file=sys.stderr)
    return 1 if drift else 0


if __name__ == "__main__":
    sys.exit(main())
