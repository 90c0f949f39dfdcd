"""What a durable log gives its callers, and what it wants done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hatchet._dataclasses import dataclass
from hatchet.errors import ApiError, NonDeterminismError, NotFound, ServerError
from hatchet.wire.durable_values import Invocation, MemoValue, Refused, Request

UNKNOWN_WORKFLOW: Final = "workflow names not found: "  # how engines say it
SHOWN: Final = 3  # entries before the one in question that an error shows


@dataclass(frozen=True)
class Step:
    """One call of the user's code, in words."""

    text: str
    site: str = ""
    """`file:line` of the call."""

    def __str__(self) -> str:
        return f"{self.text} at {self.site}" if self.site else self.text


@dataclass(frozen=True)
class Compute:
    """Answer to a memo that has no value: the caller makes it, and says so with `remembered`."""


@dataclass(frozen=True)
class Ended:
    """A child has ended, or a wait is over."""

    payload: bytes
    failure: str | None = None


Answer = Compute | Ended | tuple[str, ...] | bytes | bool | BaseException | None
"""What a call gets: a value to compute or computed, an end, the runs that were started, or an error."""


@dataclass(frozen=True)
class Resumption:
    """A call goes on."""

    call: int
    answer: Answer


@dataclass(frozen=True)
class Offer:
    """Calls that go on, one after the other; completions only while the code makes no further call."""

    resumptions: tuple[Resumption, ...]
    seen: int
    """The last call that the log knew of."""
    are_completions: bool


Action = Request | MemoValue | Offer


def diverged(invocation: Invocation, refused: Refused, step: Step, before: Sequence[Step]) -> NonDeterminismError:
    """The error for a call that does not fit the log: both orders, where the call is, and how to go on."""
    shown = "".join(f"\n  {index}. {each}" for index, each in list(enumerate(before, 1))[-SHOWN:])
    return NonDeterminismError(
        f"task run {invocation.task_run_id} went another way than before: entry {refused.place.node} of its log is "
        f"not {step}. {refused.message}\nThis time the task made these calls:{shown}\n  {len(before) + 1}. {step}\n"
        "Make the same calls in the same order. Where code has changed under a running task, keep the old calls in "
        "the else branch of `if await ctx.aio_patched('name'):`, or reset the run",
        node=refused.place.node,
        site=step.site,
    )


def refusal(invocation: Invocation, refused: Refused, step: Step) -> ApiError:
    """The error for a call that the engine refuses."""
    _, is_unknown, names = refused.message.partition(UNKNOWN_WORKFLOW)
    if is_unknown:
        return NotFound(
            f"the engine knows no workflow {names}; a worker that has it must register it first",
            code="NOT_FOUND",
            call="DurableTask",
        )
    return ServerError(
        f"the engine refused {step} of task run {invocation.task_run_id}: {refused.message}",
        code="INTERNAL",
        call="DurableTask",
    )
