"""Measurements on any model: what is in its memory, and how far back."""

from seqcourse.probes.horizon import Horizon, memory_horizon
from seqcourse.probes.retention import retention

__all__ = ["Horizon", "memory_horizon", "retention"]
