"""The same models on autograd: on the CPU, or on the GPU."""

try:
    import torch  # noqa: F401
except ImportError as error:
    raise ImportError(
        f"seqcourse.torch needs PyTorch, which does not import ({error}); "
        'pip install "seqcourse[torch]" installs it',
        name="torch",
    ) from error

from seqcourse.numpy.beam import beam_search
from seqcourse.numpy.decoding import Decoded, greedy
from seqcourse.numpy.positions import Alibi, Position, Rotary
from seqcourse.numpy.sampling import sample
from seqcourse.numpy.schedules import WarmupCosine
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
from seqcourse.torch.feed_forward import FeedForward
from seqcourse.torch.fixed_window import FixedWindow
from seqcourse.torch.gru import GRU
from seqcourse.torch.language_model import LanguageModel
from seqcourse.torch.layer import Layer
from seqcourse.torch.linear import Linear
from seqcourse.torch.lstm import LSTM
from seqcourse.torch.models import SequenceClassifier, SequenceTagger
from seqcourse.torch.module import Module
from seqcourse.torch.multi_head_attention import MultiHeadAttention
from seqcourse.torch.normalisation import LayerNorm, RMSNorm
from seqcourse.torch.optimisers import SGD, Adam, AdamW
from seqcourse.torch.position_embeddings import Learned, Sinusoidal
from seqcourse.torch.rnn import RNN
from seqcourse.torch.stack import Stack
from seqcourse.torch.training import evaluate, fit, predict
from seqcourse.torch.transformer import Transformer
from seqcourse.torch.transformer_block import TransformerBlock

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
    "Decoded",
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
    "evaluate",
    "fit",
    "from_config",
    "greedy",
    "predict",
    "sample",
]
