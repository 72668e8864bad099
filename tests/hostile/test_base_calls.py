"""What the hostile calls are made from: every entry, in a group, succeeds."""

import pytest

from tests.hostile.base_calls import base_calls
from tests.hostile.catalogue import GROUPS, entries
from tests.hostile.further_calls import REFUSING
from tests.hostile.outcomes import NON_FINITE, not_finite, quiet

pytestmark = pytest.mark.torch


def test_every_entry_has_a_group():
    strange = {e.name: e.group for e in entries().values()}
    assert set(strange.values()) <= set(GROUPS)


def test_every_entry_that_takes_something_has_a_call():
    asked = {name for name, entry in entries().items() if entry.parameters}
    assert asked - set(base_calls()) == set(REFUSING)


@pytest.mark.parametrize("group", GROUPS)
def test_unchanged_calls_succeed(group):
    found = {}
    for name, calls in base_calls().items():
        if entries()[name].group != group:
            continue
        for call in calls:
            try:
                with quiet():
                    result = call.make()
                if name not in NON_FINITE and (where := not_finite(result)):
                    found[name, str(call.arguments)[:200]] = where
            except Exception as error:
                found[name, str(call.arguments)[:200]] = repr(error)
    assert not found
