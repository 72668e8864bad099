"""Handwritten digits as sequences."""

import gzip
from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest

from seqcourse.tasks import Digits, digits

TRAIN, TEST = Digits(), Digits(split="test")


def test_the_file_is_the_published_test_set_and_says_whose():
    here = files("seqcourse.tasks.series")
    packed = here.joinpath("digits.csv.gz").read_bytes()
    assert sha256(packed).hexdigest() == (
        "0cd1ff86a082ec5670ccaa30ac3af956287524e516dc57ee2a7e9e258d573770"
    )
    lines = gzip.decompress(packed).decode("ascii").splitlines()
    head = "\n".join(line for line in lines if line.startswith("#"))
    for part in ("Alpaydin", "Kaynak", "UCI", "10.24432/C50P49", "CC BY 4.0"):
        assert part in head


def test_the_arrays_are_those_of_the_file():
    """Their SHA-256 is that of scikit-learn's ``load_digits``."""
    images, labels = digits()
    assert sha256(images.tobytes() + labels.tobytes()).hexdigest() == (
        "8b3b6ae90863430bdef06a3f7d1ec2f6a905a53d3375655b18cf63780ad98772"
    )


def test_there_are_1797_images():
    images, labels = digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.float32
    assert images.min() == 0
    assert images.max() == 1
    assert labels.shape == (1797,)
    assert labels.dtype == np.int64
    assert (np.bincount(labels) > 170).all()


def test_nobody_can_write_on_them():
    for array in digits():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_splits_share_nothing_and_leave_nothing():
    assert sorted([*TRAIN.rows, *TEST.rows]) == list(range(1797))
    assert len(TEST.rows) == 360


def test_the_split_is_always_the_same():
    assert TEST.rows[:5].tolist() == [201, 480, 167, 621, 1638]
    assert TRAIN.rows[:5].tolist() == [809, 820, 782, 1228, 1368]
    assert (Digits("pixel", "test").rows == TEST.rows).all()


def test_every_digit_is_in_both_splits():
    _, labels = digits()
    assert np.bincount(labels[TEST.rows]).min() >= 25


def test_rows_and_pixels_are_the_same_ink():
    by_row = TEST.whole()
    by_pixel = Digits("pixel", "test").whole()
    images, labels = digits()
    np.testing.assert_array_equal(by_row.inputs, images[TEST.rows])
    np.testing.assert_array_equal(by_row.targets, labels[TEST.rows])
    assert by_pixel.inputs.shape == (360, 64, 1)
    np.testing.assert_array_equal(
        by_pixel.inputs.reshape(360, 8, 8), by_row.inputs
    )
    assert (by_row.lengths == 8).all()
    assert (by_pixel.lengths == 64).all()


@pytest.mark.parametrize("task", [TRAIN, TEST], ids=["train", "test"])
def test_batches_come_from_their_split_alone(task):
    own = {image.tobytes() for image in task.whole().inputs}
    batch = task.batch(np.random.default_rng(0), 5000)
    drawn = {image.tobytes() for image in batch.inputs}
    assert drawn <= own
    assert len(drawn) > 0.9 * len(own)


@pytest.mark.parametrize("task", [TRAIN, TEST], ids=["train", "test"])
def test_the_best_constant_answer_gets_chance(task):
    batch = task.whole()
    scores = [
        task.metric(
            np.tile(np.eye(10)[digit], (len(batch.targets), 1)), batch
        )
        for digit in range(10)
    ]
    assert max(scores) == pytest.approx(task.chance)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"by": "column"}, "by: expected one of row, pixel, got 'column'"),
        ({"split": "all"}, "split: expected one of train, test, got 'all'"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Digits(**arguments)
