"""greedy-decoding: the loop that hears itself, until the end or the most."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `greedy_decode`, greedy decoding for one source. `decoder` is a tuple of
two: the step of a network, `h = step(x, h)`, and its read-out,
`scores = readout(h)`, with a score for each of V tokens. `vectors` is (V, D):
row i is what the step reads when token i was written.

Begin with the memory `h` that was handed over and with the token `start`. At
each step read the last token and write the one with the highest score. Stop
after `end`, or when `most` tokens have been written. Return the list of all
that was written, `end` among them where it was.
"""

STARTER = '''\
import numpy as np

def greedy_decode(decoder, vectors, h, start, end, most):
    """h (H,) was handed over; return a list of tokens."""
    step, readout = decoder
    written, token = [], start
    while len(written) < most:
        h = step(vectors[token], h)
        # Which token comes next, and when is it over?
        written.append(token)
    return written
'''

SOLUTION = '''\
import numpy as np

def greedy_decode(decoder, vectors, h, start, end, most):
    """h (H,) was handed over; return a list of tokens."""
    step, readout = decoder
    written, token = [], start
    while len(written) < most:
        h = step(vectors[token], h)
        token = int(readout(h).argmax())
        written.append(token)
        if token == end:
            break
    return written
'''
_APPEND = "        written.append(token)\n"
_STOP = "        if token == end:\n            break\n"
_NEXT = "token = int(readout(h).argmax())"


def _decoder(rng: np.random.Generator) -> Arguments:
    """Draw a network that writes several tokens, and what it is handed."""
    V, D, H = 9, 5, 12
    rnn = RNN(D, H)
    drawn = rnn.init(rng, np.float64)
    params = {name: 2.5 * w for name, w in drawn.items()}
    W, vectors = rng.normal(size=(V, H)), rng.normal(size=(V, D))

    def step(x: Array, h: Array) -> Array:
        _, state = rnn.step(params, x[None], (h[None],))
        new: Array = state[0][0]
        return new

    def readout(h: Array) -> Array:
        scores: Array = W @ h
        return scores

    return (step, readout), vectors, rng.normal(size=H)


def _written(case: Arguments, start: int, most: int) -> list[int]:
    """Write without an end."""
    (step, readout), vectors, h = case
    tokens = [start]
    for _ in range(most):
        h = step(vectors[tokens[-1]], h)
        tokens.append(int(readout(h).argmax()))
    return tokens[1:]


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw decoders: some come to their end, some to the most tokens."""
    count = 0
    while count < 6:
        case, start, most = _decoder(rng), int(rng.integers(9)), 8 + count % 3
        tokens = _written(case, start, most)
        if len(set(tokens)) < 5:
            continue  # one that says the same over and over tells little
        absent = sorted(set(range(9)) - set(tokens) - {start})
        ends = tokens[3:6] if count % 2 else absent
        ends = [end for end in ends if end not in tokens[:3]]
        if not ends or start in ends[:1]:
            continue
        count += 1
        yield *case, start, ends[0], most


EXERCISE = Exercise(
    id="greedy-decoding",
    title="Write until the end",
    grade=2,
    minutes=10,
    function="greedy_decode",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter reads and never listens: what it appends is what it "
         "has read. What does the read-out say about the memory?"),
        ("`readout(h).argmax()` is the token to write. It is also what the "
         "next turn of the loop must read."),
        "Append first, then ask whether that was the end.",
    ),
    mistakes=(
        Mistake(
            "every step reads the start",
            "Your decoder never hears what it has written: each step reads "
            "the same token as the first.",
            [("vectors[token]", "vectors[start]")],
        ),
        Mistake(
            "the memory is handed over anew at every step",
            "Your decoder forgets what it has done: at each step its memory "
            "is the one that was handed over.",
            [("h = step(vectors[token], h)",
              "new = step(vectors[token], h)"),
             ("readout(h)", "readout(new)")],
        ),
        Mistake(
            "it writes on after its end",
            "The end was written, and more after it. What should the loop do "
            "then?",
            [(_STOP, "")],
        ),
        Mistake(
            "the end is not in the list",
            "You stop in the right place and leave out the last token. It "
            "was written like any other.",
            [(_APPEND + _STOP, _STOP + _APPEND)],
        ),
        Mistake(
            "the start is taken for something written",
            "Your list begins with the mark that only says that writing "
            "begins. It was given, and not written.",
            [("written, token = []", "written, token = [start]"),
             ("len(written) < most", "len(written) <= most")],
        ),
        Mistake(
            "what is read is written",
            "You append the token before the network has been asked, so that "
            "all come one step late.",
            [(_NEXT + "\n        written.append(token)",
              "written.append(token)\n        " + _NEXT)],
        ),
        Mistake(
            "the unlikeliest token is written",
            "You take the token with the lowest score at each step.",
            [("argmax", "argmin")],
        ),
        Mistake(
            "it begins with the end",
            "Your first step reads `end`, but nothing has ended yet. Which "
            "token stands for a beginning?",
            [("= [], start", "= [], end")],
        ),
        Mistake(
            "one token too many is written",
            "Where no end comes, you write one token more than `most`. How "
            "many are written when your loop asks?",
            [("len(written) < most", "len(written) <= most")],
        ),
        Mistake(
            "it stops after the first token",
            "You write one token and stop. What has to be asked before the "
            "loop may end?",
            [(_STOP, "        break\n")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
