"""What the book ships trained, and how each was made.

``python book/weights/recipes.py [name ...]`` trains the named ones again, or
all; a file is replaced when its runs are complete.
"""

import sys
import time
from pathlib import Path

from seqcourse.numpy import (
    GRU,
    LSTM,
    RNN,
    Embedding,
    FeedForward,
    LanguageModel,
    Layer,
    MultiHeadAttention,
    Rotary,
    SequenceClassifier,
    SequenceTagger,
    Transformer,
    TransformerBlock,
)
from seqcourse.recipes import Recipe, load, save
from seqcourse.tasks import (
    AssociativeRecall,
    Counting,
    DelayedRecall,
    Sentences,
)

HERE = Path(__file__).parent
WIDTH = 32


def recall(core: Layer, lag: int) -> Recipe:
    """Recall the first of many symbols, eight ways to be wrong."""
    task = DelayedRecall(lag=lag, symbols=8)
    embedding = Embedding(task.vocab_size, 16)
    return Recipe(
        SequenceClassifier(embedding, core, task.num_classes),
        task,
        steps=3000,
        seeds=(0, 1, 2, 3, 4),
        rate=5e-3,
        batch_size=50,
    )


def cores(lag: int) -> dict[str, Layer]:
    """Give what is compared: cores, and how their gates begin."""
    return {
        "rnn": RNN(16, WIDTH),
        "rnn-orthogonal": RNN(16, WIDTH, orthogonal=True),
        "lstm": LSTM(16, WIDTH),
        "lstm-forget-1": LSTM(16, WIDTH, forget_bias=1.0),
        "lstm-chrono": LSTM(16, WIDTH, chrono=lag),
        "gru": GRU(16, WIDTH),
        "gru-chrono": GRU(16, WIDTH, chrono=lag),
    }


def nearer(lag: int) -> dict[str, Recipe]:
    """Give what the fading signal is shown on: the same, not as far."""
    return {
        f"recall-{lag}-{name}": recall(cores(lag)[name], lag)
        for name in ("rnn", "rnn-orthogonal")
    }


def counting(core: Layer) -> Recipe:
    """Close what was opened: as many b as there were a."""
    task = Counting(longest=40)
    return Recipe(
        LanguageModel(Embedding(task.vocab_size, 4), core),
        task,
        steps=3000,
        seeds=(0, 1, 2, 3, 4),
        rate=1e-2,
    )


def sentences(core: Layer) -> Recipe:
    """Read the course's small English for longer than a page can wait."""
    task = Sentences()
    return Recipe(
        LanguageModel(Embedding(task.vocab_size, 16), core),
        task,
        steps=5000,
        seeds=(0, 1, 2),
        rate=1e-2,
    )


def haystack(window: int | None) -> Recipe:
    """Find a pair again, among steps that say nothing."""
    task = AssociativeRecall(pairs=3, length=40, keys=8, values=8, queries=24)
    attention = MultiHeadAttention(
        WIDTH, 1, causal=True, window=window, position=Rotary()
    )
    block = TransformerBlock(attention, FeedForward(WIDTH, WIDTH))
    return Recipe(
        SequenceTagger(
            Embedding(task.vocab_size, WIDTH),
            Transformer(block, 2),
            task.num_classes,
        ),
        task,
        steps=500,
        rate=5e-3,
    )


RECIPES = {
    f"recall-{lag}-{name}": recall(core, lag)
    for lag in (20, 50, 100)
    for name, core in cores(lag).items()
}
RECIPES |= nearer(10)
RECIPES |= {
    "counting-lstm": counting(LSTM(4, 8)),
    "counting-gru": counting(GRU(4, 8)),
    "haystack": haystack(None),
    "haystack-window": haystack(16),
    "sentences-lstm": sentences(LSTM(16, 16)),
}


def main() -> None:
    """Follow the named recipes, and say what each run scores."""
    for name in sys.argv[1:] or RECIPES:
        begun = time.process_time()
        path = HERE / f"{name}.safetensors"
        save(path, RECIPES[name].follow())
        scores = " ".join(f"{score:.3f}" for score in load(path).scores)
        seconds = time.process_time() - begun
        sys.stdout.write(f"{name}: {scores} ({seconds:.0f} s)\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
