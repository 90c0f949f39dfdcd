"""Protos whose names Python has another use for: typed under a name beside, and the same bytes on the wire."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    EnumValueDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.empty_pb2 import Empty

from trials import toys
from wirewright import descriptors, emit, messages, services, words
from wirewright.errors import SpecError

HEAD = 'syntax = "proto3";\n'
ODD = {
    "odd-names/my-file.proto": HEAD
    + """
package import.v1;
import "class/of.proto";

service Keywords {
  rpc Import(None) returns (Outer.Inner);
  rpc Watch(Outer.Inner.Deep) returns (stream class.lambda);
}

message None {
  string from = 1;
  int32 None = 2;
  repeated string Clear = 3;
  map<string, int32> in = 4;
  optional bool self = 5;
  oneof is { string as = 6; string not = 7; }
  string DESCRIPTOR = 8;
  string SerializeToString = 9;
  string int = 10;
  bytes str = 11;
  string list = 12;
  string __from = 13;
  enum Kind { NONE = 0; True = 1; def = 2; }
  Kind kind = 14;
  string __hidden = 15;
  string typing = 16;
  string builtins = 17;
}

message Outer {
  message Inner {
    message Deep { string class = 1; }
    Deep deep = 1;
  }
}

enum Level { Name = 0; Value = 1; keys = 2; None__ = 3; global = 4; }
""",
    "class/of.proto": HEAD + "package class;\nmessage lambda { string def = 1; lambda next = 2; }\n",
    "2024/v1.2/x.proto": HEAD + "package other;\nmessage X { string a = 1; }\n",
    "google/api/annotations.proto": HEAD
    + """
package google.api;
import "google/protobuf/descriptor.proto";
extend google.protobuf.MethodOptions { string http = 72295728; }
message Status { int32 code = 1; }
""",
    "uses.proto": HEAD
    + """
package uses;
import "google/api/annotations.proto";
service Calls { rpc Call(M) returns (google.api.Status) { option (google.api.http) = "x"; } }
message M { google.api.Status status = 1; }
""",
}
PROGRAM = """
import asyncio
import grpc.aio
from toy_api.calls import over_grpc
from toy_api.grpc.odd_names import my_file_pb2 as odd
from toy_api.grpc.class_ import of_pb2
from toy_api.grpc._2024.v1_2 import x_pb2
from toy_api.services import calls, keywords


class Servicer:
    async def import_(self, request: odd.None_, context: object) -> odd.Outer.Inner:
        return odd.Outer.Inner(deep=odd.Outer.Inner.Deep(class_=request.from_ + request.None_.__str__()))

    async def watch(self, request: odd.Outer.Inner.Deep, context: object):
        yield of_pb2.lambda_(def_=request.class_, next=of_pb2.lambda_(def_="end"))


async def main() -> None:
    server = grpc.aio.server()
    keywords.add_keywords_servicer(server, Servicer())
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = keywords.KeywordsStub(channel)
        inner = await stub.import_(odd.None_(from_="x", None_=3, self_=True), timeout=10)
        print(inner.deep.class_)
        print([(one.def_, one.next.def_) async for one in stub.watch(inner.deep, timeout=10)])
    await server.stop(None)
    whole = odd.None_(from_="a", None_=1, Clear_=["b"], in_={"c": 2}, self_=False, as_="d", kind=odd.None_.True_)
    level = odd.Level.Value("global_")
    print(whole.SerializeToString(deterministic=True).hex(), whole.WhichOneof("is"), level, odd.Value_)
    print(x_pb2.X(a="y").a, calls.CallsStub.__name__)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    described = descriptors.load(toys.write(folder / "proto", ODD), "toy_api")
    made = emit.merge(
        {"__init__.py": b"", "py.typed": b""},
        messages.generate(described, "server"),
        services.generate(described, "server"),
    )
    emit.write(emit.finished(made, "Odd."), folder / "toy_api")
    return folder


def test_what_is_generated_is_called_and_answers(package: Path) -> None:
    program = f"import sys; sys.path.insert(0, {str(package)!r})\n{PROGRAM}"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[:2] == ["x3", "[('x3', 'end')]"]
    # As protoc's own library writes it under the original names: numbers and values, and no name.
    assert lines[2] == "0a01611001 1a0162 22050a01631002 2800 320164 7001".replace(" ", "") + " as_ 4 1"
    assert lines[3] == "y CallsStub"


def test_it_is_strictly_typed(package: Path) -> None:
    (package / "use.py").write_text(textwrap.dedent(PROGRAM), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", str(package / ".cache")]
    result = subprocess.run(
        [*command, "toy_api"], cwd=package, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stdout


def spelled(names: list[str]) -> tuple[list[str], list[str], list[str]]:
    """What fields, messages and values of an enum with these names are called."""
    fields = [FieldDescriptorProto(name=name, number=number) for number, name in enumerate(names, 1)]
    values = [EnumValueDescriptorProto(name=name, number=number) for number, name in enumerate(names)]
    classes = FileDescriptorProto(
        message_type=[DescriptorProto(name="M", field=fields), *(DescriptorProto(name=name) for name in names)]
    )
    enums = FileDescriptorProto(enum_type=[EnumDescriptorProto(name="E", value=values)])
    for file in (classes, enums):
        words.spell(file, "toy_api.grpc")
    first, *others = classes.message_type
    return [f.name for f in first.field], [m.name for m in others], [v.name for v in enums.enum_type[0].value]


def test_nothing_hides_what_a_generated_class_can_do() -> None:
    of_messages = [name for name in dir(Empty) if not name.startswith("_")]
    assert {"FromString", "DESCRIPTOR", "SerializeToString", "Extensions"} <= set(of_messages)
    fields, messages, _ = spelled([*of_messages, "self", "toy_api", "class"])
    assert fields == messages == [f"{name}_" for name in [*of_messages, "self", "toy_api", "class"]]
    of_enums = [name for name in dir(FieldDescriptorProto.Type) if not name.startswith("_")]
    assert {"Name", "Value", "keys", "items", "DESCRIPTOR"} <= set(of_enums)
    *_, values = spelled([*of_enums, "class"])
    assert values == [f"{name}_" for name in [*of_enums, "class"]]


def test_nothing_hides_the_packages_that_stubs_name_in_full() -> None:
    needed = ["abc", "builtins", "collections", "google", "sys", "typing", "typing_extensions", "warnings"]
    fields, messages, values = spelled(needed)
    assert fields == messages == [f"{name}_" for name in needed]
    assert values == needed


def test_methods_that_would_share_a_name_are_refused(tmp_path: Path) -> None:
    service = "message M {}\nservice S { rpc GetUrl(M) returns (M); rpc GetURL(M) returns (M); }\n"
    described = descriptors.load(toys.write(tmp_path, {"s.proto": HEAD + service}), "toy_api")
    with pytest.raises(SpecError, match=r"proto/s\.proto: service S: GetUrl and GetURL would both be called get_url"):
        services.generate(described, "server")
