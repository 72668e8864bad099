"""A finite language as a tree of its beginnings.

Sentences that begin alike share their first nodes, so what may come next, and
how likely it is, can be read off exactly.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked


@dataclass
class Node(metaclass=CheckedArguments):
    """A beginning of sentences.

    Parameters
    ----------
    probability
        How likely a sentence is to begin so.
    following
        The beginnings that are one word longer.

    Examples
    --------
    >>> Node(0.5).following
    {}
    """

    probability: float = 0.0
    following: dict[str, Node] = field(default_factory=dict)

    def next_words(self) -> dict[str, float]:
        """Say how likely each word is to come next, the likeliest first.

        Returns
        -------
        shares
            The probability of each word; nothing at a sentence's end.

        Examples
        --------
        >>> plant({("the", "sky"): 0.75, ("the", "sea"): 0.25}).next_words()
        {'the': 1.0}
        """
        total = sum(node.probability for node in self.following.values())
        shares = {
            word: node.probability / total
            for word, node in self.following.items()
        }
        return dict(sorted(shares.items(), key=lambda item: -item[1]))

    @checked
    def find(self, words: Iterable[str]) -> Node | None:
        """Follow words down the tree.

        Parameters
        ----------
        words
            What comes after this beginning.

        Returns
        -------
        node
            The beginning they lead to; None if no sentence begins so.

        Examples
        --------
        >>> tree = plant({("the", "sky"): 0.75, ("the", "sea"): 0.25})
        >>> tree.find(["the"]).next_words()
        {'sky': 0.75, 'sea': 0.25}
        """
        node: Node | None = self
        for word in words:
            if node is None:
                return None
            node = node.following.get(word)
        return node

    def beginnings(
        self, before: tuple[str, ...] = ()
    ) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Visit every beginning that goes on.

        Parameters
        ----------
        before
            Words that led here.

        Yields
        ------
        words
            The beginning.
        node
            Its node.

        Examples
        --------
        >>> [words for words, _ in plant({("the", "sky"): 1.0}).beginnings()]
        [(), ('the',)]
        """
        ahead = [(before, self)]
        while ahead:  # a sentence may be longer than Python can recurse
            words, node = ahead.pop()
            if node.following:
                yield words, node
                ahead += [
                    ((*words, word), longer)
                    for word, longer in reversed(node.following.items())
                ]


@checked
def plant(sentences: Mapping[tuple[str, ...], float]) -> Node:
    """Grow the tree of a language.

    Parameters
    ----------
    sentences
        The probability of each sentence, above 0; all together they are 1.
        No sentence begins another, or is empty.

    Returns
    -------
    root
        The empty beginning, of probability 1.

    Raises
    ------
    ValueError
        If there is no sentence, one begins another, or the probabilities are
        none.

    Examples
    --------
    >>> plant({("yes",): 0.5, ("no",): 0.5}).probability
    1.0
    """
    for words, probability in sentences.items():
        if not probability > 0:  # the sum below holds them to 1, rounded
            raise ValueError(
                f"sentences[{words!r}]: expected a probability above 0, "
                f"got {probability}"
            )
    total = math.fsum(sentences.values())
    if not math.isclose(total, 1, rel_tol=1e-6):
        raise ValueError(
            f"sentences: expected probabilities that add to 1, got {total}"
        )
    root = Node()
    for words, probability in sentences.items():
        node = root
        node.probability += probability
        for word in words:
            node = node.following.setdefault(word, Node())
            node.probability += probability
    for words in sentences:
        end = root.find(words)
        if end is None or end.following:
            raise ValueError(
                "sentences: expected none to begin another, "
                f"got {' '.join(words)!r}"
            )
    return root


@checked
def surprise(root: Node, window: int | None = None) -> float:
    """Give the entropy per word, in nats, to whoever reads so far back.

    Whoever predicts the next word w from a context c (the last ``window``
    words, or all) does best to say p(w | c), and is then surprised, per word
    of running text, by ::

        - sum over c, w of p(c, w) log p(w | c) / expected length

    where p(c, w) adds up the probabilities of all beginnings that end so.
    With all words as context this is the entropy of a sentence over its
    expected length (chain rule).

    Parameters
    ----------
    root
        The tree of the language.
    window
        Words of context; None for all since the sentence began. A window
        that is longer than what there is sees the beginning too.

    Returns
    -------
    nats
        Per predicted word.

    Raises
    ------
    ValueError
        If the window is below 0, or the tree has no sentence.

    Examples
    --------
    >>> tree = plant({("a", "b"): 0.5, ("a", "c"): 0.5})
    >>> round(surprise(tree), 4), round(surprise(tree, 0), 4)  # log 2 / 2
    (0.3466, 1.0397)
    """
    if window is not None:
        arguments.check_at_least(0, window=window)
    if not root.following:
        raise ValueError("root: expected a tree of sentences, got no word")
    joint: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for words, node in root.beginnings():
        context = words
        if window is not None:
            # One that is shorter than the window says where it began.
            context = words[max(0, len(words) - window) :]
        seen = joint[context]
        for word, after in node.following.items():
            seen[word] = seen.get(word, 0.0) + after.probability
    surprises, length = [], []
    for seen in joint.values():
        total = sum(seen.values())
        surprises += [-p * math.log(p / total) for p in seen.values()]
        length.append(total)
    return math.fsum(surprises) / math.fsum(length) + 0.0  # never -0.0
