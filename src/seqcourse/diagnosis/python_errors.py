"""What Python's common errors say, and how to say it better."""

from __future__ import annotations

from seqcourse.diagnosis.explanation import Explanation

#: The first that fits is told.
EXPLANATIONS = [
    Explanation(
        "IndexError",
        r"(list|tuple|string) index out of range",
        "{0} has no such place. Python counts from 0, so the last place "
        "is its length less 1.",
    ),
    Explanation(
        "TypeError",
        r"list indices must be integers or slices, not tuple",
        "A list takes one index at a time: `[i][j]`. Arrays take `[i, j]`.",
    ),
    Explanation(
        "TypeError",
        r"(?:list|tuple|string) indices must be integers",
        "An index of a list must be a whole number.",
    ),
    Explanation(
        "TypeError",
        r"'([\w.]+)' object is not callable",
        "Round brackets call a function, and this is {0}. Is an operator "
        "missing, or are square brackets meant?",
    ),
    Explanation(
        "TypeError",
        r"'([\w.]+)' object is not subscriptable",
        "Square brackets ask for a part, and {0} has none.",
    ),
    Explanation(
        "TypeError",
        r"'([\w.]+)' object (?:is not iterable|cannot be interpreted)",
        "A loop needs something to go through, and this is {0}. Is it "
        "`range(...)` of a whole number that is meant?",
    ),
    Explanation(
        "TypeError",
        r"cannot unpack non-iterable ([\w.]+)",
        "Several names stand on the left, and on the right is {0}.",
    ),
    Explanation(
        "TypeError",
        r"\(\) missing \d+ required positional arguments?: (.*)",
        "A call leaves out {0}.",
    ),
    Explanation(
        "TypeError",
        r"takes (\d+) positional arguments? but (\d+) (?:was|were) given",
        "It takes {0} and is called with {1}. Keep the arguments as the "
        "exercise has them.",
    ),
    Explanation(
        "TypeError",
        r"got an unexpected keyword argument '(\w+)'",
        "There is no argument `{0}`.",
    ),
    Explanation(
        "TypeError",
        r"unsupported operand type\(s\) for (\S+?):? '([\w.]+)' and "
        r"'([\w.]+)'",
        "`{0}` cannot take {1} and {2}.",
    ),
    Explanation(
        "TypeError",
        r"can't multiply sequence by non-int of type '([\w.]+)'",
        "A list cannot be multiplied by {0}. Make an array of it first: "
        "`np.array(...)`.",
    ),
    Explanation(
        "AttributeError",
        r"module '(\w+)' has no attribute '(\w+)'",
        "There is no `{1}` in {0}. Is it spelled so?",
    ),
    Explanation(
        "AttributeError",
        r"'([\w.]+)' object has no attribute '(\w+)'",
        "{0} has no `{1}`.",
    ),
    Explanation(
        "NameError UnboundLocalError",
        r"(?:name|variable) '(\w+)'",
        "`{0}` has no value here. Is it spelled as where it was made, and "
        "made on every path?",
    ),
    Explanation("KeyError", r"(.+)", "The dictionary has no key {0}."),
    Explanation(
        "ValueError",
        r"math domain error|expected a (?:positive|nonnegative) input",
        "The logarithm of 0 or of a negative number is asked for, or the "
        "root of a negative one.",
    ),
    Explanation("ZeroDivisionError", r"", "Something is divided by 0."),
    Explanation(
        "RecursionError",
        r"",
        "The function calls itself without end. When should it stop?",
    ),
    Explanation(
        "ModuleNotFoundError",
        r"No module named '([\w.]+)'",
        "There is no `{0}` here. NumPy is all it takes.",
    ),
    Explanation(
        "NotImplementedError",
        r"^$",
        "The part that is yours is still to be written.",
    ),
    Explanation(
        "SystemExit",
        r"",
        "It asks Python to stop. Return the result instead.",
    ),
]
