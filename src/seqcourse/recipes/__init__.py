"""Runs that are too long for a page: trained once, and shipped with it.

A recipe's file holds the weights of one run for each seed; a sweep's file
holds the scores of several models, each at several learning rates. Both hold
what they were made by and its hash, so that the two cannot part ways
unnoticed. A page loads the file and measures. Scores on texts that the book
does not ship are in the package itself: see `load_text_scores`.
"""

from seqcourse.recipes.recipe import Recipe, Trained
from seqcourse.recipes.storage import load, save, shipped
from seqcourse.recipes.sweep import Sweep, Swept
from seqcourse.recipes.sweep_storage import (
    load_sweep,
    save_sweep,
    shipped_sweeps,
)
from seqcourse.recipes.text_scores import (
    TextScores,
    held_out_last,
    load_text_scores,
)

__all__ = [
    "Recipe",
    "Sweep",
    "Swept",
    "TextScores",
    "Trained",
    "held_out_last",
    "load",
    "load_sweep",
    "load_text_scores",
    "save",
    "save_sweep",
    "shipped",
    "shipped_sweeps",
]
