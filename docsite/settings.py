"""The settings of a client, and what each means: as the code says it."""

from __future__ import annotations

import ast
import base64
import dataclasses
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from hatchet._embedded_options import options as embedded_options
from hatchet._settings import Sources
from hatchet.config import ClientConfig, ClientTLSConfig

ROOT = Path(__file__).parents[1]

SOURCES = {
    "tls_": ("_certificates.py", "ClientTLSConfig"),
    "worker_healthcheck_": ("config.py", "HealthcheckConfig"),
    "tenacity_": ("config.py", "TenacityConfig"),
    "embedded_": ("_embedded_options.py", "EmbeddedHatchetConfig"),
    "": ("config.py", "ClientConfig"),
}
"""Whose attributes settings are that begin so: the first that fits."""


def settings() -> dict[str, str]:
    """Each setting, and what it means."""
    engines = {
        f"embedded_{option.name}": f"{option.help[0].upper()}{option.help[1:]}. Default: {option.default}."
        for option in embedded_options()
    }
    return {name: engines.get(name) or _meaning(name) for name in sorted(_read())}


def _read() -> set[str]:
    """What a client reads, as it reads it."""
    nobody = base64.urlsafe_b64encode(
        b'{"sub": "t", "server_url": "http://127.0.0.1:9", "grpc_broadcast_address": "127.0.0.1:9"}'
    )
    read = {f"tls_{each.name}" for each in dataclasses.fields(ClientTLSConfig)}
    raw = Sources.raw

    def noting(sources: Sources, name: str) -> object:
        read.add(name)
        return raw(sources, name)

    with patch.object(Sources, "raw", noting):
        ClientConfig(token=f"eyJhbGciOiJub25lIn0.{nobody.decode().rstrip('=')}.s", allow_plaintext=True)
    return read


def _meaning(name: str) -> str:
    prefix, (file, owner) = next(each for each in SOURCES.items() if name.startswith(each[0]))
    found = _described(file, owner).get(name.removeprefix(prefix))
    if found is None:
        raise LookupError(f"{owner} in {file} does not say what the setting {name} means")
    return found


def _described(file: str, owner: str) -> dict[str, str]:
    """The attributes and properties of a class, with their docstrings."""
    tree = ast.parse((ROOT / "hatchet" / file).read_text())
    [found] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == owner]
    described: dict[str, str] = {}
    for node in ast.walk(found):
        if isinstance(node, ast.FunctionDef) and (words := ast.get_docstring(node)):
            described[node.name] = words.partition("\n\n")[0]
        body: object = getattr(node, "body", None)
        for statement, following in pairwise(body if isinstance(body, list) else []):
            match statement, following:
                case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name)), ast.Expr(
                    value=ast.Constant(value=str() as words)
                ):
                    described[name] = words
                case _:
                    pass
    return {name: " ".join(words.split()) for name, words in described.items()}
