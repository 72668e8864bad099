"""Whose memory is whose."""

from seqcourse.testing.promises import ownership
from tests.contract.table import asked

test_inputs_are_never_written_to = asked(
    ownership.inputs_are_never_written_to
)
test_what_was_returned_belongs_to_the_caller = asked(
    ownership.what_was_returned_belongs_to_the_caller
)
test_no_two_results_share_memory = asked(
    ownership.no_two_results_share_memory
)
test_every_output_is_written = asked(ownership.every_output_is_written)
test_an_old_cache_may_be_written_again = asked(
    ownership.an_old_cache_may_be_written_again
)
test_a_second_call_gives_the_same_bits = asked(
    ownership.a_second_call_gives_the_same_bits
)
test_two_calls_may_be_in_flight = asked(ownership.two_calls_may_be_in_flight)
test_gradients_outlast_the_next_way_back = asked(
    ownership.gradients_outlast_the_next_way_back
)
