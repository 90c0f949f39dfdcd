"""Descriptor set → *_pb2.py (protoc) and *_pb2.pyi (mypy-protobuf), and the table of the server's own names."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorSet

from wirewright import comments
from wirewright.descriptors import Descriptors, own_files, protoc
from wirewright.emit import Tree
from wirewright.errors import ToolError

_PACKAGE_DOC = '"""Messages and enums of the %s\'s gRPC API."""\n'

# Two habits of mypy-protobuf: it narrows DESCRIPTOR, which typeshed has as a union, and it borrows private helpers.
_STUB_PREFACE = b"# pyright: reportIncompatibleVariableOverride=false, reportPrivateUsage=false\n"

_PACKING = '''"""Messages inside `google.protobuf.Any`, which carries the name that the @ knows a message by."""

from __future__ import annotations

from typing import Final, TypeVar

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message

_M = TypeVar("_M", bound=Message)

ORIGINAL_NAMES: Final[dict[str, str]] = {
%s}
"""Full name of a message here → its full name in the @'s own descriptors."""

_TYPE_URL_PREFIX = "type.googleapis.com/"


def original_name(message_type: type[Message]) -> str:
    """The full name the @ gives to a message type; one that is not the @'s keeps its own."""
    name = message_type.DESCRIPTOR.full_name
    return ORIGINAL_NAMES.get(name, name)


def pack(message: Message) -> AnyMessage:
    """Wrap a message under the @'s name for it, so that any client of the @ can unwrap it."""
    return AnyMessage(type_url=_TYPE_URL_PREFIX + original_name(type(message)), value=message.SerializeToString())


def unpack(packed: AnyMessage, message_type: type[_M]) -> _M | None:
    """The wrapped message if it is of this type, else None; bytes that do not parse raise `DecodeError`."""
    if packed.type_url.rpartition("/")[2] != original_name(message_type):
        return None
    return message_type.FromString(packed.value)
'''


def generate(descriptors: Descriptors, server: str) -> Tree:
    """The modules of every file of the set, as grpc/…_pb2.py and grpc/…_pb2.pyi."""
    files = [file.name for file in own_files(descriptors.ours) if file.name in descriptors.files.values()]
    tree = {f"grpc/{path}": content for path, content in _modules(descriptors, sorted(files)).items()}
    for path in list(tree):
        for folder in PurePosixPath(path).parents:
            if folder.name:
                tree[f"{folder}/__init__.py"] = (_PACKAGE_DOC % server).encode()
    tree["grpc/packing.py"] = _packing(descriptors, server)
    return tree


def _modules(descriptors: Descriptors, files: list[str]) -> Tree:
    with tempfile.TemporaryDirectory(prefix="wirewright-") as folder:
        described, out = Path(folder) / "set.pb", Path(folder) / "out"
        described.write_bytes(descriptors.ours.SerializeToString(deterministic=True))
        out.mkdir()
        result = protoc(f"--descriptor_set_in={described}", f"--python_out={out}", *files)
        if result.returncode:
            raise ToolError("protoc --python_out", result.stderr)
        base = out / descriptors.folder
        modules = {path.relative_to(base).as_posix(): path.read_bytes() for path in sorted(base.rglob("*.py"))}
    return modules | _stubs(descriptors, files)


def _stubs(descriptors: Descriptors, files: list[str]) -> Tree:
    # The plugin is called as protoc would call it, so that it need not be found on a PATH.
    described = FileDescriptorSet()
    described.CopyFrom(descriptors.ours)
    for file in described.file:
        comments.describe_entries(file)
    request = CodeGeneratorRequest(file_to_generate=files, parameter="quiet", proto_file=described.file)
    command = [sys.executable, "-P", str(Path(__file__).parent / "stubs.py")]
    result = subprocess.run(command, input=request.SerializeToString(), capture_output=True, check=False)
    if result.returncode:
        raise ToolError("mypy-protobuf", result.stderr.decode(errors="replace"))
    response = CodeGeneratorResponse.FromString(result.stdout)
    if response.error:
        raise ToolError("mypy-protobuf", response.error)
    return {
        file.name.removeprefix(f"{descriptors.folder}/"): _STUB_PREFACE + file.content.encode()
        for file in response.file
    }


def _packing(descriptors: Descriptors, server: str) -> bytes:
    originals = (
        ".".join(filter(None, (file.package, name)))
        for file in own_files(descriptors.original)
        for name in _messages(file.message_type)
    )
    rows = sorted((descriptors.names[original], original) for original in originals)
    listed = "".join(f'    "{ours}": "{original}",\n' for ours, original in rows)
    return (_PACKING.replace("@", server) % listed).encode()


def _messages(messages: Iterable[DescriptorProto]) -> Iterator[str]:
    """Names of all messages that can stand alone, which the entries of maps cannot."""
    for message in messages:
        if not message.options.map_entry:
            yield message.name
            yield from (f"{message.name}.{name}" for name in _messages(message.nested_type))
