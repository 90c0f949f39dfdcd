"""The pytest plugin; installed with the package, it loads nothing until a fixture is used.

::

    def test_greeting(hatchet, worker):
        @hatchet.task()
        def greet(input: Name, ctx: Context) -> Greeting: ...

        with worker(greet):
            assert greet.run(Name(name="Ada")) == Greeting(text="hello Ada")
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from hatchet.client import Hatchet
    from hatchet.definitions.standalone import Standalone
    from hatchet.definitions.workflow import Workflow
    from hatchet.worker.worker import Worker

    StartWorker = Callable[..., AbstractContextManager[Worker]]


@pytest.fixture
def hatchet() -> Generator[Hatchet, None, None]:
    """A client of an embedded engine of its own, in memory."""
    from hatchet.client import Hatchet  # loaded only by tests that ask for it

    with Hatchet.from_embedded(None) as client:
        yield client


@pytest.fixture
def worker(hatchet: Hatchet) -> StartWorker:
    """Start a worker for some workflows and standalone tasks, as a context manager that drains it at the end."""

    def start(
        *workflows: Workflow[Any] | Standalone[Any, Any], name: str = "test-worker", **options: Any
    ) -> AbstractContextManager[Worker]:
        return hatchet.worker(name, workflows=workflows, **options)

    return start
