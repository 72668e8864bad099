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
    EncoderDecoder,
    Layer,
    SequenceClassifier,
)
from seqcourse.recipes import Recipe, load, save
from seqcourse.tasks import Dates, DelayedRecall

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


def dates(count: int, steps: int) -> Recipe:
    """Read so many dates, then write them, through one state."""
    task = Dates(count=count)
    source, target = (Embedding(task.vocab_size, 16) for _ in range(2))
    model = EncoderDecoder(source, GRU(16, 64), target, GRU(16, 64))
    return Recipe(model, task, steps, rate=1e-2, batch_size=64)


RECIPES = {
    f"recall-{lag}-{name}": recall(core, lag)
    for lag in (20, 50, 100)
    for name, core in cores(lag).items()
} | {
    "dates-one": dates(1, 1500),
    "dates-two": dates(2, 1500),
    "dates-halfway": dates(1, 500),
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
