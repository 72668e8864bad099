"""What the models are asked to do, each with its best possible score."""

from seqcourse.tasks.associative_recall import AssociativeRecall
from seqcourse.tasks.batch import Batch, PairBatch, Task
from seqcourse.tasks.calendar_dates import DATE_FORMS, SLASHED_DATES
from seqcourse.tasks.characters import Characters
from seqcourse.tasks.copying import Copying
from seqcourse.tasks.counting import Counting
from seqcourse.tasks.dates import Dates
from seqcourse.tasks.delayed_recall import DelayedRecall
from seqcourse.tasks.digits import Digits, digits
from seqcourse.tasks.grammar import LANGUAGES
from seqcourse.tasks.induction import Induction
from seqcourse.tasks.language import START
from seqcourse.tasks.needle import Needle
from seqcourse.tasks.selective_copying import SelectiveCopying
from seqcourse.tasks.sentences import Sentences
from seqcourse.tasks.series import sunspots
from seqcourse.tasks.sines import Sines
from seqcourse.tasks.sorting import Sorting
from seqcourse.tasks.sorting_pairs import SortingPairs
from seqcourse.tasks.text import shakespeare
from seqcourse.tasks.tunes import TUNES, Tune
from seqcourse.tasks.verb_in_slot import VerbInSlot
from seqcourse.tasks.vocabulary import Vocabulary
from seqcourse.tasks.who_did_what import WhoDidWhat

__all__ = [
    "DATE_FORMS",
    "LANGUAGES",
    "SLASHED_DATES",
    "START",
    "TUNES",
    "AssociativeRecall",
    "Batch",
    "Characters",
    "Copying",
    "Counting",
    "Dates",
    "DelayedRecall",
    "Digits",
    "Induction",
    "Needle",
    "PairBatch",
    "SelectiveCopying",
    "Sentences",
    "Sines",
    "Sorting",
    "SortingPairs",
    "Task",
    "Tune",
    "VerbInSlot",
    "Vocabulary",
    "WhoDidWhat",
    "digits",
    "shakespeare",
    "sunspots",
]
