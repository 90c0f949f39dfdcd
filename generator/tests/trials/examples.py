"""The examples, as packages of the generator, each with a program that uses it and passes every checker, and the blocks
of the README.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from wirewright.cli import main

HOME = Path(__file__).resolve().parents[2]
EXAMPLES = HOME / "examples"
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```$", (HOME / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
ASK = """
import asyncio
import sys

import httpx

from made.petstore.rest.api.pet import add, delete, get, list
from made.petstore.rest.api.store import inventory
from made.petstore.rest.api.user import login
from made.petstore.rest.auth import Auth, MissingCredentials
from made.petstore.rest.errors import ApiError
from made.petstore.rest.models import Category, Pet, PetListStatus, PetStatus


async def main(address: str) -> None:
    with httpx.Client(base_url=address, auth=Auth(petstore_key="k")) as client:
        rex = add.sync(client, Pet(name="Rex", photo_urls=[], category=Category(name="dog"), status=PetStatus.PENDING))
        assert rex.id is not None
        print(get.sync(client, rex.id).category)
        print([pet.name for pet in list.sync(client, status=PetListStatus.PENDING)], [*list.sync(client)])
        print(inventory.sync(client), login.sync(client, username="ada"))
        try:
            get.sync(client, 99)
        except ApiError as refused:
            print(refused.status)
    async with httpx.AsyncClient(base_url=address, auth=Auth(petstore_token="t")) as aclient:
        await delete.asyncio(aclient, rex.id)
        try:
            await inventory.asyncio(aclient)
        except MissingCredentials as missing:
            print(missing)


asyncio.run(main(sys.argv[1]))
"""
WATCH = """
import asyncio
from collections.abc import AsyncIterator

import grpc.aio

from made.health.calls import in_process, over_grpc
from made.health.grpc import health_pb2 as health
from made.health.services import health as services

Status = health.HealthCheckResponse.ServingStatus


class Servicer:
    async def check(self, request: health.HealthCheckRequest, context: object) -> health.HealthCheckResponse:
        return health.HealthCheckResponse(status=Status.SERVING if request.service else Status.NOT_SERVING)

    async def list(self, request: health.HealthListRequest, context: object) -> health.HealthListResponse:
        one = await self.check(health.HealthCheckRequest(service="a"), context)
        return health.HealthListResponse(statuses={"a": one})

    async def watch(
        self, request: health.HealthCheckRequest, context: object
    ) -> AsyncIterator[health.HealthCheckResponse]:
        for status in (Status.SERVICE_UNKNOWN, Status.SERVING):
            yield health.HealthCheckResponse(status=status)


async def ask(stub: services.HealthStub) -> None:
    one = await stub.check(health.HealthCheckRequest(service="x"), timeout=10)
    every = await stub.list(health.HealthListRequest(), timeout=10)
    told = [Status.Name(each.status) async for each in stub.watch(health.HealthCheckRequest(), timeout=10)]
    print(Status.Name(one.status), dict(every.statuses)["a"].status, told)


async def main() -> None:
    methods = services.health_methods(Servicer())
    await ask(services.HealthStub(in_process.Server(methods).connect()))
    server = grpc.aio.server()
    over_grpc.serve(server, methods)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        await ask(services.HealthStub(over_grpc.Channel(channel)))
    await server.stop(None)


asyncio.run(main())
"""
KINDS = {"petstore": ("openapi", ASK), "health": ("protos", WATCH)}
"""What each has, and its program."""


def made(folder: Path, example: str) -> Path:
    """Generate one in a folder; gives its program."""
    kind, program = KINDS[example]
    settings = f"""\
        package = "made.{example}"
        [inputs]
        {kind} = "{(EXAMPLES / example).as_posix()}"
        [output]
        folder = "made/{example}"
        """
    (folder / f"{example}.toml").write_text(textwrap.dedent(settings), encoding="utf-8")
    assert main(["--settings", str(folder / f"{example}.toml")]) == 0
    (folder / f"use_{example}.py").write_text(program, encoding="utf-8")
    return folder / f"use_{example}.py"


def blocks(kind: str) -> list[str]:
    """The blocks of the README in a language."""
    return [text for each, text in BLOCKS if each == kind]
