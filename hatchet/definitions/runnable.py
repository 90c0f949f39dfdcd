"""What can be run: the one implementation of every trigger, for standalone tasks and workflows, sync and async."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, overload

from typing_extensions import TypeVar, Unpack

from hatchet._dataclasses import dataclass
from hatchet.definitions.registered import Registered
from hatchet.errors import ApiError, BulkProgress, InputError, RunError
from hatchet.options.keys import BulkItemOptions, RunOptions
from hatchet.options.outputs import NOT_GIVEN
from hatchet.options.signatures import takes
from hatchet.options.specs import RunSpec
from hatchet.runs import trigger
from hatchet.runs.ref import RunRef
from hatchet.runs.results import all_of, outputs_of
from hatchet.transport.progress import half_done
from hatchet.wire.requests import Trigger

if TYPE_CHECKING:
    from uuid import UUID

    from hatchet.options.payload import EmptyModel

TIn_contra = TypeVar("TIn_contra", contravariant=True)
TOut_co = TypeVar("TOut_co", covariant=True, default=Any)
TRef_co = TypeVar("TRef_co", bound=RunRef[Any], covariant=True, default=RunRef[Any])
TItemIn_co = TypeVar("TItemIn_co", covariant=True, default=Any)
TItemOut_co = TypeVar("TItemOut_co", covariant=True, default=Any)


@dataclass(frozen=True)
class BulkRunItem(Generic[TItemIn_co, TItemOut_co]):
    """One run of `run_many`; `create_bulk_run_item` makes them.

    `BulkRunItem[In, Out]` is an item of a task from `In` to `Out`; type checkers refuse it for a task of other types.
    """

    workflow_name: str
    """The workflow that it starts, with its namespace."""
    data: bytes
    """The input, as JSON."""
    options: RunSpec
    """Its own options."""

    @property
    def key(self) -> str | None:
        """Your own name for it; it is not sent."""
        return self.options.key

    @property
    def input(self) -> str:
        """The input, as JSON text."""
        return self.data.decode()


class Runnable(Registered[TIn_contra], Generic[TIn_contra, TOut_co, TRef_co]):
    """A standalone task or a workflow: something that is started with an input and ends with a result."""

    @abstractmethod
    def ref(self, run_id: str | UUID) -> TRef_co:
        """A reference to one of its runs."""

    @abstractmethod
    def dump_result(self, value: object) -> dict[str, str]:
        """The output texts of a run's tasks that a result stands for; what a mock run is given for its children."""

    # -- one run

    @overload
    async def aio_run(
        self: Runnable[EmptyModel, TOut_co, TRef_co],
        input: EmptyModel = ...,
        *,
        wait_for_result: Literal[True] = True,
        **options: Unpack[RunOptions],
    ) -> TOut_co: ...
    @overload
    async def aio_run(
        self: Runnable[EmptyModel, TOut_co, TRef_co],
        input: EmptyModel = ...,
        *,
        wait_for_result: Literal[False],
        **options: Unpack[RunOptions],
    ) -> TRef_co: ...
    @overload
    async def aio_run(
        self, input: TIn_contra, *, wait_for_result: Literal[True] = True, **options: Unpack[RunOptions]
    ) -> TOut_co: ...
    @overload
    async def aio_run(
        self, input: TIn_contra, *, wait_for_result: Literal[False], **options: Unpack[RunOptions]
    ) -> TRef_co: ...
    @takes(RunSpec, RunOptions)
    async def aio_run(
        self, input: Any = NOT_GIVEN, *, wait_for_result: bool = True, **options: Unpack[RunOptions]
    ) -> Any:
        """Start a run and wait for its result. With `wait_for_result=False` it gives a reference at once.

        Raises:
            InputError: the input is not of the declared type; nothing was sent.
            RunFailed: a task of the run failed.
            RunCancelled: the run was cancelled.
            ApiError: the engine refused the run or could not be reached.
        """
        run = self._trigger(input, options)
        if not wait_for_result:
            return await trigger.on_io(self.io, self._start(run))
        ref, outputs = await trigger.on_io(self.io, self._start_and_wait(run))
        return ref.read(outputs)

    @overload
    def run(
        self: Runnable[EmptyModel, TOut_co, TRef_co],
        input: EmptyModel = ...,
        *,
        wait_for_result: Literal[True] = True,
        **options: Unpack[RunOptions],
    ) -> TOut_co: ...
    @overload
    def run(
        self: Runnable[EmptyModel, TOut_co, TRef_co],
        input: EmptyModel = ...,
        *,
        wait_for_result: Literal[False],
        **options: Unpack[RunOptions],
    ) -> TRef_co: ...
    @overload
    def run(
        self, input: TIn_contra, *, wait_for_result: Literal[True] = True, **options: Unpack[RunOptions]
    ) -> TOut_co: ...
    @overload
    def run(self, input: TIn_contra, *, wait_for_result: Literal[False], **options: Unpack[RunOptions]) -> TRef_co: ...
    @takes(RunSpec, RunOptions)
    def run(self, input: Any = NOT_GIVEN, *, wait_for_result: bool = True, **options: Unpack[RunOptions]) -> Any:
        """Start a run and block until its result is there; otherwise as `aio_run`."""
        if wait_for_result:
            return self.io.block(self.aio_run(input, wait_for_result=True, **options), self)
        return self.io.block(self.aio_run(input, wait_for_result=False, **options), self)

    @overload
    async def aio_run_no_wait(
        self: Runnable[EmptyModel, TOut_co, TRef_co], input: EmptyModel = ..., **options: Unpack[RunOptions]
    ) -> TRef_co: ...
    @overload
    async def aio_run_no_wait(self, input: TIn_contra, **options: Unpack[RunOptions]) -> TRef_co: ...
    @takes(RunSpec, RunOptions)
    async def aio_run_no_wait(self, input: Any = NOT_GIVEN, **options: Unpack[RunOptions]) -> Any:
        """Start a run. Gives its reference as soon as the engine has accepted it."""
        return await trigger.on_io(self.io, self._start(self._trigger(input, options)))

    @overload
    def run_no_wait(
        self: Runnable[EmptyModel, TOut_co, TRef_co], input: EmptyModel = ..., **options: Unpack[RunOptions]
    ) -> TRef_co: ...
    @overload
    def run_no_wait(self, input: TIn_contra, **options: Unpack[RunOptions]) -> TRef_co: ...
    @takes(RunSpec, RunOptions)
    def run_no_wait(self, input: Any = NOT_GIVEN, **options: Unpack[RunOptions]) -> Any:
        """Start a run, and block until the engine has accepted it. Gives its reference."""
        return self.io.block(self.aio_run_no_wait(input, **options), self)

    def _trigger(self, input: object, options: RunOptions) -> Trigger:
        return self._triggered(self._dump(input), RunSpec.of(options))

    async def _start(self, run: Trigger) -> TRef_co:
        return self.ref((await trigger.start(self.gateway, [run]))[0])

    async def _start_and_wait(self, run: Trigger) -> tuple[TRef_co, dict[str, str]]:
        ref = await self._start(run)
        return ref, await outputs_of(self.gateway, ref.workflow_run_id, None, self.name)

    # -- many runs

    @overload
    def create_bulk_run_item(
        self: Runnable[EmptyModel, TOut_co, TRef_co], input: EmptyModel = ..., **options: Unpack[BulkItemOptions]
    ) -> BulkRunItem[EmptyModel, TOut_co]: ...
    @overload
    def create_bulk_run_item(
        self, input: TIn_contra, **options: Unpack[BulkItemOptions]
    ) -> BulkRunItem[TIn_contra, TOut_co]: ...
    @takes(RunSpec, BulkItemOptions)
    def create_bulk_run_item(self, input: Any = NOT_GIVEN, **options: Unpack[BulkItemOptions]) -> BulkRunItem[Any, Any]:
        """One run of `run_many`, with its own input and options; the input is checked here."""
        return BulkRunItem(self.name, self._dump(input), RunSpec.of(options))

    @overload
    async def aio_run_many(
        self,
        workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]],
        *,
        return_exceptions: Literal[False] = False,
        wait_for_result: Literal[True] = True,
    ) -> list[TOut_co]: ...
    @overload
    async def aio_run_many(
        self,
        workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]],
        *,
        return_exceptions: Literal[True],
        wait_for_result: Literal[True] = True,
    ) -> list[TOut_co | BaseException]: ...
    @overload
    async def aio_run_many(
        self,
        workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]],
        *,
        return_exceptions: bool = False,
        wait_for_result: Literal[False],
    ) -> list[TRef_co]: ...
    async def aio_run_many(
        self,
        workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]],
        *,
        return_exceptions: bool = False,
        wait_for_result: bool = True,
    ) -> Any:
        """Start many runs at once and wait for all of their results, in the order of the items.

        Args:
            workflows: items that `create_bulk_run_item` of this runnable made; any number.
            return_exceptions: put the error of a failed run into its place of the list. Default: raise the first error.
            wait_for_result: False gives references as soon as the engine has accepted the runs.

        Raises:
            RunFailed, RunCancelled: a run failed or was cancelled, and `return_exceptions` is False.
            InputError: an item was made by another runnable.
        """
        runs = self._bulk(workflows)
        if not wait_for_result:
            return await trigger.on_io(self.io, self._start_many(runs))
        results: list[Any] = []
        for ref, outcome in await trigger.on_io(self.io, self._start_many_and_wait(runs)):
            if isinstance(outcome, dict):
                results.append(ref.read(outcome))
            elif return_exceptions:
                results.append(outcome)
            else:
                raise outcome
        return results

    @overload
    def run_many(
        self,
        workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]],
        *,
        return_exceptions: Literal[False] = False,
        wait_for_result: Literal[True] = True,
    ) -> list[TOut_co]: ...
    @overload
    def run_many(
        self,
        workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]],
        *,
        return_exceptions: Literal[True],
        wait_for_result: Literal[True] = True,
    ) -> list[TOut_co | BaseException]: ...
    @overload
    def run_many(
        self,
        workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]],
        *,
        return_exceptions: bool = False,
        wait_for_result: Literal[False],
    ) -> list[TRef_co]: ...
    def run_many(
        self,
        workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]],
        *,
        return_exceptions: bool = False,
        wait_for_result: bool = True,
    ) -> Any:
        """Start many runs at once and block until all have ended; otherwise as `aio_run_many`."""
        if not wait_for_result:
            return self.io.block(self.aio_run_many(workflows, wait_for_result=False), self)
        if return_exceptions:
            return self.io.block(self.aio_run_many(workflows, return_exceptions=True), self)
        return self.io.block(self.aio_run_many(workflows), self)

    async def aio_run_many_no_wait(self, workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]]) -> list[TRef_co]:
        """Start many runs at once. Gives their references."""
        return await trigger.on_io(self.io, self._start_many(self._bulk(workflows)))

    def run_many_no_wait(self, workflows: Sequence[BulkRunItem[TIn_contra, TOut_co]]) -> list[TRef_co]:
        """Start many runs at once, and block until the engine has accepted them. Gives their references."""
        return self.io.block(self.aio_run_many_no_wait(workflows), self)

    def _bulk(self, items: Sequence[BulkRunItem[TIn_contra, TOut_co]]) -> list[Trigger]:
        for item in items:
            if not isinstance(item, BulkRunItem):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a checker
                raise InputError(
                    f"run_many of {self.name!r} was given {item!r}; make items with create_bulk_run_item(…)"
                )
            if item.workflow_name != self.name:
                raise InputError(f"an item for {item.workflow_name!r} was given to run_many of {self.name!r}")
        return [self._triggered(item.data, item.options) for item in items]

    async def _start_many(self, runs: Sequence[Trigger]) -> list[TRef_co]:
        return [self.ref(run_id) for run_id in await trigger.start(self.gateway, runs)] if runs else []

    async def _start_many_and_wait(self, runs: Sequence[Trigger]) -> list[tuple[TRef_co, dict[str, str] | RunError]]:
        async def outcome(run_id: str) -> dict[str, str] | RunError:
            try:
                return await outputs_of(self.gateway, run_id, None, self.name)
            except RunError as error:
                return error

        refs = await self._start_many(runs)
        ids = [ref.workflow_run_id for ref in refs]
        try:
            return list(zip(refs, await all_of(map(outcome, ids)), strict=True))
        except ApiError as error:
            half_done(error, BulkProgress(len(ids), tuple(ids)), "runs were started")
            raise
