"""What people do to statements: leave out, exchange, indent, overwrite."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

Body = list[ast.stmt]
#: What is not part of the answer.
KEPT = ast.Import | ast.ImportFrom | ast.FunctionDef
LOOP = ast.For | ast.While
SIGNED = ast.BinOp | ast.Call | ast.Subscript


def bodies(body: Body, arguments: set[str], result: int) -> Iterator[Body]:
    """Give what people write instead of a run of statements.

    Parameters
    ----------
    body
        The statements of a function, a loop or a branch.
    arguments
        The function's arguments that nothing has replaced so far.
    result
        How many axes there are in what the function returns.
    """
    for number, statement in enumerate(body):
        before, after = body[:number], body[number + 1 :]
        for other in _instead(statement, arguments, result):
            yield [*before, *other, *after]
        if isinstance(statement, LOOP):
            yield from _about_a_loop(before, statement, after)
    for a, b in itertools.pairwise(range(len(body))):
        if not independent(body[a], body[b]):
            swapped = list(body)
            swapped[a], swapped[b] = body[b], body[a]
            yield swapped


def independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Tell whether neither of two statements heeds what the other does."""
    if isinstance(one, KEPT) or isinstance(other, KEPT):
        return True
    if any(isinstance(each, ast.Return | ast.Break) for each in (one, other)):
        return False
    reads, writes = zip(*map(_names, (one, other)), strict=True)
    return not (writes[0] & (reads[1] | writes[1]) or writes[1] & reads[0])


def _names(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Name what a statement reads, and what it may write to."""
    reads, writes = set(), set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            reads.add(node.id)
            if isinstance(node.ctx, ast.Store):
                writes.add(node.id)
        if isinstance(node, ast.Subscript) and isinstance(
            node.ctx, ast.Store
        ):
            writes |= _names_in(node.value)
        if isinstance(node, ast.Expr):
            writes |= _names_in(node)
    return reads, writes


def _names_in(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _instead(
    statement: ast.stmt, arguments: set[str], result: int
) -> Iterator[Body]:
    """Give what stands in the place of one statement."""
    if isinstance(statement, KEPT):
        return
    yield []
    if isinstance(statement, ast.Return) and statement.value is not None:
        yield from _returned(statement.value, result)
    if isinstance(statement, ast.Assign):
        target, value = statement.targets[0], ast.unparse(statement.value)
        name = ast.unparse(target)
        signed = isinstance(statement.value, SIGNED) and "zeros" not in value
        if signed and isinstance(target, ast.Name | ast.Subscript):
            yield parsed(f"{name} = -({value})")
        if name in arguments:
            yield parsed(f"{name}[...] = {value}")
        if isinstance(target, ast.Subscript):
            yield parsed(f"{ast.unparse(target.value)} = {value}")
    if isinstance(statement, ast.AugAssign):
        name = ast.unparse(statement.target)
        value = ast.unparse(statement.value)
        kept = {ast.Add: "-=", ast.Sub: "+=", ast.Mult: "+=", ast.Div: "*="}
        yield parsed(f"{name} = {value}")
        yield parsed(f"{name} {kept[type(statement.op)]} {value}")
    if isinstance(statement, ast.If):
        yield statement.body
        if statement.orelse:
            yield statement.orelse
        test = ast.unparse(statement.test)
        yield [ast.If(parsed_value(f"not ({test})"), *_branches(statement))]
    if isinstance(statement, ast.Break):
        yield [ast.Continue()]


def _branches(statement: ast.If) -> tuple[Body, Body]:
    return statement.body, statement.orelse


def _returned(value: ast.expr, axes: int) -> Iterator[Body]:
    """Give what is returned instead."""
    if isinstance(value, ast.Tuple):
        parts = list(map(ast.unparse, value.elts))
        for part in parts:
            yield parsed(f"return {part}")
        yield parsed(f"return {', '.join([parts[0]] * len(parts))}")
        for number, part in enumerate(parts):
            signed = [*parts[:number], f"-{part}", *parts[number + 1 :]]
            yield parsed(f"return {', '.join(signed)}")
        return
    written = ast.unparse(value)
    yield parsed(f"return -({written})")
    yield parsed(f"return 100 * ({written})")
    yield parsed(f"return 1 - ({written})")
    yield parsed(f"return ({written}) / 2")
    if axes > 0:
        yield parsed(f"return ({written})[::-1]")
    if axes > 1:
        yield parsed(f"return ({written}).T")
    yield parsed(f"print({written})")
    if isinstance(value, ast.Dict) and value.keys[0] is None:
        yield from _written_into(value)


def _written_into(value: ast.Dict) -> Iterator[Body]:
    """Write into the dictionary that a new one was made from."""
    name = ast.unparse(value.values[0])
    lines = [
        f"{name}[{ast.unparse(key)}] = {ast.unparse(part)}"
        for key, part in zip(value.keys[1:], value.values[1:], strict=True)
        if key is not None
    ]
    yield parsed("\n".join([*lines, f"return {name}"]))
    changed = [f"{line.replace(' = ', '[...] = ', 1)}" for line in lines]
    yield parsed("\n".join([*changed, f"return {name}"]))


def _about_a_loop(
    before: Body, loop: ast.For | ast.While, after: Body
) -> Iterator[Body]:
    """Move what stands around a loop into it, and out of it."""

    def looped(body: Body) -> ast.stmt:
        if isinstance(loop, ast.For):
            return ast.For(loop.target, loop.iter, body, loop.orelse)
        return ast.While(loop.test, body, loop.orelse)

    yield [*before, looped([*loop.body, ast.Break()]), *after]
    if after and not independent(loop, after[0]):
        yield [*before, looped([*loop.body, after[0]]), *after[1:]]
    if before and not independent(before[-1], loop):
        yield [*before[:-1], looped([before[-1], *loop.body]), *after]
    if len(loop.body) > 1:
        inside, last = loop.body[:-1], loop.body[-1]
        yield [*before, looped(inside), last, *after]
    if isinstance(loop, ast.For):
        over = ast.unparse(loop.iter)
        if not over.startswith(("range(", "reversed(")):
            for other in (
                f"list({over})[{s}]" for s in ("1:", ":-1", "::-1")
            ):
                line = f"for {ast.unparse(loop.target)} in {other}: pass"
                (new,) = parsed(line)
                assert isinstance(new, ast.For)
                new.body = loop.body
                yield [*before, new, *after]
    else:
        yield [*before, ast.If(loop.test, loop.body, []), *after]


def parsed(code: str) -> Body:
    """Read statements; none where it cannot be read."""
    return ast.parse(code).body


def parsed_value(code: str) -> ast.expr:
    """Read one expression."""
    return ast.parse(code, mode="eval").body
