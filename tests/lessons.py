"""Small tasks to train on, each with a model that can learn it."""

import dataclasses
from types import SimpleNamespace

import numpy as np

from seqcourse.tasks import PairBatch

SYMBOLS, LONGEST, FEATURES = 5, 6, 3


@dataclasses.dataclass(frozen=True)
class Task:
    """A task that remembers every batch it drew."""

    drawn: list = dataclasses.field(default_factory=list, compare=False)
    loss: str = "cross_entropy"

    def batch(self, rng, size):
        lengths = rng.integers(2, LONGEST + 1, size)
        steps = np.arange(LONGEST)
        real = (steps < lengths[:, None]).astype(np.float32)
        batch = SimpleNamespace(**self.draw(rng, size, real), lengths=lengths)
        self.drawn.append(batch)
        return batch

    def metric(self, outputs, batch):
        answers = outputs.argmax(-1) == batch.targets
        return float((answers * batch.weights).sum() / batch.weights.sum())


class FirstToken(Task):
    """Which token came first? One answer a sequence."""

    def draw(self, rng, size, real):
        tokens = rng.integers(0, SYMBOLS, real.shape) * real.astype(int)
        ones = np.ones(size, np.float32)
        return {"inputs": tokens, "targets": tokens[:, 0], "weights": ones}


class TokenBefore(Task):
    """Which token came one step ago? No answer counts at the first step."""

    def draw(self, rng, size, real):
        tokens = rng.integers(0, SYMBOLS, real.shape) * real.astype(int)
        real[:, 0] = 0
        before = np.roll(tokens, 1, 1)
        return {"inputs": tokens, "targets": before, "weights": real}


class Turned(Task):
    """The same numbers in another order, as a series of real numbers."""

    def draw(self, rng, size, real):
        x = rng.standard_normal((*real.shape, FEATURES)).astype(np.float32)
        turned = np.ascontiguousarray(x[..., ::-1])
        return {"inputs": x, "targets": turned, "weights": real}

    def metric(self, outputs, batch):
        apart = ((outputs - batch.targets) ** 2).mean(-1)
        return float((apart * batch.weights).sum() / batch.weights.sum())


END, BEGIN = 0, SYMBOLS + 1


class Backwards(Task):
    """Write what was read from its end to its beginning, then stop."""

    def batch(self, rng, size):
        S = LONGEST
        lengths = rng.integers(2, S + 1, size)
        real = np.arange(S) < lengths[:, None]
        sources = rng.integers(1, SYMBOLS + 1, (size, S)) * real
        at = np.maximum(lengths[:, None] - 1 - np.arange(S), 0)
        turned = np.take_along_axis(sources, at, 1) * real
        targets = np.concatenate([turned, np.full((size, 1), END)], 1)
        inputs = np.concatenate([np.full((size, 1), BEGIN), turned], 1)
        steps = np.arange(S + 1) <= lengths[:, None]
        batch = PairBatch(
            sources,
            inputs,
            targets,
            lengths,
            lengths + 1,
            steps.astype(np.float32),
        )
        self.drawn.append(batch)
        return batch


def backwards(layers, attention=None, tied=False):
    """Give that task and a model that reads and writes, of either backend."""
    looks = {
        None: lambda: None,
        "additive": lambda: layers.AdditiveAttention(10, 8, 6),
        "dot": lambda: layers.DotAttention(10, 8, "general"),
    }
    model = layers.EncoderDecoder(
        layers.Embedding(SYMBOLS + 1, 5),
        layers.Bidirectional(layers.GRU(5, 4), layers.RNN(5, 4)),
        layers.Embedding(SYMBOLS + 2, 10 if tied else 7),
        layers.LSTM(10 if tied else 7, 10),
        looks[attention](),
        tied,
    )
    return Backwards(), model


def example(name, layers):
    """Give a task and a model that can learn it, of either backend."""
    if name == "classifier":
        model = layers.SequenceClassifier(
            layers.Embedding(SYMBOLS, 4), layers.RNN(4, 7), SYMBOLS
        )
        return FirstToken(), model
    if name == "tagger":
        model = layers.SequenceTagger(
            layers.Embedding(SYMBOLS, 4), layers.RNN(4, 7), SYMBOLS
        )
        return TokenBefore(), model
    core = layers.RNN(5, 7, nonlinearity="relu")
    model = layers.SequenceTagger(layers.Linear(FEATURES, 5), core, FEATURES)
    return Turned(loss="squared_error"), model
