"""Whether and when a failed attempt is tried again. Pure."""

from __future__ import annotations

from hatchet.engine.state.definitions import RetryPolicy

DEFAULT_BACKOFF_CAP = 86_400
"""Longest pause between two attempts when a task names a factor and no maximum, in seconds."""


def delay_after_failure(
    policy: RetryPolicy, made: int, *, refused: bool = False, retry_after_ms: int | None = None
) -> float | None:
    """Seconds until the next attempt, or None when the failure is final.

    `made` counts the retries that failures of the task itself have used up so far; `refused` is the task's own word
    that another attempt is useless; `retry_after_ms` stands in for the backoff formula.
    """
    if refused or made >= policy.retries:
        return None
    if retry_after_ms is not None:
        return max(0, retry_after_ms) / 1000
    if policy.backoff_factor is None:
        return 0.0
    cap = float(policy.backoff_max_seconds if policy.backoff_max_seconds is not None else DEFAULT_BACKOFF_CAP)
    try:
        return float(min(cap, policy.backoff_factor ** (made + 1)))
    except OverflowError:
        return cap
