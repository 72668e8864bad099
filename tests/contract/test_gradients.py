"""Gradients are right, and none is missing."""

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
