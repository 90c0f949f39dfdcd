"""allOf: the one schema that says what several say together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wirewright.documents import Documents, Node, Place, is_map
from wirewright.schemas import BASES, NULLABLE

_LOUDER = {
    "minLength": max,
    "minItems": max,
    "minProperties": max,
    "minimum": max,
    "exclusiveMinimum": max,
    "maxLength": min,
    "maxItems": min,
    "maxProperties": min,
    "maximum": min,
    "exclusiveMaximum": min,
}
NOTES = frozenset({"description", "default", "deprecated", "readOnly", "writeOnly", "example", "examples", "title"})
# Set on unions of which a value may be several at once.
OVERLAPPING = "x-overlapping"
_DEPTH = 40
_BOUNDS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    *((low, high) for low in ("minimum", "exclusiveMinimum") for high in ("maximum", "exclusiveMaximum")),
)


class Merger:
    """Joins schemas in their canonical form; what contradicts itself is a fault at the place of the allOf."""

    def __init__(self, documents: Documents, resolve: Callable[[str], Node]) -> None:
        self._documents = documents
        self._resolve = resolve

    def merged(self, parts: list[Node], place: Place, depth: int = 0) -> Node:
        """What all the parts say together; of notes, such as descriptions, the last one counts."""
        result: Node = {}
        for part in parts:
            result = self._pair(result, part, place, depth)
        return result

    def _pair(self, one: Node, two: Node, place: Place, depth: int) -> Node:
        if depth > _DEPTH:
            raise place.fault("the parts of the allOf lead back to themselves")
        notes = {key: value for part in (one, two) for key, value in part.items() if key in NOTES}
        said, more = (_without_notes(part) for part in (one, two))
        if not said or not more or said == more:
            return {**(said or more), **notes}
        if "$ref" in said:
            said = {**_without_notes(self._resolve(said["$ref"])), **_kept(said)}
        if "$ref" in more:
            more = {**_without_notes(self._resolve(more["$ref"])), **_kept(more)}
        return {**self._joined(said, more, place, depth), **notes}

    def _joined(self, one: Node, two: Node, place: Place, depth: int) -> Node:
        is_nullable = _allows_null(one) and _allows_null(two)
        for this, other in ((one, two), (two, one)):
            if options := this.get("anyOf"):
                # Both say something about one value, so each shape has to say all of it.
                kept = {key: this[key] for key in ("discriminator", OVERLAPPING) if key in this}
                rest = {key: value for key, value in this.items() if key not in {"anyOf", NULLABLE, *kept}}
                shapes = [
                    self._documents.moved(self.merged([option, rest, other], place, depth + 1), option)
                    for option in options
                ]
                if is_nullable:
                    kept[NULLABLE] = True
                return {"anyOf": shapes, **kept}
        self._refuse_closed(one, two, place)
        result = {**one, **two}
        for key in one.keys() & two.keys():
            result[key] = self._both(key, one[key], two[key], place, depth)
        if result.get("additionalProperties") == {} and result.get("properties"):
            del result["additionalProperties"]  # any object, which is the same as saying nothing
        refuse_crossing(result, place)
        if not is_nullable:
            result.pop(NULLABLE, None)
        return result

    def _both(self, key: str, one: Any, two: Any, place: Place, depth: int) -> Any:
        if one == two:
            return one
        if key == "properties":
            shared = {name: self._property(name, one[name], two[name], place, depth) for name in one if name in two}
            return {**one, **two, **shared}
        if key in _LOUDER:
            return _LOUDER[key](one, two)
        if key == "enum":
            values = [value for value in one if value in two]
            if not values:
                raise place.fault(f"the parts of the allOf allow no value together: {one} and {two}")
            return values
        if key == "type" and {one, two} == {"integer", "number"}:
            return "integer"
        if key in {"items", "additionalProperties"} and is_map(one) and is_map(two):
            return self._pair(one, two, place, depth + 1)
        if key == "required":
            return list(dict.fromkeys([*one, *two]))
        if key == "additionalProperties" and True in (one, two):
            return two if one is True else one
        if key.startswith("x-"):
            return two
        raise place.fault(
            f"the parts of the allOf contradict each other: {key} is {one!r} in one and {two!r} in another"
        )

    def _property(self, name: str, one: Node, two: Node, place: Place, depth: int) -> Node:
        here = Place(place.file, (*place.pointer, name), place.line)
        return self._documents.moved(self._pair(one, two, here, depth + 1), two)

    def _refuse_closed(self, one: Node, two: Node, place: Place) -> None:
        for closed, other in ((one, two), (two, one)):
            if closed.get("additionalProperties") is False:
                missing = sorted(other.get("properties", {}).keys() - closed.get("properties", {}).keys())
                if missing:
                    raise place.fault(
                        "one part of the allOf is closed (additionalProperties: false) and does not know "
                        f"{missing[0]!r} of another, so that no value fits both"
                    )


def _without_notes(schema: Node) -> Node:
    return {key: value for key, value in schema.items() if key not in NOTES and key != BASES}


def _allows_null(schema: Node) -> bool:
    """Whether null fits: one without a type, such as a limit alone, says nothing about it."""
    return bool(schema.get(NULLABLE)) or not schema.keys() & {"type", "anyOf", "enum"}


def _kept(reference: Node) -> Node:
    return {key: value for key, value in _without_notes(reference).items() if key != "$ref"}


def refuse_crossing(schema: Node, place: Place) -> None:
    """Raise the fault of limits that leave no value, if there are such."""
    for low, high in _BOUNDS:
        if low in schema and high in schema and _crosses(low, schema[low], high, schema[high]):
            raise place.fault(f"no value fits: {low} is {schema[low]} and {high} is {schema[high]}")


def _crosses(low: str, least: float, high: str, most: float) -> bool:
    return least > most or (least == most and (low, high) != ("minimum", "maximum") and "imum" in low.lower())
