"""Measurements on any model: what is in its memory, and how far back."""

from seqcourse.probes.decoding import Decoding, decoding
from seqcourse.probes.flow import Flow, gradient_flow
from seqcourse.probes.forgetting import Fading, fading, half_life
from seqcourse.probes.gates import GateStatistics, gate_statistics, gates
from seqcourse.probes.horizon import Horizon, memory_horizon
from seqcourse.probes.leak import leak_test
from seqcourse.probes.order import OrderSensitivity, order_sensitivity
from seqcourse.probes.retention import retention
from seqcourse.probes.spectrum import Spectrum, jacobian_spectrum
from seqcourse.probes.speed import Speed, speed, training_step

__all__ = [
    "Decoding",
    "Fading",
    "Flow",
    "GateStatistics",
    "Horizon",
    "OrderSensitivity",
    "Spectrum",
    "Speed",
    "decoding",
    "fading",
    "gate_statistics",
    "gates",
    "gradient_flow",
    "half_life",
    "jacobian_spectrum",
    "leak_test",
    "memory_horizon",
    "order_sensitivity",
    "retention",
    "speed",
    "training_step",
]
