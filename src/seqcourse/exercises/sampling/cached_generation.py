"""cached-generation: read each token once, and carry the state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
The starter generates correctly, but before each token it reads the whole text
again. Write `generate` so that every token is read once.

- `step` is the network: `scores, h = step(token, h)` reads one token and
  gives the scores of the next one (V,) and the new state (H,).
- `h` is the state before anything is read.
- `prompt` is a list of at least one token, and `count`, at least 1, is how
  many to generate, greedily: each time the one with the largest score.

Carry the state. Count the calls of `step`, and do not read a token that
nobody needs: the last one generated is never read.

Return two things: `written`, the list of generated tokens without the
prompt, and `steps`, how often you called `step`.

When it works, count what the starter needs for a prompt of 100 tokens and
1,000 generated ones, and what yours needs.
"""

STARTER = '''\
def generate(step, h, prompt, count):
    """Return the generated tokens, and how often step was called."""
    written, steps = [], 0
    for _ in range(count):
        state = h
        for token in prompt + written:
            scores, state = step(token, state)
            steps += 1
        written.append(int(scores.argmax()))
    return written, steps
'''

SOLUTION = '''\
def generate(step, h, prompt, count):
    """Return the generated tokens, and how often step was called."""
    written, steps = [], 0
    unread = prompt
    for _ in range(count):
        for token in unread:
            scores, h = step(token, h)
            steps += 1
        unread = [int(scores.argmax())]
        written += unread
    return written, steps
'''
_NEXT = "unread = [int(scores.argmax())]"


def _network(rng: np.random.Generator) -> Arguments:
    """Draw a network that reads tokens, and a state."""
    V, H = 11, 12
    vectors, W = rng.normal(size=(2, V, H))
    weight = rng.normal(size=(H, H)) * 0.4

    def step(token: int, h: Array) -> tuple[Array, Array]:
        state = np.tanh(vectors[token] + weight @ h)
        return W @ state, state

    return step, rng.normal(size=H)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw networks that do not say the same over and over."""
    counts = [int(n) for n in rng.permutation([1, 3, 4, 5, 6])]
    while counts:
        step, h = _network(rng)
        prompt = [int(t) for t in rng.integers(11, size=rng.integers(2, 5))]
        state, token, written = h, prompt[0], list[int]()
        for token in prompt:
            scores, state = step(token, state)
        for _ in range(6):
            token = int(scores.argmax())
            written.append(token)
            scores, state = step(token, state)
        if len({*written}) > 4 and written[0] != prompt[-1]:
            yield step, h, prompt, counts.pop()


EXERCISE = Exercise(
    id="cached-generation",
    title="Read each token once",
    grade=3,
    minutes=12,
    function="generate",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter goes back to the first `h` for every token. What if "
         "the state after the last token is kept?"),
        ("Keep a list of the tokens that were not read yet. At first it is "
         "the prompt; later it is the one token that was just generated."),
        ("Read what is unread, then generate. So the last token generated "
         "stays unread."),
    ),
    mistakes=(
        Mistake(
            "the whole text is read again",
            "The text is right, but you read all of it before each token. "
            "The state after the last token has all that you need.",
            code=STARTER,
        ),
        Mistake(
            "the state is not carried",
            "You read each new token from the first state, as if nothing "
            "came before it.",
            [("scores, h = step(token, h)",
              "scores, state = step(token, h)")],
        ),
        Mistake(
            "only the last token of the prompt is read",
            "You begin with the last token of the prompt. The ones before it "
            "are part of the text, too.",
            [("unread = prompt", "unread = prompt[-1:]")],
        ),
        Mistake(
            "the last token of the prompt is not read",
            "You leave the last token of the prompt unread, so the first "
            "token follows something else.",
            [("unread = prompt", "unread = prompt[:-1]")],
        ),
        Mistake(
            "the prompt's last token is read twice",
            "You read the last token of the prompt twice, so the state holds "
            "a text that nobody wrote.",
            [("unread = prompt", "unread = prompt + prompt[-1:]")],
        ),
        Mistake(
            "the state is old but the whole text is read",
            "You carry the state and read the whole text again on top of it. "
            "One of the two is enough.",
            [(_NEXT, "new = [int(scores.argmax())]"),
             ("written += unread",
              "written += new\n        unread = prompt + written")],
        ),
        Mistake(
            "the prompt is read again",
            "You read the prompt before every token. It is in the state "
            "already.",
            [(_NEXT, "new = [int(scores.argmax())]"),
             ("written += unread",
              "written += new\n        unread = prompt")],
        ),
        Mistake(
            "the last token is read, too",
            "You read the last token you generate, and nobody asks what "
            "follows it. That is one step more than needed.",
            [("    return written, steps",
              ("    step(unread[0], h)\n"
               "    steps += 1\n    return written, steps"))],
        ),
        Mistake(
            "the prompt comes back, too",
            "You return the prompt with what was generated. Only the new "
            "tokens were asked for.",
            [("return written, steps", "return prompt + written, steps")],
        ),
        Mistake(
            "the tokens are counted, not the steps",
            "You count the generated tokens. The tokens of the prompt have "
            "to be read as well.",
            [("            steps += 1\n", ""),
             (_NEXT, f"{_NEXT}\n        steps += 1")],
        ),
        Mistake(
            "no step is counted",
            "Your number of steps stays 0. Count each call of the network.",
            [("steps += 1", "pass")],
        ),
        Mistake(
            "the steps of the prompt are not counted",
            "You leave the prompt out of your count. It costs a step for "
            "each of its tokens, once.",
            [("steps += 1", "steps += bool(written)")],
        ),
        Mistake(
            "the least likely token is taken",
            "You take the token with the smallest score. Which one does the "
            "model find most probable?",
            [("argmax", "argmin")],
        ),
        Mistake(
            "a score is taken for its token",
            "You append the largest score. Which token does it belong to?",
            [("argmax", "max")],
        ),
        Mistake(
            "one token too many is written",
            "You write one token more than were asked for.",
            [("range(count)", "range(count + 1)")],
        ),
        Mistake(
            "one token is missing",
            "You write one token fewer than were asked for.",
            [("range(count)", "range(count - 1)")],
        ),
        Mistake(
            "the first unread token is skipped",
            "You skip a token: the first of the prompt, and later the one "
            "that was just generated.",
            [("in unread", "in unread[1:]")],
        ),
        Mistake(
            "the last unread token is skipped",
            "You never read the last of the unread tokens. After the prompt "
            "that is the only one.",
            [("in unread", "in unread[:-1]")],
        ),
        Mistake(
            "something is written at every step",
            "You write while the prompt is still being read. Read all that "
            "is unread, and then generate.",
            [(f"        {_NEXT}\n        written += unread",
              f"            {_NEXT}\n            written += unread")],
        ),
        Mistake(
            "the count stays 1",
            "Your count never gets past 1. Add one for each call.",
            [("steps += 1", "steps = 1")],
        ),
        Mistake(
            "the tokens come in reverse",
            "Your list begins with the token that was generated last.",
            [("written += unread", "written = unread + written")],
        ),
    ),
    cases=_cases,
    parts=("written", "steps"),
)  # fmt: skip
