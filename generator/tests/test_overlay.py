"""Our words lie over the engine's shape, and stay when that one changes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from trials import toys
from wirewright import descriptors, openapi
from wirewright.errors import SpecError
from wirewright.lock import NAME, Lock

GREETER, SCHEMAS = "greeter/greeter.proto", "openapi/components/schemas.yaml"
REST = """\
overlay: 1.0.0
info: { title: Ours, version: "1" }
actions:
  - target: $.components.schemas.Toy.properties.id
    update: { description: What the toy is known by. }
  - target: $.paths[*][?(@.operationId=='toy:get')].parameters[?(@.in=='path' && @.name=='toy')]
    update: { description: The toy in question. }
  - target: $.components.schemas.NewToy.properties
    x-since: v1.4.0
    update: { maker: { type: string, description: Who made it. } }
  - target: $.components.schemas.NewToy.properties.weight
    x-reason: Nothing weighs nothing.
    update: { minimum: 1 }
"""
PROTOS = """\
[comments]
"Hello.text" = "What was said, \\"loudly\\"."
"Greeter.SayHello" = \"\"\"
Say it.

At once.
\"\"\"
"Hello.tone" = "How it was said."

[[field]]
message = "Hello"
name = "tone"
number = 9
type = "Volume"
label = "optional"
since = "v1.4.0"
"""


@pytest.fixture
def described(project: toys.Project) -> toys.Project:
    """A project that has words of its own."""
    toys.write(project.specs, {"overlay/openapi.yaml": REST, "overlay/protos.toml": PROTOS})
    assert project.run("lock") == 0
    return project


def _rest(project: toys.Project, actions: str) -> None:
    head = 'overlay: 1.0.0\ninfo: { title: Ours, version: "1" }\nactions:\n'
    toys.write(project.specs, {"overlay/openapi.yaml": f"{head}  - {actions}\n"})


def test_our_words_become_docstrings_and_our_additions_code(described: toys.Project) -> None:
    assert described.run() == 0
    made = {path: content.decode() for path, content in toys.content(described.output).items()}
    assert "What the toy is known by." in made["rest/models/toy.py"]
    assert "toy: The toy in question." in made["rest/api/toy/get.py"]
    assert "Who made it." in made["rest/models/new_toy.py"]
    assert "Field(ge=1)" in made["rest/models/new_toy.py"]
    assert 'What was said, "loudly".' in made["grpc/greeter_pb2.pyi"]
    assert "tone: Global___Volume.ValueType" in made["grpc/greeter_pb2.pyi"]
    assert "How it was said.\n\n    Since v1.4.0." in made["grpc/greeter_pb2.pyi"]
    assert "Say it.\n\n        At once." in made["services/greeter.py"]


def test_an_update_takes_the_shape_and_keeps_our_words(described: toys.Project, upstream: Path) -> None:
    toys.contracts(
        upstream,
        (GREETER, "string text = 1;", "string text = 1;\n  // How many. //\n  int32 count = 2;"),
        (SCHEMAS, "type: integer", "type: number\n    shape:\n      type: string\n      description: Theirs."),
    )
    report, said = toys.take_over(described, upstream)

    shape = {path: text for path, text in toys.content(described.specs).items() if "overlay" not in path}
    specs = b"".join(shape.values()).decode()
    for theirs in ("Greet one person", "How many", "A toy to make", "Which toy", "Theirs"):
        assert theirs not in specs, "sentences are their authors'"
    assert "What the toy is known by." in (described.output / "rest/models/toy.py").read_text()
    assert 'What was said, "loudly".' in (described.output / "grpc/greeter_pb2.pyi").read_text()
    assert {"Hello.count", "property NewToy.shape"} <= set(report.undescribed)
    assert not {"Hello.text", "property Toy.id"} & set(report.undescribed)
    page = (described.root / "docs" / "api-changes" / "v1.3.0.md").read_text()
    heads = ["## Can break a program", "## Other changes", "## Without a description"]
    assert sorted(heads, key=page.index) == heads
    assert "- REST: changed property NewToy.weight: type integer -> number" in page
    assert "api-changes/v1.3.0.md is the report" in said


def test_words_without_a_target_stop_an_update_until_they_are_dropped(described: toys.Project, upstream: Path) -> None:
    toys.contracts(
        upstream,
        (GREETER, "string text = 1;", "string text_ = 1;"),
        (SCHEMAS, "    id:\n", "    ident:\n"),
        (SCHEMAS, "[id, ", "[ident, "),
    )
    before = toys.content(described.root)
    with pytest.raises(SpecError, match="2 entries have lost their target"):
        toys.take_over(described, upstream)
    assert toys.content(described.root) == before

    report, _ = toys.take_over(described, upstream, drop_lost=True)

    assert report.lost == [
        "$.components.schemas.Toy.properties.id: $.components.schemas.Toy.properties has no id any more",
        "Hello.text: Hello has no text any more; there is Hello.text_",
    ]
    kept = "".join((described.specs / "overlay" / name).read_text() for name in ("openapi.yaml", "protos.toml"))
    assert "known by" not in kept
    assert "loudly" not in kept
    assert "The toy in question." in kept
    assert "How it was said." in kept
    assert described.run("--check") == 0


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("{ target: '$.paths[*].put', update: { a: b } }", "$.paths[*] has no put any more"),
        ("{ target: '$.paths[*][?(@.operationId==\"x\")]', update: {} }", "is not understood; write @.key=='value'"),
        ("{ target: $.components.schemas.NewToi, update: {} }", "schemas has no NewToi any more; there is 'NewToy'"),
        ("{ target: $..x, update: {} }", "is not understood from '..x' on"),
        ("{ target: $.info, update: {}, remove: true }", "has either `update` or `remove: true`"),
        ("{ target: $.info, updat: {} }", "the key 'updat' of an action means nothing here"),
        ("{ target: $.components.schemas, x-since: v2, update: { Toy: {} } }", "has 'Toy' already; what v2 brought"),
        ("{ target: $.openapi, update: { a: b } }", "is no map or list, and only those can be updated"),
        ("{ target: $, remove: true }", "the whole document cannot be removed"),
        ("{ update: { a: b } }", "an action names no target"),
    ],
)
def test_an_entry_without_effect_is_an_error_with_its_place(project: toys.Project, action: str, reason: str) -> None:
    _rest(project, action)
    with pytest.raises(SpecError) as caught:
        openapi.load(project.specs / "openapi", project.select, project.specs / "overlay", ("v1",))
    assert caught.value.file == "overlay/openapi.yaml"
    assert "(line 4)" in caught.value.place
    assert reason in caught.value.reason


@pytest.mark.parametrize("update", ["weight", "[weight]"])
def test_an_update_of_a_list_is_put_behind_what_it_has(project: toys.Project, update: str) -> None:
    _rest(project, f"{{ target: $.components.schemas.NewToy.required, update: {update}, x-reason: It is needed. }}")
    document = openapi.load(project.specs / "openapi", project.select, project.specs / "overlay", ("v1",)).document
    required = document["components"]["schemas"]["NewToy"]["required"]
    assert required == ["colour", "weight"]


def test_a_correction_may_remove(project: toys.Project) -> None:
    _rest(project, "{ target: $.components.schemas.NewToy.properties.weight, remove: true, x-reason: It is not read. }")
    document = openapi.load(project.specs / "openapi", project.select, project.specs / "overlay", ("v1",)).document
    assert set(document["components"]["schemas"]["NewToy"]["properties"]) == {"colour"}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('[comments]\n"Hello.txt" = "x"', 'protos.toml: "Hello.txt": Hello has no txt any more; there is Hello.text'),
        ('[[field]]\nmessage = "Hello"\nname = "a"\nnumber = 1\ntype = "string"\nsince = "v2"', "number 1 is 'text'"),
        ('[[value]]\nenum = "Volume"\nname = "LOUD"\nnumber = 1\nsince = "v2"', "have it now, as v2 brought it"),
        ('[[value]]\nenum = "Volum"\nname = "X"\nnumber = 3\nsince = "v2"', "Volum is not there; there is Volume"),
        ('[[message]]\nname = "X"\nsince = "v2"', "an entry lacks its 'file'"),
        ("[comment]", "this key means nothing here"),
    ],
)
def test_an_entry_for_protos_that_has_no_effect_is_an_error(project: toys.Project, entry: str, reason: str) -> None:
    toys.write(project.specs, {"overlay/protos.toml": entry})
    with pytest.raises(SpecError) as caught:
        descriptors.load(project.specs / "proto", "toy_api")
    assert reason in str(caught.value)


def test_messages_values_and_methods_can_be_added(project: toys.Project) -> None:
    toys.write(
        project.specs,
        {
            "overlay/protos.toml": '[[message]]\nname = "More"\nfile = "greeter/greeter.proto"\nsince = "v2"\n'
            '[[field]]\nmessage = "More"\nname = "moods"\nnumber = 1\n'
            'type = "v2.Mood"\nlabel = "repeated"\nsince = "v2"\n'
            '[[value]]\nenum = "Volume"\nname = "LOUDER"\nnumber = 2\nsince = "v2"\n'
            '[[method]]\nservice = "Greeter"\nname = "Go"\nrequest = "More"\nresponse = "Hello"\nsince = "v2"\n'
            '[comments]\n"Greeter.Go" = "Go on."\n'
        },
    )
    assert project.run("lock") == 0
    assert project.run() == 0
    service = (project.output / "services/greeter.py").read_text()
    assert '"/Greeter/Go"' in service
    assert '"""Go on.\n\n        Since v2.' in service
    assert "LOUDER: Volume.ValueType  # 2" in (project.output / "grpc/greeter_pb2.pyi").read_text()


def test_a_file_with_a_service_can_be_added(project: toys.Project) -> None:
    toys.write(
        project.specs,
        {
            "overlay/protos.toml": '[[file]]\nname = "v2/more.proto"\npackage = "v2"\n'
            'imports = ["v2/shared/mood.proto"]\nsince = "v2"\n'
            '[[service]]\nname = "Moods"\nfile = "v2/more.proto"\nsince = "v2"\n'
            '[[method]]\nservice = "v2.Moods"\nname = "Watch"\nrequest = "v2.Mood"\nresponse = "v2.Mood"\n'
            'stream = "server"\nsince = "v2"\n[comments]\n"v2/more.proto" = "More of it."\n'
        },
    )
    assert project.run("lock") == 0
    assert project.run() == 0
    service = (project.output / "services/moods.py").read_text()
    assert "watch: calls.UnaryStream[mood_pb2.Mood, mood_pb2.Mood]" in service
    assert "More of it." in (project.output / "grpc/v2/more_pb2.pyi").read_text()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('[[file]]\nname = "greeter/greeter.proto"\nsince = "v2"', "have it now, as v2 brought it"),
        ('[[file]]\nname = "a.proto"\nimports = ["b.proto"]\nsince = "v2"', "it imports b.proto, which the contracts"),
        ('[[service]]\nname = "S"\nfile = "b.proto"\nsince = "v2"', "there is no file b.proto"),
        (
            '[[method]]\nservice = "Greeter"\nname = "Go"\nrequest = "Hello"\nresponse = "Hello"\n'
            'stream = "up"\nsince = "v2"',
            "stream is 'up', and not client, server or both",
        ),
    ],
)
def test_an_addition_that_cannot_be_is_an_error(project: toys.Project, entry: str, reason: str) -> None:
    toys.write(project.specs, {"overlay/protos.toml": entry})
    with pytest.raises(SpecError) as caught:
        descriptors.load(project.specs / "proto", "toy_api")
    assert reason in str(caught.value)


def test_the_lock_counts_what_is_described_and_names_the_tools(described: toys.Project) -> None:
    lock = Lock.read(described.specs)
    assert (lock.counts["grpc messages"], lock.counts["rest operations"], lock.counts["rest enum values"]) == (4, 2, 2)
    protos, rest = {"grpcio-tools", "mypy-protobuf"}, {"datamodel-code-generator", "openapi-python-client"}
    assert set(lock.tools) == protos | rest | {"ruff", "wirewright"}
    assert tomllib.loads((described.specs / NAME).read_text())["counts"]["rest operations"] == 2
