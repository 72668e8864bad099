"""The sequences of a batch do not know of one another."""

from seqcourse.testing.promises import independence
from tests.contract.table import asked

test_sequences_are_independent = asked(independence.sequences_are_independent)
test_the_order_of_the_sequences_is_only_an_order = asked(
    independence.the_order_of_the_sequences_is_only_an_order
)
