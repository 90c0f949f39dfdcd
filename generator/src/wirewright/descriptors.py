""".proto files → the server's descriptor set, and the same set under this package's own names."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from wirewright import comments, words
from wirewright.errors import SpecError, ToolError

# protoc writes `dir/file.proto:12:3: reason`, or `dir/file.proto: reason` for a fault of the whole file.
_FAULT = re.compile(r"^(?P<file>[^:\n]+\.proto):(?:(?P<line>\d+):(?P<column>\d+):)? (?P<reason>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Descriptors:
    """Both sets: the server's, whose names are on the wire, and ours, whose names are in Python."""

    original: FileDescriptorSet
    ours: FileDescriptorSet
    files: dict[str, str]
    """Path of a file in the server's layout → its path in ours."""
    names: dict[str, str]
    """Full name of a message or enum as the server has it → as we have it."""
    package: str
    """Import name of the whole package."""

    @property
    def folder(self) -> str:
        """The folder of our files in the set."""
        return f"{self.package.replace('.', '/')}/grpc"


def load(root: Path, package: str) -> Descriptors:
    """Compile every .proto below `root` and rename the result; a fault is a SpecError with file and line."""
    return rename(described(root, root.parent / "overlay"), package)


def described(root: Path, overlay: Path | None) -> FileDescriptorSet:
    """The .proto files below `root` with the words and the additions of an overlay."""
    files = compile_protos(root)
    comments.refuse(comments.apply(files, comments.read(overlay) if overlay else {}), files)
    return files


def compile_protos(root: Path) -> FileDescriptorSet:
    """The descriptor set of every .proto below `root`, with its imports and its comments."""
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.proto"))
    if not files:
        raise SpecError(root.name, "", "the folder holds no .proto file")
    includes = resources.files("grpc_tools") / "_proto"
    with tempfile.TemporaryDirectory(prefix="wirewright-") as folder:
        out = Path(folder) / "set.pb"
        arguments = ["-I.", f"-I{includes}", f"--descriptor_set_out={out}"]
        # From inside the folder, so that faults are named by a path that the reader knows.
        result = protoc(*arguments, "--include_imports", "--include_source_info", *files, cwd=root)
        if result.returncode:
            raise _spec_error(root, result.stderr)
        return FileDescriptorSet.FromString(out.read_bytes())


def protoc(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the protoc that grpcio-tools carries, whatever is installed elsewhere on the machine."""
    program = "import sys; from grpc_tools import protoc; sys.exit(protoc.main(sys.argv))"
    # -P: nothing is imported from the folder one happens to stand in.
    command = [sys.executable, "-P", "-c", program, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)


def rename(original: FileDescriptorSet, package: str) -> Descriptors:
    """The set under our names, so that it loads beside a library that registered the server's."""
    files = {file.name: _our_path(file.name, package) for file in own_files(original)}
    by_path: dict[str, str] = {}
    for path, ours in files.items():
        if (other := by_path.setdefault(ours, path)) != path:
            raise SpecError(f"proto/{path}", "", f"it and {other} would both become {ours}; move one of them")
    renamed = FileDescriptorSet()
    renamed.CopyFrom(original)
    for file in own_files(renamed):
        words.spell(file, package)
        words.without_options(file)
    names = dict(_names(original, renamed, package))

    for file in renamed.file:
        if file.name not in files:
            continue
        file.name = files[file.name]
        file.package = _our_package(file.package, package)
        file.dependency[:] = [files.get(path, path) for path in file.dependency]
        for message in file.message_type:
            _rename_message(message, names)
        for extension in file.extension:
            _rename_field(extension, names)
        for service in file.service:
            for method in service.method:
                method.input_type = _reference(method.input_type, names)
                method.output_type = _reference(method.output_type, names)
    return Descriptors(original, renamed, files, names, package)


def own_files(files: FileDescriptorSet) -> list[FileDescriptorProto]:
    """The files of the set that are the server's, without protobuf's own."""
    return [file for file in files.file if not file.name.startswith("google/protobuf/")]


def comments_of(file: FileDescriptorProto) -> dict[tuple[int, ...], str]:
    """Path of a declaration in its file (see SourceCodeInfo.Location) → the comment above or behind it."""
    found: dict[tuple[int, ...], str] = {}
    for location in file.source_code_info.location:
        text = location.leading_comments or location.trailing_comments
        if text.strip():
            lines = [line.strip() for line in text.strip().splitlines()]
            found[tuple(location.path)] = "\n".join(lines)
    return found


def _our_path(path: str, package: str) -> str:
    # A file may lie in a folder of the same name; one of the two is enough.
    parent, _, name = words.path(path).rpartition("/")
    if parent and parent.rpartition("/")[2] == name.removesuffix(".proto"):
        parent = parent.rpartition("/")[0]
    return "/".join(filter(None, (f"{package.replace('.', '/')}/grpc", parent, name)))


def _our_package(original: str, package: str) -> str:
    return ".".join(filter(None, (package, "grpc", original)))


def _names(original: FileDescriptorSet, renamed: FileDescriptorSet, package: str) -> Iterator[tuple[str, str]]:
    for file, ours in zip(own_files(original), own_files(renamed), strict=True):
        theirs = _nested_names(file.message_type, file.enum_type)
        for name, new in zip(theirs, _nested_names(ours.message_type, ours.enum_type), strict=True):
            yield ".".join(filter(None, (file.package, name))), f"{_our_package(file.package, package)}.{new}"


def _nested_names(messages: Iterable[DescriptorProto], enums: Iterable[EnumDescriptorProto]) -> Iterator[str]:
    for enum in enums:
        yield enum.name
    for message in messages:
        yield message.name
        for name in _nested_names(message.nested_type, message.enum_type):
            yield f"{message.name}.{name}"


def _rename_message(message: DescriptorProto, names: dict[str, str]) -> None:
    for field in (*message.field, *message.extension):
        _rename_field(field, names)
    for nested in message.nested_type:
        _rename_message(nested, names)


def _rename_field(field: FieldDescriptorProto, names: dict[str, str]) -> None:
    # An empty name that is set is a fault to protoc, so only touch what is there.
    if field.type_name:
        field.type_name = _reference(field.type_name, names)
    if field.extendee:
        field.extendee = _reference(field.extendee, names)


def _reference(name: str, names: dict[str, str]) -> str:
    # protoc writes references with a leading dot; what is not ours (google.protobuf) keeps its name.
    return f".{names[name[1:]]}" if name[1:] in names else name


def _spec_error(root: Path, stderr: str) -> SpecError | ToolError:
    faults = [fault for fault in _FAULT.finditer(stderr) if " warning: " not in fault[0]]
    if not faults:
        return ToolError("protoc", stderr)
    # A file that is not found is named before the line that wants it, and only the line is of help.
    first = next((fault for fault in faults if fault["line"]), faults[0])
    reasons = [first["reason"], *(fault[0] for fault in faults if fault is not first)]
    place = f"line {first['line']}, column {first['column']}" if first["line"] else ""
    return SpecError(f"{root.name}/{first['file']}", place, "\n  ".join(reasons))
