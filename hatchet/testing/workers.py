"""Workers in threads, for tests."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from hatchet.client import Hatchet
from hatchet.definitions.standalone import Standalone
from hatchet.definitions.workflow import Workflow
from hatchet.errors import WorkerError
from hatchet.worker.worker import Worker

STOP_TIMEOUT = 30.0  # s; a test whose task does not end fails with words, not by hanging


@contextmanager
def running_worker(
    hatchet: Hatchet, *workflows: Workflow[Any] | Standalone[Any, Any], name: str = "test-worker", **options: Any
) -> Generator[Worker, None, None]:
    """A worker that listens; it is drained when the block ends.

    Raises:
        WorkerError: it could not start, or did not end in time.
    """
    worker = hatchet.worker(name, workflows=workflows, **options)
    failure: list[BaseException] = []

    def run() -> None:
        try:
            worker.start()
        except BaseException as error:  # handed to the test below, whatever it is
            failure.append(error)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        worker.wait_until_ready()
        yield worker
    finally:
        worker.stop()
        thread.join(STOP_TIMEOUT)
        if failure:
            raise failure[0]
        if thread.is_alive():
            raise WorkerError(f"worker {name!r} did not end within {STOP_TIMEOUT:g} s: a task of it still runs")
