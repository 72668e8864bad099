"""What the book ships trained, and how each was made.

``python book/weights/recipes.py [--processes 2] [name ...]`` trains the
named ones again, or all; a file is replaced when its runs are complete. A
sweep that was stopped goes on where it was.
"""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from text_scores import BATCH_SIZE, MODELS, WINDOW

from seqcourse.numpy import (
    GRU,
    LSTM,
    RNN,
    AdditiveAttention,
    ALiBi,
    BagOfWords,
    Convolution,
    CoupledLSTM,
    DotAttention,
    Embedding,
    EncoderDecoder,
    FeedForward,
    FixedWindow,
    LanguageModel,
    Layer,
    LayerNorm,
    LearnedPositionEmbedding,
    MultiHeadAttention,
    RotaryPositionEmbedding,
    SequenceClassifier,
    SequenceTagger,
    SinusoidalPositionEmbedding,
    Stack,
    Transformer,
    TransformerBlock,
)
from seqcourse.numpy.attention.attention_mechanism import AttentionMechanism
from seqcourse.numpy.attention.position_encodings import PositionEncoding
from seqcourse.recipes import (
    Recipe,
    Sweep,
    held_out_last,
    load,
    save,
    save_sweep,
)
from seqcourse.tasks import (
    AssociativeRecall,
    Counting,
    Dates,
    DelayedRecall,
    Echo,
    Induction,
    RandomDelayRecall,
    Sentences,
    SortingPairs,
    TokenizedText,
    VerbInSlot,
    WhoDidWhat,
    book_text,
)
from seqcourse.tasks.language.tokenized_text import part_of
from seqcourse.tokenizers import BytePairTokenizer, ByteTokenizer

HERE = Path(__file__).parent
#: Where the runs of sweeps are kept until all are made.
PARTIAL = HERE.parents[1] / "_build" / "sweeps"
WIDTH = 32


def recall(core: Layer, lag: int) -> Recipe:
    """Recall the first of many symbols, eight ways to be wrong."""
    task = DelayedRecall(delay=lag, symbols=8)
    embedding = Embedding(task.vocab_size, 16)
    return Recipe(
        SequenceClassifier(embedding, core, task.num_classes),
        task,
        steps=3000,
        seeds=(0, 1, 2, 3, 4),
        learning_rate=5e-3,
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


def small_inputs(lag: int) -> Recipe:
    """Recall as above, from initial weights that keep the gradient."""
    core = RNN(16, WIDTH, orthogonal=True, input_scale=0.1)
    return replace(recall(core, lag), learning_rate=1e-3)


def irnn(lag: int) -> Recipe:
    """Recall as above, from the identity, with hardly any input at first."""
    core = RNN(16, WIDTH, "relu", identity=True, input_scale=0.01)
    return replace(recall(core, lag), learning_rate=1e-3)


def counting(core: Layer) -> Recipe:
    """Close what was opened: as many b as there were a."""
    task = Counting(longest=40)
    return Recipe(
        LanguageModel(Embedding(task.vocab_size, 4), core),
        task,
        steps=3000,
        seeds=(0, 1, 2, 3, 4),
        learning_rate=1e-2,
    )


def sentences(core: Layer, *families: str) -> Recipe:
    """Read the course's small English for longer than a page can wait."""
    task = Sentences(families=families) if families else Sentences()
    return Recipe(
        LanguageModel(Embedding(Sentences().vocab_size, 16), core),
        task,
        steps=5000,
        seeds=(0, 1, 2, 3, 4),
        learning_rate=1e-2,
    )


def pairs(layers: int, steps: int, scale: float | None = None) -> Recipe:
    """Say which value stood behind a key, with blocks of one head."""
    task = AssociativeRecall(pairs=4, length=16, keys=16, values=16)
    E, T = WIDTH, task.length
    attention = MultiHeadAttention(E, num_heads=1, causal=True, scale=scale)
    block = TransformerBlock(attention, FeedForward(E, E))
    return Recipe(
        SequenceTagger(
            Embedding(task.vocab_size, E),
            Transformer(block, layers, LearnedPositionEmbedding(T, E)),
            task.num_classes,
        ),
        task,
        steps=steps,
        seeds=(0, 1, 2, 3, 4),
        batch_size=64,
    )


def dates(
    count: int,
    hidden: int,
    steps: int,
    attention: AttentionMechanism | None = None,
) -> Recipe:
    """Read dates, then write them in another form."""
    task = Dates(count=count)
    source, target = (Embedding(task.vocab_size, 16) for _ in range(2))
    encoder, decoder = GRU(16, hidden), GRU(16, hidden)
    return Recipe(
        EncoderDecoder(source, encoder, target, decoder, attention),
        task,
        steps,
        learning_rate=1e-2,
        batch_size=64,
    )


def attending(count: int, steps: int, seeds: tuple[int, ...]) -> Recipe:
    """Give dates to a decoder with additive attention."""
    attention = AdditiveAttention(WIDTH, WIDTH, WIDTH)
    return replace(dates(count, WIDTH, steps, attention), seeds=seeds)


def beyond(position: PositionEncoding) -> Recipe:
    """Find what stood behind a letter, with one kind of positions."""
    task = Induction(length=16, symbols=64, repeated=6)
    E = 24
    attention = MultiHeadAttention(
        E, num_heads=4, causal=True, position=position
    )
    block = TransformerBlock(attention, FeedForward(E, E))
    return Recipe(
        SequenceTagger(
            Embedding(task.vocab_size, E),
            Transformer(block, 3),
            task.num_classes,
        ),
        task,
        steps=600,
        seeds=(0, 1, 2),
        learning_rate=1e-2,
    )


def decoder() -> Recipe:
    """Write the course's small English, two blocks of two heads."""
    task = Sentences()
    E = WIDTH
    attention = MultiHeadAttention(
        E, num_heads=2, causal=True, position=RotaryPositionEmbedding()
    )
    block = TransformerBlock(attention, FeedForward(E, E))
    return Recipe(
        LanguageModel(
            Embedding(task.vocab_size, E), Transformer(block, 2), tied=True
        ),
        task,
        steps=800,
        learning_rate=5e-3,
    )


def haystack(
    max_before: int, window: int | None = None, seeds: int = 5
) -> Recipe:
    """Find a value by its key, in texts of full stops."""
    task = AssociativeRecall(
        pairs=3,
        length=40,
        keys=8,
        values=8,
        queries=8,
        max_before=max_before,
    )
    attention = MultiHeadAttention(
        WIDTH,
        1,
        causal=True,
        window=window,
        position=RotaryPositionEmbedding(),
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
        seeds=tuple(range(seeds)),
        learning_rate=5e-3,
    )


def tagger(core: Layer, learning_rate: float, settled: int = 8) -> Recipe:
    """Tag the verb among ten words, some verbs in slot two alone.

    All cores have about 2,040 weights. Of the rates 3e-3, 1e-2 and 3e-2 each
    has the one at which it tags most of these verbs in slot nine. The RNN has
    two more, at which it tags few and nearly all.
    """
    task = VerbInSlot(length=10, slot=2, settled=settled)
    return Recipe(
        SequenceTagger(
            Embedding(task.vocab_size, 16), core, task.num_classes
        ),
        task,
        steps=300,
        seeds=(0, 1, 2, 3, 4),
        learning_rate=learning_rate,
    )


def book_prose(width: int) -> Recipe:
    """Read this book until what was held out is predicted no better.

    A tenth from its middle is held out: the book ends with a glossary, which
    is not written like the rest.
    """
    text = held_out_last(book_text())
    tokenizer = BytePairTokenizer.train(part_of(text, "train"), 512)
    core = LSTM(width, width, forget_bias=1.0)
    return Recipe(
        LanguageModel(Embedding(512, width), core, tied=True),
        TokenizedText(text, tokenizer, window=64),
        steps=900,
        seeds=(0, 1),
        learning_rate=1e-2,
    )


def next_byte(name: str, learning_rate: float) -> Recipe:
    """Keep the weights of a run that `text_scores.py` scores."""
    text = held_out_last(book_text())
    return Recipe(
        MODELS[name],
        TokenizedText(text, ByteTokenizer(), WINDOW),
        steps=600,
        learning_rate=learning_rate,
        batch_size=BATCH_SIZE,
    )


RECIPES = {
    "book-gru": next_byte("GRU", 2e-2),
    "book-transformer": next_byte("transformer", 1e-2),
    **{
        f"recall-{lag}-{name}": recall(core, lag)
        for lag in (20, 50, 100)
        for name, core in cores(lag).items()
    },
    **{
        f"recall-{lag}-rnn-small-inputs": small_inputs(lag)
        for lag in (50, 100)
    },
    "recall-50-irnn": irnn(50),
    "counting-lstm": counting(LSTM(4, 8)),
    "counting-gru": counting(GRU(4, 10)),  # 480 weights, the LSTM has 448
    "sentences-bag": replace(sentences(BagOfWords(16, WIDTH)), seeds=(0,)),
    "sentences-window": replace(
        sentences(
            FixedWindow(16, WIDTH, window=9),  # <start> and eight words
            *("sky", "weather", "everyday", "agreement"),
        ),
        seeds=(0,),
    ),
    "sentences-rnn": sentences(RNN(16, WIDTH)),
    "sentences-rnn-short": replace(
        sentences(RNN(16, 16)), steps=400, learning_rate=2e-2
    ),
    "sentences-lstm": sentences(LSTM(16, WIDTH // 2)),  # 32 numbers, too
    "dates-one": dates(1, 64, 1500),
    "dates-halfway": replace(dates(1, 64, 500), seeds=(0, 1, 2, 3, 4)),
    "dates-one-attention": attending(1, 600, seeds=(0, 1, 2, 3, 4)),
    "dates-two-attention": attending(2, 1000, seeds=(0,)),
    "pairs-1-layer": replace(pairs(1, steps=2000), seeds=(0, 1, 2)),
    "pairs-2-layers": pairs(2, steps=400),
    "beyond-rotary": beyond(RotaryPositionEmbedding()),
    "beyond-alibi": replace(beyond(ALiBi()), steps=1200),
    "sentences-transformer": decoder(),
    "settled-convolution-2": tagger(Convolution(16, 41, 2), 1e-2),
    "settled-convolution-3": tagger(Convolution(16, 29, 3), 1e-2),
    "settled-convolution-5": tagger(Convolution(16, 19, 5), 3e-3),
    "settled-rnn": tagger(RNN(16, 30), 3e-2),
    "settled-rnn-slow": tagger(RNN(16, 30), 3e-3),
    "settled-rnn-fast": tagger(RNN(16, 30), 1e-1),
    **{
        f"half-settled-convolution-{words}": tagger(
            Convolution(16, width, words), 1e-2, settled=4
        )
        for words, width in ((3, 29), (5, 19))
    },
    "half-settled-rnn": tagger(RNN(16, 30), 1e-2, settled=4),
    "book-lstm": book_prose(52),
    "haystack": haystack(max_before=0),
    "haystack-anywhere": haystack(max_before=26),
    "haystack-window": haystack(max_before=26, window=16, seeds=1),
}


def initial_weights(lag: int, *names: str) -> Sweep:
    """Recall as above, by RNNs that differ in their initial weights."""
    cores = {
        "default": RNN(16, WIDTH),
        "small inputs": RNN(16, WIDTH, input_scale=0.1),
        "orthogonal": RNN(16, WIDTH, orthogonal=True),
        "orthogonal, small inputs": RNN(
            16, WIDTH, orthogonal=True, input_scale=0.1
        ),
        "IRNN": RNN(16, WIDTH, "relu", identity=True, input_scale=0.01),
    }
    named = {name: recall(cores[name], lag) for name in names or cores}
    recipe = next(iter(named.values()))
    return Sweep(
        {name: each.model for name, each in named.items()},
        recipe.task,
        recipe.steps,
        learning_rates=(3e-4, 1e-3, 5e-3),
        seeds=recipe.seeds,
        batch_size=recipe.batch_size,
    )


def gate_biases(lag: int) -> Sweep:
    """Recall with LSTMs that differ in the initial biases of their gates."""
    named = {
        f"bias {bias}": LSTM(16, WIDTH, forget_bias=float(bias))
        for bias in (0, 1, 2, 3, 5)
    } | {
        f"chrono {span}": LSTM(16, WIDTH, chrono=span)
        for span in (lag // 10, lag, 10 * lag)
    }
    recipe = recall(LSTM(16, WIDTH), lag)
    return Sweep(
        {name: recall(core, lag).model for name, core in named.items()},
        recipe.task,
        steps=500,
        learning_rates=(1e-3, 5e-3, 2e-2),
        seeds=recipe.seeds,
        batch_size=recipe.batch_size,
    )


def forget_bias_longer(bias: int, *rates: float) -> Sweep:
    """Recall with a small forget bias: more batches, smaller rates."""
    recipe = recall(LSTM(16, WIDTH, forget_bias=float(bias)), 20)
    return Sweep(
        {f"bias {bias}": recipe.model},
        recipe.task,
        recipe.steps,
        learning_rates=rates,
        seeds=recipe.seeds,
        batch_size=recipe.batch_size,
    )


def coupled_gates(lag: int) -> Sweep:
    """Recall with an LSTM, a GRU, and an LSTM that is half of each."""
    cores = {
        "LSTM": LSTM(16, WIDTH),
        "LSTM, forget bias ½": LSTM(16, WIDTH, forget_bias=0.5),
        "coupled LSTM": CoupledLSTM(16, WIDTH),
        "GRU": GRU(16, WIDTH),
    }
    recipe = recall(GRU(16, WIDTH), lag)
    return Sweep(
        {name: recall(core, lag).model for name, core in cores.items()},
        recipe.task,
        steps=1000,
        learning_rates=(1e-3, 5e-3, 2e-2),
        seeds=recipe.seeds,
        batch_size=recipe.batch_size,
    )


def random_delay(shortest: int, lag: int) -> Sweep:
    """Recall at an unknown time, with gates and without."""
    recipes = {
        "irnn": irnn(lag),
        "lstm-chrono": recall(LSTM(16, WIDTH, chrono=lag), lag),
    }
    return Sweep(
        {name: recipe.model for name, recipe in recipes.items()},
        RandomDelayRecall(delay=lag, symbols=8, shortest=shortest),
        steps=2000,
        learning_rates=(1e-3,),
        batch_size=50,
    )


def distance(lag: int) -> Sweep:
    """Recall with a plain RNN, in as few batches as the first lesson has."""
    recipe = recall(RNN(16, WIDTH), lag)
    rates = (1e-3, 3e-3, 1e-2, 3e-2)
    return Sweep({"rnn": recipe.model}, recipe.task, 400, rates)


def residual_connections(*depths: int) -> Sweep:
    """Recall pairs with blocks, and with their parts in a plain stack."""
    task = AssociativeRecall(pairs=3, length=12, keys=8, values=8)
    attention = MultiHeadAttention(WIDTH, num_heads=2, causal=True)
    feed_forward = FeedForward(WIDTH, 2 * WIDTH)
    block = TransformerBlock(attention, feed_forward)
    position = LearnedPositionEmbedding(task.length, WIDTH)
    norm = LayerNorm(WIDTH)
    plain = norm, attention, norm, feed_forward
    cores = {
        f"{depth} blocks, {kind}": core
        for depth in depths
        for kind, core in {
            "residual": Transformer(block, depth, position),
            "plain": Stack((position, *depth * plain, norm)),
        }.items()
    }
    embedding = Embedding(task.vocab_size, WIDTH)
    return Sweep(
        {
            name: SequenceTagger(embedding, core, task.num_classes)
            for name, core in cores.items()
        },
        task,
        steps=300,
        learning_rates=(3e-4, 1e-3, 3e-3),
    )


def small_networks() -> Sweep:
    """Read the course's small English as briefly as its first page does."""
    recipe = sentences(RNN(16, 16))
    sizes = {f"{width} units": RNN(16, width) for width in (16, WIDTH)}
    return Sweep(
        {name: sentences(core).model for name, core in sizes.items()},
        recipe.task,
        steps=400,
        learning_rates=(5e-3, 1e-2, 2e-2, 4e-2),
        seeds=recipe.seeds,
    )


def decoders(steps: int) -> Sweep:
    """Rewrite dates with as many weights as `attending` has.

    The widths differ, so that each model has about 17,800 weights.
    """
    named = {
        "one state": dates(1, 39, steps),
        "dot product": dates(1, 35, steps, DotAttention(35, 35)),
    }
    recipe = named["one state"]
    return Sweep(
        {name: each.model for name, each in named.items()},
        recipe.task,
        steps,
        learning_rates=(3e-3, 1e-2, 3e-2),
        batch_size=recipe.batch_size,
    )


def who_bites() -> Sweep:
    """Say who did what, with attention and positions, or one of the two."""
    task, width = WhoDidWhat(), 16
    attention, bag = MultiHeadAttention(width, 2), BagOfWords(width, width)
    causal = replace(attention, causal=True)
    rotary = replace(attention, position=RotaryPositionEmbedding())
    waves = SinusoidalPositionEmbedding(width)
    cores = {
        "no positions": (attention, bag),
        "sinusoidal": (waves, attention, bag),
        "learned": (LearnedPositionEmbedding(5, width), attention, bag),
        "rotary": (rotary, bag),
        "positions, no attention": (waves, bag),
        "causal mask, no positions": (causal, bag),
        "answer at the last word": (attention,),
    }
    models = {
        name: SequenceClassifier(
            Embedding(task.vocab_size, width), Stack(parts), task.num_classes
        )
        for name, parts in cores.items()
    }
    return Sweep(models, task, 150, learning_rates=(3e-3, 1e-2, 3e-2))


def recall_pairs(**named: Recipe) -> Sweep:
    """Compare models on the pairs, each at three learning rates."""
    first = next(iter(named.values()))
    return Sweep(
        {name.replace("_", " "): each.model for name, each in named.items()},
        first.task,
        first.steps,
        learning_rates=(1e-3, 3e-3, 1e-2),
        batch_size=first.batch_size,
    )


def digits(
    length: int,
    *widths: int,
    order: str = "reversed",
    steps: int = 1000,
    rates: tuple[float, ...] = (3e-3, 1e-2, 3e-2),
) -> Sweep:
    """Write the digits that were read, with one state in between."""
    task = SortingPairs(length, symbols=10, order=order)
    source, target = (Embedding(task.vocab_size, 16) for _ in range(2))
    models = {
        f"{width} units": EncoderDecoder(
            source, GRU(16, width), target, GRU(16, width)
        )
        for width in widths
    }
    return Sweep(models, task, steps, rates, batch_size=64)


def echo(bptt_length: int | None, steps: int = 150) -> Sweep:
    """Repeat a symbol four steps later, with truncated BPTT or without."""
    task = Echo(lag=4, length=16, symbols=4)
    embedding = Embedding(task.vocab_size, 16)
    model = SequenceTagger(embedding, RNN(16, WIDTH), task.num_classes)
    return Sweep(
        {"rnn": model},
        task,
        steps,
        learning_rates=(3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
        batch_size=16,
        bptt_length=bptt_length,
    )


def clipping(
    limit: float,
    rates: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0),
    steps: int = 300,
    optimizer: str = "SGD",
) -> Sweep:
    """Recall with an RNN whose gradients explode, clipped or not.

    No norm comes near the limit that stands for none.
    """
    task = DelayedRecall(delay=14, symbols=4)
    embedding = Embedding(task.vocab_size, 16)
    core = RNN(16, WIDTH, orthogonal=True)
    return Sweep(
        {"rnn": SequenceClassifier(embedding, core, task.num_classes)},
        task,
        steps=steps,
        learning_rates=rates,
        batch_size=16,
        max_grad_norm=limit,
        optimizer=optimizer,
    )


SWEEPS = {
    "residual-connections": residual_connections(2, 6),
    "sentences-small-rnns": small_networks(),
    "recall-20-initial-weights": initial_weights(
        20, "default", "orthogonal", "orthogonal, small inputs", "IRNN"
    ),
    "recall-50-initial-weights": initial_weights(50),
    "gate-biases-20": gate_biases(20),
    "forget-bias-1-longer": forget_bias_longer(1, 3e-4, 1e-3),
    "coupled-gates-14": coupled_gates(14),
    "random-delay": random_delay(5, 50),
    "dates-one-decoders": decoders(600),
    "who-bites": who_bites(),
    "pairs-scale": recall_pairs(
        with_the_root=pairs(2, 400), without_it=pairs(2, 400, scale=1.0)
    ),
    "pairs-1-layer-rates": recall_pairs(one_layer=pairs(1, 400)),
    **{f"recall-{lag}-plain": distance(lag) for lag in (2, 5, 8, 12, 16, 20)},
    "digits-4": digits(4, 32),
    "digits-7": digits(7, 32),
    "digits-10": digits(10, 32, 64),
    "digits-10-longer": digits(10, 32, steps=6000, rates=(3e-3,)),
    "digits-10-in-order": digits(10, 32, order="same"),
    **{f"echo-segments-{length}": echo(length) for length in (8, 4)},
    "echo-segments-4-longer": echo(4, steps=600),
    "echo-whole": echo(None),
    **{f"clipping-{limit}": clipping(float(limit)) for limit in (10, 3, 1)},
    "clipping-none": clipping(1e6),
    "clipping-none-longer": clipping(1e6, (0.003, 0.01, 0.03), steps=1200),
    "clipping-none-adam": clipping(1e6, (1e-3, 3e-3, 1e-2), optimizer="Adam"),
}


def follow_recipe(name: str) -> str:
    """Train a recipe's runs; say what each scores."""
    path = HERE / f"{name}.safetensors"
    save(path, RECIPES[name].follow())
    return " ".join(f"{score:.3f}" for score in load(path).scores)


def follow_sweep(name: str, processes: int) -> str:
    """Train a sweep's runs; say what each model scores at its best rate."""
    PARTIAL.mkdir(parents=True, exist_ok=True)
    partial = PARTIAL / f"{name}.json"
    swept = SWEEPS[name].follow(tell, processes=processes, partial=partial)
    save_sweep(HERE / f"{name}.json", swept)
    partial.unlink()
    return "; ".join(
        f"{model} at {swept.best_rate(model):g} "
        + " ".join(f"{score:.3f}" for score in swept.best(model))
        for model in swept.sweep.models
    )


def tell(*run: object) -> None:
    """Say what one run of a sweep scores."""
    model, rate, seed, score = run
    sys.stdout.write(f"  {model}, {rate:g}, seed {seed}: {score:.3f}\n")
    sys.stdout.flush()


def main() -> None:
    """Follow what is named, and say what it scores."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="name")
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    known = [*RECIPES, *SWEEPS]
    if unknown := {*given.names} - {*known}:
        parser.error(f"no recipe or sweep: {', '.join(sorted(unknown))}")
    for name in given.names or known:
        begun = time.perf_counter()
        said = (
            follow_recipe(name)
            if name in RECIPES
            else follow_sweep(name, given.processes)
        )
        seconds = time.perf_counter() - begun
        sys.stdout.write(f"{name}: {said} ({seconds:.0f} s)\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
