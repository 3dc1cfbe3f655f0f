"""The small breakages of bin/mutate.py: syntax trees in, code objects of broken functions out.

Compared, combined and counted things are turned into their neighbours, conditions are negated or
left out, results are swapped, calls for their effect are dropped, questions to the database lose
a condition. Texts are left alone.
"""

import ast
import copy
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Key = tuple[str, str, int]  # file, qualified name, first line

OPPOSITE: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,), ast.Mult: (ast.Add,),
}  # fmt: skip
# Functions by their name, methods by their attribute.
SWAPPED = {
    "id": {"min": "max", "max": "min", "any": "all", "all": "any"},
    "attr": {"filter": "exclude", "exclude": "filter", "first": "last", "last": "first"},
}
QUERIES = {"filter", "exclude", "Q"}
Change = Callable[[Any], ast.AST | None]


@dataclass(frozen=True)
class Mutant:
    """One broken thing; ``code`` is what the function's code becomes."""

    path: str
    key: Key
    text: str
    line: int
    code: CodeType

    @property
    def name(self) -> str:
        return f"{self.path} {self.key[1]}: {self.text}"


def called(node: ast.AST) -> str:
    """The bare name of what a call calls."""
    func = getattr(node, "func", None)
    return func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")


def changes(node: ast.AST) -> Iterator[Change]:
    """Each way to break this node: a function that changes a copy of it, or returns what stands in its place."""
    for kinds, ways in WAYS:
        if isinstance(node, kinds):
            yield from ways(node)
            return


def of_comparison(node: ast.Compare) -> Iterator[Change]:
    for n, operator in enumerate(node.ops):
        for other in OPPOSITE[type(operator)]:
            yield lambda one, n=n, other=other: one.ops.__setitem__(n, other())


def of_and_or(node: ast.BoolOp) -> Iterator[Change]:
    """The other word, and each condition left out."""
    yield lambda one: setattr(one, "op", OPPOSITE[type(one.op)][0]())
    for n in range(len(node.values)):
        yield lambda one, n=n: one.values.pop(n) and None if len(one.values) > 2 else one.values[1 - n]


def of_arithmetic(node: ast.BinOp | ast.AugAssign) -> Iterator[Change]:
    if type(node.op) in OPPOSITE:
        yield lambda one: setattr(one, "op", OPPOSITE[type(one.op)][0]())


def of_sign(node: ast.UnaryOp) -> Iterator[Change]:
    yield lambda one: one.operand


def of_constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, int):
        yield lambda one: setattr(one, "value", not one.value if isinstance(one.value, bool) else one.value + 1)


def of_condition(node: ast.If | ast.While | ast.IfExp) -> Iterator[Change]:
    if not isinstance(node.test, ast.Compare | ast.UnaryOp):  # these are turned round by themselves
        yield lambda one: setattr(one, "test", ast.UnaryOp(ast.Not(), one.test))


def of_comprehension(node: ast.comprehension) -> Iterator[Change]:
    for n in range(len(node.ifs)):
        yield lambda one, n=n: one.ifs.pop(n) and None


def of_return(node: ast.Return) -> Iterator[Change]:
    if node.value is not None:
        yield lambda one: setattr(one, "value", ast.Constant(opposite_of(one.value)))


def of_effect(node: ast.Expr) -> Iterator[Change]:
    if isinstance(node.value, ast.Call):
        yield lambda one: ast.Pass()


def opposite_of(value: ast.expr) -> Any:
    """What a broken function returns: a sentence instead of none, nothing instead of something."""
    if isinstance(value, ast.Constant):
        return {"": "broken", None: 1}.get(value.value) if not isinstance(value.value, bool) else not value.value
    sentence = called(value) == "_" or (isinstance(value, ast.BinOp) and called(value.left) == "_")
    return "" if sentence else None


def of_call(node: ast.Call) -> Iterator[Change]:
    """A call among others: the other function, the other question, one condition or the order left out."""
    place = "id" if isinstance(node.func, ast.Name) else "attr"
    if called(node) in SWAPPED[place]:
        yield lambda one: setattr(one.func, place, SWAPPED[place][called(one)])
    if called(node) in QUERIES:
        for n in range(len(node.keywords)):
            yield lambda one, n=n: one.keywords.pop(n) and None
    if called(node) == "order_by":
        yield lambda one: one.func.value


WAYS: tuple[tuple[Any, Callable[[Any], Iterator[Change]]], ...] = (
    (ast.Compare, of_comparison), (ast.BoolOp, of_and_or), (ast.BinOp | ast.AugAssign, of_arithmetic),
    (ast.UnaryOp, of_sign), (ast.Constant, of_constant), (ast.If | ast.While | ast.IfExp, of_condition),
    (ast.comprehension, of_comprehension), (ast.Return, of_return), (ast.Expr, of_effect), (ast.Call, of_call),
)  # fmt: skip


def mutants_of(path: str, wanted: tuple[str, ...]) -> Iterator[Mutant]:
    """Every mutant of a module that still compiles."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for names, function in functions(tree, ()):
        if wanted and not set(wanted) & set(names):
            continue
        first = min([function.lineno, *[one.lineno for one in function.decorator_list]])
        yield from mutants_in(path, tree, function, (path, ".".join(names), first))


def functions(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef]]:
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.FunctionDef):
            yield (*names, one.name), one
        elif isinstance(one, ast.ClassDef):
            yield from functions(one, (*names, one.name))


def mutants_in(path: str, tree: ast.Module, function: ast.FunctionDef, key: Key) -> Iterator[Mutant]:
    body, seen = [statement for statement in function.body if not is_text(statement)], Counter[str]()
    for node in [one for statement in body for one in walk(statement)]:
        for change in changes(node):
            after = copy.deepcopy(node)
            put = change(after) or after
            before, shown = in_one_line(node), in_one_line(put)
            code = compiled(path, tree, node, put, key)
            if code and shown != before:
                text = f"{before} → {shown}"
                seen[text] += 1
                text += f" (no. {seen[text]})" if seen[text] > 1 else ""
                yield Mutant(path, key, text, getattr(node, "lineno", function.lineno), code)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and everything in it that is executed: types written beside a name are not."""
    yield node
    for name, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST) and name not in ("annotation", "returns"):
                yield from walk(one)


def in_one_line(node: ast.AST) -> str:
    """The program text of a node; of a compound statement its head."""
    return ast.unparse(ast.fix_missing_locations(node)).strip().split("\n")[0]


def is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


class Put(ast.NodeTransformer):
    """Puts one node in the place of another, here and back again."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def compiled(path: str, tree: ast.Module, old: ast.AST, new: ast.AST, key: Key) -> CodeType | None:
    """The function's code with ``new`` in the place of ``old``; None where that is no program."""
    if new is not old and hasattr(old, "lineno"):
        ast.copy_location(new, old)
    broken = ast.fix_missing_locations(Put(old, new).visit(tree))
    try:
        return next(one for one in codes(compile(broken, str(ROOT / path), "exec")) if key_of(one) == key)
    except (SyntaxError, TypeError, ValueError):
        return None
    finally:
        Put(new, old).visit(tree)


def codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from codes(one)


def key_of(code: CodeType) -> Key:
    return os.path.relpath(code.co_filename, ROOT), code.co_qualname, code.co_firstlineno
