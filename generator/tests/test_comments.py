"""What an overlay for protos adds, describes and refuses, each whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from trials import toys
from wirewright import comments, descriptors
from wirewright.errors import SpecError

MORE = 'syntax = "proto3";\n\n// All that is said.\npackage more;\n\nimport "google/protobuf/timestamp.proto";\n'
BARE = """\
syntax = "proto3";
service Open { rpc Go(Empty) returns (Empty); }
message Empty {
  message Deep { enum Kind { NONE = 0; } map<string, Empty> held = 1; }
  enum Kind { NONE = 0; }
  map<string, string> given = 1; // What is given.
}
enum Top { ZERO = 0; }
message _Hidden {}
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileDescriptorSet:
    files = toys.PROTOS | {"bare.proto": BARE, "more.proto": MORE}
    return descriptors.compile_protos(toys.write(tmp_path_factory.mktemp("protos"), files))


@pytest.fixture
def files(compiled: FileDescriptorSet) -> FileDescriptorSet:
    """The toys, a file without words and one without declarations; a test may change them."""
    copied = FileDescriptorSet()
    copied.CopyFrom(compiled)
    return copied


def _file(files: FileDescriptorSet, name: str) -> FileDescriptorProto:
    return next(file for file in files.file if file.name == name)


def _said(file: FileDescriptorProto) -> dict[tuple[int, ...], str]:
    return {tuple(each.path): each.leading_comments for each in file.source_code_info.location if each.leading_comments}


GREETER = [
    "Greeter",
    *(f"Greeter.{name}" for name in ("SayHello", "SayHelloV2", "Import", "Watch")),
    "HelloRequest",
    *(f"HelloRequest.{name}" for name in ("name", "volume", "titles", "moods", "at", "now", "inner")),
    "HelloRequest.Inner",
    "HelloRequest.Inner.depth",
    "Hello",
    "Hello.text",
    "Volume",
    "Volume.QUIET",
    "Volume.LOUD",
]
OPEN = [
    "Open",
    "Open.Go",
    "Empty",
    "Empty.given",
    "Empty.Deep",
    "Empty.Deep.held",
    "Empty.Deep.Kind",
    "Empty.Deep.Kind.NONE",
    "Empty.Kind",
    "Empty.Kind.NONE",
    "_Hidden",
    "Top",
    "Top.ZERO",
]


def test_everything_that_is_declared_has_a_name(files: FileDescriptorSet) -> None:
    expected = ["bare.proto", *OPEN, "v2/shared/mood.proto", "v2.Mood", "v2.Mood.name"]
    assert list(comments.names(files)) == [*expected, "greeter/greeter.proto", *GREETER, "more.proto"]


def test_what_nobody_described_is_named_and_what_stands_behind_it_counts(files: FileDescriptorSet) -> None:
    described = {"Greeter", "Greeter.SayHello", "Greeter.Import", "HelloRequest", "HelloRequest.name"}
    described |= {"Volume", "Volume.QUIET"}
    expected = [name for name in OPEN if name != "Empty.given"]
    expected += ["v2.Mood.name", *(name for name in GREETER if name not in described)]
    assert list(comments.undescribed(files)) == expected


def test_entries_of_maps_are_described_by_their_field(files: FileDescriptorSet) -> None:
    file = _file(files, "bare.proto")
    before = _said(file)
    comments.describe_entries(file)
    found = {path: text for path, text in _said(file).items() if path not in before}
    number = next(index for index, each in enumerate(file.message_type[0].nested_type) if each.name == "GivenEntry")
    assert found == {
        (4, 0, 3, number): " One entry of the map `given`.\n",
        (4, 0, 3, number, 2, 0): " Key of an entry of `given`.\n",
        (4, 0, 3, number, 2, 1): " Value of an entry of `given`.\n",
        (4, 0, 3, 1 - number, 3, 0): " One entry of the map `held`.\n",
        (4, 0, 3, 1 - number, 3, 0, 2, 0): " Key of an entry of `held`.\n",
        (4, 0, 3, 1 - number, 3, 0, 2, 1): " Value of an entry of `held`.\n",
    }
    assert [list(each.span) for each in file.source_code_info.location if tuple(each.path) in found] == [[0, 0, 0]] * 6


def test_words_stand_where_their_name_is_declared(files: FileDescriptorSet) -> None:
    names = ["v2/shared/mood.proto", "v2.Mood", "v2.Mood.name", "Top.ZERO", "Empty.Deep.Kind", "Empty.Kind.NONE"]
    names += ["Empty.Deep.Kind.NONE", "Empty.Deep.held", "Open", "Open.Go", "Hello.text", "Top"]
    words = {name: f" {name}.\n\n  More of it. \n" for name in names}
    assert comments.apply(files, {"comments": {"Gone.for": "x", **words, "Top.ONE": "x"}}) == ["Gone.for", "Top.ONE"]

    def said(name: str) -> dict[tuple[int, ...], str]:
        return {
            path: text.partition(".\n")[0].strip()
            for path, text in _said(_file(files, name)).items()
            if "More of" in text
        }

    assert said("v2/shared/mood.proto") == {
        (12,): "v2/shared/mood.proto",
        (4, 0): "v2.Mood",
        (4, 0, 2, 0): "v2.Mood.name",
    }
    deep = next(
        n for n, each in enumerate(_file(files, "bare.proto").message_type[0].nested_type) if each.name == "Deep"
    )
    assert said("bare.proto") == {
        (6, 0): "Open",
        (6, 0, 2, 0): "Open.Go",
        (4, 0, 3, deep, 2, 0): "Empty.Deep.held",
        (4, 0, 3, deep, 4, 0): "Empty.Deep.Kind",
        (4, 0, 3, deep, 4, 0, 2, 0): "Empty.Deep.Kind.NONE",
        (4, 0, 4, 0, 2, 0): "Empty.Kind.NONE",
        (5, 0): "Top",
        (5, 0, 2, 0): "Top.ZERO",
    }
    assert said("greeter/greeter.proto") == {(4, 1, 2, 0): "Hello.text"}
    paths = [tuple(each.path) for each in _file(files, "bare.proto").source_code_info.location]
    assert len(paths) == len(set(paths)), "each declaration has one place"
    assert _said(_file(files, "bare.proto"))[5, 0] == " Top.\n\n   More of it.\n"


ADDED: list[tuple[str, dict[str, Any], str]] = [
    ("file", {"name": "new.proto", "package": "p.q", "imports": ["bare.proto"]}, "new.proto"),
    ("message", {"name": "Added", "file": "v2/shared/mood.proto"}, "v2.Added"),
    ("message", {"name": "_Odd", "file": "bare.proto"}, "_Odd"),
    ("service", {"name": "Offers", "file": "bare.proto"}, "Offers"),
    ("field", {"message": "v2.Added", "name": "how_very_long", "number": 4, "type": "int64"}, "v2.Added.how_very_long"),
    ("field", {"message": "v2.Added", "name": "a", "number": 5, "type": "string", "label": "optional"}, "v2.Added.a"),
    ("field", {"message": "v2.Added", "name": "b", "number": 6, "type": "Top", "label": "optional"}, "v2.Added.b"),
    ("field", {"message": "v2.Added", "name": "c", "number": 7, "type": "Empty", "label": "repeated"}, "v2.Added.c"),
    ("value", {"enum": "Empty.Deep.Kind", "name": "MORE", "number": 3}, "Empty.Deep.Kind.MORE"),
    *(
        (
            "method",
            {"service": "Offers", "name": f"Do{stream}", "request": "Empty", "response": "v2.Mood", "stream": stream},
            f"Offers.Do{stream}",
        )
        for stream in ("client", "server", "both", "")
    ),
    ("method", {"service": "Offers", "name": "Once", "request": "v2.Mood", "response": "Empty"}, "Offers.Once"),
]


def test_what_is_added_is_as_protoc_would_write_it(files: FileDescriptorSet) -> None:
    overlay: dict[str, Any] = {}
    for kind, entry, _ in ADDED:
        overlay.setdefault(kind, []).append({**entry, "since": "v9"})
    overlay["comments"] = {
        "v2.Added.a": "It is a.\n",
        "v2.Added": "It is added.",
        "Empty.Deep.Kind.MORE": "There is more.",
        "Empty.Deep.Kind": "How deep.",
    }
    overlay["value"][0]["since"] = "unknown"

    assert comments.apply(files, overlay) == []

    made = _file(files, "new.proto")
    assert (made.package, made.syntax, list(made.dependency)) == ("p.q", "proto3", ["bare.proto"])
    mood, bare = _file(files, "v2/shared/mood.proto"), _file(files, "bare.proto")
    message = mood.message_type[1]
    assert [_row(each) for each in message.field] == [
        ("how_very_long", 4, "howVeryLong", message.field[0].TYPE_INT64, "", message.field[0].LABEL_OPTIONAL, None),
        ("a", 5, "a", message.field[0].TYPE_STRING, "", message.field[0].LABEL_OPTIONAL, 0),
        ("b", 6, "b", message.field[0].TYPE_ENUM, ".Top", message.field[0].LABEL_OPTIONAL, 1),
        ("c", 7, "c", message.field[0].TYPE_MESSAGE, ".Empty", message.field[0].LABEL_REPEATED, None),
    ]
    assert [each.proto3_optional for each in message.field] == [False, True, True, False]
    assert (message.name, [each.name for each in message.oneof_decl]) == ("Added", ["_a", "_b"])
    deep = next(each for each in bare.message_type[0].nested_type if each.name == "Deep")
    assert [(each.name, each.number) for each in deep.enum_type[0].value] == [("NONE", 0), ("MORE", 3)]
    assert bare.service[1].name == "Offers"
    assert [
        (each.name, each.input_type, each.output_type, each.client_streaming, each.server_streaming)
        for each in bare.service[1].method
    ] == [
        ("Doclient", ".Empty", ".v2.Mood", True, False),
        ("Doserver", ".Empty", ".v2.Mood", False, True),
        ("Doboth", ".Empty", ".v2.Mood", True, True),
        ("Do", ".Empty", ".v2.Mood", False, False),
        ("Once", ".v2.Mood", ".Empty", False, False),
    ]
    # What is new as a whole is dated once: its parts are not.
    assert _said(mood)[4, 1] == " It is added.\n\n Since v9.\n"
    assert _said(mood)[4, 1, 2, 1] == " It is a.\n"
    said = " There is more.\n\n The version that brought it is not known.\n"
    assert [text for text in _said(bare).values() if "There is" in text] == [said]
    assert " How deep.\n" in _said(bare).values()


def _row(field: Any) -> tuple[Any, ...]:
    number = field.oneof_index if field.HasField("oneof_index") else None
    return (field.name, field.number, field.json_name, field.type, field.type_name, field.label, number)


@pytest.mark.parametrize(("kind", "entry", "name"), ADDED, ids=lambda each: each if isinstance(each, str) else "")
def test_an_addition_has_its_full_name(files: FileDescriptorSet, kind: str, entry: dict[str, Any], name: str) -> None:
    assert comments.added(kind, entry, files) == name


def test_a_file_may_be_added_without_a_package(files: FileDescriptorSet) -> None:
    comments.apply(
        files,
        {"file": [{"name": "x.proto", "since": "v1"}], "message": [{"name": "X", "file": "x.proto", "since": "v1"}]},
    )
    made = _file(files, "x.proto")
    assert (made.package, list(made.dependency), [each.name for each in made.message_type]) == ("", [], ["X"])
    assert list(comments.names(files))[-2:] == ["x.proto", "X"]


WANTED = {"since": "v2", "name": "X", "number": 8, "type": "string", "request": "Empty", "response": "Empty"}


@pytest.mark.parametrize(
    ("kind", "entry", "place", "reason"),
    [
        ("file", {"name": "bare.proto"}, "bare.proto", "known"),
        ("file", {"imports": ["bare.proto", "b"]}, "[[file]] X", "it imports b, which the contracts do not have"),
        ("message", {"file": "b.proto"}, "[[message]] X", "there is no file b.proto"),
        ("message", {"file": "v2/shared/mood.proto", "name": "Mood"}, "v2.Mood", "known"),
        ("message", {"file": "bare.proto", "name": "Empty"}, "Empty", "known"),
        ("message", {"file": "bare.proto", "name": "_Hidden"}, "_Hidden", "known"),
        ("service", {"file": "b.proto"}, "[[service]] X", "there is no file b.proto"),
        ("service", {"file": "bare.proto", "name": "Open"}, "Open", "known"),
        ("service", {}, "[[service]]", "an entry lacks its 'file'"),
        ("field", {"message": "Hallo"}, "[[field]] Hallo.X", "Hallo is not there; there is Hello"),
        ("field", {"message": "zzzzzz"}, "[[field]] zzzzzz.X", "zzzzzz is not there"),
        ("field", {"message": "Hello", "name": "text"}, "Hello.text", "known"),
        ("field", {"message": "HelloRequest", "number": 3}, "[[field]] HelloRequest.X", "number 3 is 'titles'"),
        ("field", {}, "[[field]]", "an entry lacks its 'message'"),
        ("value", {"enum": "Top", "name": "ZERO"}, "Top.ZERO", "known"),
        ("value", {"message": "Top"}, "[[value]]", "an entry lacks its 'enum'"),
        ("method", {"service": "Open", "name": "Go"}, "Open.Go", "known"),
        (
            "method",
            {"service": "Open", "stream": "up"},
            "[[method]] Open.X",
            "stream is 'up', and not client, server or both",
        ),
    ],
)
def test_what_cannot_be_added_is_told_whole(
    files: FileDescriptorSet, kind: str, entry: dict[str, Any], place: str, reason: str
) -> None:
    known = "the API's own contracts have it now, as v2 brought it; remove the addition"
    with pytest.raises(SpecError) as caught:
        comments.apply(files, {kind: [WANTED | entry]})
    found = (caught.value.file, caught.value.place, caught.value.reason)
    assert found == ("overlay/protos.toml", place, known if reason == "known" else reason)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Hello.txt", "Hello has no txt any more; there is Hello.text"),
        ("Hello.quite", "Hello has no quite any more"),
        ("Helo.text", "it is not there any more; there is Hello.text"),
        ("Zzzzz", "it is not there any more"),
    ],
)
def test_what_became_of_a_name_is_told(files: FileDescriptorSet, name: str, told: str) -> None:
    assert comments.became(name, files) == told
    with pytest.raises(SpecError, match="^" + re.escape(f'overlay/protos.toml: "{name}": {told}') + "$"):
        comments.refuse([name, "Hello.other"], files)
    comments.refuse([], files)


@pytest.mark.usefixtures("locale_c")
def test_an_overlay_is_written_again_without_what_is_lost(tmp_path: Path) -> None:
    text = (
        "# Képt.\n[comments]\n"
        '"A.one" = "First, \\"quoted\\" é."\n'
        '"A.one_more" = """\nSecond.\n\n"A.one" = "not this"\n"""\n'
        '"A.two" = """\nThird.\n"""\n'
        '"AxTwo" = "Fourth."\n\n[since]\n"A.two" = "v1"\n'
    )
    (tmp_path / "protos.toml").write_bytes(text.encode())
    assert comments.read(tmp_path)["comments"]["A.one"] == 'First, "quoted" é.'
    comments.without(tmp_path, ["A.one", "A.two", "A.gone"])
    assert (tmp_path / "protos.toml").read_bytes().decode() == (
        "# Képt.\n[comments]\n"
        '"A.one_more" = """\nSecond.\n\n"A.one" = "not this"\n"""\n'
        '"AxTwo" = "Fourth."\n\n[since]\n"A.two" = "v1"\n'
    )


def test_a_folder_without_an_overlay_for_protos_has_no_words(tmp_path: Path) -> None:
    assert comments.read(tmp_path) == {}
    keys = ["comments", "since", "file", "message", "service", "field", "value", "method"]
    (tmp_path / "protos.toml").write_text("".join(f"[{key}]\n" for key in keys))
    assert comments.read(tmp_path) == {key: {} for key in keys}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[methods]\n[comment]\n", "overlay/protos.toml: comment: this key means nothing here"),
        (b"a = ", "overlay/protos.toml: the file cannot be read: Invalid value (at end of document)"),
        (b"a = '\xff'", "overlay/protos.toml: the file cannot be read: 'utf-8' codec can't decode byte 0xff"),
    ],
)
def test_an_overlay_that_is_none_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "protos.toml").write_bytes(content)
    with pytest.raises(SpecError) as caught:
        comments.read(tmp_path)
    assert str(caught.value).startswith(told)
