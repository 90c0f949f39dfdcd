"""What is refused before anything reaches the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Generator
from collections.abc import Callable as CallableType
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from enum import Enum
from functools import partial
from typing import Annotated, Any, TypeVar

import pytest
from pydantic import BaseModel

from hatchet import (
    Context,
    DefinitionError,
    Depends,
    DurableContext,
    EmptyModel,
    Hatchet,
    InputError,
    OutputError,
    PayloadTooLarge,
    WorkerError,
)
from hatchet.definitions.dependencies import dependencies_of
from hatchet.definitions.workflow import check_acyclic
from tests.unit.offline import offline


class In(BaseModel):
    text: str


class Other(BaseModel):
    number: int


class Color(Enum):
    RED = "red"


@pytest.fixture
def hatchet() -> Hatchet:
    return offline()


def refused(words: str) -> Any:
    return pytest.raises(DefinitionError, match=words)


def test_a_decorator_without_parentheses_is_explained(hatchet: Hatchet) -> None:
    def task(input: In, ctx: Context) -> None: ...

    with refused("with parentheses"):
        hatchet.task(task)  # type: ignore[call-overload]  # the mistake that this is about
    with refused("with parentheses"):
        hatchet.workflow("w").task(task)  # type: ignore[arg-type]  # the mistake that this is about


def test_what_is_no_function_is_refused(hatchet: Hatchet) -> None:
    class Callable:
        def __call__(self, input: In, ctx: Context) -> None: ...

    assert hatchet.task(name="object")(Callable()).name == "object"
    for wrong, words in [(partial(print), "print"), (print, "print"), (3, "no function"), (Callable, "no function")]:
        with refused(words):
            hatchet.task()(wrong)  # type: ignore[call-overload]  # the mistake that this is about


def test_generators_are_refused_with_the_way_to_stream(hatchet: Hatchet) -> None:
    def yields(input: In, ctx: Context) -> Generator[int, None, None]:
        yield 1

    async def yields_async(input: In, ctx: Context) -> AsyncGenerator[int, None]:
        yield 1

    for wrong in (yields, yields_async):
        with refused("put_stream"):
            hatchet.task()(wrong)


def test_signatures_that_cannot_be_called_are_refused(hatchet: Hatchet) -> None:
    def one(input: In) -> None: ...
    def bare(input, ctx: Context) -> None: ...  # type: ignore[no-untyped-def]  # the mistake that this is about
    def unfilled(input: In, ctx: Context, more: int) -> None: ...
    def durable(input: In, ctx: DurableContext) -> None: ...
    def swapped(ctx: Context, input: In) -> None: ...

    for wrong, words in (
        (one, "takes 1 parameters"),
        (bare, "annotate input"),
        (unfilled, "nothing fills in the parameter 'more'"),
        (durable, "a task gets a Context"),
        (swapped, "its second parameter is"),
    ):
        with refused(words):
            hatchet.task()(wrong)  # type: ignore[arg-type]  # the mistake that this is about


def test_an_input_validator_must_agree_with_the_annotation(hatchet: Hatchet) -> None:
    def task(input: In, ctx: Context) -> None: ...

    with refused("input_validator is"):
        hatchet.task(input_validator=Other)(task)  # type: ignore[arg-type]  # the mistake that this is about


def test_a_workflow_s_tasks_take_its_input(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow", input_validator=In)

    def wrong(input: Other, ctx: Context) -> None: ...

    with refused("but the input of workflow 'flow' is"):
        flow.task()(wrong)  # type: ignore[arg-type]  # the mistake that this is about


def test_names_are_checked_and_unique_whatever_their_case(hatchet: Hatchet) -> None:
    flow = hatchet.workflow("flow", input_validator=In)

    @flow.task()
    def step(input: In, ctx: Context) -> None: ...

    with refused("has a task 'step' already"):

        @flow.task(name="STEP")
        def again(input: In, ctx: Context) -> None: ...

    for name in ("", "a b", "ä", "a/b"):
        with refused("is not allowed"):
            hatchet.workflow(name)


def test_parents_belong_to_the_same_workflow(hatchet: Hatchet) -> None:
    first, second = (hatchet.workflow(name, input_validator=In) for name in ("first", "second"))

    @first.task()
    def parent(input: In, ctx: Context) -> None: ...

    with refused("of another workflow, 'first'"):

        @second.task(parents=[parent])
        def child(input: In, ctx: Context) -> None: ...

    with refused("parents are tasks, not 'parent'"):
        second.task(parents=["parent"])(parent.function)  # type: ignore[list-item]  # the mistake that this is about


def test_a_cycle_of_parents_is_shown(hatchet: Hatchet) -> None:
    with refused("a → c → b → a"):
        check_acyclic("flow", {"a": ["c"], "b": ["a"], "c": ["b"]})
    with refused("a → a"):
        check_acyclic("flow", {"a": ["a"]})
    check_acyclic("flow", {"a": [], "b": ["a"], "c": ["a", "b"]})


def test_a_workflow_without_tasks_is_refused_by_a_worker(hatchet: Hatchet) -> None:
    with refused("has no tasks"):
        hatchet.worker("w", workflows=[hatchet.workflow("empty")])


def test_two_tasks_with_one_action_are_refused_by_a_worker(hatchet: Hatchet) -> None:
    @hatchet.task(name="same")
    def one(input: EmptyModel, ctx: Context) -> None: ...

    @hatchet.task(name="Same")
    def two(input: EmptyModel, ctx: Context) -> None: ...

    with refused("two tasks 'same:same'"):
        hatchet.worker("w", workflows=[one, two])


def test_workers_need_slots_tasks_and_a_thread_without_a_loop(hatchet: Hatchet) -> None:
    with refused("slots of worker 'w' is 0"):
        hatchet.worker("w", slots=0)
    with refused("has no tasks"):
        hatchet.worker("w").start()

    async def on_a_loop() -> None:
        hatchet.worker("w").start()

    with pytest.raises(WorkerError, match="aio_start"):
        asyncio.run(on_a_loop())


def test_a_worker_that_cannot_start_keeps_nobody_waiting_until_it_is_ready(hatchet: Hatchet) -> None:
    async def main() -> None:
        worker = hatchet.worker("w")
        running = asyncio.create_task(worker.aio_start())
        ready = asyncio.create_task(worker.aio_wait_until_ready(1000))  # it would wait for as long
        with refused("has no tasks"):
            await running
        with pytest.raises(WorkerError, match="is stopped"):
            await asyncio.wait_for(ready, 20)
        with pytest.raises(WorkerError, match="was started before"):
            await worker.aio_start()

    asyncio.run(main())


def test_dependencies_are_checked_when_they_are_declared(hatchet: Hatchet) -> None:
    def number(input: In, ctx: Context) -> int:
        return 1

    def wrong_type(input: In, ctx: Context, text: Annotated[str, Depends(number)]) -> None: ...

    with refused("text is declared as str, but .*number returns int"):
        hatchet.task()(wrong_type)

    @hatchet.task()
    def widened(input: In, ctx: Context, value: Annotated[float, Depends(number)]) -> None: ...

    assert list(widened.task.dependencies) == ["value"]


def _needing(other: CallableType[..., int]) -> CallableType[..., int]:
    def need(input: In, ctx: Context, other: int) -> int:
        return other

    need.__annotations__["other"] = Annotated[int, Depends(other)]
    return need


def test_dependencies_have_dependencies_to_a_depth_behind_which_there_is_a_cycle(hatchet: Hatchet) -> None:
    def last(input: In, ctx: Context) -> int:
        return 1

    chain: list[CallableType[..., int]] = [last]
    for _ in range(20):
        chain.append(_needing(chain[-1]))
    hatchet.task(name="deep")(chain[-1])
    with refused("last: its dependencies depend on each other in a cycle"):
        hatchet.task(name="deeper")(_needing(chain[-1]))

    def loop(input: In, ctx: Context, other: int) -> int:
        return other

    loop.__annotations__["other"] = Annotated[int, Depends(loop)]
    with refused("loop: its dependencies depend on each other in a cycle"):
        hatchet.task()(loop)


@pytest.mark.parametrize(
    ("provided", "is_generator"),
    [
        (Generator, True),
        (Generator[int], True),
        (AsyncGenerator, True),
        (AbstractContextManager, False),
        (AbstractContextManager[int], False),
        (AbstractAsyncContextManager, False),
        (Coroutine, False),
        (Coroutine[Any, Any, int], False),
        (Any, False),
        (int, False),
    ],
)
def test_what_a_dependency_provides_may_be_left_open(provided: Any, is_generator: bool) -> None:
    def hands_on(input: In, ctx: Context) -> Any: ...

    def task(input: In, ctx: Context, value: Annotated[int, Depends(hands_on)]) -> None: ...

    hands_on.__annotations__["return"] = provided
    assert dependencies_of(task)["value"].is_generator is is_generator


def test_what_does_not_say_its_parameters_is_refused(hatchet: Hatchet) -> None:
    of_c: Any = min  # Any: no checker would let it pass
    with refused("^min does not say which parameters it takes; write a def around it$"):
        hatchet.task()(of_c)


def test_an_input_is_read_as_a_run_of_it_arrives(hatchet: Hatchet) -> None:
    @hatchet.workflow("flow", input_validator=In).task()
    def step(input: In, ctx: Context) -> None: ...

    @hatchet.workflow("other").task()
    def empty(input: EmptyModel, ctx: Context) -> None: ...

    assert step.read_input({"text": "a"}, "run r") == In(text="a")
    assert empty.read_input(None, "run r") == EmptyModel()
    with pytest.raises(InputError, match=r"^the input of run r does not fit its declared type: 1 validation error"):
        step.read_input({"text": 3}, "run r")


def test_an_output_whose_type_is_a_wrapper_s_to_say_is_not_declared(hatchet: Hatchet) -> None:
    Result = TypeVar("Result")

    class Holder(BaseModel):
        held: Any

    def open_(input: In, ctx: Context) -> Any: ...

    open_.__annotations__["return"] = Result
    left_open = hatchet.workflow("flow", input_validator=In).task(name="open")(open_)
    assert left_open.output_validator_type is Any
    # What it holds is sent as what it is, since whoever reads it may declare more than Any.
    assert left_open.output.dump(Holder(held=Color.RED)) == b'{"held":"red"}'


def test_an_integer_that_an_engine_would_round_is_sent_where_no_task_can_read_it(hatchet: Hatchet) -> None:
    large = 2**60
    flow, alone, followed = hatchet.workflow("flow"), hatchet.workflow("alone"), hatchet.workflow("followed")

    def task(input: EmptyModel, ctx: Context) -> int:
        return large

    one, _ = flow.task(name="one")(task), flow.task(name="two")(task)
    only, before = alone.task(name="only")(task), followed.task(name="before")(task)
    followed.on_success_task(name="after")(task)
    assert only.dump_output(large) == b'{"$value":1152921504606846976}'
    for each in (one, before):
        with pytest.raises(OutputError, match=r"the integer 1152921504606846976 is beyond ±2\*\*53"):
            each.dump_output(large)
        assert each.dump_output(2**53) == b'{"$value":9007199254740992}'


def test_a_dependency_that_is_a_context_manager_is_checked_by_what_it_gives(hatchet: Hatchet) -> None:
    @contextmanager
    def opened(input: In, ctx: Context) -> Generator[int, None, None]:
        yield 1

    @asynccontextmanager
    async def opened_later(input: In, ctx: Context) -> AsyncGenerator[int, None]:
        yield 1

    def made(input: In, ctx: Context) -> AbstractContextManager[int]:
        return nullcontext(1)

    for manager in (opened, opened_later, made):

        def wrong(input: In, ctx: Context, text: Annotated[str, Depends(manager)]) -> None: ...

        def right(input: In, ctx: Context, number: Annotated[int, Depends(manager)]) -> None: ...

        with refused(f"text is declared as str, but .*{manager.__name__} returns int"):
            hatchet.task()(wrong)
        hatchet.task()(right)


def test_a_wrong_input_is_refused_before_the_wire(hatchet: Hatchet) -> None:
    @hatchet.task()
    def task(input: In, ctx: Context) -> None: ...

    with pytest.raises(InputError, match="task 'task'"):
        task.run(Other(number=1))  # type: ignore[call-overload]  # the mistake that this is about
    with pytest.raises(InputError, match="task 'task'"):
        task.run()  # type: ignore[call-overload]  # the mistake that this is about
    with pytest.raises(InputError, match="task 'task'"):
        task.create_bulk_run_item({"text": 3})  # type: ignore[arg-type]  # the mistake that this is about


def test_an_item_of_another_task_is_refused(hatchet: Hatchet) -> None:
    @hatchet.task()
    def one(input: In, ctx: Context) -> None: ...

    @hatchet.task()
    def two(input: In, ctx: Context) -> None: ...

    with pytest.raises(InputError, match="an item for 'one' was given to run_many of 'two'"):
        two.run_many([one.create_bulk_run_item(In(text="a"))])


def test_an_item_says_what_it_is_for(hatchet: Hatchet) -> None:
    @hatchet.task(name="Pay")
    def pay(input: In, ctx: Context) -> None: ...

    item = pay.create_bulk_run_item(In(text="é"), key="mine", priority=2)
    assert (item.workflow_name, item.input, item.key, item.options.priority) == ("Pay", '{"text":"é"}', "mine", 2)
    assert pay.create_bulk_run_item(In(text="a")).key is None


def test_an_input_over_the_message_limit_is_refused_before_the_wire(hatchet: Hatchet) -> None:
    @hatchet.task()
    def task(input: In, ctx: Context) -> None: ...

    with pytest.raises(PayloadTooLarge, match="more than the limit of 4194304"):
        task.run(In(text="x" * 5_000_000))
    with pytest.raises(PayloadTooLarge):
        task.run_many([task.create_bulk_run_item(In(text="x" * 5_000_000))])


def test_an_unknown_option_is_refused_by_name(hatchet: Hatchet) -> None:
    with refused("did you mean retries"):
        hatchet.task(retrys=3)  # type: ignore[call-overload]  # the mistake that this is about
    with pytest.raises(TypeError, match="slot"):
        hatchet.worker("w", slot=3)  # type: ignore[call-arg]  # the mistake that this is about


def test_types_declared_inside_a_function_are_found(hatchet: Hatchet) -> None:
    class Local(BaseModel):
        text: str

    @hatchet.task()
    def task(input: Local, ctx: Context) -> Local:
        return input

    assert task.input_validator_type is Local
    assert task.output_validator_type is Local


def test_a_type_that_cannot_be_found_is_named(hatchet: Hatchet) -> None:
    def task(input: Missing, ctx: Context) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    with refused("'Missing', which cannot be found"):
        hatchet.task()(task)


def test_a_namespace_is_part_of_names_and_actions() -> None:
    hatchet = offline("Team")
    flow = hatchet.workflow("Flow", on_events=["key"])

    @flow.task()
    def Step(input: EmptyModel, ctx: Context) -> None: ...

    definition = flow.definition()
    assert (definition.name, definition.events) == ("team_Flow", ("team_key",))
    assert definition.tasks[0].action_id == "team_flow:step"
    assert hatchet.worker("w", workflows=[flow]).name == "team_w"
