"""Gradients are right and none is missing, with and without dropout."""

from seqcourse.testing.promises import gradients
from tests.contract.table import asked

test_gradients_are_the_slopes_of_finite_differences = asked(
    gradients.gradients_are_the_slopes_of_finite_differences
)
test_no_gradient_is_zero_by_neglect = asked(
    gradients.no_gradient_is_zero_by_neglect
)
test_no_dstate_means_zeros = asked(gradients.no_dstate_means_zeros)
test_integers_have_no_gradient = asked(gradients.integers_have_no_gradient)
test_the_seed_decides_what_is_dropped = asked(
    gradients.the_seed_decides_what_is_dropped
)
test_gradients_follow_dropout = asked(gradients.gradients_follow_dropout)
