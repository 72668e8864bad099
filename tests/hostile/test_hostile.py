"""Whatever is handed to a public entry, it succeeds or says what is wrong.

A call that succeeds is known for every entry, and a case changes one or two
of its arguments. What may follow: a result, finite throughout; a ValueError,
TypeError or OSError that names an argument; a DivergenceError that names what
became non-finite; an ImportError that says what to install. A call that must
be refused may not succeed, and none may take longer than a few seconds.

The environment may say more: HOSTILE_CASES how many cases there are,
HOSTILE_SEED which, HOSTILE_ONLY, a pattern, of which entries, and
HOSTILE_REPORT to which file the table and all failures are written.
"""

import json

import pytest

from tests.hostile.cases import groups, run
from tests.hostile.catalogue import GROUPS

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("group", GROUPS)
def test_hostile(group, record_property):
    if group not in groups():
        pytest.fail(f"no entry of this group: {group}")
    tally = run(group)
    record_property("group", group)
    record_property("counts", json.dumps(tally.counts))
    failures = tally.shown()
    told = [str(failure) for failure in failures]
    record_property("failures", "\n\n".join(told))
    shown = "\n\n".join(told[:20])
    assert not failures, f"{len(failures)} kinds of failure\n{shown}"
