"""What comes from outside cannot become markup."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqcourse.figures.drawing.figure import checked_alt, content_id, figure
from seqcourse.figures.drawing.markup import Safe, inline, join, number, tag

# What XML itself cannot hold is not ours to carry.
text = st.text(st.characters(min_codepoint=32, exclude_categories=["C"]))


@given(text, text)
def test_any_text_comes_back_as_it_was(inside, attribute):
    element = ET.fromstring(tag("p", inside, title=attribute))
    assert (element.text or "") == inside
    assert element.get("title") == attribute
    assert len(element) == 0


@given(text)
def test_captions_hold_no_element_but_the_inline_ones(words):
    try:
        written = inline(words)
    except ValueError:
        return
    allowed = {"b", "code", "em", "i", "strong", "sub", "sup", "p"}
    found = ET.fromstring(f"<p>{written}</p>")
    assert {part.tag for part in found.iter()} <= allowed


@pytest.mark.parametrize("words", ["<em>open", "</em>", "<b><i>x</b></i>"])
def test_captions_with_open_tags_are_refused(words):
    with pytest.raises(ValueError, match="every inline tag to be closed"):
        inline(words)


def test_inline_tags_lose_nothing_but_carry_no_attributes():
    assert inline('<em onclick="x">') == '&lt;em onclick="x"&gt;'


def test_markup_is_not_escaped_twice():
    assert join(Safe("<br/>"), "&") == "<br/>&amp;"


def test_attributes():
    assert tag("i", a=None, b=False, c=True, for_="x", data_d=1.25) == (
        '<i c="" for="x" data-d="1.2"></i>'
    )


@given(st.floats(-1e6, 1e6))
def test_numbers_are_close_and_short(value):
    written = number(value)
    assert abs(float(written) - value) <= 0.05 + 1e-9
    assert written != "-0"


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_must_say_something(alt):
    with pytest.raises(ValueError, match="alt: expected a sentence"):
        figure(Safe(), alt=alt)
    with pytest.raises(ValueError, match="alt: expected a sentence"):
        checked_alt(alt)


def test_ids_depend_on_where_the_parts_end():
    assert content_id("ab", "c") != content_id("a", "bc")
