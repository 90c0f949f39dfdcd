"""Random programs on the embedded engine and on the one that HATCHET_CLIENT_* leads to: `make congruence`.

The real engine books together what happens to the tasks of a tenant, so programs that play at the same time want
tenants of their own: `--tokens` names a file with a token for each. A program that shows a difference is played once
more, alone. What is left is made smaller, and kept with what the real engine showed; the suite plays it from then on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from hatchet import ClientConfig, Hatchet
from tests.congruence.compare import Difference, Listed, compare, listed
from tests.congruence.generate import generate
from tests.congruence.kept import Kept
from tests.congruence.play import Player
from tests.congruence.program import Program
from tests.congruence.shrink import shrink

EMBEDDED_REST, REAL_REST = 0.6, 2.5  # s without a change after which an engine has come to rest
SHOWN = 12  # differences of a program that are printed


class Engines:
    """The embedded engine, and tenants of the real one that are lent to one program at a time.

    Args:
        tokens: of the tenants.
        shared: how many programs may play in a tenant at the same time.
    """

    def __init__(self, tokens: Sequence[str], shared: int) -> None:
        self._embedded = Hatchet.from_embedded(None)
        self._tenants = SimpleQueue[Hatchet]()
        for client in [Hatchet(ClientConfig(token=token)) for token in tokens] * shared:
            self._tenants.put(client)

    def differences(self, program: Program) -> tuple[list[Difference], set[Listed], Any]:
        """What is not listed, what was met of the list, and what the real engine showed."""
        tenant = self._tenants.get()
        try:
            real = Player(tenant, program, REAL_REST).play()
        finally:
            self._tenants.put(tenant)
        return *compare(Player(self._embedded, program, EMBEDDED_REST).play(), real), real


def main() -> None:
    """Play the programs of the seeds asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.congruence", description=__doc__)
    parser.add_argument("--seeds", type=int, default=300, help="how many programs")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--only", type=int, nargs="+", help="these seeds, in place of a row of them")
    parser.add_argument("--jobs", type=int, default=12, help="how many play at the same time, without --tokens")
    parser.add_argument("--tokens", type=Path, help="a file of tokens, one a line; each plays one at a time")
    parser.add_argument("--keep", action="store_true", help="make what differs smaller, and keep it")
    given = parser.parse_args()
    tokens = given.tokens.read_text().split() if given.tokens else [Hatchet().config.token]
    jobs = len(tokens) if given.tokens else given.jobs
    engines = Engines(tokens, jobs // len(tokens))
    programs = {seed: generate(seed) for seed in given.only or range(given.first, given.first + given.seeds)}
    met = set[Listed]()
    suspects: list[int] = []
    with ThreadPoolExecutor(jobs) as pool:
        playing = {pool.submit(engines.differences, program): seed for seed, program in programs.items()}
        for count, future in enumerate(as_completed(playing), 1):
            found, known, _ = future.result()
            met |= known
            if found:
                suspects.append(playing[future])
            print(f"{count} of {len(programs)}: seed {playing[future]}, {len(found)} differences", flush=True)
    suspects.sort()
    print(f"{len(programs)} programs; {len(suspects)} are played once more, alone: {suspects}", flush=True)
    failed = [seed for seed in suspects if _differs_alone(engines, seed, programs[seed], keep=given.keep)]
    for entry in listed():
        if entry not in met:
            print(f"not met: {entry.why}")
    print(f"{len(failed)} of {len(programs)} programs show a difference that is not listed: {failed}")
    sys.exit(1 if failed else 0)


def _differs_alone(engines: Engines, seed: int, program: Program, *, keep: bool) -> bool:
    found, _, _ = engines.differences(program)
    if not found:
        return False
    print(f"seed {seed}: {program.model_dump_json(exclude_defaults=True)}")
    for each in found[:SHOWN]:
        print(f"  {each.path}: {each.embedded!r} embedded, {each.real!r} real")
    if keep:
        small = shrink(program, lambda smaller: bool(engines.differences(smaller)[0]))
        _, _, real = engines.differences(small)
        print(f"  kept as {Kept(program=small, real=real).write(Path(__file__).parent / 'kept', seed)}")
    return True


if __name__ == "__main__":
    main()
