"""The form of an input, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import htpy as h

from hatchet.page.filled import COUNT, GIVEN, ROOT, Form, count_at, place_of, text_at
from hatchet.page.parts import choice, text_of
from hatchet.page.schema import Field, Kind

DO: Final = "do"
"""The field of the button that was pressed: what is to be done with the form in place of sending it."""

ADD, REMOVE = "add ", "remove "

INPUTS: Final = {"date": "date", "time": "text", "email": "email", "uri": "url", "password": "password"}
"""Kinds of inputs by formats of texts."""


class Fields:
    """Draws the fields of a form.

    Args:
        form: what stands in them.
        faults: what is wrong with it, by their names.
    """

    def __init__(self, form: Form, faults: Mapping[str, str]) -> None:
        self._form = form
        self._faults = faults

    def all(self, field: Field) -> h.Node:
        """The fields of the whole input."""
        if field.kind is Kind.OBJECT and not field.is_switched:
            if not field.fields:
                return h.p(class_="none")["It takes no input."]
            return [self._one(each, place_of(ROOT, name)) for name, each in field.fields]
        return self._one(field, ROOT)

    def _one(self, field: Field, place: str) -> h.Node:
        match field.kind:
            case Kind.OBJECT:
                inside: h.Node = [self._one(each, place_of(place, name)) for name, each in field.fields]
                return self._set(field, place, inside)
            case Kind.LIST if field.item is not None:
                return self._set(field, place, self._items(field, field.item, place))
            case Kind.NOTHING:
                return None
            case _:
                return self._single(field, place)

    def _set(self, field: Field, place: str, inside: h.Node) -> h.Node:
        """An object or a list, which may be left out."""
        title: h.Node = [field.title, _mark(field)]
        if field.is_switched:
            is_given = text_at(self._form, place + GIVEN) == "yes"
            title = h.label[h.input(type="checkbox", name=place + GIVEN, value="yes", checked=is_given), " ", title]
        return h.fieldset(class_="optional" if field.is_switched else None)[
            h.legend[title],
            h.small[field.hint] if field.hint else None,
            self._fault(place),
            h.div(class_="inside")[inside],
        ]

    def _items(self, field: Field, item: Field, place: str) -> h.Node:
        count = count_at(self._form, place)
        return [
            h.input(type="hidden", name=place + COUNT, value=str(count)),
            (
                h.div(class_="item")[
                    self._one(item, f"{place}/{number}"),
                    h.button(
                        type="submit", name=DO, value=f"{REMOVE}{place}/{number}", formnovalidate=True, class_="quiet"
                    )["Remove", h.span(class_="hidden")[f" item {number + 1} of {field.title}"]],
                ]
                for number in range(count)
            ),
            h.button(type="submit", name=DO, value=f"{ADD}{place}", formnovalidate=True)[
                "Add", h.span(class_="hidden")[f" an item to {field.title}"]
            ],
        ]

    def _single(self, field: Field, place: str) -> h.Node:
        said = text_at(self._form, place)
        about = f"about-{place}"
        common: dict[str, str | bool | None] = {
            "name": place,
            "aria-describedby": about if field.hint or place in self._faults else None,
            "aria-invalid": "true" if place in self._faults else None,
            "aria-required": "true" if not field.may_be_absent and field.kind is not Kind.TRUTH else None,
        }
        label = h.span(class_="label")[field.title, _mark(field)]
        after = h.span(class_="about", id=about)[h.small[field.hint] if field.hint else None, self._fault(place)]
        if field.kind is Kind.TRUTH and not field.is_nullable:
            box = h.input(common, type="checkbox", value="true", checked=said == "true")
            return h.div(class_="field")[h.label(class_="check")[box, " ", label], after]
        return h.div(class_="field")[h.label[label, self._control(field, said, common)], after]

    def _control(self, field: Field, said: str, common: Mapping[str, str | bool | None]) -> h.Node:
        match field.kind:
            case Kind.TRUTH:
                return h.select(common)[_options([("", "–"), ("true", "yes"), ("false", "no")], said)]
            case Kind.CHOICE:
                choices = [(str(number), _word(each)) for number, each in enumerate(field.choices)]
                none = [("", "–")] if field.may_be_absent or not said else []
                return h.select(common)[_options([*none, *choices], said)]
            case Kind.WHOLE | Kind.NUMBER:
                step = "1" if field.kind is Kind.WHOLE else "any"
                least, most = (None if each is None else f"{each:g}" for each in (field.least, field.most))
                return h.input(common, type="number", step=step, min=least, max=most, value=said)
            case Kind.JSON:
                return h.textarea(common, rows="4", spellcheck="false", class_="json", placeholder="JSON")[said]
            case _ if "\n" in said or len(said) > 80:
                return h.textarea(common, rows="4")[said]
            case _:
                kind = INPUTS.get(field.format, "text")
                hint = "2026-11-26T09:30:00Z" if field.format == "date-time" else None
                return h.input(common, type=kind, value=said, placeholder=hint)

    def _fault(self, place: str) -> h.Node:
        fault = self._faults.get(place)
        return h.span(class_="fault", role="alert")[fault] if fault else None


def _mark(field: Field) -> h.Node:
    return None if field.may_be_absent else h.span(class_="needed", aria_hidden="true")[" *"]


def _word(value: object) -> str:
    return value if isinstance(value, str) else text_of(value)


def _options(choices: Sequence[tuple[str, str]], said: str) -> h.Node:
    return [h.option(value=sent, selected=sent == said)[words] for sent, words in choices]


def raw(text: str, fault: str | None) -> h.Node:
    """The whole input as JSON."""
    return h.div(class_="field")[
        h.label[
            h.span(class_="label")["Input as JSON"],
            h.textarea(
                name="json", rows="12", spellcheck="false", class_="json", aria_invalid="true" if fault else None,
                aria_describedby="about-json" if fault else None,
            )[text],
        ],
        h.span(class_="about", id="about-json")[h.span(class_="fault", role="alert")[fault]] if fault else None,
    ]  # fmt: skip


def priority(said: str) -> h.Node:
    """How soon the run comes."""
    return choice("priority", [("", "of the workflow"), ("1", "low"), ("2", "medium"), ("3", "high")], said)
