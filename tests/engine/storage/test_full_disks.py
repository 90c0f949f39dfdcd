"""Disks without room: a small one in memory, where the tests may mount it, and a limit on the size of files."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc.aio
import pytest

from hatchet import Hatchet, HatchetError
from hatchet.engine import EmbeddedEngine, MovableClock
from tests.engine.peer import connected
from tests.engine.storage.test_folders import refusal, start_and_stop

ROOT = Path(__file__).parents[3]
SIZE = 1 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    try:
        done = subprocess.run(mounting, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take all the room that is left."""
    ballast = place.parent / "disk" / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (65_536, 4096, 512):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    return ballast


async def test_an_engine_that_cannot_begin_for_lack_of_room_says_so(disk: Path) -> None:
    ballast = fill(disk)
    said = await refusal(disk / "data")
    assert re.search(r"(no|has) space left", said)
    assert str(disk / "data") in said
    assert "\n" not in said
    ballast.unlink()
    await start_and_stop(disk / "data")


async def test_neither_can_one_go_on_with_a_folder(disk: Path) -> None:
    data = disk / "data"
    await start_and_stop(data)
    ballast = fill(disk)
    with pytest.raises(HatchetError, match="space left") as caught:
        Hatchet.from_embedded(data)
    assert str(data) in str(caught.value)
    ballast.unlink()
    await start_and_stop(data)


async def test_a_disk_that_fills_and_empties_again_and_again(disk: Path, clock: MovableClock) -> None:
    engine = EmbeddedEngine(disk / "data", clock=clock)
    accepted: list[str] = []
    refused = 0
    async with connected(await engine.start()) as peer:
        await peer.put("held")
        for _ in range(2):
            while True:
                try:
                    accepted.append(await peer.trigger("held", {"pad": "x" * 20_000}))
                except grpc.aio.AioRpcError as error:
                    refused += error.code() is grpc.StatusCode.UNAVAILABLE
                    break
                if len(accepted) % 3 == 0:
                    fill(disk)
            (disk / "ballast").unlink()
            accepted.append(await peer.trigger("held"))
        worker = await peer.worker("held:held", slots={"default": 100})
        assert [(await worker.next()).workflow_run_id for _ in accepted] == accepted
        await worker.nothing()
    await engine.stop(grace=0.1)
    assert refused == 2


def test_the_command_ends_with_one_line(tmp_path: Path) -> None:
    program = """
import resource, signal, sys
from hatchet.cli import main

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.dont_write_bytecode = True  # Python would leave what it could write of a module, and others would read it
resource.setrlimit(resource.RLIMIT_FSIZE, (16384, resource.RLIM_INFINITY))
sys.exit(main(["dev", "--data", sys.argv[1]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "data")],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("hatchet-py: ")
    assert done.stderr.count("\n") == 1
    assert str(tmp_path / "data" / "engine.db") in done.stderr
    assert "space left" in done.stderr
