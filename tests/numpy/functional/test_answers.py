"""What a loss is given: which targets count, and how much."""

import numpy as np
import pytest

from seqcourse.numpy.functional import answers
from seqcourse.numpy.training.checked_batch import checked_steps


def refusal(*given):
    """Give the sentence that refuses some answers, or none."""
    try:
        answers.checked_answers(*given)
    except ValueError as refused:
        return str(refused)
    return None


@pytest.mark.parametrize(
    ("kind", "targets", "nothing", "shape"),
    [
        ("cross_entropy", [2, 0], -100, (2, 3)),
        ("cross_entropy", [2, 0], 3, (2, 3)),
        ("squared_error", [[0.5], [0.5]], np.nan, (2, 1)),
        ("squared_error", [[0.5], [0.5]], np.inf, (2, 1)),
    ],
)
def test_a_target_is_read_where_it_counts_and_nowhere_else(
    kind, targets, nothing, shape
):
    targets = np.array(targets)
    targets[1] = nothing
    found, weights = answers.checked_answers(kind, targets, [1.0, 0.0], shape)
    assert found[0] == targets[0]
    assert found[1] == 0
    assert weights.tolist() == [1, 0]
    said = refusal(kind, targets, [1.0, 1.0], shape)
    assert said is not None
    assert said.startswith("targets: expected ")
    assert f"got {nothing} at [1" in said


def test_without_weights_all_real_steps_count_alike():
    targets, lengths = np.zeros((2, 3), int), np.array([3, 1])
    _, weights = answers.checked_targets("cross_entropy", lengths, 3, targets)
    assert weights.tolist() == [[1, 1, 1], [1, 0, 0]]


@pytest.mark.parametrize("scale", [1e-300, 1e-38, 1e38, 1e300])
def test_weights_of_any_size_have_their_proportions(scale):
    given = scale * np.array([1.0, 3.0])
    _, weights = answers.checked_answers("cross_entropy", [0, 0], given)
    small = weights.astype(np.float32)
    assert small[1] / small[0] == pytest.approx(3, rel=1e-6)


def test_what_is_right_is_not_copied():
    """The check costs no memory; a batch is the task's own."""
    given = (
        np.zeros((2, 3), np.int64),
        np.array([3, 2]),
        np.zeros((2, 3, 1), np.float32),
        np.array([[1, 1, 1], [1, 1, 0]], np.float32),
    )
    steps = checked_steps(*given[:2])
    found = answers.checked_targets("squared_error", steps[1], 3, *given[2:])
    for mine, theirs in zip((*steps, *found), given, strict=True):
        assert mine is theirs
