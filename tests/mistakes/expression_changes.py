"""What people write instead of an expression: sign, order, index, axis."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from typing import Any

from tests.mistakes.scene import Scene, shape

#: What stands in an operator's place.
BINARY = {
    ast.Add: "-*",
    ast.Sub: "+",
    ast.Mult: "/+@",
    ast.Div: "*",
    ast.FloorDiv: "/",
    ast.Mod: "*",
    ast.Pow: "*",
    ast.MatMult: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
}
COMPARED = {
    ast.Lt: ("<=", ">", ">="),
    ast.LtE: ("<", ">=", ">"),
    ast.Gt: (">=", "<", "<="),
    ast.GtE: (">", "<=", "<"),
    ast.Eq: ("!=", ">=", "<="),
    ast.NotEq: ("==",),
    ast.Is: ("is not",),
}
#: A function, and those that are taken for it.
CONFUSED = {
    "tanh": ("sin",),
    "sigmoid": ("np.tanh",),
    "mean": ("sum", "max"),
    "sum": ("mean", "max"),
    "max": ("min", "sum"),
    "min": ("max",),
    "argmax": ("argmin", "max"),
    "argsort": ("sort",),
    "std": ("var",),
    "var": ("std",),
    "any": ("all",),
    "all": ("any",),
    "sin": ("cos",),
    "cos": ("sin",),
    "exp": ("exp2", "abs"),
    "log": ("log2", "log1p"),
    "sqrt": ("square",),
    "hstack": ("vstack",),
    "concatenate": ("stack",),
    "divmod": ("fmod",),
    "log_softmax": ("np.exp",),
    "values": ("keys",),
}
#: Without these a value is as good: they change its type.
CONVERSIONS = {"int", "float", "list", "tuple", "np.array"}
#: Whose arguments may stand in any order.
SYMMETRIC = {"max", "min", "swapaxes", "maximum", "minimum"}
#: From here on one more is as good as none.
LARGE = 50
#: What may be put in other brackets without a difference.
ASSOCIATIVE = (
    (ast.Add, ast.Add | ast.Sub),
    (ast.Mult | ast.MatMult, ast.Mult | ast.Div | ast.MatMult),
)


def text(node: ast.AST) -> str:
    """Write an expression so that it can stand within another."""
    written = ast.unparse(node)
    simple = ast.Name | ast.Constant | ast.Call | ast.Subscript
    return written if isinstance(node, simple) else f"({written})"


def changes(node: ast.AST, scene: Scene, function: str) -> Iterator[str]:
    """Give what people write instead of an expression, as code."""
    if isinstance(node, ast.BinOp):
        yield from _binary(node)
        if isinstance(node.op, ast.MatMult):
            yield from _transposed(node, scene, function)
    elif isinstance(node, ast.UnaryOp):
        if isinstance(node.operand, ast.Constant):
            yield from _constant(-node.operand.value, scene)
        else:
            yield text(node.operand)
        if ast.unparse(node) == "-np.inf":
            yield "0.0"
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = text(node.left), text(node.comparators[0])
        for other in COMPARED.get(type(node.ops[0]), ()):
            yield f"{left} {other} {right}"
    elif isinstance(node, ast.BoolOp):
        other = "or" if isinstance(node.op, ast.And) else "and"
        yield f" {other} ".join(map(text, node.values))
        yield from map(text, node.values)
    elif isinstance(node, ast.IfExp):
        yield from (text(node.body), text(node.orelse))
    elif isinstance(node, ast.Constant):
        yield from _constant(node.value, scene)
    elif isinstance(node, ast.Call):
        yield from _call(node)
        yield from _number(node, scene, function)
    elif isinstance(node, ast.Subscript):
        yield from _subscript(node)
        yield from _number(node, scene, function)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield text(node.value)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from scene.alike(function, node.id)
        yield from _number(node, scene, function)
    elif isinstance(node, ast.Tuple | ast.List):
        yield from _sequence(node)


def _binary(node: ast.BinOp) -> Iterator[str]:
    left, right = text(node.left), text(node.right)
    for other in BINARY.get(type(node.op), ()):
        yield f"{left} {other} {right}"
    if isinstance(node.op, ast.Div):
        yield f"{left} // {right}"
    yield from (left, f"-{right}" if isinstance(node.op, ast.Sub) else right)
    if isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
        yield f"{right} {'-/'[isinstance(node.op, ast.Div)]} {left}"
    if isinstance(node.op, ast.MatMult):
        yield f"{right} @ {left}"
    # Brackets forgotten: a / (2 * e) becomes a / 2 * e.
    inner = node.right
    if isinstance(inner, ast.BinOp) and not _associative(node.op, inner.op):
        first = ast.BinOp(node.left, node.op, inner.left)
        yield ast.unparse(ast.BinOp(first, inner.op, inner.right))
    inner = node.left
    if isinstance(inner, ast.BinOp) and not _associative(inner.op, node.op):
        second = ast.BinOp(inner.right, node.op, node.right)
        yield ast.unparse(ast.BinOp(inner.left, inner.op, second))


def _associative(first: ast.operator, second: ast.operator) -> bool:
    """Tell whether (a ∘ b) ∙ c is a ∘ (b ∙ c)."""
    return any(
        isinstance(first, one) and isinstance(second, other)
        for one, other in ASSOCIATIVE
    )


def _transposed(
    node: ast.BinOp, scene: Scene, function: str
) -> Iterator[str]:
    """Transpose one factor, if it is known to be a matrix."""
    left, right = text(node.left), text(node.right)
    for factor, other in (
        (left, f"{left}.T @ {right}"),
        (right, f"{left} @ {right}.T"),
    ):
        plain = not factor.endswith((".T", ".T)"))
        if plain and len(shape(scene.value(function, factor))) > 1:
            yield other


def _constant(value: Any, scene: Scene) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        near = (value + 1, value - 1)
        far = (value * 2, value // 2)
        yield from map(str, far if value >= LARGE else near)
    elif isinstance(value, float):
        yield from (repr(value * 2), repr(value / 2)) if value else ("1.0",)
    elif isinstance(value, str):
        others = [s for s in scene.strings if s != value]
        yield from map(repr, others[:3])


def _call(node: ast.Call) -> Iterator[str]:
    name, given = ast.unparse(node.func), list(map(ast.unparse, node.args))
    keywords = [ast.unparse(k) for k in node.keywords]
    short = name.rpartition(".")[2]

    def call(arguments: list[str], function: str = name) -> str:
        return f"{function}({', '.join([*arguments, *keywords])})"

    if name == "range":
        yield from _ranges(given)
    elif name == "reversed":
        yield given[0]
    elif given and name not in CONVERSIONS:
        yield f"({given[0]})"
    if isinstance(node.func, ast.Attribute) and name[:3] != "np.":
        yield text(node.func.value)
    for other in CONFUSED.get(short, ()):
        whole = "." in other or "." not in name
        front = "" if whole else f"{name.rpartition('.')[0]}."
        yield call(given, f"{front}{other}")
    if short == "append":
        yield f"{name.removesuffix('append')}insert(0, {given[0]})"
    if short in ("zeros", "zeros_like"):
        yield call([*given, "dtype=int"])
    for number in range(len(keywords)):
        others = [k for i, k in enumerate(keywords) if i != number]
        yield f"{name}({', '.join([*given, *others])})"
    for a, b in itertools.pairwise(range(len(given))):
        if short not in SYMMETRIC:
            swapped = list(given)
            swapped[a], swapped[b] = given[b], given[a]
            yield call(swapped)
    if len(given) > 1 and name != "range":
        yield call(given[:-1])


def _ranges(given: list[str]) -> Iterator[str]:
    first, last = ["", *given][-2:]
    begin = f"{first}, " if first else ""
    yield from (
        f"range({begin}({last}) - 1)",
        f"range({begin}({last}) + 1)",
        f"range({f'({first}) + 1' if first else 1}, {last})",
        f"reversed(range({begin}{last}))",
        f"range({first or 0}, {last}, 2)",
    )
    if first:
        yield from (f"range({last})", f"range(({first}) - 1, {last})")


def _subscript(node: ast.Subscript) -> Iterator[str]:
    value = text(node.value)
    yield value
    inside = node.slice
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    written = [ast.unparse(part) for part in parts]

    def subscript(number: int, *other: str) -> str:
        rest = [*written[:number], *other, *written[number + 1 :]]
        return f"{value}[{', '.join(rest)}]" if rest else value

    for number, part in enumerate(parts):
        if isinstance(part, ast.Slice):
            yield from (subscript(number, s) for s in _slices(part))
        elif not isinstance(part, ast.Constant) and not (
            isinstance(part, ast.UnaryOp)
        ):
            whole = ast.unparse(part)
            yield subscript(number, f"{whole} - 1")
            yield subscript(number, f"{whole} + 1")
        if len(parts) > 1:
            yield subscript(number)
    for a, b in itertools.pairwise(range(len(parts))):
        swapped = list(written)
        swapped[a], swapped[b] = written[b], written[a]
        yield f"{value}[{', '.join(swapped)}]"


def _slices(part: ast.Slice) -> Iterator[str]:
    lower, upper = (
        "" if bound is None else ast.unparse(bound)
        for bound in (part.lower, part.upper)
    )
    if part.step is not None:
        yield f"{lower}:{upper}"
        return
    yield f"{lower}:{upper}:-1"
    if not lower:
        yield f"1:{upper}"
    if not upper:
        yield f"{lower}:-1"
    for bound, other in ((lower, "{}:" + upper), (upper, lower + ":{}")):
        if bound:
            yield other.format("")
            if not bound.lstrip("-").isdigit():
                yield other.format(f"{bound} - 1")
                yield other.format(f"{bound} + 1")


def _sequence(node: ast.Tuple | ast.List) -> Iterator[str]:
    parts = list(map(ast.unparse, node.elts))
    left, right = "()" if isinstance(node, ast.Tuple) else "[]"
    for a, b in itertools.pairwise(range(len(parts))):
        swapped = list(parts)
        swapped[a], swapped[b] = parts[b], parts[a]
        yield f"{left}{', '.join(swapped)}{right}"


def _number(node: ast.expr, scene: Scene, function: str) -> Iterator[str]:
    """Give the number that stands there in the first case."""
    written = ast.unparse(node)
    sized = ".shape[" in written or isinstance(node, ast.Name)
    if sized or written.startswith("len("):
        number = scene.size(function, written)
        if number is not None:
            yield f"({number!r})"
