"""Descriptor set → one module per service: a typed async client stub and a servicer protocol."""

from __future__ import annotations

import keyword
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto

from wirewright.descriptors import Descriptors, comments_of, own_files
from wirewright.emit import LINE_LENGTH, Tree
from wirewright.errors import SpecError

# Field numbers of FileDescriptorProto.service and ServiceDescriptorProto.method, which make up a comment's path.
_SERVICE, _METHOD = 6, 2
TEMPLATES = Path(__file__).parent / "templates" / "calls"
# What all services share; the same for every set of specs.
_CALLS = {
    "calls/__init__.py": "calls.py.jinja",
    "calls/in_process.py": "in_process.py.jinja",
    "calls/over_grpc.py": "over_grpc.py.jinja",
}
_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class _Method:
    name: str
    doc: str
    request: str
    response: str
    client_streaming: bool
    server_streaming: bool

    @property
    def kind(self) -> str:
        return "_".join("stream" if streams else "unary" for streams in (self.client_streaming, self.server_streaming))

    @property
    def attribute(self) -> str:
        return snake_case(self.name)


@dataclass(frozen=True)
class _Service:
    package: str
    server: str
    file: str
    full_name: str
    name: str
    module: str
    doc: str
    methods: list[_Method]
    imports: list[str]


def generate(descriptors: Descriptors, server: str) -> Tree:
    """services/<module>.py for every service of the set; paths and names come from the server's descriptors."""
    tree: Tree = {"services/__init__.py": _package_doc(server)}
    for path, template in _CALLS.items():
        tree[path] = (TEMPLATES / template).read_bytes()
    for service in _services(descriptors, server):
        path = f"services/{service.module}.py"
        if path in tree:
            place = f"service {service.full_name}"
            raise SpecError(f"proto/{service.file}", place, f"another service already takes the module {path}")
        tree[path] = "\n".join(_module(service)).encode()
    return tree


def snake_case(name: str) -> str:
    """`ListenV2` → `listen_v2`; a Python keyword gets an underscore behind."""
    snake = _WORD_BORDER.sub("_", name).lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake


def _package_doc(server: str) -> bytes:
    doc = f"Typed async client stubs and servicer protocols, one module per service of the {server}'s gRPC API."
    return f'"""{doc}"""\n'.encode()


def _services(descriptors: Descriptors, server: str) -> Iterator[_Service]:
    modules = _message_modules(descriptors)
    for file in own_files(descriptors.original):
        docs = comments_of(file)
        for index, service in enumerate(file.service):
            full_name = ".".join(filter(None, (file.package, service.name)))
            types = [name[1:] for method in service.method for name in (method.input_type, method.output_type)]
            aliases = _aliases({modules[name][0] for name in types})
            methods = [
                _Method(
                    name=method.name,
                    doc=docs.get((_SERVICE, index, _METHOD, number), f"Call `/{full_name}/{method.name}`."),
                    request=_python_name(modules[method.input_type[1:]], aliases),
                    response=_python_name(modules[method.output_type[1:]], aliases),
                    client_streaming=method.client_streaming,
                    server_streaming=method.server_streaming,
                )
                for number, method in enumerate(service.method)
            ]
            attributes: dict[str, str] = {}
            for method in methods:
                if (other := attributes.setdefault(method.attribute, method.name)) != method.name:
                    place = f"service {full_name}"
                    reason = f"{other} and {method.name} would both be called {method.attribute}; rename one"
                    raise SpecError(f"proto/{file.name}", place, reason)
            yield _Service(
                package=descriptors.package,
                server=server,
                file=file.name,
                full_name=full_name,
                name=service.name,
                module=_module_name(file, service.name),
                doc=docs.get((_SERVICE, index), f"The service `{full_name}` of the {server}."),
                methods=methods,
                imports=[_import_line(module, alias) for module, alias in sorted(aliases.items())],
            )


def _module_name(file: FileDescriptorProto, service: str) -> str:
    # A file of the server's older API is named after its only service; those of later versions repeat the old names.
    if not file.package and len(file.service) == 1:
        return snake_case(file.name.rpartition("/")[2].removesuffix(".proto"))
    return snake_case(service).removesuffix("_service")


def _message_modules(descriptors: Descriptors) -> dict[str, tuple[str, str]]:
    """Full original name of a message → the module that holds it here, and its name there."""
    found: dict[str, tuple[str, str]] = {}
    for file, ours in zip(descriptors.original.file, descriptors.ours.file, strict=True):
        module = ours.name.removesuffix(".proto").replace("/", ".") + "_pb2"
        prefix = f"{file.package}." if file.package else ""
        for name, new in zip(_nested(file.message_type), _nested(ours.message_type), strict=True):
            found[prefix + name] = module, new
    return found


def _nested(messages: Iterable[DescriptorProto]) -> Iterator[str]:
    for message in messages:
        yield message.name
        yield from (f"{message.name}.{name}" for name in _nested(message.nested_type))


def _aliases(modules: set[str]) -> dict[str, str]:
    """Module → the name it has in the generated module: its last part, or its whole path where two share that."""
    lasts = [module.rpartition(".")[2] for module in modules]
    return {
        module: last if lasts.count(last := module.rpartition(".")[2]) == 1 else module.replace(".", "_")
        for module in modules
    }


def _import_line(module: str, alias: str) -> str:
    package, _, name = module.rpartition(".")
    return f"from {package} import {name}" if alias == name else f"from {package} import {name} as {alias}"


def _python_name(place: tuple[str, str], aliases: dict[str, str]) -> str:
    module, name = place
    return f"{aliases[module]}.{name}"


def _module(service: _Service) -> Iterator[str]:
    streams = any(method.client_streaming or method.server_streaming for method in service.methods)
    yield f'"""Client stub and servicer protocol of the {service.server}\'s `{service.full_name}` service."""'
    yield "\nfrom __future__ import annotations\n"
    if streams:
        yield "from collections.abc import AsyncIterator"
    yield "from typing import TYPE_CHECKING, Final, Protocol\n"
    yield f"from {service.package} import calls"
    yield from service.imports
    yield "\nif TYPE_CHECKING:\n    import grpc.aio"
    yield f'\nSERVICE: Final = "{service.full_name}"'
    yield '"""Full name of the service on the wire."""\n\n'
    yield from _stub(service)
    yield from _servicer(service)
    yield from _registration(service)


def _stub(service: _Service) -> Iterator[str]:
    yield f"class {service.name}Stub:"
    yield _docstring(service.doc, 4)
    for method in service.methods:
        kind = "".join(part.title() for part in method.kind.split("_"))
        yield f"\n    {method.attribute}: calls.{kind}[{method.request}, {method.response}]"
        yield _docstring(method.doc, 4)
    yield "\n    def __init__(self, channel: calls.Channel) -> None:"
    yield '        """Bind every method to a channel, which stays the caller\'s to close."""'
    for method in service.methods:
        yield f"        self.{method.attribute} = channel.{method.kind}("
        yield f'            "/{service.full_name}/{method.name}",'
        yield f"            request_serializer={method.request}.SerializeToString,"
        yield f"            response_deserializer={method.response}.FromString,"
        yield "        )"


def _servicer(service: _Service) -> Iterator[str]:
    yield f"\n\nclass {service.name}Servicer(Protocol):"
    yield _docstring(service.doc, 4)
    for method in service.methods:
        given = (
            f"requests: AsyncIterator[{method.request}]" if method.client_streaming else f"request: {method.request}"
        )
        # A method that streams its answer is an async generator: calling it gives the iterator at once.
        prefix, result = (
            ("", f"AsyncIterator[{method.response}]") if method.server_streaming else ("async ", method.response)
        )
        yield f"\n    {prefix}def {method.attribute}(self, {given}, context: calls.Context) -> {result}:"
        yield _docstring(method.doc, 8)
        yield "        ..."


def _registration(service: _Service) -> Iterator[str]:
    name = snake_case(service.name)
    yield f"\n\ndef {name}_methods(servicer: {service.name}Servicer) -> calls.Methods:"
    yield f'    """The methods of `{service.full_name}` by their paths, answered by a servicer."""'
    yield "    return {"
    for method in service.methods:
        kind = "".join(part.title() for part in method.kind.split("_"))
        yield f'        "/{service.full_name}/{method.name}": calls.{kind}Method('
        yield f"            servicer.{method.attribute},"
        yield f"            {method.request}.FromString,"
        yield f"            {method.response}.SerializeToString,"
        yield "        ),"
    yield "    }"
    yield f"\n\ndef add_{name}_servicer("
    yield f"    server: grpc.aio.Server, servicer: {service.name}Servicer"
    yield ") -> None:"
    what = f"Serve `{service.full_name}` by gRPC, under the name that every client of the {service.server} calls."
    yield f'    """{what}"""'
    why = "loads gRPC, which calls in the process do without"
    yield f"    from {service.package}.calls.over_grpc import serve  # {why}\n"
    yield f"    serve(server, {name}_methods(servicer))\n"


def _docstring(text: str, indent: int) -> str:
    """The text as a docstring: paragraphs kept, lines wrapped, nothing that could end the string early."""
    margin = " " * indent
    escaped = text.replace("\\", "\\\\").replace('"""', "'''")
    width = LINE_LENGTH - 6
    wrapped = [
        textwrap.fill(" ".join(paragraph.split()), width - indent, break_long_words=False, break_on_hyphens=False)
        for paragraph in re.split(r"\n\s*\n", escaped)
    ]
    body = textwrap.indent("\n\n".join(wrapped), margin).lstrip()
    tail = f"\n{margin}" if "\n" in body else (" " if body.endswith('"') else "")
    return f'{margin}"""{body}{tail}"""'
