"""Measurements on any model: what is in its memory, and how far back."""

from seqcourse.probes.decoding_cost import DecodingCost, decoding_cost
from seqcourse.probes.gates import GateStatistics, gate_statistics, gates
from seqcourse.probes.gradient_flow import GradientFlow, gradient_flow
from seqcourse.probes.horizon import Horizon, memory_horizon
from seqcourse.probes.lookahead import leak_test
from seqcourse.probes.memory_decay import MemoryDecay, half_life, memory_decay
from seqcourse.probes.order import OrderSensitivity, order_sensitivity
from seqcourse.probes.retention import retention
from seqcourse.probes.spectrum import Spectrum, jacobian_spectrum
from seqcourse.probes.speed import Speed, speed, training_step

__all__ = [
    "DecodingCost",
    "GateStatistics",
    "GradientFlow",
    "Horizon",
    "MemoryDecay",
    "OrderSensitivity",
    "Spectrum",
    "Speed",
    "decoding_cost",
    "gate_statistics",
    "gates",
    "gradient_flow",
    "half_life",
    "jacobian_spectrum",
    "leak_test",
    "memory_decay",
    "memory_horizon",
    "order_sensitivity",
    "retention",
    "speed",
    "training_step",
]
