"""Whatever is handed to a public entry, it succeeds or says what is wrong.

A call that succeeds is known for every entry, and a case changes one or two
of its arguments. What may follow: a result, finite throughout; a ValueError,
TypeError or OSError that names an argument; a DivergenceError that names what
became non-finite; an ImportError that says what to install. A call that must
be refused may not succeed, and none may take longer than a few seconds.

The variables of the environment: HOSTILE_CASES says how many cases there are,
HOSTILE_SEED which, HOSTILE_ONLY is a pattern for the names of the entries,
and HOSTILE_REPORT a folder to which all failures are written, by the part of
the package, instead of failing.
"""

import json
import os

import pytest

from tests.hostile.cases import groups, run

GROUPS = (
    "forward",
    "step",
    "backward",
    "init and state",
    "constructors numpy",
    "constructors torch",
    "functional",
    "optimizers",
    "fit, evaluate, predict",
    "decoding",
    "tasks",
    "probes and testing",
    "figures",
    "files",
    "command line",
)

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("group", GROUPS)
def test_hostile(group, record_property):
    if group not in groups():
        pytest.fail(f"no entry of this group: {group}")
    tally = run(group)
    record_property("group", group)
    record_property("counts", json.dumps(tally.counts))
    failures = tally.shown()
    if os.environ.get("HOSTILE_REPORT"):
        told = [(f.call.entry.area, str(f)) for f in failures]
        record_property("failures", json.dumps(told))
        return
    shown = "\n\n".join(map(str, failures[:20]))
    assert not failures, f"{len(failures)} kinds of failure\n{shown}"
