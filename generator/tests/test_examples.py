"""Two APIs that others wrote go through the generator: their clients are called by a server of the same specs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trials import served
from trials.examples import EXAMPLES, made
from trials.serving import Application

pytestmark = pytest.mark.timeout(300)

running, server = served.running, served.server


def _said(program: Path, *arguments: str) -> list[str]:
    result = subprocess.run(
        [sys.executable, program.name, *arguments], cwd=program.parent, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


async def test_the_petstore_is_called(tmp_path: Path, server: served.Server) -> None:
    program = made(tmp_path, "petstore")
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
    assert _said(made(tmp_path, "health")) == [told, told]
