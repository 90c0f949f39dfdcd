"""The generator makes a package of any API by a settings file: gRPC, REST, or both."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from trials import toys
from wirewright.cli import main
from wirewright.errors import SpecError
from wirewright.settings import Settings

PROTO = """\
syntax = "proto3";

package lamps.v1;

service Lamps {
  rpc Switch(Lamp) returns (Lamp);
}

message Lamp {
  string room = 1;
  bool on = 2;
}
"""
OPENAPI = """\
openapi: 3.0.3
info: { title: Lamps, version: "1" }
paths:
  /rooms/{room}/lamp:
    get:
      operationId: lamp:get
      parameters:
        - { name: room, in: path, required: true, schema: { type: string } }
        - { name: X-House, in: header, schema: { type: string } }
      responses:
        "200":
          description: The lamp.
          content:
            application/json:
              schema:
                type: object
                required: [lit]
                properties:
                  lit: { type: boolean }
                  colour: { type: string, enum: [WARM, COLD], nullable: true }
"""
SETTINGS = 'package = "house.lamps"\nserver = "lamp"\n\n[inputs]\n{inputs}\n\n[output]\nfolder = "made/house/lamps"\n'
ASK = """
import httpx
from house.lamps.rest.api.lamp import get

def answer(request):
    assert request.headers["x-house"] == "9"
    return httpx.Response(200, json={"lit": True, "colour": None})

lamp = get.sync(httpx.Client(transport=httpx.MockTransport(answer), base_url="http://x"), "hall", x_house="9")
print(lamp.lit, lamp.colour)
"""
CALL = """
import asyncio
from house.lamps.calls import in_process
from house.lamps.grpc.lamps.v1 import lamps_pb2
from house.lamps.services import lamps

class Servicer:
    async def switch(self, request, context):
        return lamps_pb2.Lamp(room=request.room, on=not request.on)

async def call():
    server = in_process.Server(lamps.lamps_methods(Servicer()))
    print((await lamps.LampsStub(server.connect()).switch(lamps_pb2.Lamp(room="hall"))).on)

asyncio.run(call())
"""


def _made(folder: Path, *inputs: str) -> Path:
    toys.write(folder, {"protos/lamps/v1/lamps.proto": PROTO, "rest/openapi.yaml": OPENAPI})
    lines = "\n".join(f'{key} = "{value}"' for key, value in (each.split("=") for each in inputs))
    (folder / "lamps.toml").write_text(SETTINGS.format(inputs=lines), encoding="utf-8")
    assert main(["--settings", str(folder / "lamps.toml")]) == 0
    return folder / "made"


def _run(made: Path, program: str) -> str:
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(made)!r})\n{program}"]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_an_api_of_rest_alone_is_called(tmp_path: Path) -> None:
    made = _made(tmp_path, "openapi=rest")
    assert _run(made, ASK) == "True None"
    assert not {path.name for path in (made / "house" / "lamps").iterdir()} & {"grpc", "services", "calls"}


def test_an_api_of_protos_alone_is_called(tmp_path: Path) -> None:
    made = _made(tmp_path, "protos=protos")
    assert _run(made, CALL) == "True"
    assert not (made / "house" / "lamps" / "rest").exists()


def test_an_api_of_both_kinds_is_called_and_is_nobody_elses(tmp_path: Path) -> None:
    made = _made(tmp_path, "protos=protos", "openapi=rest")
    assert [_run(made, ASK), _run(made, CALL)] == ["True None", "True"]
    written = "".join(
        path.read_text(encoding="utf-8") for path in made.rglob("*.py*") if path.suffix in {".py", ".pyi"}
    )
    assert "hatchet" not in written.lower()
    assert "the lamp's gRPC API" in written
    assert main(["--settings", str(tmp_path / "lamps.toml"), "--check"]) == 0


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("package = 'a-b'\n", "package", "is no name that a package can be imported by"),
        ("package = 'a'\n", "output.folder", "do not say where the package goes"),
        ("package = 'a'\noutput.folder = 'x'\n", "inputs", "there is neither `protos` nor `openapi`"),
        ("package = 'a'\noutput.folder = 'x'\ninputs.protos = 'gone'\n", "inputs.protos", "there is no gone"),
        ("package = 'a'\noutputs = 1\n", "outputs", "this key means nothing here"),
        ("package = 'a'\noutput = 1\n", "output", "this has to be a table"),
        ("package = ", "", "the settings cannot be read"),
    ],
)
def test_a_fault_of_the_settings_names_the_key(tmp_path: Path, text: str, place: str, reason: str) -> None:
    path = tmp_path / "lamps.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=reason) as caught:
        Settings.read(path)
    assert (caught.value.file, caught.value.place) == ("lamps.toml", place)
    assert main(["--settings", str(path)]) == 1
