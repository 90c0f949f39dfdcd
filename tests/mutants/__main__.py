"""How many random faults in the code the suite notices: `make mutants [N=150] [PATHS=…] [ARGS="--seed 1"]`.

A run of the whole suite tells which tests run which lines; of a test file it is kept until the file changes. Then each
mutant is tried by the tests that run its lines, the quickest first, and one that they let pass by the checkers. What
none of them notices is printed.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue

from tests.alone import FOLDERS
from tests.mutants.reach import Reach
from tests.mutants.sites import sites
from tests.mutants.trial import Mutant, Verdict, Workshop

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> None:
    """Try a sample of mutants; ends with 1 when less than `--least` percent of them were noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument(
        "paths", nargs="*", default=["hatchet", "generator/src"], help="folders and files that are changed"
    )
    parser.add_argument("--number", type=int, default=150, help="how many mutants")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    parser.add_argument("--jobs", type=int, default=2, help="how many at the same time")
    parser.add_argument("--least", type=float, default=92.0, help="percent that must be noticed")
    parser.add_argument("--tests", nargs="*", default=FOLDERS, help="folders and files of tests that may notice")
    parser.add_argument("--again", action="store_true", help="only those of the seed that the last run let pass")
    given = parser.parse_args()
    if subprocess.run(["git", "status", "--porcelain", *given.paths], capture_output=True, check=True).stdout:
        sys.exit("commit first: copies of the last commit are tried")
    reach = Reach(ROOT / ".mutants", given.tests)
    passed = ROOT / ".mutants" / f"passed-{given.seed}.json"
    chosen = _sample(given.paths, given.number, given.seed)
    if given.again:
        chosen = _found_again(given.paths, json.loads(passed.read_text()))
    with tempfile.TemporaryDirectory() as folder:
        workshops = SimpleQueue[Workshop]()
        for number in range(given.jobs):
            workshop = Workshop(Path(folder) / str(number), reach)
            workshop.ready()
            workshops.put(workshop)

        def judged(mutant: Mutant) -> Verdict:
            workshop = workshops.get()
            try:
                return workshop.judge(mutant)
            finally:
                workshops.put(workshop)

        verdicts: list[Verdict] = []
        with ThreadPoolExecutor(given.jobs) as pool:
            for future in as_completed([pool.submit(judged, mutant) for mutant in chosen]):
                verdicts.append(future.result())
                print(f"{len(verdicts)} of {len(chosen)}: {_words(verdicts[-1])}", flush=True)
    let_pass = [_noted(verdict.mutant) for verdict in verdicts if not verdict.caught_by]
    passed.write_text(json.dumps(let_pass))
    sys.exit(_told(verdicts, given.least))


def _sample(paths: list[str], number: int, seed: int) -> list[Mutant]:
    found = _all(paths)
    return random.Random(seed).sample(found, min(number, len(found)))


def _noted(mutant: Mutant) -> list[str]:
    """A mutant, so that it is found again when lines before it have changed."""
    line = Path(mutant.path).read_text().splitlines()[mutant.site.first - 1]
    return [mutant.path, line.strip(), mutant.site.what, mutant.site.text]


def _found_again(paths: list[str], noted: list[list[str]]) -> list[Mutant]:
    return [mutant for mutant in _all(paths) if _noted(mutant) in noted]


def _all(paths: list[str]) -> list[Mutant]:
    files = [
        file
        for path in paths
        for file in ([Path(path)] if path.endswith(".py") else sorted(Path(path).rglob("*.py")))
        if "templates" not in file.parts
    ]
    alike = {(each["path"], each["line"], each["what"]) for each in _equivalent()}
    found: list[Mutant] = []
    for file in files:
        source = file.read_bytes()
        lines = source.decode().splitlines()
        found += [
            Mutant(file.as_posix(), site)
            for site in sites(source)
            if (file.as_posix(), lines[site.first - 1].strip(), site.what) not in alike
        ]
    return found


def _equivalent() -> list[dict[str, str]]:
    """Changes that change nothing that anybody can see, with the reason."""
    rows: list[dict[str, str]] = tomllib.loads((HERE / "equivalent.toml").read_text()).get("equivalent", [])
    return rows


def _words(verdict: Verdict) -> str:
    path, site = verdict.mutant
    end = f"caught by {verdict.caught_by}" if verdict.caught_by else "NOT NOTICED"
    return f"{path}:{site.first}: {site.what}: {' '.join(site.text.split())[:100]!r}: {end}"


def _told(verdicts: list[Verdict], least: float) -> int:
    passed = [verdict for verdict in verdicts if not verdict.caught_by]
    print("\nnot noticed:" if passed else "\nall noticed")
    for verdict in sorted(passed):
        print(f"  {_words(verdict)}")
    counts = Counter(verdict.caught_by or "nothing" for verdict in verdicts)
    share = 100 * (1 - len(passed) / len(verdicts))
    print(f"{share:.1f} % of {len(verdicts)} noticed; by {dict(counts.most_common())}")
    return 1 if share < least else 0


if __name__ == "__main__":
    main()
