"""Several ways to one result, timed in turns.

Whatever else the machine does slows all of them. What must not is each other:
a library's threads wait busily for more work for a while, on the cores that
the next way needs. So all rest before each turn, and one step that is not
timed wakes the threads of whose turn it is.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

#: Seconds after which the threads of OpenBLAS, of OpenMP and of JAX sleep.
REST = 0.05


def in_turns(
    steps: Mapping[str, Callable[[], Any]],
    seconds: float,
    rounds: tuple[int, int],
) -> dict[str, float]:
    """Give the median time of each, in ms.

    The turns end after so many seconds for each way, with no fewer and no
    more rounds than given.
    """
    taken: dict[str, list[float]] = {way: [] for way in steps}
    least, most = rounds
    began = time.perf_counter()
    for turn in range(most):
        late = time.perf_counter() - began > seconds * len(steps)
        if turn >= least and late:
            break
        for way in list(steps) if turn % 2 else list(steps)[::-1]:
            time.sleep(REST)
            steps[way]()
            start = time.perf_counter()
            steps[way]()
            taken[way].append(time.perf_counter() - start)
    return {way: 1000 * statistics.median(taken[way]) for way in steps}
