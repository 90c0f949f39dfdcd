"""What only some engines have."""

from __future__ import annotations

from typing import Any

import pytest

from hatchet import ConcurrencyExpression, ConcurrencyLimitStrategy, Context, EmptyModel, Hatchet, WorkerError
from hatchet.wire.versions import QUEUE_LIMITS, numbers


def test_an_option_that_the_engine_is_too_old_for_is_refused_by_its_name(hatchet: Hatchet, worker: Any) -> None:
    newest = ConcurrencyLimitStrategy.CANCEL_QUEUED_EXCEPT_NEWEST

    @hatchet.task(name="too-new", concurrency=ConcurrencyExpression("'all'", 1, newest))
    def too_new(input: EmptyModel, ctx: Context) -> str:
        return "ran"

    version = numbers(hatchet.get_engine_version())
    assert version is not None
    if version < QUEUE_LIMITS:
        with pytest.raises(WorkerError, match="CANCEL_QUEUED_EXCEPT_NEWEST of task"):
            worker(too_new).start_in_background()
    else:
        with worker(too_new):
            assert too_new.run() == "ran"
