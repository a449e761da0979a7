"""Assignments to elements of arrays, and updates whose results are lost, as assignments to names."""

import ast
from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from jaxslice_lint.facts.misuse import Misuse
from jaxslice_lint.facts.site import Site
from jaxslice_lint.facts.status import Status
from jaxslice_lint.rewrite.statements.places import Place
from jaxslice_lint.rewrite.text.edit import Edit, Fix, NoRewriteError
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.rewrite.text.syntax import Role, Tree
from jaxslice_lint.rewrite.windows.codemod import rewrite
from jaxslice_lint.source.nodes import updated
from jaxslice_lint.source.text import Span

_METHODS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}
_OPERATORS: dict[type[ast.operator], str] = {
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.MatMult: "@",
}
_ORDERED = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
_REPEATABLE = (
    ast.Name,
    ast.Attribute,
    ast.Constant,
    ast.Tuple,
    ast.Slice,
    ast.BinOp,
    ast.UnaryOp,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
)


def store(
    misuse: Misuse,
    place: Place,
    site: Site | None,
    tree: Callable[[], Tree | None],
    names: Names,
    style: str,
) -> Fix:
    """`x = x.at[index].set(v)` for `x[index] = v`; a slice with a traced start and a static size is updated as a
    window. Raises `NoRewriteError`."""
    target, statement = place.node, place.statement
    assert isinstance(target, ast.Subscript)
    if misuse.owner:
        raise NoRewriteError(misuse.owner)
    value, method, cautions = _operation(misuse, target, statement)
    place.check_assignable(target.value)
    if any(isinstance(node, _ORDERED) for node in ast.walk(statement)):
        raise NoRewriteError("it has a walrus, an await or a yield, whose order would change")
    if place.may_be_alias(target.value):
        cautions.append("another name may stand for the same array, which NumPy would change too")
    holder = place.written(target.value)
    if method and site is not None and _is_window(site):
        fix = _window(site, tree(), names, style, place, method)
    else:
        new = _value(place, target, value, method)
        index = place.text(place.end(target.value), place.end(target))
        text = f"{holder}.at{index}.{method or 'set'}({new})"
        edit = Edit(place.start(statement), place.end(statement), text)
        fix = Fix(f"Use `{holder}.at[…].{method or 'set'}`", (edit,), safe=True)
    first = replace(fix.edits[0], content=f"{holder} = {fix.edits[0].content}")
    cautions += [fix.caution] if fix.caution else []
    return replace(
        fix, edits=(first, *fix.edits[1:]), safe=not cautions, caution="; ".join(cautions)
    )


def _operation(
    misuse: Misuse, target: ast.Subscript, statement: ast.stmt
) -> tuple[ast.expr, str, list[str]]:
    """What is assigned, the method of `.at` that does so (empty if none does), and what makes that unsafe."""
    match statement:
        case ast.Assign(targets=[only], value=value) if only is target:
            return value, "set", []
        case ast.AugAssign(target=only, op=op, value=value) if only is target:
            return value, _METHODS.get(type(op), ""), _doubts(misuse, op)
    raise NoRewriteError("it is assigned to together with other targets")


def _doubts(misuse: Misuse, operator: ast.operator) -> list[str]:
    """What is not quite the same in `x.at[i].add(v)` and `x[i] += v`."""
    doubts: list[str] = []
    if misuse.repeats:
        doubts.append(
            "an index array that names an element twice changes it once in NumPy, and twice here"
        )
    floating = (misuse.operand.dtype or "").removeprefix("b").startswith("float")
    if isinstance(operator, ast.Div | ast.Pow) and not floating:
        doubts.append("the dtype of the array may change")
    return doubts


def _value(place: Place, target: ast.Subscript, value: ast.expr, method: str) -> str:
    """The new value as the one argument of `method`; without a method, that of the operator applied by hand."""
    behind = place.text(place.end(target), place.end(place.statement)).lstrip()
    new = behind[behind.index("=") + 1 :].lstrip()
    if isinstance(value, ast.Tuple) and not _is_one_argument(new, value):
        new = f"({new})"
    if method:
        return new
    if not all(isinstance(node, _REPEATABLE) for node in ast.walk(target.slice)):
        raise NoRewriteError("its index would be evaluated twice")
    assert isinstance(place.statement, ast.AugAssign)
    symbol = _OPERATORS[type(place.statement.op)]
    is_tight = isinstance(value, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant)
    return f"{place.written(target)} {symbol} {new if is_tight else f'({new})'}"


def _is_one_argument(text: str, value: ast.Tuple) -> bool:
    """Whether `text`, which is a tuple as an expression, is one as an argument: `(a, b)`, but not `(a), b`."""
    call = ast.parse(f"_({text}\n)", mode="eval").body
    assert isinstance(call, ast.Call)
    return [ast.dump(argument) for argument in call.args] == [ast.dump(value)]


def _is_window(site: Site) -> bool:
    """Whether an index has a slice with a traced start; one with a traced size is made an update first."""
    traced = [element for element in site.elements if element.is_traced]
    return bool(traced) and all(element.size.status is not Status.TRACED for element in traced)


def _window(
    site: Site, tree: Tree | None, names: Names, style: str, place: Place, method: str
) -> Fix:
    """The update of a window, as that of `x.at[i:i + k].set(v)` is rewritten."""
    use = tree.uses.get(site.span) if tree else None
    if use is None or use.assigned is None or tree is None:
        raise NoRewriteError("LibCST does not find the slice in the file")
    value = use.assigned
    if isinstance(value, cst.Tuple) and not value.lpar:
        value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    at = cst.Attribute(use.subscript.value, cst.Name("at"))
    subscript = use.subscript.with_changes(value=at)
    call = cst.Call(cst.Attribute(subscript, cst.Name(method)), [cst.Arg(value)])
    first, last = place.start(place.statement), place.end(place.statement)
    span = Span(*place.source.location(first), *place.source.location(last))
    update = replace(
        use, role=Role.UPDATE, subscript=subscript, span=span, call=call, method=method
    )
    return rewrite(site, update, tree, names, style)


def discarded(misuse: Misuse, place: Place) -> Fix:
    """`x = x.at[i].set(v)` for `x.at[i].set(v)`. Raises `NoRewriteError`."""
    if misuse.owner:
        raise NoRewriteError(misuse.owner)
    holder = updated(place.node)
    place.check_assignable(holder)
    start = place.start(place.statement)
    name = place.written(holder)
    edit = Edit(start, start, f"{name} = ")
    caution = "the program runs today, without the update"
    return Fix(f"Assign the result to `{name}`", (edit,), safe=False, caution=caution)


def renamed(place: Place, meant: str | None) -> Fix:
    """The method of `x.at[i]` that is meant. Raises `NoRewriteError`."""
    call = place.node
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    if meant is None or len(call.args) != 1 or isinstance(call.args[0], ast.Starred):
        raise NoRewriteError("which method of `.at[…]` is meant is not clear")
    end = place.end(call.func)
    edit = Edit(end - len(call.func.attr), end, meant)
    return Fix(f"Use `.at[…].{meant}`", (edit,), safe=True)
