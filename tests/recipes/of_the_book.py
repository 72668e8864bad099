"""The book's own list of recipes and sweeps, which is in no package."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

from seqcourse.recipes import held_out_last
from seqcourse.tasks import TokenizedText, book_text

SHIPPED = Path(__file__).parents[2] / "book" / "weights"

sys.path.append(str(SHIPPED))  # it imports the script beside it
_spec = importlib.util.spec_from_file_location(
    "recipes_of_the_book", SHIPPED / "recipes.py"
)
listed = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(listed)


def texts_now():
    """Give the book's prose as it is, and with its middle held out."""
    return book_text(), held_out_last(book_text())


def learns_from_the_book(experiment):
    task = experiment.task
    return isinstance(task, TokenizedText) and task.text in texts_now()


def as_trained(experiment, found):
    """Give a listed experiment the text that the shipped runs were made on.

    The book's prose changes with its pages; runs keep the prose that they
    learned from, and its tokens, in their file.
    """
    if not learns_from_the_book(experiment):
        return experiment
    names = {"text", "tokenizer"} & {*vars(found.task)}
    kept = {name: getattr(found.task, name) for name in names}
    return replace(experiment, task=replace(experiment.task, **kept))


def notices(experiments, shipped):
    """Say which shipped runs, by name, learned from an earlier text."""
    for name, experiment in experiments.items():
        known = learns_from_the_book(experiment) and name in shipped
        if known and shipped[name].task.text not in texts_now():
            yield f"{name}: trained on an earlier text of the book"
