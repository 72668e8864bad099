"""What every promise is asked with."""

from collections.abc import Iterator

import pytest

from seqcourse.numpy.attention import blocked_attention


@pytest.fixture(autouse=True, scope="module")
def _small_blocks() -> Iterator[None]:
    """Let sequences of five steps be several blocks, the last one smaller."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocked_attention, "BLOCK", 2)
        yield
