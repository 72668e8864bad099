"""The sequences of a batch do not know of one another."""

from __future__ import annotations

import numpy as np

from seqcourse.testing.promises.arrays import (
    copies,
    pairs,
    require,
    require_close,
    tree,
)
from seqcourse.testing.promises.example import LENGTHS
from seqcourse.testing.promises.promise import promise
from seqcourse.testing.promises.subject import Subject


@promise("independence", "a sequence affects no other in its batch")
def sequences_are_independent(subject: Subject) -> None:
    c, other = subject.example(LENGTHS), subject.example(LENGTHS, seed=1)
    x, dy = c.x.copy(), c.dy.copy()
    state, dstate = copies(c.state), copies(c.dstate)
    x[1], dy[1] = other.x[1], other.dy[1]
    for _, mine, theirs in pairs(
        (state, dstate), (other.state, other.dstate)
    ):
        mine[1] = theirs[1]
    before = c.results()
    after = c.results(x=x, dy=dy, state=state, dstate=dstate)
    others = tree(lambda part: part[[0, 2]])
    require_close(
        others(before._replace(grads={})),
        others(after._replace(grads={})),
        "of sequences 0 and 2 depends on sequence 1",
    )
    require(
        not np.array_equal(before.y[1], after.y[1]),
        "y[1] does not depend on sequence 1",
    )


@promise("independence", "the order of the sequences does not matter")
def the_order_of_the_sequences_is_only_an_order(subject: Subject) -> None:
    c = subject.example(LENGTHS)
    order = np.array([2, 0, 1])
    before = c.results()
    after = c.of(order, LENGTHS[order]).results()
    turned = tree(lambda part: part[order])(before._replace(grads={}))
    require_close(
        turned._replace(grads=before.grads),
        after,
        "differs when the sequences come in another order",
    )
