"""The calls that the docstrings' examples make, to be made again."""

from __future__ import annotations

import ast
import contextlib
import copy
import doctest
import inspect
import io
import sys
import warnings
from collections.abc import Callable
from typing import Any

#: What is told of a call: the function or bound method, and its arguments.
Seen = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]


class _Reported(ast.NodeTransformer):
    """Writes ``f(x)`` as ``__seen__(f, x)``."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        seen = ast.Name("__seen__", ast.Load())
        call = ast.Call(seen, [node.func, *node.args], node.keywords)
        return ast.copy_location(call, node)


def replay(public: Any, seen: Seen) -> None:
    """Run the examples of something public, and report what they call.

    What an example shows being refused is not reported, and neither is a call
    whose arguments cannot be copied.
    """

    def call(function: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            before = copy.deepcopy((args, kwargs))
        except Exception:
            before = None
        owner = getattr(function, "__self__", None)
        try:
            itself = copy.deepcopy(owner) if _ours(owner) else owner
            result = function(*args, **kwargs)
        except TypeError:
            raise
        if before is not None:
            bound = function
            if _ours(owner):
                bound = getattr(itself, function.__name__)
            elif _ours(function) and not inspect.isclass(function):
                bound = copy.deepcopy(function)
            seen(bound, *before)
        return result

    source = sys.modules[public.__module__]
    names = {**vars(source), "__seen__": call}
    finder = doctest.DocTestFinder(recurse=True)
    for test in finder.find(public, public.__name__, source, names):
        scope = {**names}
        for example in test.examples:
            tree = ast.parse(example.source)
            code = ast.fix_missing_locations(_Reported().visit(tree))
            with (
                warnings.catch_warnings(),
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.suppress(Exception),
            ):
                warnings.simplefilter("ignore")
                exec(compile(code, test.name, "exec"), scope)


def _ours(thing: Any) -> bool:
    """Tell whether a method's object, or what is called, is one of ours."""
    if thing is None or inspect.ismodule(thing) or inspect.isroutine(thing):
        return False
    kind = thing if inspect.isclass(thing) else type(thing)
    return str(kind.__module__).startswith("seqcourse.")
