"""What a test must not be able to write; marked as in misuse.py."""

from __future__ import annotations

from hatchet import Context, Hatchet
from hatchet.testing import MemoryEngine, StartWorker

hatchet = Hatchet()


@hatchet.task()
def bill(input: int, ctx: Context) -> str:
    return f"{input} EUR"


def words(engine: MemoryEngine, worker: StartWorker) -> None:
    worker(bill, slot=2)  # reject: call-arg reportCallIssue
    worker("bill")  # reject: arg-type reportArgumentType
    worker(bill, slots="two")  # reject: arg-type reportArgumentType
    engine.drop("assignmnt")  # reject: arg-type reportArgumentType
    engine.refuse("heartbeat", "AWAY")  # reject: arg-type reportArgumentType
    engine.delay("outcome")  # reject: call-arg reportCallIssue
    engine.wait_for("id", "DONE")  # reject: arg-type reportArgumentType
    engine.skip("1h")  # reject: arg-type reportArgumentType
    engine.skp(1)  # reject: attr-defined reportAttributeAccessIssue
    MemoryEngine(time="fast")  # reject: arg-type reportArgumentType
