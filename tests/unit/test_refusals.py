"""What the client refuses before anything is sent, in words that name what is wrong: where a declaration is made, where
a durable task waits, where a mock run is given something."""

from __future__ import annotations

import asyncio
import functools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from hatchet import (
    BulkPushEvent,
    ClientConfig,
    Context,
    DefinitionError,
    Depends,
    DesiredWorkerLabel,
    DurableContext,
    EmptyModel,
    EvictionPolicy,
    Hatchet,
    HatchetError,
    InputError,
    NoTaskOutput,
    OutputError,
    ParentCondition,
    SleepCondition,
    TaskDefaults,
    UserEventCondition,
    WaitOutcome,
    WorkerError,
    or_,
    remove_null_unicode_character,
)
from hatchet.context.combinators import any_of, first
from hatchet.context.outcomes import Wait
from hatchet.options import cel
from tests.unit.offline import offline, token

H = offline("n")
T = TypeVar("T")
HOUR = SleepCondition(timedelta(hours=1))
PAID = UserEventCondition("paid")


class In(BaseModel):
    n: int = 0


# -- declarations


def wrong(value: object) -> Any:
    """A value of a type that checkers refuse."""
    return value


def declare(**options: Any) -> Callable[[], object]:
    return lambda: H.task(**options)


def on(function: Callable[..., Any], *, durable: bool = False, **options: Any) -> Callable[[], object]:
    return lambda: (H.durable_task if durable else H.task)(**options)(function)


def plain(input: In, ctx: Context) -> int:
    return input.n


def durable(input: In, ctx: DurableContext) -> int:
    return input.n


def no_parameters() -> None: ...


def one_parameter(input: In) -> None: ...


def untyped(input, ctx): ...  # type: ignore[no-untyped-def]  # what is refused


def of_any_type(input: T, ctx: Context) -> T:
    return input


def yields(input: In, ctx: Context) -> Iterator[int]:
    yield 1


async def ayields(input: In, ctx: Context) -> AsyncIterator[int]:
    yield 1


def wants_a_durable_context(input: In, ctx: DurableContext) -> None: ...


def lacks_a_value(input: In, ctx: Context, more: int) -> None: ...


def currency(input: In, ctx: Context) -> str:
    return "EUR"


def filled_by_place(input: In, ctx: Context, unit: str = Depends(currency), /) -> None: ...


def batch_of_one(input: In, ctx: Context) -> In:
    return input


def two_on_success() -> None:
    flow = H.workflow("flow", input_validator=In)
    flow.task()(plain)
    flow.on_success_task()(plain)
    flow.on_success_task()(plain)


def cycle() -> None:
    def one(input: In, ctx: Context, b: int = 0) -> int:
        return b

    one.__defaults__ = (Depends(one),)
    H.task(name="t")(one)


DECLARATIONS: dict[str, tuple[Callable[[], object], str]] = {
    "no parameters": (on(no_parameters), "takes 0 parameters; write def .*no_parameters.input, ctx"),
    "one parameter": (on(one_parameter), "takes 1 parameters"),
    "no annotations": (on(untyped), "annotate input and ctx, so that the input's type is known"),
    "a type variable": (on(of_any_type), r"annotated with a type variable, ~T, which says no type"),
    "a generator": (on(yields), "yields; a task returns its output, chunks go out with ctx.put_stream"),
    "an async generator": (on(ayields), "yields; a task returns its output"),
    "a class": (on(In), "is no function; write @hatchet.task"),
    "a durable context": (
        on(wants_a_durable_context),
        "second parameter is .*DurableContext.*, but a task gets a Context",
    ),
    "a parameter of nothing": (on(lacks_a_value), "nothing fills in the parameter 'more'"),
    "a dependency by place": (on(filled_by_place), "'unit' is filled in by name; put it after the '/'"),
    "dependencies in a circle": (cycle, "its dependencies depend on each other in a cycle"),
    "a durable task of two slots": (on(durable, durable=True, slot_cost=2), "a durable task takes one slot"),
    "an eviction policy of a plain task": (
        on(plain, eviction_policy=EvictionPolicy(ttl=None)),
        "eviction_policy",
    ),
    "a batch of one input": (
        lambda: H.batch_task(batch_max_size=2)(batch_of_one),  # type: ignore[arg-type]  # what is refused
        r"is a batch task and takes .*In.*; write dict\[str, …\]",
    ),
    "two tasks on success": (two_on_success, "has an on-success task already, 'plain-on-success'"),
    "a label without a key": (
        declare(desired_worker_labels=[DesiredWorkerLabel(value="x")]),
        "the desired worker label 'x' has no key",
    ),
    "a length that is a number": (
        declare(execution_timeout=5),
        r"execution_timeout is 5; write timedelta\(seconds=5\)",
    ),
    "a length of nothing": (declare(execution_timeout=timedelta(0)), "execution_timeout is 0:00:00; write a length"),
    "a text of no length": (declare(execution_timeout="soon"), "write a timedelta, or numbers with ms, s, m or h"),
    "a text of nothing": (declare(execution_timeout="0s"), "execution_timeout is '0s'; write a length of time above 0"),
    "a text of ages": (declare(execution_timeout="9999999h"), "years at most"),
    "a time to live that is a number": (
        lambda: EvictionPolicy(ttl=wrong(5)),
        "ttl of an EvictionPolicy is 5; write a timedelta",
    ),
    "a time to live of nothing": (
        lambda: EvictionPolicy(ttl=timedelta(0)),
        "is 0:00:00; write a length above 0, or None",
    ),
    "a value that CEL has no word for": (
        lambda: UserEventCondition("k", match={"a": [1]}),
        r"\[1\] cannot be matched; give a text, a number, True, False or None",
    ),
    "a number that CEL has no word for": (lambda: cel.quoted(float("inf")), "inf cannot be matched"),
    "no condition": (lambda: or_(HOUR, "soon"), r"'soon' is no condition; write SleepCondition"),  # type: ignore[arg-type]  # what is refused
}


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_declaration_that_is_wrong_is_refused(name: str) -> None:
    call, words = DECLARATIONS[name]
    with pytest.raises(DefinitionError, match=words):
        call()


def test_what_is_right_beside_it_is_taken() -> None:
    assert EvictionPolicy(ttl=timedelta(milliseconds=1)).ttl == timedelta(milliseconds=1)
    assert H.task(name="a", execution_timeout="1ms")(plain).name == "n_a"
    wrapped = functools.wraps(plain)(lambda *args: plain(*args))
    assert H.task(name="b")(wrapped).mock_run(In(n=4)) == 4


def test_a_batch_of_what_nobody_knows_is_taken() -> None:
    def of_any(inputs: Any, ctx: Context) -> Any:
        return {run_id: value["n"] for run_id, value in inputs.items()}

    task = H.batch_task(name="any", batch_max_size=2)(of_any)
    assert task.task.input.annotation is Any
    assert task.task.outputs_by_run(["a"], {"a": 1}) == {"a": 1}
    shared = H.batch_task(name="shared", batch_max_size=2, broadcast_output=True)(of_any)
    assert shared.task.outputs_by_run(["a", "b"], 5) == {"a": 5, "b": 5}


def test_values_are_quoted_for_cel() -> None:
    class Word(Enum):
        YES = "y"

    at = uuid.UUID(int=7)
    assert [cel.quoted(each) for each in ("a'\"b", 1, 1.5, True, None, Word.YES, at)] == [
        '"a\'\\"b"', "1", "1.5", "true", "null", '"y"', f'"{at}"',
    ]  # fmt: skip


def test_defaults_are_equal_by_what_they_give() -> None:
    one, same, other = TaskDefaults(retries=1), TaskDefaults(retries=1), TaskDefaults(retries=2)
    assert one == same
    assert hash(one) == hash(same)
    assert [one == other, one == TaskDefaults(retries=1, priority=2), one == {"retries": 1}] == [False, False, False]


# -- workers and events


def test_a_worker_takes_workflows_and_tasks_only() -> None:
    with pytest.raises(DefinitionError, match=r"worker 'n_w': .*plain.* is neither a workflow nor a standalone task"):
        H.worker("w", workflows=[plain])  # type: ignore[list-item]  # what is refused


def test_an_event_has_a_key() -> None:
    for push in (lambda: H.event.push("", {}), lambda: H.event.bulk_push([BulkPushEvent(key="", payload={})])):
        with pytest.raises(InputError, match="an event needs a key"):
            push()


def test_what_is_changed_is_named_in_one_way() -> None:
    for change in (H.runs.bulk_cancel, H.runs.bulk_replay):
        with pytest.raises(InputError, match=r"opts is \['x'\]; write BulkCancelReplayOpts"):
            change(["x"])  # type: ignore[arg-type]  # what is refused


def test_what_has_started_takes_no_more_workflows(embedded: Hatchet) -> None:
    task = embedded.task(name="a")(plain)
    worker = embedded.worker("w", workflows=[task])
    with worker:
        for register in (worker.register_workflow, lambda each: worker.register_workflows([each])):
            with pytest.raises(WorkerError, match="has started; register workflows before"):
                register(task)
        with pytest.raises(WorkerError, match="was started before; make a new one"):
            worker.start_in_background()


@pytest.fixture
def embedded() -> Iterator[Hatchet]:
    client = Hatchet.from_embedded(None)
    yield client
    client.stop_embedded()


# -- waits


def wait(*conditions: Any) -> Wait:
    return Wait.of(conditions, "task t", lambda key: f"n_{key}")


def test_a_wait_has_conditions_of_its_own() -> None:
    with pytest.raises(InputError, match="task t waits for nothing; name a condition"):
        wait()
    with pytest.raises(InputError, match="it can wait for sleeps, events and or_ of them"):
        wait(ParentCondition(H.task(name="p")(plain).task, "true"))
    with pytest.raises(InputError, match="it can wait for sleeps, events and or_ of them"):
        wait("soon")
    named = UserEventCondition("paid", readable_data_key="k")
    with pytest.raises(InputError, match="waits for two conditions with the data key 'k'"):
        wait(named, UserEventCondition("sent", readable_data_key="k"))


def test_conditions_of_the_same_name_are_told_apart_by_a_number() -> None:
    made = wait(PAID, UserEventCondition("paid", "input.a == 1"), or_(UserEventCondition("paid"), HOUR))
    assert str(made) == "paid, paid:2, paid:3, sleep:1h"
    assert [each.condition.event_key for each in made.conditions[:3]] == ["n_paid"] * 3  # type: ignore[union-attr]  # events


def test_an_outcome_says_what_held() -> None:
    outcome = WaitOutcome({"paid": [{"n": 3}], "empty": []}, [(HOUR, "sleep:1h"), (PAID, "paid")])
    assert outcome == {"CREATE": {"paid": [{"n": 3}], "empty": []}}
    assert outcome.satisfied == (PAID,)
    assert outcome.winner is PAID
    same = UserEventCondition("paid")
    assert [outcome.held(each) for each in (PAID, same, "paid", HOUR, "sleep:1h")] == [True, True, True, False, False]
    assert outcome.payload(same) == {"n": 3}
    assert outcome.payload("paid", In) == In(n=3)
    assert outcome.payload("empty") is None
    with pytest.raises(InputError, match="the condition 'sleep:1h' did not hold; these did: paid, empty"):
        outcome.payload(HOUR)
    with pytest.raises(InputError, match="did not hold; these did: none"):
        WaitOutcome({}, [(HOUR, "sleep:1h")]).payload(HOUR)
    with pytest.raises(InputError, match=r"UserEventCondition\(.*'other'.*is none of the conditions of this wait"):
        outcome.held(UserEventCondition("other"))


async def test_a_choice_of_nothing_is_refused() -> None:
    for choose in (first, any_of):
        with pytest.raises(InputError, match="there is nothing to wait for; name a wait"):
            await choose()


async def test_any_of_what_fails_has_the_error_of_each() -> None:
    async def fails(error: Exception) -> int:
        raise error

    one, two = ValueError("one"), KeyError("two")
    with pytest.raises(ExceptionGroup, match="none of 2 waits ended well") as raised:
        await any_of(fails(one), fails(two))
    assert raised.value.exceptions == (one, two)

    async def works() -> int:
        await asyncio.sleep(0)
        return 7

    found = await any_of(fails(one), works())
    assert (found.index, found.value) == (1, 7)


# -- in a task


def in_a_durable_task(act: Callable[[DurableContext], Awaitable[object]], **options: Any) -> Any:
    @H.durable_task(name="steps")
    async def steps(input: In, ctx: DurableContext) -> Any:
        found = await act(ctx)
        return found.slept.total_seconds() if hasattr(found, "slept") else None

    return steps.mock_run(In(), **options)


def test_an_event_that_is_looked_back_for_has_a_scope() -> None:
    with pytest.raises(InputError, match="the wait for 'k' has a lookback_window, which needs a scope= as well"):
        in_a_durable_task(lambda ctx: ctx.aio_wait_for_event("k", lookback_window=timedelta(hours=1)))


def test_a_moment_that_has_passed_is_not_slept_until() -> None:
    past = datetime(2020, 1, 1, tzinfo=timezone.utc)

    async def until(ctx: DurableContext) -> float:
        return (await ctx.aio_sleep_until(past)).duration.total_seconds()

    @H.durable_task(name="past")
    async def steps(input: In, ctx: DurableContext) -> float:
        return await until(ctx)

    assert steps.mock_run(In()) == 0.0


def test_an_argument_of_a_memo_is_json() -> None:
    def made(of: object) -> int:
        return 1

    with pytest.raises(InputError, match=r"an argument of the memo .*made cannot be written as JSON"):
        in_a_durable_task(lambda ctx: ctx.aio_memo(made, object()))


def test_what_cannot_be_spawned_is_named() -> None:
    @H.task(name="spawns")
    async def spawns(input: In, ctx: Context) -> None:
        await ctx.aio_spawn(plain, In())  # type: ignore[call-overload]  # what is refused

    with pytest.raises(InputError, match=r"plain.* cannot be spawned; give what @hatchet.task"):
        spawns.mock_run(In())


def test_the_output_of_no_parent_and_of_one_that_was_skipped() -> None:
    flow = H.workflow("outputs", input_validator=In)
    first = flow.task(name="first")(plain)
    stranger = flow.task(name="stranger")(plain)

    @flow.task(parents=[first])
    def asks(input: In, ctx: Context) -> int:
        return ctx.task_output(stranger if input.n else first)

    with pytest.raises(NoTaskOutput, match=r"has no output of 'stranger'; name it in parents=\[…\] \(it has: first\)"):
        asks.mock_run(In(n=1), parent_outputs={first: 3})
    with pytest.raises(NoTaskOutput, match=r"'first' was skipped in run .*; ask ctx.was_skipped first"):
        asks.mock_run(In(), skipped=[first])
    assert asks.mock_run(In(), parent_outputs={first: 3}) == 3


# -- mock runs


def test_a_mock_run_of_a_negative_retry_is_refused() -> None:
    with pytest.raises(InputError, match="retry_count is -1; write 0 or more"):
        H.task(name="t")(plain).mock_run(In(), retry_count=-1)


def test_a_mock_child_of_a_workflow_gives_a_mapping() -> None:
    flow = H.workflow("child", input_validator=In)
    step = flow.task(name="step")(plain)
    elsewhere = H.stubs.workflow(name="elsewhere", input_validator=In)

    @H.task(name="parent")
    async def parent(input: In, ctx: Context) -> int:
        if input.n:
            return int((await elsewhere.aio_run(In())).get("step") or 0)
        return (await flow.aio_run(In()))[step]

    assert parent.mock_run(In(), children={flow: {step: 5}}) == 5
    assert parent.mock_run(In(n=1), children={elsewhere: {"step": 6}}) == 6
    for given, owner in ((In(), flow), (In(n=1), elsewhere)):
        with pytest.raises(InputError, match="is a mapping by task, not 5"):
            parent.mock_run(given, children={owner: 5})


def test_a_mock_run_waits_for_its_own_children_only() -> None:
    other = H.task(name="other")(plain)

    @H.task(name="waits")
    async def waits(input: In, ctx: Context) -> int:
        return await other.get_run_ref("8d3f2c1e-0000-4000-8000-000000000001").aio_result()

    with pytest.raises(HatchetError, match="which it did not start; there is no engine here"):
        waits.mock_run(In(), children={other: 1})


def test_a_stub_of_a_task_checks_what_a_mock_run_gives() -> None:
    stub = H.stubs.task(name="far", input_validator=In, output_validator=int)

    @H.task(name="calls")
    async def calls(input: In, ctx: Context) -> int:
        return await stub.aio_run(In())

    assert calls.mock_run(In(), children={stub: 4}) == 4
    with pytest.raises(OutputError, match="a result for task 'n_far' does not fit its declared type"):
        calls.mock_run(In(), children={stub: "many"})
    assert stub.output_validator_type is int
    assert repr(stub) == "TaskStub('far')"


async def test_an_async_task_is_not_mocked_synchronously_on_a_loop() -> None:
    @H.task(name="async")
    async def task(input: In, ctx: Context) -> int:
        return 1

    with pytest.raises(
        HatchetError, match=r"async is async, and would block the loop that runs here; await aio_mock_run"
    ):
        task.mock_run(In())
    assert await task.aio_mock_run(In()) == 1
    assert H.task(name="sync")(plain).mock_run(In(n=2)) == 2


def test_a_batch_gives_an_output_for_each_run() -> None:
    def as_list(inputs: dict[str, In], ctx: Context) -> dict[str, int]:
        return [1]  # type: ignore[return-value]  # what is refused

    task = H.batch_task(name="batch", batch_max_size=2)(as_list)
    with pytest.raises(OutputError, match="returned list; it returns a dict with an output for each run's id"):
        task.task.outputs_by_run(["a"], [1])
    with pytest.raises(OutputError, match="returned outputs for 2 runs"):
        task.task.outputs_by_run(["a", "b"], {"a": 1, "c": 2})
    assert task.task.outputs_by_run(["a"], {"a": 1}) == {"a": 1}


# -- data


def test_nul_characters_are_replaced_everywhere() -> None:
    data = {"a\x00": ["\x00b", {"c": ("d\x00", 1, None)}], "e": b"\x00", "f": 1.5}
    assert remove_null_unicode_character(data) == {"a": ["b", {"c": ("d", 1, None)}], "e": b"\x00", "f": 1.5}
    assert remove_null_unicode_character("a\x00b", "?") == "a?b"
    assert remove_null_unicode_character(["\x00"], "-") == ["-"]
    assert data["e"] == b"\x00"
    assert "a\x00" in data
    assert remove_null_unicode_character(EmptyModel()) == EmptyModel()


# -- how things look


def test_a_client_shows_which_engine_it_uses_and_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fresh = Hatchet(ClientConfig(embedded="memory"))
    assert repr(fresh) == "Hatchet(not used yet)"
    fresh.cron.list()
    assert repr(fresh) == "Hatchet(embedded in memory)"
    fresh.close()
    far = ClientConfig(token=token(), host_port="127.0.0.1:1")
    assert far.where == "host_port='127.0.0.1:1'"
    assert ClientConfig(embedded="data").where == "embedded='data'"


def test_what_is_shown_of_things_says_which_they_are(embedded: Hatchet) -> None:
    worker = embedded.worker("w", workflows=[embedded.task(name="a")(plain), embedded.task(name="b")(plain)])
    assert repr(worker) == "Worker('w', INITIALIZED, workflows=[a, b])"
    with worker:
        assert repr(worker) == "Worker('w', HEALTHY, workflows=[a, b])"
    assert repr(worker) == "Worker('w', STOPPED, workflows=[a, b])"
    assert [repr(embedded.runs), repr(embedded.cron.with_options(timeout=2.5))] == [
        "RunsClient()",
        "CronClient(timeout=2.5)",
    ]
