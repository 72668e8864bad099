"""An encoder and a decoder: who reads what, and what is refused."""

import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import encoder_decoder


def drawings(figure):
    return list(ET.fromstring(figure.html).iter("svg"))


def texts(svg):
    return ["".join(text.itertext()) for text in svg.iter("text")]


def test_encoder_decoder_reads_above_and_writes_below():
    for svg in drawings(encoder_decoder("3 May", "05-03")):
        boxes = list(svg.iter("rect"))
        heights = [float(box.get("y")) for box in boxes]
        assert len(boxes) == len("3 May") + len("05-03") + 1
        assert heights == sorted(heights)
        assert len(set(heights)) == 2
        words = texts(svg)
        # What is written is read one step later; the end is read by nobody.
        assert words[-6:] == [*"05-03", "end"]
        at = words.index("start")
        assert words[at - 5 : at + 6] == [*"3␣May", "start", *"05-03"]


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("3", "05", "source: expected 2 to 11 characters, got 1"),
        (
            "3 May 1979, a",
            "05",
            "source: expected 2 to 11 characters, got 13",
        ),
        ("3 May", "0", "target: expected 2 to 10 characters, got 1"),
    ],
)
def test_encoder_decoder_refuses(source, target, sentence):
    with pytest.raises(ValueError, match=sentence):
        encoder_decoder(source, target)
