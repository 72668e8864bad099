"""What the models are asked to do, each with its best possible score."""

from seqcourse.tasks.contract.batch import Batch, PairBatch, Task
from seqcourse.tasks.contract.vocabulary import Vocabulary
from seqcourse.tasks.language.book_text import book_text
from seqcourse.tasks.language.grammar import LANGUAGES
from seqcourse.tasks.language.language import START
from seqcourse.tasks.language.sentences import Sentences
from seqcourse.tasks.language.text import shakespeare, time_machine
from seqcourse.tasks.language.tokenized_text import TokenizedText
from seqcourse.tasks.language.verb_in_slot import VerbInSlot
from seqcourse.tasks.language.who_did_what import WhoDidWhat
from seqcourse.tasks.pairs.calendar_dates import DATE_FORMS, SLASHED_DATES
from seqcourse.tasks.pairs.dates import Dates
from seqcourse.tasks.pairs.sorting_pairs import SortingPairs
from seqcourse.tasks.recall.associative_recall import AssociativeRecall
from seqcourse.tasks.recall.copying import Copying
from seqcourse.tasks.recall.counting import Counting
from seqcourse.tasks.recall.delayed_recall import DelayedRecall
from seqcourse.tasks.recall.echo import Echo
from seqcourse.tasks.recall.induction import Induction
from seqcourse.tasks.recall.needle import Needle
from seqcourse.tasks.recall.random_delay_recall import RandomDelayRecall
from seqcourse.tasks.recall.selective_copying import SelectiveCopying
from seqcourse.tasks.recall.sorting import Sorting
from seqcourse.tasks.series.digits import Digits, digits
from seqcourse.tasks.series.sines import Sines
from seqcourse.tasks.series.sunspots import sunspots
from seqcourse.tasks.series.tunes import TUNES, Tune

__all__ = [
    "DATE_FORMS",
    "LANGUAGES",
    "SLASHED_DATES",
    "START",
    "TUNES",
    "AssociativeRecall",
    "Batch",
    "Copying",
    "Counting",
    "Dates",
    "DelayedRecall",
    "Digits",
    "Echo",
    "Induction",
    "Needle",
    "PairBatch",
    "RandomDelayRecall",
    "SelectiveCopying",
    "Sentences",
    "Sines",
    "Sorting",
    "SortingPairs",
    "Task",
    "TokenizedText",
    "Tune",
    "VerbInSlot",
    "Vocabulary",
    "WhoDidWhat",
    "book_text",
    "digits",
    "shakespeare",
    "sunspots",
    "time_machine",
]
