"""The same models on autograd: on the CPU, or on the GPU."""

try:
    import torch  # noqa: F401
except ImportError as error:
    raise ImportError(
        f"seqcourse.torch needs PyTorch, which does not import ({error}); "
        'pip install "seqcourse[torch]" installs it',
        name="torch",
    ) from error

from seqcourse.numpy.attention.position_encodings import (
    ALiBi,
    PositionEncoding,
    RotaryPositionEmbedding,
)
from seqcourse.numpy.optimizers.schedules import WarmupCosine
from seqcourse.numpy.training.fit import History, Run
from seqcourse.torch.attention.additive_attention import AdditiveAttention
from seqcourse.torch.attention.attention_mechanism import AttentionMechanism
from seqcourse.torch.attention.dot_attention import DotAttention
from seqcourse.torch.attention.multi_head_attention import MultiHeadAttention
from seqcourse.torch.containers.bidirectional import Bidirectional
from seqcourse.torch.containers.gradient_checkpointing import (
    GradientCheckpointing,
)
from seqcourse.torch.containers.stack import Stack
from seqcourse.torch.contract.from_config import from_config
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.contract.module import Module
from seqcourse.torch.convolution.convolution import Convolution
from seqcourse.torch.decoding import (
    Decoded,
    beam_search,
    greedy,
    next_token_distribution,
    sample,
)
from seqcourse.torch.layers.bag_of_words import BagOfWords
from seqcourse.torch.layers.embedding import Embedding
from seqcourse.torch.layers.fixed_window import FixedWindow
from seqcourse.torch.layers.linear import Linear
from seqcourse.torch.layers.normalization import LayerNorm, RMSNorm
from seqcourse.torch.layers.position_embeddings import (
    LearnedPositionEmbedding,
    SinusoidalPositionEmbedding,
)
from seqcourse.torch.models.language_model import LanguageModel
from seqcourse.torch.models.sequence_classifier import (
    SequenceClassifier,
    SequenceTagger,
)
from seqcourse.torch.optimizers.adam import SGD, Adam, AdamW
from seqcourse.torch.recurrent.coupled_lstm import CoupledLSTM
from seqcourse.torch.recurrent.gru import GRU
from seqcourse.torch.recurrent.lstm import LSTM
from seqcourse.torch.recurrent.recurrent_layer import RecurrentLayer
from seqcourse.torch.recurrent.rnn import RNN
from seqcourse.torch.seq2seq.attention_decoder import AttentionDecoder
from seqcourse.torch.seq2seq.bridge import Bridge
from seqcourse.torch.seq2seq.encoder_decoder import EncoderDecoder
from seqcourse.torch.training.fit import evaluate, fit, predict
from seqcourse.torch.transformer.feed_forward import FeedForward
from seqcourse.torch.transformer.transformer import Transformer
from seqcourse.torch.transformer.transformer_block import TransformerBlock

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
    "Convolution",
    "CoupledLSTM",
    "Decoded",
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
    "evaluate",
    "fit",
    "from_config",
    "greedy",
    "next_token_distribution",
    "predict",
    "sample",
]
