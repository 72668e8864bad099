"""What every promise is asked with."""

import pytest

from seqcourse.numpy.attention import blocked_attention


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sequences of five steps be several blocks, the last one smaller."""
    monkeypatch.setattr(blocked_attention, "BLOCK", 2)
