"""The map of the course."""

import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import Part, course_map


def test_map_links_what_exists():
    lessons = [("Here", "1-memory/here.html"), ("Later", None)]
    names = "abcdef"
    parts = [Part(f"Part {name}", "a sum", lessons) for name in names]
    figure = course_map(parts)
    root = ET.fromstring(figure.html)
    links = [(a.text, a.get("href")) for a in root.iter("a")]
    assert links == [("Here", "1-memory/here.html")] * 6
    assert figure.html.count("to come") == 6
    titles = [title.text for title in root.iter("h3")]
    assert titles == [f"{n} Part {name}" for n, name in enumerate(names, 1)]
    assert "3 Part c, a sum" in figure.alt
    with pytest.raises(ValueError, match="parts: expected 6, got 4"):
        course_map(parts[:4])
