"""Every model, forward and backward by hand, in NumPy and nothing else."""

from seqcourse.numpy.bag_of_words import BagOfWords
from seqcourse.numpy.configuration import from_config
from seqcourse.numpy.embedding import Embedding
from seqcourse.numpy.fixed_window import FixedWindow
from seqcourse.numpy.layer import Layer
from seqcourse.numpy.linear import Linear
from seqcourse.numpy.models import (
    LanguageModel,
    SequenceClassifier,
    SequenceTagger,
)
from seqcourse.numpy.optimisers import SGD, Adam, clip_by_global_norm
from seqcourse.numpy.rnn import RNN
from seqcourse.numpy.training import History, Run, evaluate, fit, predict

__all__ = [
    "RNN",
    "SGD",
    "Adam",
    "BagOfWords",
    "Embedding",
    "FixedWindow",
    "History",
    "LanguageModel",
    "Layer",
    "Linear",
    "Run",
    "SequenceClassifier",
    "SequenceTagger",
    "clip_by_global_norm",
    "evaluate",
    "fit",
    "from_config",
    "predict",
]
