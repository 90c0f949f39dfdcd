"""Numbers that decide how the engine behaves; the defaults are those of the real engine where it has them."""

from __future__ import annotations

from hatchet._dataclasses import dataclass

ENGINE_VERSION = "v0.120.0"
"""What GetVersion answers. Clients gate features by it: v0.111.0 is the first that honours retry-after, v0.114.2 the
first that pauses rate limits, v0.120.0 the first with durable streams."""

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
"""Largest gRPC message in either direction, in bytes."""

MAX_RESULT_BYTES = 3 * 1024 * 1024
"""Largest sum of outputs and errors in one message of a result stream, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Thresholds of the embedded engine, in seconds unless the name says otherwise."""

    schedulable_after_heartbeat: float = 5.0
    """A worker gets no new task when its last heartbeat is older than this."""

    lost_after_heartbeat: float = 30.0
    """A worker's tasks are handed to others when its last heartbeat is older than this."""

    return_within: float = 8.0
    """A worker that has not come back this long after a start of the engine loses the tasks that it may never have
    received; those that are known to have begun wait for `lost_after_heartbeat`."""

    max_internal_retries: int = 10
    """How often a task may change its worker for reasons that are not its own before it fails."""

    lazy_flush: float = 0.05
    """Longest time that purely informative rows (a task's STARTED, a heartbeat) wait for the next transaction."""

    finished_runs_in_memory: int = 500
    """Finished runs kept ready in memory; older ones are read from SQLite when asked for."""

    max_unsent_actions: int = 100_000
    """Actions waiting for one worker's stream before that stream is closed as stuck."""

    retained_for: float | None = 30 * 86_400.0
    """Finished runs, pushed events and log lines are deleted when they are older; None keeps them."""

    retained_runs: int | None = 100_000
    """Finished runs kept, and pushed events; the oldest beyond that are deleted. None keeps all."""

    retained_bytes: int | None = 1 << 30
    """Size of the data beyond which the oldest finished runs, events and log lines are deleted; None for any."""

    tidy_every: float = 60.0
    """How often an engine looks for what is to be deleted; one that gets many runs looks more often."""

    completion_seen_after: float = 2.0
    """A worker that lets a durable task go is taken to have seen the completions that were sent longer ago than this; a
    younger one that it has not reported brings the task back at once."""

    completion_held_for: float = 60.0
    """How long a completion waits for its turn, once the invocation asks for nothing more, before its worker is told
    that the code has changed."""

    synchronous: str = "NORMAL"
    """SQLite's setting: NORMAL survives the end of the process in any way; FULL survives a loss of power, too."""

    retained_worker: float = 86_400.0
    """Disconnected workers are forgotten this long after their last heartbeat."""

    wait_for_unknown_run: float = 10.0
    """How long an event subscription waits for its run to appear before it answers NOT_FOUND."""

    stream_gap: float = 5.0
    """How long chunks of a task's stream that arrived early wait for the missing ones before them."""

    polls_per_second: int = 10
    """Requests a second from one address, and at once, to each REST operation of those that the real engine limits."""

    webhooks_per_second: float = 50.0
    """Messages a second that one webhook takes."""

    webhook_burst: int = 100
    """Messages that one webhook takes at once."""
