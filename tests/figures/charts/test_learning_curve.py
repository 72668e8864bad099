"""Learning curves: what they say, and what is refused."""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.figures import learning_curve


def texts(figure, kind):
    root = ET.fromstring(figure.html)
    svg = next(s for s in root.iter("svg") if s.get("class") == kind)
    return ["".join(text.itertext()) for text in svg.iter("text")]


def test_learning_curve_says_its_numbers():
    figure = learning_curve(
        {"rnn": ([0, 100, 200], [2.08, 0.5, 0.0312])}, best=0.0123, chance=2.1
    )
    assert "The best possible is 0.0123." in figure.alt
    assert "Guessing is 2.1." in figure.alt
    assert "RNN: from 2.08 at step 0 to 0.0312 at step 200." in figure.alt
    assert {"best possible", "guessing"} <= set(texts(figure, "wide"))


def test_learning_curve_says_what_its_ends_do_not():
    loss = ([0, 10, 20, 30], [1.4, 0.9, 1.38, 1.4])
    figure = learning_curve({"rnn": loss})
    assert figure.alt.endswith(
        "to 1.4 at step 30, lowest at step 10 with 0.9."
    )


def test_long_histories_are_drawn_as_means():
    rng = np.random.default_rng(3)
    loss = rng.uniform(size=601)
    figure = learning_curve({"rnn": SimpleNamespace(loss=loss)})
    assert any("the mean of 6" in text for text in texts(figure, "wide"))
    # The last point is the mean of what is left over, here one step.
    assert f"to {loss[-1]:.3g} at step 601," in figure.alt
    assert f"from {loss[:6].mean():.3g} at" in figure.alt


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (
            SimpleNamespace(loss=[1.0, np.nan, 1.0]),
            r"results\['rnn'\].loss: .* numbers, got nan at \[1\]",
        ),
        (([0, 1], [1.0]), r"shapes \(2,\) and \(1,\)"),
        (
            ([1, 0], [1.0, 2.0]),
            "steps: expected rising numbers, got 0 after 1",
        ),
        (SimpleNamespace(loss=[1.0]), "at least 2 steps"),
    ],
)
def test_learning_curve_refuses(bad, sentence):
    with pytest.raises(ValueError, match=sentence):
        learning_curve({"rnn": bad})
    with pytest.raises(ValueError, match="best: expected a finite"):
        learning_curve({"rnn": ([0, 1], [1, 0])}, best=np.inf)
