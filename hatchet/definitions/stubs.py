"""`hatchet.stubs`: tasks and workflows that live in another service, started and awaited like one's own.

::

    embed = hatchet.stubs.task(name="embed", input_validator=Text, output_validator=Vector)
    vector = await embed.aio_run(Text(text="…"))
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, cast

from typing_extensions import TypeVar

from hatchet._lazy import Deferred
from hatchet.definitions.base_task import check_name
from hatchet.definitions.runnable import Runnable
from hatchet.definitions.services import Services
from hatchet.errors import InputError, OutputError
from hatchet.runs.ref import RunRef, TaskRunRef, WorkflowRunRef
from hatchet.runs.results import WorkflowResult
from hatchet.transport.io_loop import blocking

if TYPE_CHECKING:
    from uuid import UUID

    from hatchet.definitions import mock_runs
    from hatchet.options import payload as payloads
    from hatchet.options.payload import EmptyModel
else:
    # pydantic takes longer to load than all of this package; it is needed with the first task.
    payloads = Deferred("hatchet.options.payload")
    mock_runs = Deferred("hatchet.definitions.mock_runs")

TIn = TypeVar("TIn", default="EmptyModel")
TOut = TypeVar("TOut", default=Any)
TIn_contra = TypeVar("TIn_contra", contravariant=True)
TOut_co = TypeVar("TOut_co", covariant=True)
TRef_co = TypeVar("TRef_co", bound=RunRef[Any], covariant=True)


class Stub(Runnable[TIn_contra, TOut_co, TRef_co], Generic[TIn_contra, TOut_co, TRef_co]):
    """What is known here of a workflow that another service declares."""

    def __init__(self, client: Services, name: str, input_type: Any, metadata: Mapping[str, object] | None) -> None:
        super().__init__(check_name(name, "workflow"), client, metadata or {})
        input_type = payloads.EmptyModel if input_type is None else input_type
        self._input: payloads.Payload[Any] = payloads.payload_of(input_type)
        payloads.dump_mapping(self.default_additional_metadata, f"default_additional_metadata of {name!r}")

    @property
    def input_validator_type(self) -> Any:
        """The declared type of its input."""
        return self._input.annotation

    def dump_input(self, value: object) -> bytes:
        """The input as JSON; raises InputError when it is not of the declared type."""
        return self._input.dump_input(value, repr(self.name))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class TaskStub(Stub[TIn_contra, TOut_co, TaskRunRef[TIn_contra, TOut_co]], Generic[TIn_contra, TOut_co]):
    """A standalone task of another service; `hatchet.stubs.task` makes it."""

    def __init__(
        self,
        client: Services,
        name: str,
        input_type: Any,
        output_type: Any,
        metadata: Mapping[str, object] | None,
    ) -> None:
        super().__init__(client, name, input_type, metadata)
        self._output: payloads.Payload[Any] = payloads.payload_of(output_type)

    @property
    def output_validator_type(self) -> Any:
        """The declared type of its output."""
        return self._output.annotation

    def load_output(self, data: str | bytes) -> TOut_co:
        """The output that a JSON text stands for; raises OutputError when it is not of the declared type."""
        output: TOut_co = self._output.load_output(data, f"task {self.name!r}")
        return output

    def dump_result(self, value: object) -> dict[str, str]:
        """The output text of its task that a result stands for; raises OutputError when it is not of the type."""
        try:
            checked = self._output.adapter.validate_python(value)
        except ValueError as error:  # pydantic's ValidationError is one
            raise OutputError(f"a result for task {self.name!r} does not fit its declared type: {error}") from error
        return {self.base_name: self._output.dump(checked).decode()}

    def ref(self, run_id: str | UUID) -> TaskRunRef[TIn_contra, TOut_co]:
        """A reference to a run of this task."""
        return TaskRunRef(run_id, self.gateway, self)

    def get_run_ref(self, run_id: str | UUID) -> TaskRunRef[TIn_contra, TOut_co]:
        """A reference to a run of this task that was started elsewhere."""
        return self.ref(run_id)

    async def aio_get_result(self, run_id: str | UUID) -> TOut_co:
        """The result of a run of this task that was started elsewhere; raises as `TaskRunRef.aio_result`."""
        return await self.ref(run_id).aio_result()

    get_result: Final = blocking(aio_get_result)


class WorkflowStub(Stub[TIn_contra, WorkflowResult, WorkflowRunRef], Generic[TIn_contra]):
    """A workflow of another service; `hatchet.stubs.workflow` makes it."""

    def dump_result(self, value: object) -> dict[str, str]:
        """The output texts of its tasks that a result stands for: a mapping by the tasks' names."""
        if not isinstance(value, Mapping):
            raise InputError(f"the result of workflow {self.name!r} is a mapping by task, not {value!r}")
        outputs = mock_runs.dump_outputs(cast(Mapping[str, object], value), None, "the result of a child run")
        return {name: json.dumps(output) for name, output in outputs.items()}

    def ref(self, run_id: str | UUID) -> WorkflowRunRef:
        """A reference to a run of this workflow."""
        return WorkflowRunRef(run_id, self.gateway, self.name)


class StubsClient:
    """Declares what lives elsewhere; nothing of it is registered by a worker here."""

    def __init__(self, client: Services) -> None:
        self._client = client

    def task(
        self,
        *,
        name: str,
        input_validator: type[TIn] | None = None,
        output_validator: type[TOut] | None = None,
        default_additional_metadata: Mapping[str, object] | None = None,
    ) -> TaskStub[TIn, TOut]:
        """A standalone task of another service.

        Args:
            name: the name that it has there; the namespace is added.
            input_validator: type of its input; default: none is taken.
            output_validator: type of its output; default: whatever JSON it gives.
            default_additional_metadata: metadata of every run that is started here.
        """
        output_type = Any if output_validator is None else output_validator
        return TaskStub(self._client, name, input_validator, output_type, default_additional_metadata)

    def workflow(
        self,
        *,
        name: str,
        input_validator: type[TIn] | None = None,
        default_additional_metadata: Mapping[str, object] | None = None,
    ) -> WorkflowStub[TIn]:
        """A workflow of another service; its result has the output of each task by the task's name.

        Args:
            name: the name that it has there; the namespace is added.
            input_validator: type of its input; default: none is taken.
            default_additional_metadata: metadata of every run that is started here.
        """
        return WorkflowStub(self._client, name, input_validator, default_additional_metadata)
