"""The fields of a form to the letter, whatever stands in them."""

from __future__ import annotations

from collections.abc import Mapping

import htpy as h
import pytest

from hatchet.page.forms import Fields, priority, raw
from hatchet.page.schema import Field, Kind

TEXT, WHOLE = Field(Kind.TEXT, "T"), Field(Kind.WHOLE, "W")


def drawn(field: Field, form: Mapping[str, list[str]] | None = None, faults: Mapping[str, str] | None = None) -> str:
    text = str(h.i[Fields(form or {}, faults or {}).all(field)])
    return "".join(text)[3:-4]  # plain text, which replaces as such


def control(field: Field, said: str = "") -> str:
    """The control of a field alone."""
    text = drawn(field, {"input": [said]})
    return text[text.index("</span>", text.index('class="label"')) :].partition("</label>")[0].rpartition("</span>")[2]


COMMON = 'name="input" aria-required="true"'
LOOSE = Field(Kind.TEXT, "T", is_required=False)


@pytest.mark.parametrize(
    ("field", "said", "text"),
    [
        (TEXT, "a<", f'<input {COMMON} type="text" value="a&lt;">'),
        (LOOSE, "", '<input name="input" type="text" value="">'),
        *(
            (Field(Kind.TEXT, "T", format=name), "a", f'<input {COMMON} type="{kind}" value="a">')
            for name, kind in {"date": "date", "time": "text", "email": "email", "uri": "url", "password": "password",
                               "unheard-of": "text"}.items()
        ),
        (Field(Kind.TEXT, "T", format="date-time"), "",
         f'<input {COMMON} type="text" value="" placeholder="2026-11-26T09:30:00Z">'),
        (TEXT, "x" * 80, f'<input {COMMON} type="text" value="{"x" * 80}">'),
        (TEXT, "x" * 81, f'<textarea {COMMON} rows="4">{"x" * 81}</textarea>'),
        (TEXT, "a\nb", f'<textarea {COMMON} rows="4">a\nb</textarea>'),
        (WHOLE, "3", f'<input {COMMON} type="number" step="1" value="3">'),
        (Field(Kind.NUMBER, "N", least=0.5, most=9), "3",
         f'<input {COMMON} type="number" step="any" min="0.5" max="9" value="3">'),
        (Field(Kind.JSON, "J"), "{",
         f'<textarea {COMMON} rows="4" spellcheck="false" class="json" placeholder="JSON">{{</textarea>'),
        (Field(Kind.TRUTH, "B", is_nullable=True), "false",
         '<select name="input"><option value="">–</option><option value="true">yes</option>'
         '<option value="false" selected>no</option></select>'),
        (Field(Kind.CHOICE, "C", choices=("a", 1)), "",
         f'<select {COMMON}><option value="" selected>–</option><option value="0">a</option>'
         '<option value="1">1</option></select>'),
        (Field(Kind.CHOICE, "C", choices=("a", 1)), "1",
         f'<select {COMMON}><option value="0">a</option><option value="1" selected>1</option></select>'),
        (Field(Kind.CHOICE, "C", choices=("a",), is_required=False), "0",
         '<select name="input"><option value="">–</option><option value="0" selected>a</option></select>'),
    ],
)  # fmt: skip
def test_each_kind_has_its_control(field: Field, said: str, text: str) -> None:
    assert control(field, said) == text


def test_a_field_has_its_label_hint_and_fault() -> None:
    assert drawn(Field(Kind.TEXT, "T", hint="why"), {}, {"input": "bad"}) == (
        '<div class="field"><label><span class="label">T<span class="needed" aria-hidden="true"> *</span></span>'
        '<input name="input" aria-describedby="about-input" aria-invalid="true" aria-required="true"'
        ' type="text" value=""></label><span class="about" id="about-input"><small>why</small>'
        '<span class="fault" role="alert">bad</span></span></div>'
    )
    assert drawn(LOOSE) == (
        '<div class="field"><label><span class="label">T</span><input name="input" type="text" value=""></label>'
        '<span class="about" id="about-input"></span></div>'
    )
    for faults, hint in (({"input": "bad"}, ""), ({}, "why")):
        assert 'aria-describedby="about-input"' in drawn(Field(Kind.TEXT, "T", hint=hint), {}, faults)


@pytest.mark.parametrize(("said", "checked"), [("true", " checked"), ("false", ""), ("", "")])
def test_a_truth_is_a_box(said: str, checked: str) -> None:
    assert drawn(Field(Kind.TRUTH, "B"), {"input": [said]}) == (
        f'<div class="field"><label class="check"><input name="input" type="checkbox" value="true"{checked}> '
        '<span class="label">B<span class="needed" aria-hidden="true"> *</span></span></label>'
        '<span class="about" id="about-input"></span></div>'
    )


PAIR = Field(Kind.OBJECT, "O", fields=(("a/b", LOOSE), ("n", Field(Kind.NOTHING, "N"))), hint="why")


def test_an_object_has_its_fields_and_a_list_its_items() -> None:
    def a(place: str) -> str:
        return drawn(LOOSE).replace('name="input"', f'name="{place}"').replace("about-input", f"about-{place}")

    assert drawn(PAIR) == a("input/a%2Fb")
    assert drawn(Field(Kind.OBJECT, "O")) == '<p class="none">It takes no input.</p>'
    given = {"input#": ["2"]}
    listed = drawn(Field(Kind.LIST, "L", item=LOOSE), given, {"input": "bad"})
    assert listed == (
        '<fieldset><legend>L<span class="needed" aria-hidden="true"> *</span></legend>'
        '<span class="fault" role="alert">bad</span><div class="inside"><input type="hidden" name="input#" value="2">'
        + "".join(
            f'<div class="item">{a(f"input/{number}")}<button type="submit" name="do" value="remove input/{number}"'
            f' formnovalidate class="quiet">Remove<span class="hidden"> item {number + 1} of L</span></button></div>'
            for number in (0, 1)
        )
        + '<button type="submit" name="do" value="add input" formnovalidate>Add<span class="hidden">'
        " an item to L</span></button></div></fieldset>"
    )
    inner = Field(Kind.OBJECT, "Whole", fields=(("o", PAIR),))
    assert drawn(inner).startswith(
        '<fieldset><legend>O<span class="needed" aria-hidden="true"> *</span></legend><small>why</small>'
        '<div class="inside">'
    )


@pytest.mark.parametrize(("said", "checked"), [("yes", " checked"), ("no", "")])
def test_what_may_be_left_out_has_a_switch(said: str, checked: str) -> None:
    field = Field(Kind.OBJECT, "O", fields=(("a", LOOSE),), is_nullable=True)
    assert drawn(field, {"input?": [said]}).startswith(
        f'<fieldset class="optional"><legend><label><input type="checkbox" name="input?"'
        f' value="yes"{checked}> O</label></legend>'
        '<div class="inside"><div class="field">'
    )


def test_the_input_as_json_has_its_fault() -> None:
    assert str(h.i[raw("{}", "bad")]) == (
        '<i><div class="field"><label><span class="label">Input as JSON</span><textarea name="json" rows="12"'
        ' spellcheck="false" class="json" aria-invalid="true" aria-describedby="about-json">{}</textarea></label>'
        '<span class="about" id="about-json"><span class="fault" role="alert">bad</span></span></div></i>'
    )
    assert "about" not in str(h.i[raw("{}", None)])


def test_priorities_have_words() -> None:
    assert str(h.i[priority("2")]) == (
        '<i><select name="priority"><option value="">of the workflow</option><option value="1">low</option>'
        '<option value="2" selected>medium</option><option value="3">high</option></select></i>'
    )
