"""Survey a folder of text: one task for each file, joined in a workflow. This is what `make demo` runs.

    python -m examples.survey [FOLDER]

With HATCHET_CLIENT_TOKEN set it runs on the engine that the token names, else on an embedded one.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections import Counter
from pathlib import Path

from pydantic import BaseModel

from hatchet import Context, Hatchet

SKIPPED = {"__pycache__", "node_modules", "build", "dist"}
LARGEST = 2_000_000  # bytes; larger files are data rather than text
WORD = re.compile(r"[A-Za-z]{4,}")

hatchet = Hatchet() if "HATCHET_CLIENT_TOKEN" in os.environ else Hatchet.from_embedded(None)


class Folder(BaseModel):
    path: str


class FileName(BaseModel):
    path: str


class Measures(BaseModel):
    path: str
    kind: str
    lines: int
    words: int
    common: dict[str, int]


class Kind(BaseModel):
    kind: str
    files: int
    lines: int
    words: int


class Report(BaseModel):
    kinds: list[Kind]
    longest: str
    common: list[str]


@hatchet.task(retries=1)
def measure(input: FileName, ctx: Context) -> Measures:
    """One file: in a thread of the worker, since reading files blocks."""
    text = Path(input.path).read_text(errors="replace")
    words = [word.lower() for word in WORD.findall(text)]
    return Measures(
        path=input.path,
        kind=Path(input.path).suffix or "(none)",
        lines=text.count("\n"),
        words=len(words),
        common=dict(Counter(words).most_common(50)),
    )


survey = hatchet.workflow("survey", input_validator=Folder)


@survey.task()
def collect(input: Folder, ctx: Context) -> list[str]:
    """The text files of the folder."""
    return sorted(str(path) for path in Path(input.path).rglob("*") if is_text(path, Path(input.path)))


@survey.task(parents=[collect], execution_timeout="10m")
async def measure_all(input: Folder, ctx: Context) -> list[Measures]:
    """Fan out: a run of `measure` for each file, all at once."""
    files = ctx.task_output(collect)
    runs = await measure.aio_run_many_no_wait([measure.create_bulk_run_item(FileName(path=path)) for path in files])
    measured: list[Measures] = []
    for result in asyncio.as_completed([run.aio_result() for run in runs]):
        measured.append(await result)
        show_progress(len(measured), len(files))
    return sorted(measured, key=lambda one: one.path)


@survey.task(parents=[measure_all])
def by_kind(input: Folder, ctx: Context) -> list[Kind]:
    kinds: dict[str, Kind] = {}
    for one in ctx.task_output(measure_all):
        kind = kinds.setdefault(one.kind, Kind(kind=one.kind, files=0, lines=0, words=0))
        kind.files, kind.lines, kind.words = kind.files + 1, kind.lines + one.lines, kind.words + one.words
    return sorted(kinds.values(), key=lambda kind: -kind.lines)


@survey.task(parents=[measure_all])
def common_words(input: Folder, ctx: Context) -> list[str]:
    total: Counter[str] = Counter()
    for one in ctx.task_output(measure_all):
        total.update(one.common)
    return [word for word, _ in total.most_common(8)]


@survey.task(parents=[by_kind, common_words])
async def report(input: Folder, ctx: Context) -> Report:
    """Join: what the two tasks before it found."""
    longest = max(ctx.task_output(measure_all), key=lambda one: one.lines, default=None)
    return Report(
        kinds=ctx.task_output(by_kind),
        longest=f"{longest.path} ({longest.lines} lines)" if longest else "no text file",
        common=ctx.task_output(common_words),
    )


def is_text(path: Path, root: Path) -> bool:
    inner = path.relative_to(root).parts
    if any(part in SKIPPED or part.startswith(".") for part in inner) or not path.is_file():
        return False
    with path.open("rb") as file:
        return path.stat().st_size <= LARGEST and b"\x00" not in file.read(1024)


def show_progress(done: int, total: int) -> None:
    filled = 30 * done // max(total, 1)
    line = f"\r  measured [{'█' * filled}{'░' * (30 - filled)}] {done}/{total} files"
    if sys.stdout.isatty() or done == total or done % max(1, total // 10) == 0:
        print(line if sys.stdout.isatty() else line.strip(), end="" if sys.stdout.isatty() else "\n", flush=True)


async def main(folder: Path) -> None:
    worker = hatchet.worker("survey", slots=50, workflows=[survey, measure])
    print(f"Surveying {folder} on {hatchet.config.host_port}")
    began = time.perf_counter()
    async with worker:
        result = await survey.aio_run(Folder(path=str(folder)))
    found = result[report]
    print(f"\n\n  {'kind':<10}{'files':>8}{'lines':>10}{'words':>10}")
    for kind in found.kinds:
        print(f"  {kind.kind:<10}{kind.files:>8}{kind.lines:>10}{kind.words:>10}")
    files = sum(kind.files for kind in found.kinds)
    print(f"\n  longest: {found.longest}\n  common words: {', '.join(found.common)}")
    print(f"  {files + 5} tasks in {time.perf_counter() - began:.2f} s: {files} files, 5 steps of the workflow")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
