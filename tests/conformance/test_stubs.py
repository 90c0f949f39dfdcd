"""Tasks and workflows of another service."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from hatchet import Context, EmptyModel, Hatchet, InputError, NotFound, RunFailed


class Text(BaseModel):
    text: str


class Length(BaseModel):
    length: int


async def test_a_stub_runs_what_another_service_declares(hatchet: Hatchet, worker: Any) -> None:
    there = Hatchet(hatchet.config)  # the other service: a client of its own, which shares nothing but the engine

    @there.task(name="Remote-Length", default_additional_metadata={"from": "there"})
    async def remote_length(input: Text, ctx: Context) -> Length:
        if not input.text:
            raise ValueError("nothing")
        return Length(length=len(input.text) + len(str(ctx.additional_metadata.get("from", ""))))

    flow = there.workflow("remote-flow", input_validator=Text)

    @flow.task()
    def first(input: Text, ctx: Context) -> Length:
        return Length(length=1)

    stub = hatchet.stubs.task(
        name="Remote-Length",
        input_validator=Text,
        output_validator=Length,
        default_additional_metadata={"from": "here!"},
    )
    untyped = hatchet.stubs.task(name="Remote-Length", input_validator=Text)
    flow_stub = hatchet.stubs.workflow(name="remote-flow", input_validator=Text)

    @hatchet.task(name="calls-remote")
    async def calls_remote(input: EmptyModel, ctx: Context) -> Length:
        return await stub.aio_run(Text(text="child"))

    with worker(remote_length, flow, calls_remote):
        assert await stub.aio_run(Text(text="four")) == Length(length=9)
        assert await untyped.aio_run(Text(text="four")) == {"length": 4}
        ref = await stub.aio_run_no_wait(Text(text="a"), additional_metadata={"from": "x"})
        assert await ref.aio_result() == Length(length=2)
        assert await stub.aio_get_result(ref.workflow_run_id) == Length(length=2)
        items = [stub.create_bulk_run_item(Text(text=text)) for text in ("", "b")]
        failed, fine = await stub.aio_run_many(items, return_exceptions=True)
        assert isinstance(failed, RunFailed)
        assert fine == Length(length=6)
        assert (await flow_stub.aio_run(Text(text="a")))["first"] == {"length": 1}
        assert await calls_remote.aio_run() == Length(length=10)
        assert await stub.aio_get_id() == await remote_length.aio_get_id()
        with pytest.raises(InputError):
            await stub.aio_run(Length(length=1))  # type: ignore[call-overload]  # the mistake that this is about


async def test_a_stub_of_what_nobody_declares_is_not_found(hatchet: Hatchet) -> None:
    with pytest.raises(NotFound, match="nobody-has-this"):
        await hatchet.stubs.task(name="nobody-has-this").aio_get_id()
