"""What younger checkers do not refuse of `rejected/`, by checker and reason; an entry that is not needed fails."""

from __future__ import annotations

from typing import Final

EXCEPTIONS: Final[dict[str, dict[str, list[str]]]] = {
    "ty": {
        "takes any keyword where a function has `**options: Unpack[…]`, whatever the TypedDict's keys": [
            'task.run(In(text="a"), prioritty=3)',
            "hatchet.task(retrys=3)",
            'hatchet.workflow("w", on_event=["a"])',
            "flow.task(parent=[first])",
            "TaskDefaults(retry=1)",
            'ctx.spawn(task, In(text="a"), prioritty=3)',
            'flow.task(wait_if=[SleepCondition("1s")])',
            "flow.durable_task(slot_cost=2)",
            "flow.on_failure_task(parents=[first])",
            'flow.on_success_task(wait_for=[SleepCondition("1s")])',
            'hatchet.task(wait_for=[SleepCondition("1s")])',
            'task.mock_run(In(text="a"), parent_output={})',
            "hatchet.task(eviction_policy=None)",
            "worker(bill, slot=2)",
        ],
    },
    "pyrefly": {
        "compares no arguments with the parameters of a function that an overload takes": [
            "await ctx.aio_memo(str.upper, 5)",
        ],
    },
}
