"""Questions to ask of any layer, the reader's own included.

`contract` asks whether a layer keeps all that the others promise,
`gradient_check` whether its gradient is right, and `twin_difference` whether
its twin in PyTorch computes the same.
"""

from seqcourse.testing.comparison import relative_error
from seqcourse.testing.contract import contract
from seqcourse.testing.finite_differences import gradient_check
from seqcourse.testing.report import ContractReport, Finding
from seqcourse.testing.twins import twin_difference

__all__ = [
    "ContractReport",
    "Finding",
    "contract",
    "gradient_check",
    "relative_error",
    "twin_difference",
]
