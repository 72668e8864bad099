"""The future changes nothing before it."""

from __future__ import annotations

import re

import numpy as np

from seqcourse.testing.promises.arrays import require, require_close, tree
from seqcourse.testing.promises.example import B, Example, T
from seqcourse.testing.promises.promise import promise
from seqcourse.testing.promises.subject import Subject


@promise(
    "causality",
    "the future changes nothing before it",
    asked_of=lambda subject: subject.causal,
)
def the_future_changes_nothing_before_it(subject: Subject) -> None:
    require(subject.make().causal, "the layer says that it is not causal")
    require_causal(subject)


@promise(
    "causality",
    "step refuses, because the layer sees the future",
    asked_of=lambda subject: not subject.causal,
)
def what_sees_the_future_cannot_go_step_by_step(subject: Subject) -> None:
    c = subject.example()
    try:
        c.layer.step(c.params, c.x[:, 0], c.state)
    except NotImplementedError as refusal:
        sentence = r"^step\b" if subject.own_words else r"^step: .*both ends"
        require(
            bool(re.search(sentence, str(refusal))),
            f"step says {str(refusal)!r}; expected a message that begins "
            "with 'step: ' and says why",
        )
        return
    raise AssertionError("step answers, though the layer sees the future")


def require_causal(subject: Subject) -> None:
    """Change the future; nothing before it may notice, forward or back.

    Parameters
    ----------
    subject
        What is asked, whatever it says of itself.

    Raises
    ------
    AssertionError
        If something noticed.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Bidirectional
    >>> require_causal(Subject("RNN", lambda: RNN(7, 9)))
    >>> both = Bidirectional(RNN(7, 9), RNN(7, 9))
    >>> require_causal(Subject("both ends", lambda: both))
    Traceback (most recent call last):
    AssertionError: y before step 1 depends on x from step 1 on
    (relative difference 6.5e-01)
    """
    c = subject.example()
    other = subject.draw_x(np.random.default_rng(1))
    for t in range(1, T):
        changed = c.x.copy()
        changed[:, t:] = other[:, t:]
        seen = np.full(B, t)
        before, *_ = c.forward(lengths=seen)
        after, *_ = c.forward(x=changed, lengths=seen)
        if not subject.one_output:  # beyond t there is padding
            before, after = before[:, :t], after[:, :t]
        noticed = f"before step {t} depends on x from step {t} on"
        require_close({"y": before}, {"y": after}, noticed)
        if not subject.one_output:
            whole, *_ = c.forward()
            changed_whole, *_ = c.forward(x=changed)
            require_close(
                {"y": whole[:, :t]}, {"y": changed_whole[:, :t]}, noticed
            )
            require(
                not np.array_equal(whole[:, t], changed_whole[:, t]),
                f"y[:, {t}] does not depend on x[:, {t}:]",
            )
            _require_no_gradient_from_the_past(c, t)


def _require_no_gradient_from_the_past(c: Example, t: int) -> None:
    """Let no answer before step t send a gradient to step t or later."""
    dy = c.dy.copy()
    dy[:, t:] = 0
    none = tree(np.zeros_like)(c.dstate)
    dx = c.results(dy=dy, dstate=none).dx
    if dx is not None:
        require(
            not dx[:, t:].any(),
            f"dx from step {t} on is not zero, though dy is zero there",
        )
