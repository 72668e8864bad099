"""Every model, forward and backward by hand, in NumPy and nothing else."""

from seqcourse.numpy.attention.additive_attention import AdditiveAttention
from seqcourse.numpy.attention.attention_mechanism import AttentionMechanism
from seqcourse.numpy.attention.dot_attention import DotAttention
from seqcourse.numpy.attention.multi_head_attention import MultiHeadAttention
from seqcourse.numpy.attention.position_encodings import (
    ALiBi,
    PositionEncoding,
    RotaryPositionEmbedding,
)
from seqcourse.numpy.containers.bidirectional import Bidirectional
from seqcourse.numpy.containers.container import Container
from seqcourse.numpy.containers.gradient_checkpointing import (
    GradientCheckpointing,
)
from seqcourse.numpy.containers.stack import Stack
from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Layer
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.convolution.convolution import Convolution
from seqcourse.numpy.decoding.beam_search import beam_search
from seqcourse.numpy.decoding.greedy import Decoded, greedy
from seqcourse.numpy.decoding.next_token_distribution import (
    next_token_distribution,
)
from seqcourse.numpy.decoding.sampling import sample
from seqcourse.numpy.interop.torch_nn import from_torch_nn, to_torch_nn
from seqcourse.numpy.layers.bag_of_words import BagOfWords
from seqcourse.numpy.layers.embedding import Embedding
from seqcourse.numpy.layers.fixed_window import FixedWindow
from seqcourse.numpy.layers.linear import Linear
from seqcourse.numpy.layers.normalization import LayerNorm, RMSNorm
from seqcourse.numpy.layers.position_embeddings import (
    LearnedPositionEmbedding,
    SinusoidalPositionEmbedding,
)
from seqcourse.numpy.models.language_model import LanguageModel
from seqcourse.numpy.models.sequence_classifier import (
    SequenceClassifier,
    SequenceTagger,
)
from seqcourse.numpy.optimizers.adam import SGD, Adam, clip_by_global_norm
from seqcourse.numpy.optimizers.adamw import AdamW
from seqcourse.numpy.optimizers.schedules import WarmupCosine
from seqcourse.numpy.recurrent.coupled_lstm import CoupledLSTM
from seqcourse.numpy.recurrent.gru import GRU
from seqcourse.numpy.recurrent.lstm import LSTM
from seqcourse.numpy.recurrent.recurrent_layer import RecurrentLayer
from seqcourse.numpy.recurrent.rnn import RNN
from seqcourse.numpy.seq2seq.attention_decoder import AttentionDecoder
from seqcourse.numpy.seq2seq.bridge import Bridge
from seqcourse.numpy.seq2seq.encoder_decoder import EncoderDecoder
from seqcourse.numpy.training.fit import (
    DivergenceError,
    History,
    Run,
    evaluate,
    fit,
    predict,
)
from seqcourse.numpy.transformer.feed_forward import FeedForward
from seqcourse.numpy.transformer.transformer import Transformer
from seqcourse.numpy.transformer.transformer_block import TransformerBlock

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "SGD",
    "ALiBi",
    "Adam",
    "AdamW",
    "AdditiveAttention",
    "AttentionDecoder",
    "AttentionMechanism",
    "BagOfWords",
    "Bidirectional",
    "Bridge",
    "Container",
    "Convolution",
    "CoupledLSTM",
    "Decoded",
    "DivergenceError",
    "DotAttention",
    "Embedding",
    "EncoderDecoder",
    "FeedForward",
    "FixedWindow",
    "GradientCheckpointing",
    "History",
    "LanguageModel",
    "Layer",
    "LayerNorm",
    "LearnedPositionEmbedding",
    "Linear",
    "Module",
    "MultiHeadAttention",
    "PositionEncoding",
    "RMSNorm",
    "RecurrentLayer",
    "RotaryPositionEmbedding",
    "Run",
    "SequenceClassifier",
    "SequenceTagger",
    "SinusoidalPositionEmbedding",
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
    "next_token_distribution",
    "predict",
    "sample",
    "to_torch_nn",
]
