"""Runs that are too long for a page: trained once, and shipped with it.

A file holds the weights of one run for each seed, and in its header the
recipe and its hash, so that weights and recipe cannot part ways unnoticed. A
page loads the file and measures.
"""

from seqcourse.recipes.recipe import Recipe, Trained
from seqcourse.recipes.storage import load, save, shipped

__all__ = ["Recipe", "Trained", "load", "save", "shipped"]
