"""What the models are asked to do, each with its best possible score."""

from seqcourse.tasks.batch import Batch, Task
from seqcourse.tasks.characters import Characters
from seqcourse.tasks.counting import Counting
from seqcourse.tasks.delayed_recall import DelayedRecall
from seqcourse.tasks.digits import Digits, digits
from seqcourse.tasks.grammar import LANGUAGES
from seqcourse.tasks.language import START
from seqcourse.tasks.sentences import Sentences
from seqcourse.tasks.series import sunspots
from seqcourse.tasks.sines import Sines
from seqcourse.tasks.text import shakespeare
from seqcourse.tasks.tunes import TUNES, Tune
from seqcourse.tasks.verb_in_slot import VerbInSlot
from seqcourse.tasks.vocabulary import Vocabulary
from seqcourse.tasks.who_did_what import WhoDidWhat

__all__ = [
    "LANGUAGES",
    "START",
    "TUNES",
    "Batch",
    "Characters",
    "Counting",
    "DelayedRecall",
    "Digits",
    "Sentences",
    "Sines",
    "Task",
    "Tune",
    "VerbInSlot",
    "Vocabulary",
    "WhoDidWhat",
    "digits",
    "shakespeare",
    "sunspots",
]
