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
from collections.abc import Callable, Iterator
from typing import Any

from tests.hostile.base_calls import Call, calls_of
from tests.hostile.catalogue import entries, public

#: What is told of a call: the function or bound method, and its arguments.
Seen = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]
#: What reads or writes a file: examples have theirs in a passing folder.
FILES = {
    "recipes.load",
    "recipes.Sweep.follow",
    "recipes.load_sweep",
    "recipes.save",
    "recipes.save_sweep",
    "store.load",
    "store.read",
    "store.save",
    "tokenizers.BytePairTokenizer.from_file",
    "tokenizers.BytePairTokenizer.to_file",
    "tokenizers.HuggingFaceTokenizer.from_file",
    "tokenizers.HuggingFaceTokenizer.to_file",
}


def calls() -> Iterator[Call]:
    """Give the calls of public entries in all examples."""
    found: list[Call] = []
    classes = {
        thing: name for name, thing in public() if inspect.isclass(thing)
    }
    functions = {
        id(e.function): e.name for e in entries().values() if not e.is_method
    }

    def seen(function: Any, args: Any, kwargs: Any) -> None:
        owner = getattr(function, "__self__", None)
        if id(function) in functions:
            name = functions[id(function)]
        elif inspect.ismethod(function):
            kind = owner if inspect.isclass(owner) else type(owner)
            name = f"{classes.get(kind)}.{function.__name__}"
        else:
            owner = function
            name = f"{classes.get(type(owner))}.__call__"
            if name not in entries():
                name = name.replace("__call__", "forward")
        if name not in FILES:
            receiver = None if inspect.isclass(owner) else owner
            found.extend(calls_of(name, receiver, *args, **kwargs))

    for _, thing in public():
        replay(thing, seen)
    return iter(found)


class _Reported(ast.NodeTransformer):
    """Writes ``f(x)`` as ``__seen__(f, x)``."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        seen = ast.Name("__seen__", ast.Load())
        call = ast.Call(seen, [node.func, *node.args], node.keywords)
        return ast.copy_location(call, node)


def replay(thing: Any, seen: Seen) -> None:
    """Run the examples of something public, and report what they call.

    What an example shows being refused is not reported, and neither is a call
    whose arguments cannot be copied.
    """

    def call(function: Any, *args: Any, **kwargs: Any) -> Any:
        owner = getattr(function, "__self__", None)
        before = None
        with contextlib.suppress(Exception):
            before = copy.deepcopy((args, kwargs))
            itself = function
            if _ours(owner):
                itself = getattr(copy.deepcopy(owner), function.__name__)
            elif _ours(function):
                itself = copy.deepcopy(function)
        result = function(*args, **kwargs)
        if before is not None:
            seen(itself, *before)
        return result

    names = {**vars(sys.modules[thing.__module__]), "__seen__": call}
    tests = doctest.DocTestFinder().find(
        thing, thing.__name__, sys.modules[thing.__module__], names
    )
    for test in tests:
        scope = {**names}
        for example in test.examples:
            tree = _Reported().visit(ast.parse(example.source))
            code = compile(ast.fix_missing_locations(tree), test.name, "exec")
            with (
                warnings.catch_warnings(),
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.suppress(Exception),  # as the example shows
            ):
                warnings.simplefilter("ignore")
                exec(code, scope)


def _ours(thing: Any) -> bool:
    """Tell whether something is an object of a class of ours."""
    if inspect.isclass(thing) or inspect.isroutine(thing):
        return False
    return type(thing).__module__.startswith("seqcourse.")
