"""Makes mutants of a module: its source with one small mistake, such as a guard dropped or a comparison turned.

Annotations, docstrings, decorators of values and what only type checkers read are left alone: no test could tell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Final, TypeAlias

_TURNED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OTHER: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
_LEAVES: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_Placed: TypeAlias = ast.expr | ast.stmt
_Change: TypeAlias = tuple[str, _Placed, _Placed]
"""The kind of mistake, the node that is replaced, and what takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake in a module: the line it begins on, its kind, the text before and after, and the whole source with it."""

    path: str
    line: int
    kind: str
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        """The place and kind, then the change, cut to one line."""
        before, after = (" ".join(each.split())[:60] for each in (self.before, self.after))
        return f"{self.path}:{self.line} ({self.kind}) {before} -> {after}"


def mutants(path: str, source: str) -> list[Mutant]:
    """Every mutant of a module's source, in the order of its lines."""
    lines = source.encode("utf-8").splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    whole = b"".join(lines)
    made = []
    for kind, old, new in _changes(ast.parse(source)):
        begin = starts[old.lineno - 1] + old.col_offset
        end = starts[(old.end_lineno or old.lineno) - 1] + (old.end_col_offset or 0)
        after = ast.unparse(new)
        text = after if isinstance(new, ast.stmt | ast.Constant) else f"({after})"
        made.append(
            Mutant(
                path=path,
                line=old.lineno,
                kind=kind,
                before=whole[begin:end].decode(),
                after=after,
                source=(whole[:begin] + text.encode() + whole[end:]).decode(),
            )
        )
    return sorted(made, key=lambda each: (each.line, each.kind, each.before, each.after))


def _changes(tree: ast.Module) -> Iterator[_Change]:
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if _is_for_type_checkers(node):
            continue
        yield from _of_statement(node)
        if isinstance(node, ast.expr):
            yield from _of_expression(node)
        pending += _parts(node)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "__name__ == '__main__'"}


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a node and runs: no annotation, no docstring, no decorator of a class, no text within an f-string."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "type_params", "decorator_list", "format_spec", "pattern"}:
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST) and not _is_text(each):
                yield each


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _of_statement(node: ast.AST) -> Iterator[_Change]:
    if isinstance(node, ast.If):
        yield "not", node.test, ast.UnaryOp(op=ast.Not(), operand=node.test)
        if len(node.body) == 1 and isinstance(node.body[0], _LEAVES) and not node.orelse:
            yield "dropguard", node, ast.Pass()
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "dropcall", node, ast.Pass()
    elif isinstance(node, ast.AugAssign):
        yield "dropaug", node, ast.Pass()


def _of_expression(node: ast.expr) -> Iterator[_Change]:
    match node:
        case ast.Constant(value=bool() as value):
            yield "bool", node, ast.Constant(value=not value)
        case ast.Constant(value=int() | float() as value):
            yield "num", node, ast.Constant(value=value + 1 if isinstance(value, int) else 2 * value + 1)
        case ast.Compare():
            yield from (("cmp", node, _turned(node, place)) for place in range(len(node.ops)))
        case ast.BoolOp():
            yield "andor", node, ast.BoolOp(op=_other(node.op), values=node.values)
            yield from (("dropterm", node, _without(node, place)) for place in range(len(node.values)))
        case ast.UnaryOp(op=ast.Not()):
            yield "not", node, node.operand
        case ast.BinOp() if type(node.op) in _OTHER and not _is_wording(node):
            yield "arith", node, ast.BinOp(left=node.left, op=_OTHER[type(node.op)](), right=node.right)
        case ast.Call(args=[first, second, *rest]) if _can_be_swapped(node.func, first, second):
            yield "swap", node, ast.Call(func=node.func, args=[second, first, *rest], keywords=node.keywords)


def _turned(node: ast.Compare, place: int) -> ast.Compare:
    turned = deepcopy(node)
    turned.ops[place] = _TURNED[type(node.ops[place])]()
    return turned


def _other(operator: ast.boolop) -> ast.boolop:
    return ast.Or() if isinstance(operator, ast.And) else ast.And()


def _without(node: ast.BoolOp, place: int) -> ast.expr:
    rest = [*node.values[:place], *node.values[place + 1 :]]
    return rest[0] if len(rest) == 1 else ast.BoolOp(op=node.op, values=rest)


def _can_be_swapped(called: ast.expr, first: ast.expr, second: ast.expr) -> bool:
    """Whether other arguments come out, and the order matters: it doesn't to `max`, and all calls of `isinstance` would raise."""
    starred = isinstance(first, ast.Starred) or isinstance(second, ast.Starred)
    unordered = isinstance(called, ast.Name) and called.id in {"min", "max", "isinstance"}
    return not starred and not unordered and ast.dump(first) != ast.dump(second)


def _is_wording(node: ast.BinOp) -> bool:
    """Whether texts are joined: the other operator would raise wherever the line runs, which any test sees."""
    sides = (node.left, node.right)
    return any(isinstance(side, ast.JoinedStr | ast.List | ast.Tuple) or _is_str(side) for side in sides)


def _is_str(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
