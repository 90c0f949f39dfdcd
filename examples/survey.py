"""Survey a folder of text: one task for each file, joined in a workflow. This is what `make demo` runs.

    python -m examples.survey [FOLDER]

With HATCHET_CLIENT_TOKEN set it runs on the engine that the token names, else on an embedded one. What cannot be
measured, such as binary files and links in circles, is counted and named at the end.
"""

from __future__ import annotations

import asyncio
import errno
import io
import os
import re
import stat
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from urllib.parse import quote, unquote_to_bytes

from pydantic import BaseModel

from hatchet import Context, Hatchet, HatchetError, TaskRunRef

SKIPPED = {"__pycache__", "node_modules", "build", "dist"}
LARGEST = 2_000_000  # bytes; larger files are data rather than text
MOST_BYTES = 500_000_000  # of all files together: a survey is no backup
MOST_NAMES = 2_000_000  # bytes; the list of them travels in one message
MOST_KINDS, MOST_ROWS = 200, 20
SHOWN = 5  # names of a kind at the end
LONGEST_NAME = 80
WORD = re.compile(r"\b[A-Za-z]{4,30}\b")

BINARY, LARGE, UNREADABLE = "binary", "larger than 2 MB", "unreadable"
CIRCLE, BROKEN, TO_FOLDER = "links in circles", "broken links", "links to folders, not followed"
NO_FILE, BEYOND = "neither files nor folders", "beyond what a survey takes"
ODD_NAME = "measured, with a name that is not UTF-8"

hatchet = Hatchet() if "HATCHET_CLIENT_TOKEN" in os.environ else Hatchet.from_embedded(None)


class Place(BaseModel):
    path: str
    """As `spelt` makes it."""


class Remark(BaseModel):
    reason: str
    files: int = 0
    names: list[str] = []


class Found(BaseModel):
    files: list[str]
    remarks: list[Remark]


class Measures(BaseModel):
    kind: str = ""
    lines: int = 0
    words: int = 0
    common: dict[str, int] = {}
    problem: str = ""
    """Why there are none; empty when there are."""


class Kind(BaseModel):
    kind: str
    files: int = 0
    lines: int = 0
    words: int = 0


class Totals(BaseModel):
    kinds: list[Kind]
    common: dict[str, int]
    longest: str
    remarks: list[Remark]


class Report(BaseModel):
    kinds: list[Kind]
    longest: str
    common: list[str]
    remarks: list[Remark]


@hatchet.task(retries=1)
def measure(input: Place, ctx: Context) -> Measures:
    """One file: in a thread of the worker, since reading files blocks."""
    path = unspelt(input.path)
    try:
        content = read(path, LARGEST + 1)
    except OSError:  # it has gone, or changed, since it was found
        return Measures(problem=UNREADABLE)
    if len(content) > LARGEST:
        return Measures(problem=LARGE)
    text = content.decode(errors="replace")
    words = [word.lower() for word in WORD.findall(text)]
    return Measures(
        kind=shown(PurePath(path).suffix)[:12] or "(none)",
        lines=text.count("\n"),
        words=len(words),
        common=dict(Counter(words).most_common(50)),
    )


survey = hatchet.workflow("survey", input_validator=Place)


@survey.task(execution_timeout="10m")
def collect(input: Place, ctx: Context) -> Found:
    """The text files of the folder, as many as a survey takes."""
    root = unspelt(input.path)
    files: list[str] = []
    remarks = Remarks()
    bytes_left, names_left = MOST_BYTES, MOST_NAMES
    for path, reason, size in walk(root):
        name = spelt(os.path.relpath(path, root))
        if not reason and (size > bytes_left or len(name) > names_left):
            reason = BEYOND
        if reason:
            remarks.add(reason, os.path.relpath(path, root))
            continue
        files.append(name)
        bytes_left, names_left = bytes_left - size, names_left - len(name)
        if "%" in name and not is_utf8(unspelt(name)):
            remarks.add(ODD_NAME, unspelt(name))
    return Found(files=sorted(files), remarks=remarks.all())


@survey.task(parents=[collect], execution_timeout="10m")
async def measure_all(input: Place, ctx: Context) -> Totals:
    """Fan out: a run of `measure` for each file, all at once."""
    found = ctx.task_output(collect)
    places = [Place(path=f"{input.path}/{name}") for name in found.files]
    runs = await measure.aio_run_many_no_wait([measure.create_bulk_run_item(place) for place in places])
    kinds: dict[str, Kind] = {}
    common: Counter[str] = Counter()
    remarks = Remarks(found.remarks)
    most, longest = -1, "no text file"
    outcomes = [outcome(name, run) for name, run in zip(found.files, runs, strict=True)]
    for done, each in enumerate(asyncio.as_completed(outcomes), 1):
        name, one = await each
        show_progress(done, len(runs))
        if one.problem:
            remarks.add(one.problem, unspelt(name))
            continue
        kind = one.kind if one.kind in kinds or len(kinds) < MOST_KINDS else "(other)"
        sums = kinds.setdefault(kind, Kind(kind=kind))
        sums.files, sums.lines, sums.words = sums.files + 1, sums.lines + one.lines, sums.words + one.words
        common.update(one.common)
        if one.lines > most:
            most, longest = one.lines, f"{shown(unspelt(name))} ({one.lines} lines)"
    return Totals(
        kinds=list(kinds.values()), common=dict(common.most_common(100)), longest=longest, remarks=remarks.all()
    )


@survey.task(parents=[measure_all])
def by_kind(input: Place, ctx: Context) -> list[Kind]:
    return sorted(ctx.task_output(measure_all).kinds, key=lambda kind: -kind.lines)


@survey.task(parents=[measure_all])
def common_words(input: Place, ctx: Context) -> list[str]:
    return [word for word, _ in Counter(ctx.task_output(measure_all).common).most_common(8)]


@survey.task(parents=[by_kind, common_words])
async def report(input: Place, ctx: Context) -> Report:
    """Join: what the two tasks before it found."""
    totals = ctx.task_output(measure_all)
    return Report(
        kinds=ctx.task_output(by_kind),
        longest=totals.longest,
        common=ctx.task_output(common_words),
        remarks=totals.remarks,
    )


async def outcome(name: str, run: TaskRunRef[Place, Measures]) -> tuple[str, Measures]:
    """What became of a file; one that failed costs that file only."""
    try:
        return name, await run.aio_result()
    except HatchetError as error:
        return name, Measures(problem=f"failed: {error}".splitlines()[0])


# -- files, whatever they are


def walk(root: str) -> Iterator[tuple[str, str, int]]:
    """Every file below a folder: its path, why it is no text to measure (empty where it is), and its size in bytes.

    Without recursion, since folders may lie deeper than Python's stack.
    """
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            yield folder, UNREADABLE, 0
            continue
        for entry in entries:
            if entry.name in SKIPPED or entry.name.startswith("."):
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    yield entry.path, *look(entry.path)
            except OSError as error:
                yield entry.path, reason_of(error), 0


def look(path: str) -> tuple[str, int]:
    """Why a path is no text to measure, if it is none, and its size in bytes."""
    facts = os.stat(path)
    if stat.S_ISDIR(facts.st_mode):
        target = os.path.join(os.path.realpath(path), "")
        return CIRCLE if os.path.abspath(path).startswith(target) else TO_FOLDER, 0
    if not stat.S_ISREG(facts.st_mode):
        return NO_FILE, 0
    if facts.st_size > LARGEST:
        return LARGE, facts.st_size
    return BINARY if b"\x00" in read(path, 1024) else "", facts.st_size


def reason_of(error: OSError) -> str:
    return {errno.ELOOP: CIRCLE, errno.ENOENT: BROKEN}.get(error.errno or 0, UNREADABLE)


def read(path: str, most: int) -> bytes:
    """The beginning of a regular file; a pipe that has taken its place meanwhile is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        return file.read(most)


def spelt(path: str) -> str:
    """A path as text that fits in JSON; names of files are bytes, and need not be text."""
    return quote(os.fsencode(path))


def unspelt(text: str) -> str:
    return os.fsdecode(unquote_to_bytes(text))


def is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(path: str) -> str:
    """A path for the terminal: what is not printable is escaped."""
    return "".join(each if each.isprintable() else repr(each)[1:-1].replace("\\udc", "\\x") for each in path)


class Remarks:
    """What was not measured, by reason: how many files, and the names of a few."""

    def __init__(self, known: Sequence[Remark] = ()) -> None:
        self._by_reason = {remark.reason: remark for remark in known}

    def add(self, reason: str, name: str) -> None:
        remark = self._by_reason.setdefault(reason, Remark(reason=reason))
        remark.files += 1
        if len(remark.names) < SHOWN:
            name = shown(name)
            remark.names.append(name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}")

    def all(self) -> list[Remark]:
        return [self._by_reason[reason] for reason in sorted(self._by_reason)]


# -- the program


def show_progress(done: int, total: int) -> None:
    filled = 30 * done // max(total, 1)
    line = f"\r  measured [{'█' * filled}{'░' * (30 - filled)}] {done}/{total} files"
    if sys.stdout.isatty() or done == total or done % max(1, total // 10) == 0:
        print(line if sys.stdout.isatty() else line.strip(), end="" if sys.stdout.isatty() else "\n", flush=True)


async def main(folder: str) -> None:
    worker = hatchet.worker("survey", slots=50, workflows=[survey, measure])
    print(f"Surveying {shown(folder)} on {hatchet.config.host_port}")
    began = time.perf_counter()
    async with worker:
        result = await survey.aio_run(Place(path=spelt(folder)))
    found = result[report]
    print(f"\n\n  {'kind':<14}{'files':>8}{'lines':>10}{'words':>10}")
    for kind in found.kinds[:MOST_ROWS]:
        print(f"  {kind.kind:<14}{kind.files:>8}{kind.lines:>10}{kind.words:>10}")
    if len(found.kinds) > MOST_ROWS:
        print(f"  and {len(found.kinds) - MOST_ROWS} kinds more")
    files = sum(kind.files for kind in found.kinds)
    print(f"\n  longest: {found.longest}\n  common words: {', '.join(found.common)}")
    for remark in found.remarks:
        more = ", …" if remark.files > len(remark.names) else ""
        print(f"  {remark.reason}: {remark.files} ({', '.join(remark.names)}{more})")
    print(f"  {files + 5} tasks in {time.perf_counter() - began:.2f} s: {files} files, 5 steps of the workflow")


def problem_of(folder: str) -> str | None:
    """Why a folder cannot be surveyed, in one line."""
    try:
        os.scandir(folder).close()
    except NotADirectoryError:
        return f"{shown(folder)} is a file, not a folder"
    except FileNotFoundError:
        return f"{shown(folder)} does not exist"
    except (OSError, ValueError) as error:  # the latter for a name that none can have
        return f"{shown(folder)} cannot be read: {getattr(error, 'strerror', error)}"
    return None


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "."
    if (problem := problem_of(given)) is not None:
        print(f"survey: {problem}", file=sys.stderr)
        sys.exit(2)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without blocks shows question marks.
        sys.stdout.reconfigure(errors="replace")  # pyright: ignore[reportUnknownMemberType]  # typeshed has no buffer
    asyncio.run(main(os.path.abspath(given)))
