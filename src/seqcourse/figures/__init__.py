"""Measured results in, a figure out: one look for the whole book.

Every function takes numbers that something else has measured and gives a
`Figure`, which shows itself as the last value of a cell. None of them trains
anything, and the same numbers give the same bytes.
"""

from seqcourse.figures.attention_map import attention_map
from seqcourse.figures.backward import backward
from seqcourse.figures.bars import bars
from seqcourse.figures.beam import beam
from seqcourse.figures.beyond import beyond
from seqcourse.figures.block import block
from seqcourse.figures.checkpoints import checkpoints
from seqcourse.figures.course_map import Part, course_map
from seqcourse.figures.decades import decades
from seqcourse.figures.decay import decay
from seqcourse.figures.depth_map import depth_map
from seqcourse.figures.digit_reading import digit_reading
from seqcourse.figures.drawing import still
from seqcourse.figures.figure import Figure
from seqcourse.figures.flow import gradient_flow
from seqcourse.figures.gate_film import gate_film
from seqcourse.figures.handed_over import handed_over
from seqcourse.figures.hero import hero
from seqcourse.figures.horizon import memory_horizon
from seqcourse.figures.learning import learning_curve
from seqcourse.figures.over_time import over_time
from seqcourse.figures.places import by_place
from seqcourse.figures.player import tune_player
from seqcourse.figures.powers import powers
from seqcourse.figures.reading import reading
from seqcourse.figures.sharpness import sharpness
from seqcourse.figures.slab import slab
from seqcourse.figures.state_size import state_size
from seqcourse.figures.unrolled import unrolled
from seqcourse.figures.writing import writing

__all__ = [
    "Figure",
    "Part",
    "attention_map",
    "backward",
    "bars",
    "beam",
    "beyond",
    "block",
    "by_place",
    "checkpoints",
    "course_map",
    "decades",
    "decay",
    "depth_map",
    "digit_reading",
    "gate_film",
    "gradient_flow",
    "handed_over",
    "hero",
    "learning_curve",
    "memory_horizon",
    "over_time",
    "powers",
    "reading",
    "sharpness",
    "slab",
    "state_size",
    "still",
    "tune_player",
    "unrolled",
    "writing",
]
