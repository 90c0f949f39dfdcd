"""`worker`: runs a worker for a module, and anew when a file of the program changes."""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

from hatchet.cli.ending import Exit, refuse
from hatchet.cli.engines import PROFILE, use_profile
from hatchet.cli.words import PROG
from hatchet.worker.signals import StopSignals

LOOK = 0.3  # s between two looks at the files
GRACE = 10.0  # s that a worker has to drain before it is begun anew
LEFT_OUT = {"__pycache__", "node_modules", "site-packages"}


def worker(chosen: argparse.Namespace) -> Exit:
    """`worker`."""
    if chosen.reload:
        arguments = [each for each in sys.argv[1:] if each != "--reload"]
        return reloading([sys.executable, "-m", "hatchet", *arguments], Path.cwd())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if profile := chosen.profile or os.environ.get(PROFILE):
        use_profile(profile)
    if chosen.data is not None:
        os.environ["HATCHET_CLIENT_EMBEDDED"] = str(chosen.data)
    from hatchet.cli.modules import declared

    client, workflows = declared(chosen.module)
    made = client.worker(
        chosen.name or chosen.module.partition(":")[0],
        slots=chosen.slots,
        durable_slots=chosen.durable_slots,
        workflows=workflows,
    )
    for each in workflows:
        print(f"{each.name}: {', '.join(node.name for node in each.nodes())}", flush=True)
    made.start()
    return Exit.FAILED if made.was_forced else Exit.FINE


def reloading(command: list[str], folder: Path) -> Exit:
    """Run a command, and again when a Python file below a folder has changed, until a signal."""
    stopped: list[int] = []
    with StopSignals(lambda number, count: stopped.append(number)):
        while not stopped:
            now = seen = _files(folder)
            process = subprocess.Popen(command)
            while not stopped and (now := _files(folder)) == seen:
                if process.poll() is not None:
                    refuse(f"the worker has ended with code {process.returncode}; it begins anew when a file changes")
                    _until_changed(folder, seen, stopped)
                    break
                time.sleep(LOOK)
            else:
                changed = sorted({name for name, _ in set(now.items()) ^ set(seen.items())}) if not stopped else []
                if changed:
                    print(f"{PROG}: changed: {', '.join(changed)}; the worker begins anew", file=sys.stderr, flush=True)
            end(process)
    return Exit.FINE


def _until_changed(folder: Path, seen: dict[str, int], stopped: list[int]) -> None:
    while not stopped and _files(folder) == seen:
        time.sleep(LOOK)


def end(process: subprocess.Popen[bytes]) -> None:
    """Let a worker drain; kill it when that takes too long."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _files(folder: Path) -> dict[str, int]:
    """The Python files of a program, with the times at which they changed."""
    found: dict[str, int] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".") and each not in LEFT_OUT]
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(place, name)
                try:
                    found[os.path.relpath(path, folder)] = os.stat(path).st_mtime_ns
                except OSError:  # gone in between
                    continue
    return found
