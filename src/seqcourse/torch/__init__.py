"""The same models on autograd: on the CPU, or on the GPU."""

from seqcourse.numpy.beam import beam_search
from seqcourse.numpy.decoding import Decoded, greedy
from seqcourse.numpy.sampling import sample
from seqcourse.numpy.training import History, Run
from seqcourse.torch.additive_attention import AdditiveAttention
from seqcourse.torch.alignment import Attention
from seqcourse.torch.attentive import Attentive
from seqcourse.torch.bag_of_words import BagOfWords
from seqcourse.torch.bidirectional import Bidirectional
from seqcourse.torch.bridge import Bridge
from seqcourse.torch.checkpointed import Checkpointed
from seqcourse.torch.configuration import from_config
from seqcourse.torch.dot_attention import DotAttention
from seqcourse.torch.embedding import Embedding
from seqcourse.torch.encoder_decoder import EncoderDecoder
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
from seqcourse.torch.module import Module
from seqcourse.torch.optimisers import SGD, Adam
from seqcourse.torch.rnn import RNN
from seqcourse.torch.stack import Stack
from seqcourse.torch.training import evaluate, fit, predict

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "SGD",
    "Adam",
    "AdditiveAttention",
    "Attention",
    "Attentive",
    "BagOfWords",
    "Bidirectional",
    "Bridge",
    "Checkpointed",
    "Decoded",
    "DotAttention",
    "Embedding",
    "EncoderDecoder",
    "FixedWindow",
    "History",
    "LanguageModel",
    "Layer",
    "Linear",
    "Module",
    "Run",
    "SequenceClassifier",
    "SequenceTagger",
    "Stack",
    "beam_search",
    "evaluate",
    "fit",
    "from_config",
    "greedy",
    "predict",
    "sample",
]
