"""greedy-decoding: generate until the end token or the maximum length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `greedy_decode`, greedy decoding for one source. `decoder` is a tuple of
two functions: the step of a network, `h = step(x, h)`, and its output layer,
`logits = readout(h)`, with one logit for each of V tokens. `embedding` is
(V, D): row i is the input of the step after token i.

Start from the encoder's last state `h` and the token `start`. At each step,
read the last token and generate the one with the largest logit. Stop after
`end`, or after `max_length` tokens. Return the list of generated tokens,
`end` included.
"""

STARTER = '''\
import numpy as np

def greedy_decode(decoder, embedding, h, start, end, max_length):
    """h (H,) is the encoder's last state; return a list of tokens."""
    step, readout = decoder
    written, token = [], start
    while len(written) < max_length:
        h = step(embedding[token], h)
        # Which token comes next, and when does the loop end?
        written.append(token)
    return written
'''

SOLUTION = '''\
import numpy as np

def greedy_decode(decoder, embedding, h, start, end, max_length):
    """h (H,) is the encoder's last state; return a list of tokens."""
    step, readout = decoder
    written, token = [], start
    while len(written) < max_length:
        h = step(embedding[token], h)
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
    """Draw a network that generates several tokens, and its state."""
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
    """Generate without an end."""
    (step, readout), vectors, h = case
    tokens = [start]
    for _ in range(most):
        h = step(vectors[tokens[-1]], h)
        tokens.append(int(readout(h).argmax()))
    return tokens[1:]


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw decoders: some stop at an end, some at the maximum length."""
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
    title="Generate until the end",
    grade=2,
    minutes=10,
    function="greedy_decode",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter appends the token that it has just read. Which one "
         "does the output layer make the most probable?"),
        ("`readout(h).argmax()` is the next token. The next pass through "
         "the loop must read it."),
        "Append first, then ask whether that was the end.",
    ),
    mistakes=(
        Mistake(
            "every step reads the start token",
            "Your decoder never reads its own output: every step reads the "
            "same token as the first.",
            [("embedding[token]", "embedding[start]")],
        ),
        Mistake(
            "every step starts from the encoder's state",
            "Your decoder forgets what it has done: at every step its state "
            "is the encoder's last one.",
            [("h = step(embedding[token], h)",
              "new = step(embedding[token], h)"),
             ("readout(h)", "readout(new)")],
        ),
        Mistake(
            "the loop goes on after the end",
            "You generate `end`, and more tokens after it. What should the "
            "loop do then?",
            [(_STOP, "")],
        ),
        Mistake(
            "the end is not in the list",
            "You stop at the right step, but leave out the last token. "
            "`end` was generated like any other.",
            [(_APPEND + _STOP, _STOP + _APPEND)],
        ),
        Mistake(
            "the start token is in the list",
            "Your list begins with `start`. That token was given, not "
            "generated.",
            [("written, token = []", "written, token = [start]"),
             ("len(written) < max_length", "len(written) <= max_length")],
        ),
        Mistake(
            "the input is appended instead of the output",
            "You append a token before the network has computed the next "
            "one, so every token comes one step late.",
            [(_NEXT + "\n        written.append(token)",
              "written.append(token)\n        " + _NEXT)],
        ),
        Mistake(
            "the least probable token is taken",
            "You take the token with the smallest logit at each step.",
            [("argmax", "argmin")],
        ),
        Mistake(
            "the first step reads the end token",
            "Your first step reads `end`, but nothing has ended yet. Which "
            "token comes before the first one?",
            [("= [], start", "= [], end")],
        ),
        Mistake(
            "one token too many",
            "Where no `end` comes, you generate one token more than "
            "`max_length`. How many are there when your loop checks?",
            [("len(written) < max_length", "len(written) <= max_length")],
        ),
        Mistake(
            "it stops after the first token",
            "You generate one token and stop. Is your `return` or `break` "
            "inside the loop, and does it wait for `end`?",
            [(_STOP, "        break\n")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
