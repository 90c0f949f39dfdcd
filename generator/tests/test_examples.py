"""Two APIs that others wrote go through the generator: their clients are strictly typed, and are called by a server of
the same specs.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from trials import served
from trials.serving import Application
from wirewright.cli import main

pytestmark = pytest.mark.timeout(300)

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
running, server = served.running, served.server

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


def _made(folder: Path, example: str, kind: str, program: str) -> Path:
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


def _said(program: Path, *arguments: str) -> list[str]:
    result = subprocess.run(
        [sys.executable, program.name, *arguments], cwd=program.parent, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


async def test_the_petstore_is_called(tmp_path: Path, server: served.Server) -> None:
    program = _made(tmp_path, "petstore", "openapi", ASK)
    pets: dict[int, Any] = {}

    def add(sent: dict[str, Any]) -> tuple[int, Any]:
        pets[1] = {**sent["body"], "id": 1}
        return 200, pets[1]

    def get(sent: dict[str, Any]) -> tuple[int, Any]:
        return (200, pets[sent["petId"]]) if sent["petId"] in pets else (404, None)

    def delete(sent: dict[str, Any]) -> tuple[int, Any]:
        del pets[sent["petId"]]
        return 204, None

    server.answer = Application(
        (EXAMPLES / "petstore" / "openapi.yaml").read_text(encoding="utf-8"),
        {
            "pet:add": add,
            "pet:get": get,
            "pet:delete": delete,
            "pet:list": lambda sent: (
                200,
                [pet for pet in pets.values() if pet["status"] == sent.get("status", "available")],
            ),
            "store:inventory": lambda sent: (200, {"pending": len(pets)}),
            "user:login": lambda sent: (200, f"token of {sent['username']}"),
        },
    )
    said = await asyncio.to_thread(_said, program, server.url)
    sent = {
        received.target: (received.headers.get("api_key"), received.headers.get("authorization"))
        for received in server.received
    }
    assert sent["/user/login"] == (None, None)
    assert (sent["/pet"], sent["/pet/1"]) == (("k", None), (None, "Bearer t"))
    assert said == [
        "id=None name='dog'",
        "['Rex'] []",
        "{'pending': 1} token of ada",
        "404",
        "GET /store/inventory wants petstore_key; give it to Auth",
    ]


def test_the_health_service_is_called_in_the_process_and_over_grpc(tmp_path: Path) -> None:
    told = "SERVING 1 ['SERVICE_UNKNOWN', 'SERVING']"
    assert _said(_made(tmp_path, "health", "protos", WATCH)) == [told, told]


@pytest.mark.parametrize(
    "checker",
    [
        [
            "mypy",
            "--strict",
            "--explicit-package-bases",
            "--cache-dir",
            ".cache",
            "use_petstore.py",
            "use_health.py",
            "made",
        ],
        ["pyright", "--pythonpath", sys.executable],
        ["basedpyright", "--pythonpath", sys.executable, "--level", "error"],
        ["ty", "check", "--python", sys.executable, "use_petstore.py", "use_health.py"],
        ["pyrefly", "check", "--python-interpreter-path", sys.executable, "use_petstore.py", "use_health.py"],
    ],
    ids=lambda checker: str(checker[0]),
)
def test_both_pass_every_checker(tmp_path: Path, checker: list[str]) -> None:
    for example, kind, program in (("petstore", "openapi", ASK), ("health", "protos", WATCH)):
        _made(tmp_path, example, kind, program)
    (tmp_path / "pyrightconfig.json").write_text(
        '{ "typeCheckingMode": "strict", "include": ["use_petstore.py", "use_health.py"] }', encoding="utf-8"
    )
    found = Path(sys.executable).with_name(checker[0])
    result = subprocess.run([found, *checker[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
