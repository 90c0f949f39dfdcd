"""`make bench ARGS=peers`: what people would take instead, each on SQLite, in a folder of its own below build/.

Every program does the same: a first result, single runs one after the other, and five hundred at once, all results
read. huey has two threads as workers and looks for work every millisecond, which is far more often than by default.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from tests.bench.programs import ROOT, Figure, environment, say

FOLDER = ROOT / "build" / "bench-peers"
PACKAGES = ("huey", "dbos")
ROUNDS = 3

MEASURE = """
start = time.perf_counter() - began
single = []
for _ in range(100):
    began = time.perf_counter()
    one()
    single.append(time.perf_counter() - began)
rates = []
for _ in range(3):
    began = time.perf_counter()
    many(500)
    rates.append(500 / (time.perf_counter() - began))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
figures = {"start": start, "single": statistics.median(single), "rate": max(rates), "memory": memory}
print(json.dumps(figures), flush=True)
os._exit(0)
"""
BEGIN = """
import json, logging, os, resource, statistics, tempfile, time
folder = tempfile.mkdtemp()
began = time.perf_counter()
"""
OWN = """
from hatchet import Context, EmptyModel, Hatchet
hatchet = Hatchet.from_embedded({data})
@hatchet.task()
async def noop(input: EmptyModel, ctx: Context) -> int:
    return 1
worker = hatchet.worker("peer", workflows=[noop])
worker.__enter__()
def one():
    noop.run()
def many(count):
    noop.run_many([noop.create_bulk_run_item() for _ in range(count)])
one()
"""
PROGRAMS = {
    "hatchet, in memory": OWN.format(data="None"),
    "hatchet, in a folder": OWN.format(data="folder"),
    "huey": """
from huey import SqliteHuey
logging.getLogger("huey").setLevel(logging.WARNING)
huey = SqliteHuey(filename=os.path.join(folder, "huey.db"))
@huey.task()
def noop():
    return 1
huey.create_consumer(workers=2, worker_type="thread", periodic=False, initial_delay=0.001, max_delay=0.001).start()
def read(result):
    result.get(blocking=True, backoff=1.0, max_delay=0.001)
def one():
    read(noop())
def many(count):
    for result in [noop() for _ in range(count)]:
        read(result)
one()
""",
    "DBOS": """
from dbos import DBOS
url = f"sqlite:///{folder}/dbos.sqlite"
DBOS(config={"name": "peer", "system_database_url": url, "log_level": "ERROR", "run_admin_server": False})
@DBOS.workflow()
def noop():
    return 1
DBOS.launch()
def one():
    DBOS.start_workflow(noop).get_result()
def many(count):
    for handle in [DBOS.start_workflow(noop) for _ in range(count)]:
        handle.get_result()
one()
""",
}
COLUMNS = (("rate", 1.0, "tasks/s"), ("single", 1e3, "ms a run"), ("start", 1e3, "ms start"), ("memory", 1.0, "MB"))


def _installed() -> str:
    """The Python that has the peers; installed once, by the ordinary client."""
    python = FOLDER / "bin" / "python"
    if not python.exists():
        say(f"installing {', '.join(PACKAGES)} in {FOLDER.relative_to(ROOT)}")
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        uv = str(ROOT / ".venv" / "bin" / "uv")
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), *PACKAGES], check=True)
    return str(python)


def _run(python: str, program: str) -> dict[str, float]:
    done = subprocess.run(
        [python, "-c", BEGIN + program + MEASURE],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=300,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure in turns, and print a line for each."""
    peers = _installed()
    found: dict[str, list[dict[str, float]]] = {name: [] for name in PROGRAMS}
    for round_ in range(ROUNDS):
        for name, program in PROGRAMS.items():
            say(f"{name} {round_ + 1}/{ROUNDS}")
            found[name].append(_run(sys.executable if name.startswith("hatchet") else peers, program))
    say("")
    print(f"{'':22}" + "".join(f"{unit:>14}{'best':>10}" for _, _, unit in COLUMNS))
    for name, rounds in found.items():
        print(f"{name:22}" + "".join(_cells(rounds, *column) for column in COLUMNS))


def _cells(rounds: Sequence[dict[str, float]], key: str, factor: float, unit: str) -> str:
    figure = Figure.of([each[key] * factor for each in rounds], more_is_better=key == "rate")
    return f"{figure.median:14,.4g}{figure.best:10,.4g}"
