"""The real files are asked for only where there is a folder that has them."""

import os

import pytest

from seqcourse import tasks


def pytest_collection_modifyitems(config, items):
    """Deselect, not skip, what needs files that nobody pointed to."""
    if os.environ.get("SEQCOURSE_DATA"):
        return
    without = [item for item in items if item.get_closest_marker("realdata")]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


EVERY_TASK = {
    "who did what": tasks.WhoDidWhat(),
    "verb in slot": tasks.VerbInSlot(length=7, slot=3),
    "verb in slot, all settled": tasks.VerbInSlot(settled=8),
    "sentences": tasks.Sentences(),
    "sentences, two families": tasks.Sentences(("country", "weather")),
    "delayed recall": tasks.DelayedRecall(delay=5, symbols=3),
    "delayed recall, no lag": tasks.DelayedRecall(delay=0),
    "random delay recall": tasks.RandomDelayRecall(delay=6, shortest=2),
    "counting": tasks.Counting(longest=6),
    "counting, three letters": tasks.Counting(3, shortest=2, longest=5),
    "associative recall": tasks.AssociativeRecall(
        pairs=3, length=15, keys=5, values=7
    ),
    "associative recall, two queries": tasks.AssociativeRecall(
        pairs=3, length=11, queries=2
    ),
    "associative recall, pairs anywhere": tasks.AssociativeRecall(
        pairs=2, length=14, queries=3, max_before=6
    ),
    "echo": tasks.Echo(lag=3, length=10, symbols=5),
    "induction": tasks.Induction(length=9, symbols=7, repeated=4),
    "induction, a trigger": tasks.Induction(
        length=11, symbols=4, trigger=True
    ),
    "copying": tasks.Copying(delay=5, items=3, symbols=4),
    "selective copying": tasks.SelectiveCopying(span=9, items=4, symbols=5),
    "sorting": tasks.Sorting(length=5, symbols=7),
    "sorting, answers hidden": tasks.Sorting(
        length=5, symbols=3, shown=False
    ),
    "reversing": tasks.Sorting(order="reversed"),
    "needle": tasks.Needle(length=40),
    "needle, three at the end": tasks.Needle(
        length=50, depth=1.0, needles=3, numbers=4
    ),
    "sines": tasks.Sines(length=9, periods=(3.5, 8.0, 31.0)),
    "digits by row": tasks.Digits(),
    "digits by pixel": tasks.Digits(by="pixel", split="test"),
}

EVERY_PAIR_TASK = {
    "dates": tasks.Dates(),
    "dates, three at a time": tasks.Dates(count=3),
    "dates, in doubt": tasks.Dates(
        "test", forms=tasks.DATE_FORMS + tasks.SLASHED_DATES
    ),
    "sorting": tasks.SortingPairs(length=5, symbols=7),
    "reversing": tasks.SortingPairs(order="reversed"),
    "copying": tasks.SortingPairs(length=1, symbols=3, order="same"),
}


@pytest.fixture(params=EVERY_TASK.values(), ids=EVERY_TASK.keys())
def task(request):
    return request.param


@pytest.fixture(params=EVERY_PAIR_TASK.values(), ids=EVERY_PAIR_TASK.keys())
def pair_task(request):
    return request.param
