"""Small text models of every kind, untrained, in both backends."""

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.text_models import TextModel
from seqcourse.tokenizers import BytePairTokenizer, CharacterTokenizer

TEXT = (
    "The dog bites the man; the man bites the dog. Wörter wie Bäume, 犬! " * 9
)
TOKENIZER = BytePairTokenizer.train(TEXT, 280)
WINDOW = 12


def block(position):
    return layers.TransformerBlock(
        layers.MultiHeadAttention(16, 2, causal=True, position=position),
        layers.FeedForward(16, 32),
    )


def transformer(position=None, core=None):
    learned = layers.LearnedPositionEmbedding(WINDOW, 16)
    stack = layers.Transformer(block(position), 2)
    return layers.Stack((learned, stack)) if core else stack


CORES = {
    "RNN": lambda: layers.RNN(16, 16),
    "LSTM": lambda: layers.LSTM(16, 16),
    "GRU": lambda: layers.Stack((layers.GRU(16, 16), layers.GRU(16, 16))),
    "fixed window": lambda: layers.FixedWindow(16, 16, window=WINDOW),
    "convolution": lambda: layers.Convolution(16, 16, kernel_size=3),
    "learned positions": lambda: transformer(core=True),
    "rotary": lambda: transformer(layers.RotaryPositionEmbedding()),
    "ALiBi": lambda: transformer(layers.ALiBi()),
}
BACKENDS = ["numpy", pytest.param("torch", marks=pytest.mark.torch)]
each_core = pytest.mark.parametrize("core", CORES)
each_backend = pytest.mark.parametrize("backend", BACKENDS)


def text_model(core, backend="numpy", recipe=None, tokenizer=TOKENIZER):
    """Make one with scores far enough apart for the order to be sure."""
    V = tokenizer.vocab_size
    layer = layers.LanguageModel(layers.Embedding(V, 16), CORES[core]())
    params = layer.init(np.random.default_rng(3), np.float64)
    params["readout.weight"] *= 6
    model = layer
    if backend == "torch":
        import seqcourse.torch as modules

        model = modules.from_config(layer.to_config()).load_params(params)
    return TextModel(model, params, tokenizer, recipe or {"window": WINDOW})


def letters(text):
    return CharacterTokenizer.train(text)
