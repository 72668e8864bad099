"""One line for each model, and a mark for each of its runs."""

import numpy as np
import pytest

from seqcourse.figures import accuracy_by_position

RUNS = [[1.0, 0.5, 0.2], [1.0, 0.7, 0.4]]


def shown(values):
    return accuracy_by_position(
        {"RNN": (values, "rnn")}, [1, 2, 9], x_label="position"
    )


def test_each_run_has_its_marks():
    one, two = shown(RUNS[0]).html, shown(RUNS).html
    marks = [html.count('class="mark') for html in (one, two)]
    assert marks[1] > marks[0]


def test_words_give_the_mean_and_the_range_of_the_runs():
    assert shown(RUNS).alt.endswith(
        "RNN, 2 runs: 100 % at 1 (100 to 100), 60 % at 2 (50 to 70), "
        "30 % at 9 (20 to 40)."
    )
    assert shown(RUNS[0]).alt.endswith(
        "RNN: 100 % at 1, 50 % at 2, 20 % at 9."
    )


@pytest.mark.parametrize("shape", [(4,), (2, 4), (1, 2, 3), (21, 3)])
def test_runs_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"RNN.*expected"):
        shown(np.full(shape, 0.5))
