"""Whatever is changed in a solution, the check refuses it or it is as good.

Each mutant is the solution with one change, and is handed to `check` as an
answer. It must be refused, or be the solution's equal: on the cases of 40
more seeds, and in the judgement of a person, which `equivalents` keeps.

The environment may say more: MISTAKES_CASES how many mutants there are, 0 for
all, MISTAKES_SEED which, and MISTAKES_REPORT to which file the table and
every reply are written.
"""

import json
from collections import Counter

import pytest

from seqcourse.exercises import EXERCISES
from tests.mistakes.judging import FAILURES, judge_all


@pytest.mark.parametrize("id_", EXERCISES)
def test_no_mutant_is_accepted_unless_it_is_equivalent(id_, record_property):
    judged = judge_all(id_)
    record_property("exercise", id_)
    counts = Counter(each.what for each in judged)
    record_property("counts", json.dumps(counts))
    record_property("replies", "\n".join(map(str, judged)))
    failures = [str(each) for each in judged if each.what in FAILURES]
    assert not failures, "\n".join(failures)
