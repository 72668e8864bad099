"""Every model, forward and backward by hand, in NumPy and nothing else."""

from seqcourse.numpy.adamw import AdamW
from seqcourse.numpy.additive_attention import AdditiveAttention
from seqcourse.numpy.alignment import Attention
from seqcourse.numpy.attentive import Attentive
from seqcourse.numpy.bag_of_words import BagOfWords
from seqcourse.numpy.beam import beam_search
from seqcourse.numpy.bidirectional import Bidirectional
from seqcourse.numpy.bridge import Bridge
from seqcourse.numpy.checkpointed import Checkpointed
from seqcourse.numpy.configuration import from_config
from seqcourse.numpy.container import Container
from seqcourse.numpy.decoding import Decoded, greedy
from seqcourse.numpy.dot_attention import DotAttention
from seqcourse.numpy.embedding import Embedding
from seqcourse.numpy.encoder_decoder import EncoderDecoder
from seqcourse.numpy.feed_forward import FeedForward
from seqcourse.numpy.fixed_window import FixedWindow
from seqcourse.numpy.gru import GRU
from seqcourse.numpy.language_model import LanguageModel
from seqcourse.numpy.layer import Layer
from seqcourse.numpy.linear import Linear
from seqcourse.numpy.lstm import LSTM
from seqcourse.numpy.models import SequenceClassifier, SequenceTagger
from seqcourse.numpy.module import Module
from seqcourse.numpy.multi_head_attention import MultiHeadAttention
from seqcourse.numpy.namesakes import from_torch_nn, to_torch_nn
from seqcourse.numpy.normalisation import LayerNorm, RMSNorm
from seqcourse.numpy.optimisers import SGD, Adam, clip_by_global_norm
from seqcourse.numpy.position_embeddings import Learned, Sinusoidal
from seqcourse.numpy.positions import Alibi, Position, Rotary
from seqcourse.numpy.rnn import RNN
from seqcourse.numpy.sampling import sample
from seqcourse.numpy.schedules import WarmupCosine
from seqcourse.numpy.stack import Stack
from seqcourse.numpy.training import (
    DivergenceError,
    History,
    Run,
    evaluate,
    fit,
    predict,
)
from seqcourse.numpy.transformer import Transformer
from seqcourse.numpy.transformer_block import TransformerBlock

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "SGD",
    "Adam",
    "AdamW",
    "AdditiveAttention",
    "Alibi",
    "Attention",
    "Attentive",
    "BagOfWords",
    "Bidirectional",
    "Bridge",
    "Checkpointed",
    "Container",
    "Decoded",
    "DivergenceError",
    "DotAttention",
    "Embedding",
    "EncoderDecoder",
    "FeedForward",
    "FixedWindow",
    "History",
    "LanguageModel",
    "Layer",
    "LayerNorm",
    "Learned",
    "Linear",
    "Module",
    "MultiHeadAttention",
    "Position",
    "RMSNorm",
    "Rotary",
    "Run",
    "SequenceClassifier",
    "SequenceTagger",
    "Sinusoidal",
    "Stack",
    "Transformer",
    "TransformerBlock",
    "WarmupCosine",
    "beam_search",
    "clip_by_global_norm",
    "evaluate",
    "fit",
    "from_config",
    "from_torch_nn",
    "greedy",
    "predict",
    "sample",
    "to_torch_nn",
]
