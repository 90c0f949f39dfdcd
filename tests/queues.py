"""Which tests wait for each other where they run in several processes: one process runs a queue."""

from __future__ import annotations

import re
from typing import Final

QUEUES: Final = {
    # These start several processes each: two at a time are enough for a small machine.
    r"tests/e2e/test_(processes|guests|dev)\.py::": "processes",
    r"tests/e2e/test_(faults|kills|durable_kills|restart)\.py::": "faults",
    # These share one browser.
    r"tests/page/browser/": "browser",
    # These share what takes long to make.
    r"tests/typing/test_types\.py::.*\[(\w+)\]": r"checker \1",
    r"tests/conformance/test_filters\.py::.*\[(grpc|in-process)": r"filters \1",
    r"tests/fuzz/test_rest\.py::": "fuzz",
}
"""The beginning of an id, and the queue."""


FIRST: Final = (
    r"tests/e2e/test_(faults|kills|durable_kills|restart)\.py",
    r"tests/e2e/test_(processes|guests|dev)\.py",
    # What waits and what computes, in random order: where all processes wait, nothing is done.
    r"(tests/typing/test_types|generator/tests/test_strict|tests/docs/test_docs|tests/(e2e|page/browser)/\w+"
    r"|tests/(fuzz/test_rest|testing/test_plugin|testing/test_explore|unit/context/test_durable_schedules)"
    r"|tests/(engine/storage/test_trouble|engine/rules/test_durable_schedules|worker/test_(connections|explored))"
    r"|tests/conformance/test_(long_waits|durable|limits|durable_losses|conditions|filters|tasks|workers|payloads|waiting)"
    r"|tests/unit/options/test_journeys|generator/tests/(test_readme|test_examples|test_determinism|odd/test_round_trips))"
    r"\.py",
)
"""What takes ten seconds and more begins first, in this order: at the end of a run nobody waits for one long file."""


def turn_of(test: str) -> int:
    """When a test begins, by its id: the lowest first."""
    return next((turn for turn, pattern in enumerate(FIRST) if re.match(pattern, test)), len(FIRST))


def queue_of(test: str) -> str:
    """The queue of a test, by its id; most are in that of their file, and share what it makes once."""
    for pattern, queue in QUEUES.items():
        if match := re.match(pattern, test):
            return match.expand(queue)
    return test.partition("::")[0]
