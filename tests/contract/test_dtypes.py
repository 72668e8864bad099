"""The weights' type rules, and nothing given means a beginning."""

from seqcourse.testing.promises import dtypes
from tests.contract.table import asked

test_the_weights_type_rules = asked(dtypes.the_weights_type_rules)
test_the_first_state_is_of_the_type_asked_for = asked(
    dtypes.the_first_state_is_of_the_type_asked_for
)
test_no_state_means_the_first_state = asked(
    dtypes.no_state_means_the_first_state
)
