"""Bugs of what every layer uses: checks, first weights, chunks."""

import numpy as np
import pytest

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "a sequence that has ended read on in the next piece",
        "numpy.contract.chunks",
        "> start)):",
        ">= start)):",
        "numpy/contract/chunks: spans_cover_every_real_step_once",
    ),
    Mutant(
        "rotation drawn with the signs of its factor",
        "numpy.contract.initialization",
        "Q * np.sign(np.diag(R))",
        "Q",
        "numpy/contract/initialization: "
        "rotations_keep_lengths_and_are_drawn_fairly",
    ),
    Mutant(
        "weights of two types taken together",
        "numpy.contract.parameters",
        "dtype is not None and weight.dtype != dtype",
        "False",
        "numpy/contract/parameters: what_are_no_weights_is_refused",
        {
            "params": {"weight": np.ones((2, 3)), "bias": np.ones(2, "f4")},
            "sentence": "params['bias']: expected float64",
        },
        error=pytest.fail.Exception,
    ),
    Mutant(
        "a gradient for a state stretched",
        "numpy.contract.calls.gradients",
        "arguments.check_array_shape(shape, **{name: part})",
        "pass",
        "numpy/contract/calls/gradients: what_is_no_gradient_is_refused",
        {
            "dstate": (np.ones((1, 3)), None),
            "sentence": "dstate[0]: expected shape (2, 3)",
        },
        error=pytest.fail.Exception,
    ),
    Mutant(
        "a state that is not finite given back",
        "numpy.contract.calls.results",
        "    if isinstance(value, tuple):\n"
        "        return all(map(_finite, value))\n",
        "    if isinstance(value, tuple):\n        return True\n",
        "numpy/contract/calls/results: what_is_not_finite_is_named",
        {
            "found": {"state": (np.array([np.nan]),)},
            "sentence": "state[0]: became nan",
        },
        error=pytest.fail.Exception,
    ),
]
