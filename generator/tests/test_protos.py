"""Toy protos → messages, stubs and servicers."""

from __future__ import annotations

from pathlib import Path

import pytest

from trials import toys
from wirewright import descriptors, emit, messages, services
from wirewright.errors import SpecError
from wirewright.settings import Settings

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_FILES = ["services/greeter.py", "grpc/greeter_pb2.pyi", "grpc/packing.py", "grpc/v2/shared/mood_pb2.pyi"]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> descriptors.Descriptors:
    return descriptors.load(toys.write(tmp_path_factory.mktemp("protos"), toys.PROTOS), "toy_api")


@pytest.fixture(scope="module")
def tree(described: descriptors.Descriptors) -> emit.Tree:
    return emit.finished(
        emit.merge(messages.generate(described, "server"), services.generate(described, "server")), Settings.header
    )


@pytest.mark.parametrize("name", GOLDEN_FILES)
def test_the_output_is_as_recorded(tree: emit.Tree, name: str, request: pytest.FixtureRequest) -> None:
    # Another suffix, so that no checker takes it for source of ours.
    golden = GOLDEN / f"{name}.txt"
    if request.config.getoption("--record-golden"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(tree[name])
    assert tree[name].decode() == golden.read_text(encoding="utf-8")


def test_every_file_has_its_module_and_every_folder_its_package(tree: emit.Tree) -> None:
    assert sorted(tree) == [
        "calls/__init__.py",
        "calls/in_process.py",
        "calls/over_grpc.py",
        "grpc/__init__.py",
        "grpc/greeter_pb2.py",
        "grpc/greeter_pb2.pyi",
        "grpc/packing.py",
        "grpc/v2/__init__.py",
        "grpc/v2/shared/__init__.py",
        "grpc/v2/shared/mood_pb2.py",
        "grpc/v2/shared/mood_pb2.pyi",
        "services/__init__.py",
        "services/greeter.py",
    ]


def test_names_are_ours_in_python_and_the_engines_on_the_wire(
    described: descriptors.Descriptors, tree: emit.Tree
) -> None:
    assert described.names["HelloRequest.Inner"] == "toy_api.grpc.HelloRequest.Inner"
    assert described.names["v2.Mood"] == "toy_api.grpc.v2.Mood"
    service = tree["services/greeter.py"].decode()
    assert '"/Greeter/SayHelloV2"' in service
    assert "from toy_api.grpc.v2.shared import mood_pb2" in service


def test_no_reference_to_the_engines_names_is_left(described: descriptors.Descriptors) -> None:
    files = [file for file in described.ours.file if file.name.startswith("toy_api/")]
    assert [file.package for file in files] == ["toy_api.grpc.v2", "toy_api.grpc"]
    kinds = {field.type_name for file in files for message in file.message_type for field in message.field}
    assert kinds == {
        "",
        ".google.protobuf.Timestamp",
        ".toy_api.grpc.HelloRequest.Inner",
        ".toy_api.grpc.HelloRequest.MoodsEntry",
        ".toy_api.grpc.Volume",
    }


def test_comments_survive_the_renaming_as_docstrings(tree: emit.Tree) -> None:
    stub = tree["grpc/greeter_pb2.pyi"].decode()
    for comment in ("Whom to greet.", "The name, as spoken.", "Hardly to be heard."):
        assert f'"""{comment}"""' in stub
    service = tree["services/greeter.py"].decode()
    assert service.count("Greet one person.\n\n") == 2, "once in the stub, once in the servicer"


def test_a_declaration_without_comment_still_has_a_docstring(tree: emit.Tree) -> None:
    assert '"""Call `/Greeter/Watch`."""' in tree["services/greeter.py"].decode()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ListenV2", "listen_v2"), ("V1Dispatcher", "v1_dispatcher"), ("GetURLOf", "get_url_of"), ("Import", "import_")],
)
def test_names_become_snake_case(name: str, expected: str) -> None:
    assert services.snake_case(name) == expected


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("string text = 1;", "string text = 1;\n  string more = 1;", "line 47", "has already been used"),
        ("string text = 1;", "Nothing text = 1;", "line 46", '"Nothing" is not defined'),
        ("string text = 1;", "string text = ;", "line 46", "Expected field number"),
        ('"v2/shared/mood.proto"', '"v2/missing.proto"', "line 4", "v2/missing.proto"),
    ],
    ids=["duplicate number", "unknown type", "syntax", "unknown import"],
)
def test_a_fault_names_file_line_and_reason(tmp_path: Path, old: str, new: str, place: str, reason: str) -> None:
    files = toys.PROTOS | {"greeter/greeter.proto": toys.PROTOS["greeter/greeter.proto"].replace(old, new)}
    with pytest.raises(SpecError) as caught:
        descriptors.load(toys.write(tmp_path / "proto", files), "toy_api")
    assert caught.value.file == "proto/greeter/greeter.proto"
    assert caught.value.place.startswith(place)
    assert reason in caught.value.reason


def test_files_that_would_become_one_are_refused(tmp_path: Path) -> None:
    toys.write(tmp_path, {"mood/mood.proto": 'syntax = "proto3";', "mood.proto": 'syntax = "proto3";'})
    with pytest.raises(SpecError, match=r"would both become toy_api/grpc/mood\.proto"):
        descriptors.load(tmp_path, "toy_api")


def test_services_that_would_share_a_module_are_refused(tmp_path: Path) -> None:
    service = 'syntax = "proto3";\npackage {0};\nmessage M {{}}\nservice Echo {{ rpc Call(M) returns (M); }}\n'
    toys.write(tmp_path, {"a/one.proto": service.format("a"), "b/two.proto": service.format("b")})
    with pytest.raises(
        SpecError,
        match=r"proto/b/two\.proto: service b\.Echo: another service already takes the module services/echo\.py",
    ):
        services.generate(descriptors.load(tmp_path, "toy_api"), "server")
