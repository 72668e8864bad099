"""Whatever an answer returns or raises, a check gives its verdict."""

import contextlib
import functools
import signal
import sys
import threading
import time
from collections import UserDict, deque
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.exercises import Exercise, Mistake, check, find
from seqcourse.exercises.calling import define, draw, outcome
from seqcourse.exercises.comparing import difference
from seqcourse.exercises.plain_values import Strange, plain
from seqcourse.exercises.time_limit import TimeIsUpError, time_limit

SOLUTION = define(find("rnn-step"), find("rnn-step").solution)


class Evil:
    """What fails whatever is done with it."""

    def fail(self, *_):
        raise SystemExit("evil")

    __eq__ = __array__ = __repr__ = __str__ = __len__ = __iter__ = fail
    __bool__ = __float__ = __int__ = __getitem__ = __hash__ = fail
    __index__ = __format__ = __getattr__ = fail
    __class__ = property(fail)


class EvilList(list):
    __len__ = __iter__ = __getitem__ = __eq__ = __repr__ = Evil.fail


class EvilArray(np.ndarray):
    __array_finalize__ = __eq__ = __repr__ = __abs__ = __sub__ = Evil.fail


class EvilWord(str):
    __slots__ = ()
    __eq__ = __repr__ = __str__ = __hash__ = __format__ = Evil.fail


class EvilKind(type):
    __name__ = property(Evil.fail)
    __module__ = property(Evil.fail)


def of_evil_kind():
    return EvilKind("Kind", (), {})()


def evil_array():
    made = np.ndarray.__new__(np.ndarray, (3, 7))
    return made.view(np.ma.MaskedArray)


def itself():
    made = []
    made += [made, made]
    return made


@functools.cache
def deep():
    made = 0.0
    for _ in range(100_000):
        made = [made]
    return made


RESULTS = {
    "evil": Evil,
    "in a tuple": lambda: (Evil(), 1),
    "an evil list": lambda: EvilList([1.0]),
    "an evil word": lambda: EvilWord("a"),
    "of an evil kind": of_evil_kind,
    "an evil class": lambda: Evil,
    "a generator": lambda: (n for n in range(3)),
    "a large number": lambda: 10**400,
    "a larger number": lambda: 10**9000,
    "large numbers": lambda: [10**400, 1],
    "objects": lambda: np.array([None, object()]),
    "an object": lambda: np.array(object(), object),
    "an array that holds itself": lambda: np.array([{}, itself()], object),
    "a list that holds itself": itself,
    "a deep list": deep,
    "rows of several lengths": lambda: [[1.0], [1.0, 2.0]],
    "a huge range": lambda: range(10**15),
    "a huge view": lambda: np.broadcast_to(0.0, (10**6, 10**6)),
    "words": lambda: "0.5",
    "an array of words": lambda: np.array(["0.5"]),
    "dates": lambda: np.array(["2020-01-01"], "M8[D]"),
    "records": lambda: np.zeros(2, "i4,f8"),
    "an own dictionary": lambda: UserDict(a=1),
    "a namespace": SimpleNamespace,
    "bytes": lambda: b"12",
    "a set": lambda: {1, 2},
    "not a number": lambda: np.full((3, 7), np.nan),
    "a mask": evil_array,
    "nothing": lambda: None,
    "the function": lambda: check,
}


@pytest.mark.parametrize("kind", RESULTS)
@pytest.mark.parametrize("id_", ["rnn-step", "greedy-decoding"])
def test_whatever_is_returned_is_not_right(kind, id_):
    verdict = check(id_, lambda *_: RESULTS[kind]())
    assert not verdict.passed
    assert len(verdict.words) < 600
    assert len(repr(verdict)) < 1600


@pytest.mark.parametrize("where", ["tuple", "dict", "list"])
@pytest.mark.parametrize("kind", RESULTS)
def test_whatever_is_within_a_result_is_not_right(kind, where):
    def answer(*_):
        part = RESULTS[kind]()
        whole = {"tuple": (part, part), "list": [part], "dict": {"a": part}}
        return whole[where]

    assert not check("padded-batch", answer).passed


def test_a_coroutine_is_not_right():
    async def answer(*_):
        return 1

    verdict = check("rnn-step", answer)
    assert "a coroutine" in verdict.words


class NoWords(Exception):  # noqa: N818
    def __str__(self):
        raise ValueError


class Rare(BaseException):
    pass


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(3),
        GeneratorExit(),
        StopIteration(),
        RecursionError("deep"),
        MemoryError(),
        Rare("rare"),
        NoWords(),
        ValueError("long " * 10**5),
        ExceptionGroup("several", [ValueError("one")]),
    ],
)
def test_whatever_is_raised_is_told(error):
    def answer(*_):
        raise error

    verdict = check("rnn-step", answer)
    assert not verdict.passed
    assert f"{type(error).__name__} in line " in verdict.words
    assert len(verdict.words) < 400


def test_an_endless_recursion_is_told():
    def answer(*case):
        return answer(*case)

    assert "RecursionError in line" in check("rnn-step", answer).words


def test_a_program_that_ends_itself_is_told():
    assert "SystemExit" in check("rnn-step", lambda *_: exit(1)).words


def test_the_keyboard_interrupts():
    def answer(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("rnn-step", answer)


@pytest.mark.torch
def test_a_tensor_is_as_good_as_an_array():
    import torch

    def tensor(*case):
        return torch.tensor(SOLUTION(*case), requires_grad=True)

    assert check("rnn-step", tensor).passed
    assert not check("rnn-step", lambda *case: 2 * tensor(*case)).passed
    for wrong in (
        torch.empty(2, 2, device="meta"),
        torch.zeros(2, 2, dtype=torch.bfloat16),
        torch.zeros(1).expand(10**9, 10**9),
    ):
        assert not check("rnn-step", lambda *_, w=wrong: w).passed


def test_lists_and_numbers_of_every_kind_are_as_good():
    assert check("rnn-step", lambda *case: SOLUTION(*case).tolist()).passed
    assert difference(2.0, plain(Fraction(2)), 1e-6) is None
    assert difference(2, plain(np.float32(2)), 1e-6) is None
    assert difference([1, 2], plain((np.int8(1), 2)), 1e-6) is None
    assert difference(np.arange(3), plain(range(3)), 1e-6) is None
    assert difference(np.arange(2), plain(deque([0, 1])), 1e-6) is None
    assert difference("a", plain(np.str_("a")), 1e-6) is None


@pytest.mark.parametrize("wrong", [1 + 1j, "1", np.array("1"), b"1"])
def test_what_numpy_would_turn_into_a_number_is_none(wrong):
    assert "numbers were expected" in difference(1.0, plain(wrong), 1e-6)


def test_a_small_answer_that_vanished_is_not_right():
    small = np.full(3, 1e-9)
    assert difference(small, np.zeros(3), 1e-6).startswith(
        "It has other values"
    )
    assert difference(small, small * (1 + 1e-9), 1e-6) is None
    assert difference(np.zeros(3), np.full(3, 1e-17), 1e-6) is None


def test_plain_values_are_copies():
    array = np.arange(3.0)
    copy = plain((array, {"a": array}))
    array[0] = 9
    assert copy[0][0] == copy[1]["a"][0] == 0
    assert isinstance(plain(Evil()), Strange)


# --- what was given -------------------------------------------------------


def test_an_answer_may_not_change_its_input():
    def changes(x, h, params):
        found = SOLUTION(x, h, params)
        h *= 2
        return found

    verdict = check("rnn-step", changes)
    assert not verdict.passed
    assert "It changes its input `h`" in verdict.words

    def adds(x, h, params):
        params["more"] = x
        return SOLUTION(x, h, params)

    assert "its input `params`" in check("rnn-step", adds).words

    def turns(x, h, params):
        found = SOLUTION(x, h, params)
        x.shape = x.shape[::-1]
        return found

    assert "its input `x`" in check("rnn-step", turns).words


def test_an_answer_gets_copies():
    exercise = find("rnn-step")
    (case, *_) = draw(exercise, 0)
    kept = []
    outcome(lambda *given: kept.append(given), case)
    assert not np.shares_memory(kept[0][0], case[0])
    assert kept[0][0].flags.writeable


def test_an_object_that_can_be_called_is_an_answer():
    class Called:
        def __call__(self, *case):
            return SOLUTION(*case)

    assert check("rnn-step", Called()).passed

    class Fails:
        __slots__ = ()
        __getattr__ = Evil.fail

        def __call__(self, x, h, params):
            x += 1

    assert not check("rnn-step", Fails()).passed


# --- the time -------------------------------------------------------------

has_timer = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="this system has no timer"
)


@has_timer
def test_an_endless_loop_ends(monkeypatch):
    monkeypatch.setattr(
        "seqcourse.exercises.checking.time_limit", lambda: time_limit(0.1)
    )

    def endless(*_):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(0.01)

    verdict = check("rnn-step", endless)
    assert not verdict.passed
    assert "endless loop" in verdict.words
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@has_timer
def test_a_timer_of_the_callers_goes_on():
    heard = []
    before = signal.signal(signal.SIGALRM, lambda *_: heard.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with time_limit(0.1), pytest.raises(TimeIsUpError):
            time.sleep(1)
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left < 0.2
        with time_limit(10):  # the caller's comes first
            time.sleep(0.3)
        assert heard == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_another_thread_has_no_limit():
    verdicts = []
    thread = threading.Thread(
        target=lambda: verdicts.append(check("rnn-step", SOLUTION))
    )
    thread.start()
    thread.join()
    assert verdicts[0].passed


# --- what is asked --------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"id": ["rnn-step"]}, r"^id: expected a string, got \['rnn-step'\]"),
        ({"answer": None}, r"^answer: expected a dictionary or a fun"),
        ({"seed": -1}, r"^seed: expected a whole number of at least 0"),
        ({"seed": None}, r"^seed: expected a whole number, got None"),
        ({"seed": 0.5}, r"^seed: expected a whole number, got 0\.5"),
    ],
)
def test_what_cannot_be_asked_is_refused(given, says):
    call = {"id": "rnn-step", "answer": len, "seed": 0} | given
    with pytest.raises(ValueError, match=says):
        check(call.pop("id"), call.pop("answer"), **call)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"grade": 4}, r"^grade: expected 1, 2 or 3, got 4"),
        ({"minutes": 0}, r"^minutes: expected a whole number of at least 1"),
        ({"tolerance": 0.0}, r"^tolerance: expected a number above 0"),
        ({"cases": 3}, r"^cases: expected a function, got 3"),
        ({"mistakes": ("a",)}, r"^mistakes\[0\]: expected a Mistake"),
    ],
)
def test_an_exercise_of_other_parts_is_refused(given, says):
    with pytest.raises(ValueError, match=says):
        Exercise(**vars(find("rnn-step")) | given)
    with pytest.raises(ValueError, match=r"^edits: expected several"):
        Mistake("name", "says", 3)


def test_an_answer_prints_once_for_each_random_case(capsys):
    def wrong(x, h, params):
        sys.stdout.write("here\n")
        return np.tanh(x @ params["weight_ih"].T)

    assert not check("rnn-step", wrong).passed
    said = capsys.readouterr().out.split()
    assert said == ["here"] * len(draw(find("rnn-step"), 0))


def test_looking_for_mistakes_warns_of_nothing(recwarn):
    exercise = find("confidence-interval")
    starter = define(exercise, exercise.starter)
    assert not check(exercise.id, starter).passed
    assert not recwarn.list
