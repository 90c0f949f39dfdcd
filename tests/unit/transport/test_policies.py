"""How often each thing is tried again, and for how long: figures that guides and the engine's limits rest on."""

from __future__ import annotations

import pytest

from hatchet.errors import PermissionDenied, Unauthenticated, Unsupported
from hatchet.features import knowledge
from hatchet.runs import stream as run_stream
from hatchet.transport import retry, stream
from hatchet.transport.retry import Backoff, RetryPolicy
from hatchet.worker import capacity, durable_stream, listener, log_capture, reporter

FOR_GOOD = (Unauthenticated, PermissionDenied, Unsupported)


@pytest.mark.parametrize(
    ("policy", "first", "limit", "outage", "steady", "ends_it"),
    [
        (capacity.DELIVERY, 1.0, 10.0, None, None, None),
        (reporter.DELIVERY, 0.2, 5.0, None, None, None),
        (log_capture.DELIVERY, 0.2, 5.0, None, None, None),
        (listener.CONNECTION, 0.1, 5.0, None, None, FOR_GOOD),
        (durable_stream.STREAM, 0.1, 3.0, None, 10.0, FOR_GOOD),
        (stream.RECONNECT, 0.1, 3.0, 300.0, 10.0, None),
        (run_stream.RECONNECT, 0.2, 5.0, 300.0, 10.0, None),
    ],
)
def test_what_goes_on_until_it_is_done(
    policy: RetryPolicy,
    first: float,
    limit: float,
    outage: float | None,
    steady: float | None,
    ends_it: tuple[type[Exception], ...] | None,
) -> None:
    wanted = RetryPolicy(
        attempts=None, backoff=Backoff(first=first, limit=limit), outage_limit=outage, retry_not_found=False,
        steady=steady, ends_it=ends_it,  # type: ignore[arg-type]  # all of them are errors of the API
    )  # fmt: skip
    assert policy == wanted


def test_one_call_and_what_appears_in_a_moment() -> None:
    assert RetryPolicy() == RetryPolicy(
        attempts=5, backoff=Backoff(first=0.2, limit=5.0), outage_limit=None, retry_not_found=False, steady=None
    )
    assert RetryPolicy(attempts=1) == retry.ONCE
    assert Backoff(first=0.05, limit=0.5) == retry.SOON
    assert (knowledge.UNTIL_ENDED.attempts, knowledge.UNTIL_ENDED.retry_not_found) == (None, True)


def test_periods_are_below_the_engine_s_limits() -> None:
    # The engine stops giving work to a worker that was silent for 5 s, and hands its tasks to others after 30.
    assert (listener.HEARTBEAT_PERIOD, listener.SILENT_HEARTBEATS) == (4.0, 2)
    assert (durable_stream.ENTRIES, durable_stream.LONG_HISTORY) == (10_000, 1000)
    assert (durable_stream.ACK_LIMIT, durable_stream.EVICTION_LIMIT, durable_stream.LINGER) == (60.0, 30.0, 10.0)
    assert (durable_stream.STATUS_EVERY, durable_stream.CARRIED_EVERY) == (5.0, 1.0)
    assert (stream.OUTAGE_LIMIT, stream.IDLE_LINGER, run_stream.LINGER, capacity.PERIOD) == (300.0, 30.0, 10.0, 1.0)
