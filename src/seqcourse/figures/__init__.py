"""Measured results in, a figure out: one look for the whole book.

Every function takes numbers that something else has measured and gives a
`Figure`, which shows itself as the last value of a cell. None of them trains
anything, and the same numbers give the same bytes.
"""

from seqcourse.figures.attention.attention_map import attention_map
from seqcourse.figures.attention.generation import generation
from seqcourse.figures.attention.needle_in_a_haystack import (
    needle_in_a_haystack,
)
from seqcourse.figures.attention.position_encodings import position_encodings
from seqcourse.figures.attention.receptive_field import receptive_field
from seqcourse.figures.attention.rotation import rotation
from seqcourse.figures.attention.softmax_sharpness import softmax_sharpness
from seqcourse.figures.charts.accuracy_by_position import accuracy_by_position
from seqcourse.figures.charts.bars import bars
from seqcourse.figures.charts.learning_curve import learning_curve
from seqcourse.figures.charts.length_generalization import (
    length_generalization,
)
from seqcourse.figures.charts.log_chart import log_chart
from seqcourse.figures.charts.values_by_step import values_by_step
from seqcourse.figures.diagrams.attention import attention_diagram
from seqcourse.figures.diagrams.encoder_decoder import (
    encoder_decoder_diagram,
)
from seqcourse.figures.diagrams.gru import gru_diagram
from seqcourse.figures.diagrams.lstm import lstm_diagram
from seqcourse.figures.diagrams.rnn import rnn_diagram, unrolled_diagram
from seqcourse.figures.diagrams.transformer import transformer_diagram
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.matplotlib_figure import matplotlib_figure
from seqcourse.figures.front_page.course_map import Part, course_map
from seqcourse.figures.front_page.retention import retention
from seqcourse.figures.gates.gate_activations import gate_activations
from seqcourse.figures.gates.memory_decay import memory_decay
from seqcourse.figures.gradients.backward import backward
from seqcourse.figures.gradients.gradient_checkpointing import (
    gradient_checkpointing,
)
from seqcourse.figures.gradients.gradient_flow import gradient_flow
from seqcourse.figures.gradients.matrix_on_circle import matrix_on_circle
from seqcourse.figures.gradients.scores_by_seed import scores_by_seed
from seqcourse.figures.language.sampling_filters import sampling_filters
from seqcourse.figures.language.segmentation import segmentation
from seqcourse.figures.language.surprisal import surprisal
from seqcourse.figures.language.token_surprisal import token_surprisal
from seqcourse.figures.memory.digit_reading import digit_reading
from seqcourse.figures.memory.fixed_window import fixed_window
from seqcourse.figures.memory.hidden_states import hidden_states
from seqcourse.figures.memory.horizon import memory_horizon
from seqcourse.figures.memory.state_size import state_size
from seqcourse.figures.memory.tune_player import tune_player
from seqcourse.figures.memory.unrolled import unrolled
from seqcourse.figures.memory.weight_sharing import weight_sharing
from seqcourse.figures.seq2seq.beam import beam

__all__ = [
    "Figure",
    "Part",
    "accuracy_by_position",
    "attention_diagram",
    "attention_map",
    "backward",
    "bars",
    "beam",
    "course_map",
    "digit_reading",
    "encoder_decoder_diagram",
    "fixed_window",
    "gate_activations",
    "generation",
    "gradient_checkpointing",
    "gradient_flow",
    "gru_diagram",
    "hidden_states",
    "learning_curve",
    "length_generalization",
    "log_chart",
    "lstm_diagram",
    "matplotlib_figure",
    "matrix_on_circle",
    "memory_decay",
    "memory_horizon",
    "needle_in_a_haystack",
    "position_encodings",
    "receptive_field",
    "retention",
    "rnn_diagram",
    "rotation",
    "sampling_filters",
    "scores_by_seed",
    "segmentation",
    "softmax_sharpness",
    "state_size",
    "surprisal",
    "token_surprisal",
    "transformer_diagram",
    "tune_player",
    "unrolled",
    "unrolled_diagram",
    "values_by_step",
    "weight_sharing",
]
