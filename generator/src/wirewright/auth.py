"""Which credentials operations want: the specification's securitySchemes, as far as the settings use them.

Bearer tokens, names with passwords, and API keys are sent by the generated `Auth`. What it cannot send is refused where
an operation wants it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from wirewright import naming
from wirewright.documents import Node
from wirewright.errors import SpecError
from wirewright.openapi import Specification
from wirewright.selection import operations

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Names that the parameters of `Auth` cannot have.
_TAKEN = frozenset({"self"})


@dataclass(frozen=True)
class Rules:
    """What the settings say about credentials."""

    use: tuple[str, ...] | None = None
    """The schemes that clients have; None for all."""
    bearer: tuple[str, ...] = ()
    """Schemes of another type whose token is sent as a bearer token."""


@dataclass(frozen=True)
class Scheme:
    """One kind of credential."""

    name: str
    """What the specification calls it."""
    parameter: str
    """What it is called in Python."""
    kind: str
    """`bearer`, `basic`, `header`, `query` or `cookie`."""
    key: str
    """Name of the header, of the key or of the cookie."""
    described: str
    """What the specification says about it."""

    @property
    def doc(self) -> str:
        """What its parameter is, on one line."""
        what = {
            "bearer": "the token, sent as `Authorization: Bearer`.",
            "basic": "name and password, sent as `Authorization: Basic`.",
        }.get(self.kind, f"the key, sent in the {self.kind} as `{self.key}`.")
        return f"{self.parameter}: {what} {self.described}".strip()

    @property
    def annotation(self) -> str:
        """The type of its parameter."""
        return "tuple[str, str]" if self.kind == "basic" else "Secret"


@dataclass(frozen=True)
class Security:
    """The schemes of an API, and what each operation wants of them."""

    schemes: tuple[Scheme, ...]
    wanted: dict[str, tuple[tuple[str, ...], ...]]
    """Operation id → alternatives, each the parameters of all that it takes; an empty one needs nothing."""

    @classmethod
    def of(cls, specification: Specification, rules: Rules) -> Security:
        """Read the document; what cannot be sent is a SpecError with the place of the operation or the scheme."""
        declared: Node = specification.document["components"].get("securitySchemes") or {}
        for key, names in (("use", rules.use or ()), ("bearer", rules.bearer)):
            for name in names:
                if name not in declared:
                    raise SpecError("the settings", f"auth.{key}", f"the specification has no scheme {name!r}")
        chosen = [name for name in declared if rules.use is None or name in rules.use]
        parameters = naming.unique(((name, naming.identifier(name, "key_")) for name in chosen), _TAKEN)
        schemes: dict[str, Scheme] = {}
        wanted: dict[str, tuple[tuple[str, ...], ...]] = {}
        shared = specification.document.get("security")
        for _, _, operation in operations(specification.document):
            alternatives = _alternatives(operation.get("security", shared), operation, declared, specification)
            usable = [names for names in alternatives if all(name in parameters for name in names)]
            if alternatives and not usable:
                wish = " or ".join(" and ".join(names) for names in alternatives)
                raise specification.place(operation).fault(
                    f"{operation['operationId']!r} wants {wish}, and the settings use none of it (auth.use)"
                )
            for name in (name for names in usable for name in names):
                if name not in schemes:
                    schemes[name] = _scheme(name, parameters[name], declared[name], rules, specification)
            wanted[operation["operationId"]] = tuple(tuple(parameters[name] for name in names) for names in usable)
        return cls(tuple(schemes[name] for name in chosen if name in schemes), wanted)


def _alternatives(given: Any, operation: Node, declared: Node, specification: Specification) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for entry in given or ():
        for name in entry:
            if name not in declared:
                raise specification.place(entry).fault(
                    f"{operation['operationId']!r} wants the security scheme {name!r}, which is not there"
                )
        found.append(tuple(entry))
    return found


def _scheme(name: str, parameter: str, node: Node, rules: Rules, specification: Specification) -> Scheme:
    place = specification.place(node)
    kind, described = str(node["type"]), " ".join(str(node.get("description") or "").split())
    if name in rules.bearer:
        return Scheme(name, parameter, "bearer", "Authorization", described)
    if kind == "http":
        how = str(node["scheme"]).lower()
        if how in {"bearer", "basic"}:
            return Scheme(name, parameter, how, "Authorization", described)
        raise place.fault(f"the security scheme {name!r} is {how!r}; of HTTP's own, bearer and basic are supported")
    if kind == "apiKey":
        where, key = str(node["in"]), str(node["name"])
        if not key:
            raise place.fault(f"the security scheme {name!r} has an empty `name`")
        if where != "query" and not _HEADER.fullmatch(key):
            raise place.fault(f"the security scheme {name!r} is called {key!r}, which no {where} can be")
        return Scheme(name, parameter, where, key, described)
    advice = "; where its token is sent as a bearer token, name it in the settings (auth.bearer)"
    raise place.fault(
        f"the security scheme {name!r} is of the type {kind}, which clients cannot send"
        + (advice if kind in {"oauth2", "openIdConnect"} else "; leave it out in the settings (auth.use)")
    )
