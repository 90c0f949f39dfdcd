"""The gRPC half of hatchet_api, as it is committed."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import grpc
import grpc.aio
import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor

from hatchet_api import calls
from hatchet_api.grpc import dispatcher_pb2, events_pb2, packing
from hatchet_api.grpc.v1 import dispatcher_pb2 as v1_dispatcher_pb2
from hatchet_api.grpc.v1 import workflows_pb2
from hatchet_api.grpc.v1.shared import condition_pb2, trigger_pb2
from hatchet_api.services import admin, dispatcher, events, v1_dispatcher, workflows
from wirewright import comments, descriptors

ROOT = Path(__file__).resolve().parents[2]
GRPC = ROOT / "generated" / "hatchet_api" / "grpc"

# What a wrong number would break first; from the description of the wire, not from the specs.
NUMBERS: list[tuple[Descriptor, dict[str, int]]] = [
    (dispatcher_pb2.AssignedAction.DESCRIPTOR, {"task_run_external_id": 8, "action_payload": 11, "retry_count": 13}),
    (dispatcher_pb2.StepActionEvent.DESCRIPTOR, {"event_type": 8, "event_payload": 9, "should_not_retry": 11}),
    (dispatcher_pb2.WorkerRegisterRequest.DESCRIPTOR, {"worker_name": 1, "runtime_info": 7, "slot_config": 9}),
    (dispatcher_pb2.StepRunResult.DESCRIPTOR, {"task_run_external_id": 1, "error": 4, "output": 5}),
    (events_pb2.PutStreamEventRequest.DESCRIPTOR, {"message": 3, "metadata": 5, "event_index": 6}),
    (trigger_pb2.TriggerWorkflowRequest.DESCRIPTOR, {"name": 1, "child_key": 6, "desired_worker_labels": 10}),
    (condition_pb2.UserEventMatchCondition.DESCRIPTOR, {"base": 1, "consider_events_since": 4}),
    (workflows_pb2.CreateTaskOpts.DESCRIPTOR, {"parents": 5, "conditions": 12, "slot_requests": 15, "batch": 16}),
    (workflows_pb2.GetRunDetailsResponse.DESCRIPTOR, {"status": 2, "task_runs": 3, "done": 4}),
    (v1_dispatcher_pb2.DurableTaskRequest.DESCRIPTOR, {"register_worker": 1, "wait_for": 4, "complete_memo": 7}),
    (v1_dispatcher_pb2.DurableTaskResponse.DESCRIPTOR, {"memo_ack": 2, "entry_completed": 5, "server_evict": 8}),
]
VALUES: list[tuple[EnumDescriptor, dict[str, int]]] = [
    (dispatcher_pb2.ActionType.DESCRIPTOR, {"START_STEP_RUN": 0, "CANCEL_STEP_RUN": 1, "START_BATCH": 3}),
    (dispatcher_pb2.StepActionEventType.DESCRIPTOR, {"STEP_EVENT_TYPE_COMPLETED": 2, "STEP_EVENT_TYPE_FAILED": 3}),
    (dispatcher_pb2.SDKS.DESCRIPTOR, {"PYTHON": 2}),
    (condition_pb2.Action.DESCRIPTOR, {"CREATE": 0, "QUEUE": 1, "CANCEL": 2, "SKIP": 3}),
    (workflows_pb2.RunStatus.DESCRIPTOR, {"COMPLETED": 2, "FAILED": 3, "CANCELLED": 4, "EVICTED": 5}),
    (workflows_pb2.ConcurrencyLimitStrategy.DESCRIPTOR, {"GROUP_ROUND_ROBIN": 3, "CANCEL_NEWEST": 4}),
]


@pytest.mark.parametrize(("message", "numbers"), NUMBERS, ids=lambda value: getattr(value, "name", ""))
def test_fields_have_the_numbers_of_the_wire(message: Descriptor, numbers: dict[str, int]) -> None:
    assert {name: message.fields_by_name[name].number for name in numbers} == numbers


@pytest.mark.parametrize(("enum", "numbers"), VALUES, ids=lambda value: getattr(value, "name", ""))
def test_enum_values_have_the_numbers_of_the_wire(enum: EnumDescriptor, numbers: dict[str, int]) -> None:
    assert {name: enum.values_by_name[name].number for name in numbers} == numbers


def test_absence_and_emptiness_differ_where_the_wire_tells_them_apart() -> None:
    # A cancelled task has an error that is set and empty; a completed one has none.
    assert dispatcher_pb2.StepRunResult(error="").HasField("error")
    assert not dispatcher_pb2.StepRunResult(output="{}").HasField("error")
    assert v1_dispatcher_pb2.DurableTaskRequest(
        register_worker=v1_dispatcher_pb2.DurableTaskRequestRegisterWorker(worker_id="w")
    ).WhichOneof("message") == ("register_worker")


def test_bytes_on_the_wire_carry_no_name() -> None:
    assert dispatcher_pb2.HeartbeatRequest(worker_id="w").SerializeToString() == b"\x0a\x01w"


class _Paths:
    """Stands where a channel would and notes what each method is bound to."""

    def __init__(self) -> None:
        self.bound: dict[str, str] = {}

    def __getattr__(self, kind: str) -> object:
        def bind(path: str, **_: object) -> str:
            self.bound[path] = kind
            return path

        return bind


def test_stubs_call_the_paths_of_the_engine() -> None:
    channel = _Paths()
    for stub in (
        admin.AdminServiceStub,
        dispatcher.DispatcherStub,
        events.EventsServiceStub,
        v1_dispatcher.V1DispatcherStub,
        workflows.WorkflowServiceStub,
    ):
        stub(channel)  # type: ignore[arg-type]  # a channel as far as binding goes
    assert (
        channel.bound.items()
        >= {
            "/Dispatcher/Register": "unary_unary",
            "/Dispatcher/ListenV2": "unary_stream",
            "/Dispatcher/SubscribeToWorkflowRuns": "stream_stream",
            "/EventsService/BulkPush": "unary_unary",
            "/WorkflowService/TriggerWorkflow": "unary_unary",
            "/v1.AdminService/PutWorkflow": "unary_unary",
            "/v1.AdminService/GetRunDetails": "unary_unary",
            "/v1.V1Dispatcher/DurableTask": "stream_stream",
        }.items()
    )


class _Echo:
    """A servicer of the durable API; only what the test calls is served."""

    async def durable_task(
        self,
        requests: AsyncIterator[v1_dispatcher_pb2.DurableTaskRequest],
        context: calls.Context,
    ) -> AsyncIterator[v1_dispatcher_pb2.DurableTaskResponse]:
        async for request in requests:
            answer = v1_dispatcher_pb2.DurableTaskResponseRegisterWorker(worker_id=request.register_worker.worker_id)
            yield v1_dispatcher_pb2.DurableTaskResponse(register_worker=answer)

    async def register_durable_event(
        self,
        request: v1_dispatcher_pb2.RegisterDurableEventRequest,
        context: calls.Context,
    ) -> v1_dispatcher_pb2.RegisterDurableEventResponse:
        raise calls.CallError(calls.StatusCode.UNIMPLEMENTED, f"not for {request.task_id}")

    async def listen_for_durable_event(
        self,
        requests: AsyncIterator[v1_dispatcher_pb2.ListenForDurableEventRequest],
        context: calls.Context,
    ) -> AsyncIterator[v1_dispatcher_pb2.DurableEvent]:
        async for request in requests:
            yield v1_dispatcher_pb2.DurableEvent(task_id=request.task_id)


async def test_stub_and_servicer_meet_on_the_engines_own_path() -> None:
    server = grpc.aio.server()
    v1_dispatcher.add_v1_dispatcher_servicer(server, _Echo())
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = v1_dispatcher.V1DispatcherStub(channel)
            register = v1_dispatcher_pb2.DurableTaskRequestRegisterWorker(worker_id="w")

            async def requests() -> AsyncIterator[v1_dispatcher_pb2.DurableTaskRequest]:
                yield v1_dispatcher_pb2.DurableTaskRequest(register_worker=register)

            call = stub.durable_task(requests(), timeout=10)
            assert [answer.register_worker.worker_id async for answer in call] == ["w"]

            # Bytes and names as any other client of the engine sends them.
            path = "/v1.V1Dispatcher/RegisterDurableEvent"
            raw: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(path)
            with pytest.raises(grpc.aio.AioRpcError, match="not for t"):
                await raw(b"\x0a\x01t", timeout=10)
    finally:
        await server.stop(None)


def test_a_packed_message_carries_the_engines_name() -> None:
    collision = workflows_pb2.IdempotencyCollisionError(existing_run_external_id="a", colliding_run_external_id="b")
    packed = packing.pack(collision)
    assert packed.type_url == "type.googleapis.com/v1.IdempotencyCollisionError"
    assert packing.unpack(packed, workflows_pb2.IdempotencyCollisionError) == collision
    assert packing.unpack(packed, workflows_pb2.BulkTriggerIdempotencyCollisionError) is None


def _run(program: str, *arguments: str) -> str:
    paths = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'generated')!r}]\n"
    command = [sys.executable, "-c", paths + textwrap.dedent(program), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_it_loads_beside_a_library_that_registered_the_engines_own_names(first: str, tmp_path: Path) -> None:
    described = tmp_path / "set.pb"
    described.write_bytes(descriptors.compile_protos(ROOT / "specs" / "proto").SerializeToString())
    said = _run(
        """
        import pathlib
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

        def theirs():
            pool = descriptor_pool.Default()
            for file in descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(sys.argv[1]).read_bytes()).file:
                if not file.name.startswith("google/"):
                    pool.Add(file) if hasattr(pool, "Add") else pool.AddSerializedFile(file.SerializeToString())
            return message_factory.GetMessageClass(pool.FindMessageTypeByName("v1.TriggerWorkflowRequest"))

        def ours():
            from hatchet_api.services import admin, dispatcher, events, v1_dispatcher, workflows
            from hatchet_api.grpc.v1.shared import trigger_pb2
            return trigger_pb2.TriggerWorkflowRequest

        import google.protobuf.timestamp_pb2
        order = [ours, theirs] if sys.argv[2] == "ours" else [theirs, ours]
        first, second = [load() for load in order]
        assert first is not second
        message = first(name="w", input="{}", child_index=0)
        assert second.FromString(message.SerializeToString()).SerializeToString() == message.SerializeToString()
        print(sorted({first.DESCRIPTOR.full_name, second.DESCRIPTOR.full_name}))
        """,
        str(described),
        first,
    )
    assert said == "['hatchet_api.grpc.v1.TriggerWorkflowRequest', 'v1.TriggerWorkflowRequest']\n"


def test_importing_the_package_imports_nothing_else() -> None:
    said = _run(
        """
        before = set(sys.modules)
        import hatchet_api
        print(sorted(name for name in set(sys.modules) - before))
        """
    )
    assert said == "['hatchet_api']\n"


def test_the_messages_load_on_the_oldest_protobuf_that_is_allowed() -> None:
    oldest = re.search(r'"protobuf>=([\d.]+)', (ROOT / "pyproject.toml").read_text())
    assert oldest
    modules = sorted(GRPC.rglob("*_pb2.py"))
    assert modules
    for module in modules:
        assert f"# Protobuf Python Version: {oldest[1]}\n" in module.read_text(), module.name


def test_every_declaration_of_our_specs_is_described() -> None:
    files = descriptors.compile_protos(ROOT / "specs" / "proto")
    assert comments.apply(files, comments.read(ROOT / "specs" / "overlay")) == []
    assert list(comments.undescribed(files)) == []


@pytest.mark.parametrize(
    "module", sorted(path.stem for path in (ROOT / "generated/hatchet_api/services").glob("[!_]*.py"))
)
def test_a_service_module_names_its_service(module: str) -> None:
    loaded = import_module(f"hatchet_api.services.{module}")
    names = {name for name in vars(loaded) if name.endswith(("Stub", "Servicer"))}
    assert names == {f"{loaded.SERVICE.rpartition('.')[2]}{suffix}" for suffix in ("Stub", "Servicer")}
