"""Measure how well counting and networks predict the next byte of a text.

``python book/weights/text_scores.py [name ...]`` makes the measurements that
*Predicting the next token* shows, or goes on where it was stopped, and
writes them for `seqcourse.recipes.load_text_scores`.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from seqcourse.numpy import (
    GRU,
    LSTM,
    RNN,
    Adam,
    Embedding,
    FeedForward,
    LanguageModel,
    MultiHeadAttention,
    RotaryPositionEmbedding,
    Transformer,
    TransformerBlock,
    fit,
)
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.models.token_nats import token_nats
from seqcourse.numpy.storage.atomic_write import write_bytes
from seqcourse.recipes.text_scores import FOLDER, held_out_last
from seqcourse.tasks import TokenizedText, book_text, shakespeare
from seqcourse.text_models.kneser_ney import KneserNey
from seqcourse.tokenizers import ByteTokenizer

#: Where the runs are kept until all are made.
PARTIAL = Path(__file__).parents[2] / "_build" / "text_scores"
#: Bytes in a window. The first half of each is context and is not scored.
WINDOW = 64
BATCH_SIZE, SEEDS = 16, (0, 1, 2, 3, 4)
#: What a run is known by.
WHICH = ("model", "rate", "seed")
#: Each run is scored so many times.
SCORINGS = 6
#: The longest n-grams that are counted, and the most bytes that are scored.
ORDERS, SCORED = range(1, 9), 12_288


def transformer(width: int, hidden: int) -> Transformer:
    """Give two blocks of four heads with rotary positions."""
    position = RotaryPositionEmbedding()
    attention = MultiHeadAttention(width, 4, causal=True, position=position)
    block = TransformerBlock(attention, FeedForward(width, hidden))
    return Transformer(block, num_layers=2)


def next_byte(width: int, core: Any) -> LanguageModel:
    """Predict the next of 256 bytes."""
    return LanguageModel(Embedding(256, width), core)


#: With as many parameters as the GRU, give or take 3 %; `recipes.py` keeps
#: the weights of one run of the GRU and one of the transformer.
MODELS = {
    "RNN": next_byte(16, RNN(16, 89)),
    "LSTM": next_byte(16, LSTM(16, 57)),
    "GRU": next_byte(16, GRU(16, 64)),
    "transformer": next_byte(32, transformer(32, 84)),
}


@dataclass(frozen=True)
class Measurement:
    """Which models learn from which bytes, and which they are scored on."""

    text: str
    names: tuple[str, ...]
    size: int = 0
    steps: int = 600
    rates: tuple[float, ...] = (2e-2,)

    @property
    def seen(self) -> str:
        """The last ``size`` characters of the first 90 %; all if it is 0."""
        cut = len(self.text) * 9 // 10
        return self.text[max(0, cut - self.size) if self.size else 0 : cut]

    @property
    def held_out(self) -> tuple[Array, Array]:
        """The bytes to choose by, and the bytes to score on."""
        rest = as_bytes(self.text[len(self.text) * 9 // 10 :])
        half = len(rest) // 2
        return rest[:half][:SCORED], rest[half:][:SCORED]

    @property
    def task(self) -> TokenizedText:
        """The windows to train on; the filler after them is never read."""
        seen = self.seen
        filler = " " * -(-len(seen) // 9)
        return TokenizedText(seen + filler, ByteTokenizer(), WINDOW)


def as_bytes(text: str) -> Array:
    """Give the bytes of a text."""
    return np.frombuffer(text.encode(), np.uint8)


def windows(tokens: Array) -> Array:
    """Cut windows that overlap by half."""
    starts = np.arange(0, len(tokens) - WINDOW, WINDOW // 2)
    found: Array = tokens[starts[:, None] + np.arange(WINDOW + 1)]
    return found.astype(np.int64)


def cross_entropy(model: Any, params: Params, tokens: Array) -> float:
    """Give the nats per byte over the second half of each window."""
    half, nats = WINDOW // 2, []
    for part in np.array_split(windows(tokens), len(tokens) // 4096 + 1):
        scores = model.forward(params, part[:, :-1])[0][:, half:]
        targets = part[:, 1 + half :]
        nats.append(token_nats(scores.astype(np.float64), targets))
    return float(np.concatenate(nats).mean())


def counted(of: Measurement) -> dict[str, list[list[float]]]:
    """Score n-grams of every order on the same bytes."""
    found: dict[str, list[list[float]]] = {}
    for name, continuation in (("Kneser–Ney", True), ("counts", False)):
        found[name] = []
        for order in ORDERS:
            model = KneserNey.count(
                as_bytes(of.seen), order, continuation=continuation
            )
            both = []
            for part in of.held_out:
                last = len(windows(part)) * WINDOW // 2 + WINDOW // 2 + 1
                p = model.probabilities(part[:last])[WINDOW // 2 + 1 :]
                both.append(float(-np.log(p).mean()))
            found[name].append(both)
    return found


def measure(
    of: Measurement, name: str, rate: float, seed: int
) -> dict[str, Any]:
    """Train one network; score it every so many steps."""
    curves: list[list[float]] = []
    elapsed = [0.0, time.process_time()]

    def score(run: Any) -> None:
        elapsed[0] += time.process_time() - elapsed[1]
        curves.append(
            [
                round(cross_entropy(MODELS[name], run.params, part), 5)
                for part in of.held_out
            ]
        )
        elapsed[1] = time.process_time()

    fit(
        MODELS[name], of.task, of.steps, seed,
        batch_size=BATCH_SIZE, optimizer=Adam(rate),
        callback=score, callback_every=of.steps // SCORINGS, progress=False,
    )  # fmt: skip
    validation, test = zip(*curves, strict=True)
    return {
        "model": name,
        "rate": rate,
        "seed": seed,
        "validation": [*validation],
        "test": [*test],
        "seconds": round(elapsed[0], 2),
    }


def follow(name: str, of: Measurement) -> None:
    """Try the rates with the first seed; run the others at the best."""
    PARTIAL.mkdir(parents=True, exist_ok=True)
    path = PARTIAL / f"{name}.json"
    runs = json.loads(path.read_text()) if path.is_file() else []

    def make(model: str, rate: float, seed: int) -> dict[str, Any]:
        for run in runs:
            if [run[key] for key in WHICH] == [model, rate, seed]:
                return dict(run)
        runs.append(measure(of, model, rate, seed))
        path.write_text(json.dumps(runs))
        sys.stdout.write(f"{name} {runs[-1]}\n")
        sys.stdout.flush()
        return dict(runs[-1])

    for model in of.names:
        tried = {rate: make(model, rate, SEEDS[0]) for rate in of.rates}
        best = min(of.rates, key=lambda rate: min(tried[rate]["validation"]))
        for seed in SEEDS[1:]:
            make(model, best, seed)
    content = {
        "sha256": sha256(of.text.encode()).hexdigest(),
        "bytes": len(as_bytes(of.seen)),
        "window": WINDOW,
        "batch_size": BATCH_SIZE,
        "every": of.steps // SCORINGS,
        "parameters": {
            model: sum(
                int(np.prod(shape))
                for shape in MODELS[model].parameter_shapes().values()
            )
            for model in of.names
        },
        "counted": counted(of),
        "runs": runs,
    }
    written = json.dumps(content, sort_keys=True, separators=(",", ":"))
    write_bytes("path", FOLDER / f"{name}.json", f"{written}\n".encode())


def listed() -> dict[str, Measurement]:
    """List what is measured, by name."""
    prose, plays = held_out_last(book_text()), shakespeare()
    all_rates = (5e-3, 1e-2, 2e-2, 4e-2, 8e-2)
    return {
        "book": Measurement(prose, (*MODELS,), rates=all_rates),
        "book-longer": Measurement(prose, ("GRU",), steps=1200),
        **{
            f"shakespeare-{size}": Measurement(plays, ("GRU",), size)
            for size in (30_000, 100_000, 1_000_000)
        },
    }


def main() -> None:
    """Measure what is named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="name")
    given, known = parser.parse_args(), listed()
    for name in given.names or known:
        follow(name, known[name])


if __name__ == "__main__":
    main()
