"""The same models on autograd: on the CPU, or on the GPU."""

from seqcourse.numpy.positions import Alibi, Position, Rotary
from seqcourse.numpy.training import History, Run
from seqcourse.torch.bag_of_words import BagOfWords
from seqcourse.torch.bidirectional import Bidirectional
from seqcourse.torch.checkpointed import Checkpointed
from seqcourse.torch.configuration import from_config
from seqcourse.torch.embedding import Embedding
from seqcourse.torch.fixed_window import FixedWindow
from seqcourse.torch.gru import GRU
from seqcourse.torch.layer import Layer
from seqcourse.torch.linear import Linear
from seqcourse.torch.lstm import LSTM
from seqcourse.torch.models import (
    LanguageModel,
    SequenceClassifier,
    SequenceTagger,
)
from seqcourse.torch.multi_head_attention import MultiHeadAttention
from seqcourse.torch.optimisers import SGD, Adam
from seqcourse.torch.position_embeddings import Learned, Sinusoidal
from seqcourse.torch.rnn import RNN
from seqcourse.torch.stack import Stack
from seqcourse.torch.training import evaluate, fit, predict

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "SGD",
    "Adam",
    "Alibi",
    "BagOfWords",
    "Bidirectional",
    "Checkpointed",
    "Embedding",
    "FixedWindow",
    "History",
    "LanguageModel",
    "Layer",
    "Learned",
    "Linear",
    "MultiHeadAttention",
    "Position",
    "Rotary",
    "Run",
    "SequenceClassifier",
    "SequenceTagger",
    "Sinusoidal",
    "Stack",
    "evaluate",
    "fit",
    "from_config",
    "predict",
]
