"""One way of reading is every way of reading."""

from seqcourse.testing.promises import splitting
from tests.contract.table import asked

test_forward_is_the_loop_of_step = asked(
    splitting.forward_is_the_loop_of_step
)
test_split_anywhere = asked(splitting.split_anywhere)
