"""Each relation is named where it holds in every case, and only there."""

import numpy as np
import pytest

from seqcourse.diagnosis import diagnose
from seqcourse.diagnosis.case_relations import right_where
from seqcourse.diagnosis.diagnose import FIRST, LAST, THEN
from seqcourse.diagnosis.trial import Trial, alike


def softmax(scores):
    powers = np.exp(scores)
    return powers / powers.sum(-1, keepdims=True)


def case(size, seed=0):
    rng = np.random.default_rng([seed, size])
    x = rng.normal(size=(size, size + 1))
    bias = rng.normal(size=size + 1)
    return {"x": x, "params": {"bias": bias}, "keep": rng.uniform(0.2, 0.8)}


def cases():
    return [case(size, seed) for size in (2, 3, 4) for seed in range(2)]


def square(x, params, keep):
    return np.outer(x[:, 0], x[:, 1]) + np.triu(x[:, :-1])


def layer(x, params, keep):
    return keep * x + params["bias"]


def shares(x, params, keep):
    return softmax(x)


def sums(x, params, keep):
    return x.sum(-1)


def fails(_):
    return None


#: What is right, what comes, and the words by which it is told.
RELATED = {
    "sign": (layer, lambda e, **_: -e, "opposite sign"),
    "twice": (layer, lambda e, **_: 2 * e, "2 times too large"),
    "half": (layer, lambda e, **_: e / 2, "half of what it should be"),
    "percent": (shares, lambda e, **_: 100 * e, "not a percentage"),
    "bits": (sums, lambda e, **_: e / np.log(2), "bits where nats"),
    "by n": (sums, lambda e, x, **_: len(x) * e, "`x.shape[0]` times too"),
    "mean": (
        sums,
        lambda e, x, **_: e / x.shape[1],
        "too small by a factor of `x.shape[1]`",
    ),
    "root": (
        sums,
        lambda e, x, **_: e * np.sqrt(x.shape[1]),
        "too large by the square root of `x.shape[1]`",
    ),
    "one more": (sums, lambda e, **_: e + 1, "too large by 1"),
    "squared": (layer, lambda e, **_: e**2, "is the square of"),
    "abs": (layer, lambda e, **_: abs(e), "Right but for the signs"),
    "exp": (layer, lambda e, **_: np.exp(e), "a logarithm that is not"),
    "tanh missing": (
        lambda **c: np.tanh(layer(**c)),
        lambda e, **_: np.arctanh(e),
        "a last tanh that is missing",
    ),
    "sigmoid missing": (
        lambda **c: 1 / (1 + np.exp(-layer(**c))),
        lambda e, **_: np.log(e / (1 - e)),
        "a last sigmoid that is missing",
    ),
    "one minus": (shares, lambda e, **_: 1 - e, "always add up to 1"),
    "rounded": (layer, lambda e, **_: np.floor(e), "rounded down"),
    "whole": (layer, lambda e, **_: np.trunc(e), "cut to whole numbers"),
    "transposed": (square, lambda e, **_: e.T, "axes 0 and 1 exchanged"),
    "other shape": (layer, lambda e, **_: e.T, "being transposed"),
    "backwards": (layer, lambda e, **_: e[:, ::-1], "axis 1 runs backwards"),
    "late": (
        layer,
        lambda e, **_: np.hstack([0 * e[:, :1], e[:, :-1]]),
        "one place late along axis 1",
    ),
    "early": (
        layer,
        lambda e, **_: np.hstack([e[:, 1:], 0 * e[:, :1]]),
        "one place early along axis 1",
    ),
    "zeros": (layer, lambda e, **_: 0 * e, "all zeros"),
    "ones": (layer, lambda e, **_: 0 * e + 1, "numbers are the same"),
    "first row": (
        layer,
        lambda e, **_: np.vstack([e[:1], e[1:] ** 2 + 3]),
        "Only the first place along axis 0",
    ),
    "but last": (
        layer,
        lambda e, **_: np.hstack([e[:, :-1], e[:, -1:] ** 2 + 3]),
        "but the last place along axis 1",
    ),
    "columns sum to 1": (
        shares,
        lambda _e, x, **_: softmax(x.T).T,
        "Your columns add up to 1",
    ),
    "all sums to 1": (
        shares,
        lambda _e, x, **_: np.exp(x) / np.exp(x).sum(),
        "All your numbers together",
    ),
    "no shares": (shares, lambda _e, x, **_: np.exp(x) + 1, "adds up to"),
    "shuffled": (
        layer,
        lambda e, **_: np.roll(e.ravel(), 3).reshape(e.shape),
        "in another order",
    ),
    "input": (layer, lambda _e, x, **_: x, "`x`, as it went in"),
    "no bias": (
        layer,
        lambda _e, x, keep, **_: keep * x,
        '`params["bias"]` makes no difference',
    ),
    "bias twice": (
        layer,
        lambda e, params, **_: e + params["bias"],
        '`params["bias"]` is too much',
    ),
    "minus the bias": (
        layer,
        lambda e, params, **_: e - 2 * params["bias"],
        '`params["bias"]` goes in with the opposite sign',
    ),
    "a factor": (
        lambda x, keep, **_: keep * x,
        lambda e, keep, **_: keep * e,
        "multiplied by `keep` once too often",
    ),
    "keep is written down": (
        layer,
        lambda _e, x, params, **_: 0.5 * x + params["bias"],
        "`keep` makes no difference",
    ),
    "NaN": (layer, lambda e, **_: e * np.nan, "are NaN"),
    "infinite": (layer, lambda e, **_: e / 0, "are infinite"),
    "nearly": (
        lambda x, **_: x / x.std(),
        lambda _e, x, **_: x / np.sqrt(x.var() + 1e-3),
        "Nearly",
    ),
    "out of bounds": (
        lambda x, keep, **_: np.tanh(x * keep) ** 2,
        lambda _e, x, keep, **_: np.sin(9 * x) + keep**2 - 1.5,
        "between 0 and 1",
    ),
    "summed over": (layer, lambda e, **_: e.sum(1), "the sum over axis 1"),
    "an axis more": (layer, lambda e, **_: e[:, None], "`keepdims`"),
    "no axes": (layer, lambda e, **_: e.ravel(), "the axes are gone"),
    "one row": (layer, lambda e, **_: e[-1], "Only one place of the first"),
    "some cases": (
        layer,
        lambda e, x, **_: e if len(x) == 3 else e**3 + e**2,
        "only where `x.shape[0]` is 3",
    ),
    "up to a size": (
        layer,
        lambda e, x, **_: e if len(x) <= 3 else e**3 + e**2,
        "where `x.shape[0]` is at most 3",
    ),
}  # fmt: skip


def related(right, change):
    def answer(case):
        with np.errstate(all="ignore"):
            return change(right(**case), **case)

    def tried(each):
        expected, got = right(**each), answer(each)
        return Trial(each, expected, got, alike(got, expected))

    def further():
        return [tried(case(size, s)) for size in (2, 3, 4) for s in range(9)]

    trials = [tried(each) for each in cases()]
    return diagnose(trials, (), answer, lambda each: right(**each), further)


@pytest.mark.parametrize("name", RELATED)
def test_a_relation_is_named(name):
    right, change, words = RELATED[name]
    found = related(right, change)
    assert found is not None
    assert words in found.sentence


#: What stays true, whatever one more case may be.
STAYS = {"no shares", "some cases", "up to a size", "out of bounds"}


@pytest.mark.parametrize("name", sorted(RELATED.keys() - STAYS))
def test_one_case_in_which_it_does_not_hold_is_enough(name):
    """What is told must be true of every case that fails."""
    right, change, words = RELATED[name]
    odd = case(4, 1)["x"]

    def but_once(expected, x, **rest):
        if np.array_equal(x, odd):
            with np.errstate(all="ignore"):
                return expected + np.sin(40 * expected) + 0.3
        return change(expected, x=x, **rest)

    found = related(right, but_once)
    assert found is None or words not in found.sentence


@pytest.mark.parametrize("right", [layer, shares, square, sums])
def test_of_what_is_not_related_nothing_is_told(right):
    def change(expected, x, **_):
        rng = np.random.default_rng(x.size)
        mixed = np.sin(99 * expected) + rng.normal(size=expected.shape)
        return mixed + x.sum()

    found = related(right, change)
    assert (
        found is None
        or found.name == "the bounds"
        or "sum" in (found.sentence)
        or "adds up" in found.sentence
    )


def test_no_two_relations_have_one_name():
    names = [*FIRST, *THEN, *LAST]
    assert len(set(names)) == len(names)


def test_the_parts_are_named():
    trials = [Trial({}, (n, 2.5 * n), (2.5 * n, n), False) for n in (1, 2, 3)]
    found = diagnose(trials, ("h", "c"), fails, fails, list)
    assert found.sentence.endswith("in the other order: return `h, c`.")
    trials = [
        Trial({}, (n, 2.5 * n), (n, -2.5 * n), False) for n in (1, 2, 3)
    ]
    found = diagnose(trials, ("h", "c"), fails, fails, list)
    assert found.sentence.startswith("In `c`: Every number has the right")


def test_a_count_is_told_by_its_term():
    rng = np.random.default_rng(0)
    trials = []
    for _ in range(6):
        D, H = (int(n) for n in rng.integers(2, 9, 2))
        right = 4 * H * (D + H + 1)
        trials.append(Trial({"D": D, "H": H}, right, right - 4 * H, False))
    found = diagnose(trials, (), fails, fails, list)
    assert found.sentence == "It is too small by 4 · H in every case."


def test_what_is_kept_between_calls_is_told():
    calls = []

    def answer(each):
        calls.append(each)
        return each["x"] * len(calls)

    trials = [Trial(each, each["x"], answer(each), False) for each in cases()]
    found = diagnose(trials, (), answer, lambda each: each["x"], list)
    assert "Called again with the same arguments" in found.sentence


def test_a_list_that_ends_too_early_is_told():
    trials = [
        Trial({}, list(range(n)), list(range(n - 1)), False)
        for n in (3, 4, 5)
    ]
    found = diagnose(trials, (), fails, fails, list)
    assert found.sentence == (
        "It begins right and ends too early: 2 come back where 3 were due."
    )


def test_where_an_argument_mends_it_is_told():
    def right(x, params, keep):
        return np.tanh(keep * x + params["bias"])

    found = related(
        right,
        lambda _e, x, params, keep: np.tanh(
            keep * x + params["bias"] * np.cos(x)
        ),
    )
    assert 'right where `params["bias"]` is zero' in found.sentence


def test_an_argument_without_which_all_is_right_tells_nothing():
    """Scores that are all zero have one softmax, whatever comes before."""
    found = related(
        lambda x, keep, **_: softmax(keep * x),
        lambda _e, x, keep, **_: softmax(np.sin(3 * keep * x)),
    )
    assert found is None or "It is right where" not in found.sentence


def tried(cases, is_right):
    return [
        Trial(case, 1.5, 1.5 if is_right(case) else 2.5, is_right(case))
        for case in cases
    ]


def test_sizes_that_go_together_by_chance_are_not_told():
    """One that parts a few cases must part many more."""
    few = [{"B": B, "T": T} for B, T in ((3, 2), (3, 2), (5, 4), (2, 6))]
    many = [{"B": B, "T": T} for B in range(2, 7) for T in range(2, 7)] * 2

    def short(case):
        return case["T"] == 2

    said = right_where(tried(few, short), lambda: tried(many, short))
    assert said == (
        "It is right only where `T` is 2, its lowest value, and wrong in "
        "every other case."
    )

    def odd(case):
        return (case["T"] + case["B"]) % 5 == 0

    assert right_where(tried(few, odd), lambda: tried(many, odd)) is None
    # Too few, or none where all of them take too long.
    assert right_where(tried(few, short), list) is None
    assert right_where(tried(few, short), lambda: tried(few, short)) is None


def test_of_two_sizes_that_part_the_cases_none_is_told():
    cases = [{"T": n, "heads": n // 2, "steps": n + 1} for n in (3, 4, 7)]

    def is_right(case):
        return case["T"] == 4

    both = tried(cases * 9, is_right)
    assert right_where(both, lambda: both) is None
    for case in cases:
        del case["heads"]
    # A length and one more than it are the same size.
    assert "`T` is 4" in right_where(both, lambda: both)
