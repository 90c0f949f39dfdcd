"""`replay`: recorded histories against the code of a module."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from hatchet.cli.dev import log_to_stderr
from hatchet.cli.modules import declared
from hatchet.errors import HatchetError, InputError, NonDeterminismError


def replay(chosen: argparse.Namespace) -> int:
    """`replay`."""
    log_to_stderr(verbose=chosen.verbose)
    return replay_files(chosen.target, chosen.files, chosen.patience)


def replay_files(target: str, files: Sequence[str], patience: float) -> int:
    """Replay each file, and print what came of it; the command's exit code.

    0: the code goes along with all of them. 1: with one it does not, or it raises. 2: something cannot be read.
    """
    from hatchet.testing.replays import aio_replay

    _, workflows = declared(target)
    worst = 0
    for file in files:
        try:
            replayed = asyncio.run(aio_replay(file, *workflows, patience=patience))
        except InputError as error:
            print(f"{file}: {error}", file=sys.stderr)
            worst = max(worst, 2)
        except (NonDeterminismError, HatchetError) as error:
            print(f"{file}: {error}")
            worst = max(worst, 1)
        else:
            end = "to its end" if replayed.ended else "as far as the history goes"
            if replayed.error is None:
                print(f"{file}: the code goes along with it, {replayed.entries} entries, {end}")
            else:
                print(f"{file}: the code raises after {replayed.entries} entries: {replayed.error!r}")
                worst = max(worst, 1)
    return worst
