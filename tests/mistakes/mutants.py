"""Every mutant of an exercise's solution: the solution with one change."""

from __future__ import annotations

import ast
import copy
import dataclasses
import difflib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from seqcourse.exercises import find
from tests.mistakes import expression_changes, statement_changes
from tests.mistakes.scene import RETURNED, Scene, scene_of, shape

#: Where a node is: the fields, and positions in them, that lead to it.
Path = tuple[tuple[str, int | None], ...]


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A solution with one change.

    Parameters
    ----------
    code
        All of it.
    change
        The lines that are gone, and those that came instead.
    """

    code: str
    change: str


@cache
def mutants_of(id_: str) -> tuple[Mutant, ...]:
    """Make the mutants of a solution, no two of them alike."""
    exercise = find(id_)
    tree = without_docstrings(ast.parse(exercise.solution))
    plain = ast.unparse(tree)
    strings = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    scene = scene_of(exercise, tuple(sorted(strings)))
    found: dict[str, Mutant] = {}
    for code in _codes(tree, scene):
        if code != plain and code not in found and _compiles(code):
            found[code] = Mutant(code, change_of(plain, code))
    # One line may be changed alike in two places.
    count = Counter(mutant.change for mutant in found.values())
    return tuple(
        mutant
        if count[mutant.change] == 1
        else Mutant(mutant.code, f"{mutant.change} {_places(plain, mutant)}")
        for mutant in found.values()
    )


def change_of(old: str, new: str) -> str:
    """Write which lines are gone and which came, in one line."""
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    gone, came = (
        "; ".join(line[2:].strip() for line in lines if line[0] == sign)
        for sign in "-+"
    )
    return f"{gone} => {came}"


def _places(old: str, mutant: Mutant) -> str:
    """Number the lines that are gone and new, each with its indentation."""
    lines = difflib.ndiff(old.splitlines(), mutant.code.splitlines())
    left = [line for line in lines if line[0] != "?"]
    places = [
        f"{line[0]}{number}.{len(line) - len(line[2:].lstrip()) - 2}"
        for number, line in enumerate(left, 1)
        if line[0] != " "
    ]
    return f"({' '.join(places)})"


def without_docstrings(tree: ast.Module) -> ast.Module:
    """Take the docstrings out of a module's functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            del node.body[0]
    return tree


def _codes(tree: ast.Module, scene: Scene) -> Iterator[str]:
    for node, path, function in _walk(tree):
        if function is None:
            continue
        if isinstance(node, ast.expr):
            for code in expression_changes.changes(
                node, scene, function.name
            ):
                yield from _with(tree, path, code)
        for name, body in ast.iter_fields(node):
            if name in ("body", "orelse") and isinstance(body, list):
                result = scene.value(function.name, RETURNED)
                for other in statement_changes.bodies(
                    body, _given(function, node), len(shape(result))
                ):
                    new = other or [ast.Pass()]
                    place = (*path, (name, None))
                    yield ast.unparse(_replaced(tree, place, new))


def _given(function: ast.FunctionDef, within: ast.AST) -> set[str]:
    """Name the arguments that no statement outside has replaced."""
    inside = {id(node) for node in ast.walk(within)}
    names = [
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and (within is function or id(node) not in inside)
    ]
    once = {a.arg for a in function.args.args}
    if within is function:
        return {name for name in once if names.count(name) <= 1}
    return once - set(names)


def _with(tree: ast.Module, path: Path, code: str) -> Iterator[str]:
    """Write the tree with an expression exchanged, if it can be read."""
    try:
        new = statement_changes.parsed_value(code)
        yield ast.unparse(_replaced(tree, path, new))
    except SyntaxError:  # such as a slice that was taken out of its brackets
        return


def _walk(
    node: ast.AST, path: Path = (), function: ast.FunctionDef | None = None
) -> Iterator[tuple[ast.AST, Path, ast.FunctionDef | None]]:
    """Give all nodes, each with its place and the function around it."""
    if isinstance(node, ast.FunctionDef):
        function = node
    yield node, path, function
    for name, value in ast.iter_fields(node):
        if name in ("args", "ctx") and isinstance(
            value, ast.arguments | ast.expr_context
        ):
            continue
        if name == "func" and isinstance(value, ast.Name):
            continue  # a function's name is exchanged with its call
        if isinstance(node, ast.Attribute) and node.attr == "shape":
            continue  # another array may have the same
        if isinstance(node, ast.UnaryOp) and isinstance(value, ast.Constant):
            continue  # a negative number is changed as one
        parts = value if isinstance(value, list) else [value]
        for number, part in enumerate(parts):
            if isinstance(part, ast.AST):
                place = number if isinstance(value, list) else None
                yield from _walk(part, (*path, (name, place)), function)


def _replaced(tree: ast.Module, path: Path, new: Any) -> ast.Module:
    """Copy a tree with one node, or one list of nodes, exchanged."""
    made = copy.deepcopy(tree)
    node: Any = made
    for name, number in path[:-1]:
        node = getattr(node, name)
        node = node if number is None else node[number]
    name, number = path[-1]
    if number is None:
        setattr(node, name, new)
    else:
        getattr(node, name)[number] = new
    return ast.fix_missing_locations(made)


def _compiles(code: str) -> bool:
    try:
        compile(code, "<mutant>", "exec")
    except SyntaxError:  # such as a break outside a loop
        return False
    return True
