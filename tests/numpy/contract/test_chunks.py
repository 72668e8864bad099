import numpy as np

from seqcourse.numpy.contract import chunks


def test_spans_cover_every_real_step_once():
    lengths = np.array([3, 8, 1, 5])
    read = np.zeros((4, 9), int)
    for rows, span, left in chunks.chunks(lengths, 9, 3):
        for b, n in zip(rows, left, strict=True):
            assert 1 <= n <= 3
            read[b, span.start : span.start + n] += 1
    np.testing.assert_array_equal(read, np.arange(9) < lengths[:, None])
