"""What lies beyond a sequence's end does not exist."""

from seqcourse.testing.promises import padding
from tests.contract.table import asked

test_a_padded_batch_is_each_sequence_alone = asked(
    padding.a_padded_batch_is_each_sequence_alone
)
test_what_lies_in_the_padding_has_no_effect = asked(
    padding.what_lies_in_the_padding_has_no_effect
)
test_a_gradient_beyond_the_end_has_no_effect = asked(
    padding.a_gradient_beyond_the_end_has_no_effect
)
test_full_lengths_are_no_lengths = asked(padding.full_lengths_are_no_lengths)
