"""What NumPy's common errors say, and how to say it better."""

from __future__ import annotations

from seqcourse.diagnosis.explanation import Explanation

_SHAPES = r"(\([\d,]*\)) (?:and arg 1 with shape )?(\([\d,]*\))"
_FIT = (
    "The shapes {0} and {1} do not fit. NumPy matches them from the right, "
    "and two sizes fit if they are equal or one of them is 1. Is a "
    "transpose, a `keepdims=True` or a `[:, None]` missing?"
)


#: The first that fits is told.
EXPLANATIONS = [
    Explanation(
        "ValueError",
        rf"could not be broadcast together with.*? {_SHAPES}",
        _FIT,
    ),
    Explanation(
        "ValueError IndexError", rf"shape mismatch: .*?{_SHAPES}", _FIT
    ),
    Explanation(
        "ValueError",
        r"matmul: .*core dimension.*\(size (\d+) is different from (\d+)\)",
        "The two sides of `@` do not fit: the last axis on the left has size "
        "{1}, and the axis that meets it on the right {0}. Is a transpose "
        "missing?",
    ),
    Explanation(
        "ValueError",
        r"matmul: Input operand \d does not have enough dimensions",
        "One side of `@` is a single number. Multiply by a number with `*`.",
    ),
    Explanation(
        "ValueError",
        r"shapes (\([\d,]*\)) and (\([\d,]*\)) not aligned",
        "The shapes {0} and {1} cannot be multiplied: the last axis of the "
        "first must meet one of its size. Is a transpose missing?",
    ),
    Explanation(
        "ValueError",
        r"truth value of an array",
        "`if`, `and`, `or` and `not` ask for one yes or no, and an array "
        "holds many. Use `&`, `|`, `~` or `np.where`, or ask with `.any()` "
        "or `.all()`.",
    ),
    Explanation(
        "ValueError",
        r"read-only",
        "This array may not be written to. Make a new one, or `.copy()` it.",
    ),
    Explanation(
        "AxisError ValueError IndexError",
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        "There is no axis {0} in an array with {1} of them. They are counted "
        "from 0; −1 is the last.",
    ),
    Explanation(
        "IndexError",
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "There is no place {0} along axis {1}, which has {2}, counted from "
        "0. Is the index one too large, or is it meant for another axis?",
    ),
    Explanation(
        "IndexError",
        r"too many indices for array: array is (\d+)-dimensional, but (\d+)",
        "An array with {0} axes takes no {1} indices.",
    ),
    Explanation(
        "IndexError",
        r"boolean index did not match indexed array along axis (\d+); size "
        r"of axis is (\d+) but size of corresponding boolean axis is (\d+)",
        "The mask has {2} places where axis {0} of the array has {1}.",
    ),
    Explanation(
        "IndexError",
        r"arrays used as indices must be of integer|only integers, slices",
        "An index must be a whole number. `/` gives a float; `//` divides "
        "whole numbers.",
    ),
    Explanation(
        "ValueError",
        r"could not broadcast input array from shape (\(.*?\)) into shape "
        r"(\(.*?\))",
        "What is on the right has shape {0}, and does not fit into the place "
        "of shape {1} on the left.",
    ),
    Explanation(
        "ValueError",
        r"cannot reshape array of size (\d+) into shape (\(.*?\))",
        "{0} numbers do not fill the shape {1}: its sizes must multiply to "
        "as many.",
    ),
    Explanation(
        "ValueError",
        r"setting an array element with a sequence|inhomogeneous shape",
        "Rows of different lengths, or an array in the place of one number, "
        "do not make an array.",
    ),
    Explanation(
        "ValueError",
        r"input array dimensions except for the concatenation axis",
        "These arrays cannot be joined: along every other axis they must "
        "have the same size.",
    ),
    Explanation(
        "ValueError",
        r"input arrays must have same number of dimensions",
        "These arrays cannot be joined: they must have the same number of "
        "axes. `[None]` adds one.",
    ),
    Explanation(
        "ValueError",
        r"all input arrays must have the same shape",
        "Only arrays of one shape can be stacked.",
    ),
    Explanation(
        "ValueError",
        r"axes don't match array|repeated axis in transpose",
        "`transpose` must name each axis of the array once.",
    ),
    Explanation(
        "ValueError",
        r"(?:too many|not enough) values to unpack \(expected .*?(\d+)",
        "On the left stand {0} names, and on the right is another number of "
        "things. What has which shape?",
    ),
    Explanation(
        "UFuncTypeError _UFuncOutputCastingError",
        r"from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        "Numbers of {0} cannot be put into an array of {1}.",
    ),
    Explanation(
        "TypeError",
        r"only (?:length-1|0-dimensional|size-1) arrays can be converted",
        "One number is needed where an array stands. Is an index or a sum "
        "missing?",
    ),
    Explanation(
        "TypeError",
        r"only integer scalar arrays can be converted to a scalar index",
        "An array stands where one whole number is needed. A list cannot be "
        "indexed by an array; make it an array first.",
    ),
    Explanation(
        "LinAlgError", r"Singular matrix", "This matrix has no inverse."
    ),
    Explanation(
        "LinAlgError",
        r"at least two-dimensional|must be square",
        "A square matrix was expected.",
    ),
]
