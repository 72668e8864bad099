import functools
import subprocess
import sys
import threading
from dataclasses import dataclass, field

import numpy as np
import pytest

from seqcourse.numpy import SGD, Adam, WarmupCosine
from seqcourse.numpy.storage import description as storage
from seqcourse.tasks import DelayedRecall, TokenizedText
from seqcourse.tokenizers import ByteTokenizer

TEXT = "the clouds are in the sky. " * 20


@dataclass
class Counted:
    size: int
    seen: list = field(default_factory=list, compare=False)


class Plain:
    def __init__(self, **fields):
        self.__dict__.update(fields)

    @functools.cached_property
    def table(self):
        return np.zeros(3)

    def rate(self, n):
        return n


def rate(n):
    return 0.1


def scaled(factor):
    return lambda n: factor * n


def described(value):
    return storage.description("value", value)


PAIRS = {
    "field": (DelayedRecall(3), DelayedRecall(4)),
    "type": (SGD(0.1), Adam(0.1)),
    "text": (
        TokenizedText(TEXT, ByteTokenizer(), 5),
        TokenizedText(TEXT[::-1], ByteTokenizer(), 5),
    ),
    "schedule": (SGD(WarmupCosine(0.1, 9)), SGD(WarmupCosine(0.1, 8))),
    "function": (SGD(rate), SGD(scaled(1))),
    "closure": (scaled(1), scaled(2)),
    "code": (lambda n: n + 1, lambda n: n + 2),
    "partial": (functools.partial(rate, 1), functools.partial(rate, 2)),
    "method": (Plain(a=1).rate, Plain(a=2).rate),
    "attribute": (Plain(a=1), Plain(a=2)),
    "array": (Plain(a=np.zeros(3)), Plain(a=np.zeros(4))),
    "dtype": (Plain(a=np.zeros(3)), Plain(a=np.zeros(3, np.float32))),
    "list": (list(range(300)), list(range(301))),
    "set": ({1, 2}, {1, 3}),
    "generator": (np.random.default_rng(0), np.random.default_rng(1)),
    "bytes": (b"a", b"b"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_differs_is_described_otherwise(name):
    one, other = map(described, PAIRS[name])
    assert storage.difference(one, one) is None
    assert storage.difference(one, other) is not None


def test_what_decides_nothing_is_left_out():
    one, other = Counted(3), Counted(3, [1, 2])
    assert described(one) == described(other)
    used = Plain(a=1)
    assert used.table.shape == (3,)
    assert described(used) == described(Plain(a=1))


def test_the_description_is_the_same_in_every_process():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import test_description as t, json\n"
        "kept = {k: list(map(t.described, p)) for k, p in t.PAIRS.items()}\n"
        "print(json.dumps(kept, sort_keys=True))"
    )
    here = __file__.rpartition("/")[0]
    said = {
        subprocess.check_output(
            [sys.executable, "-c", code, here],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        )
        for seed in "12"
    }
    assert len(said) == 1


def test_what_contains_itself_is_described():
    own = Plain(a=1)
    own.own = own
    assert described(own)["own"] == {"itself": 0}


def test_what_says_itself_what_counts_is_asked():
    class Told(Plain):
        def to_config(self):
            return {"a": self.a}

    assert described(Told(a=1, lock=threading.Lock()))["a"] == 1


def test_what_cannot_be_described_has_its_sentence():
    deep = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ValueError, match=r"^value: .* nested too deep$"):
        described(deep)
    with pytest.raises(ValueError, match=r"^value.lock: expected something"):
        described(Plain(lock=threading.Lock()))


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ("a.b", 1, 2)),
        ({"type": "A", "b": 1}, {"b": 2, "type": "B"}, ("type", "A", "B")),
        ([1, [2, 3]], [1, [2, 4]], ("[1][1]", 3, 4)),
        ({"a": 1}, {"a": 1, "b": 2}, ("b", None, 2)),
        ([1], [1, 2], ("len()", 1, 2)),
    ],
)
def test_the_first_difference_is_named(one, other, difference):
    assert storage.difference(one, other) == difference
