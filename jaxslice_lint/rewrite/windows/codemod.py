"""From a site to the fix that rewrites it, or to the reason why there is none."""

import ast
from collections.abc import Iterable
from dataclasses import replace

import libcst as cst

from jaxslice_lint.facts.site import Element, ElementKind, OperandKind, Site
from jaxslice_lint.facts.status import Sign, Status
from jaxslice_lint.jax_model.names import PALLAS
from jaxslice_lint.rewrite.text.edit import Edit, Fix, NoRewriteError
from jaxslice_lint.rewrite.text.moving import is_number, is_ordered, lost_comments
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.rewrite.text.syntax import Role, Tree, Use
from jaxslice_lint.rewrite.windows.calls import CallTemplate
from jaxslice_lint.rewrite.windows.index import Index, read_index
from jaxslice_lint.rewrite.windows.scatter import scattered, takes_index_arrays
from jaxslice_lint.rewrite.windows.single import (
    single_element,
    single_update,
    takes_single_element,
    writes_single_element,
)
from jaxslice_lint.rewrite.windows.templates import Template
from jaxslice_lint.source.slice_calls import GETITEM
from jaxslice_lint.source.text import Source

MAY_BE_NO_ARRAY = (
    "the program also reaches this slice with static bounds, where what is sliced may be no array"
)
#: Today JAX raises, which shows that something is wrong.
LOST = "the result of the update is lost, which no error would show any more"


#: What is said once of a rewrite whose window may be out of range.
_MOVED = "Out of range, the window is moved into the array, where the slice would be cut off"
_DROPPED = "Out of range, nothing is updated, where the slice would be cut off"


def rewrite(site: Site, use: Use, tree: Tree, names: Names, style: str) -> Fix:
    """The fix for a site whose traced slices all have a static size. Raises `NoRewriteError` if
    there is no right one."""
    index = read_index(site, use)
    _check(site, use, index)
    spelled: dict[str, tuple[Edit, ...]] = {}

    def name(module: str, attribute: str) -> str:
        spelling = names.spell(module, attribute, site.span)
        spelled[spelling.text] = spelling.edits
        return spelling.text

    before = use.replaced
    picked = None
    if takes_single_element(site, use, index, names):
        assert use.around is not None
        assert use.around_span is not None
        picked = single_element(site, use, index, name)
        before, use = use.around, replace(use, span=use.around_span)
    if writes_single_element(site, use, index):
        picked = single_update(use, index)
    elif takes_index_arrays(site, use, index):
        picked = scattered(use, index, name)
    is_subscript = site.called in ("", GETITEM)
    template = (Template if is_subscript else CallTemplate)(site, use, index, name)
    node, caution, note = _rewritten(template, style, picked)
    imports = [edit for edits in spelled.values() for edit in edits]
    edits = _edits(names.source, tree, use, node, imports)
    if lost := lost_comments(before, node):
        caution.append(f"the comment `{lost[0]}` would be lost")
    message = _message(spelled, site, use)
    fix = Fix(message, edits, safe=not caution, caution="; ".join(caution), note=note)
    if not _is_expression(edits[0].content):
        raise NoRewriteError("the rewritten code would not parse")
    return fix


def _check(site: Site, use: Use, index: Index) -> None:
    """Raise `NoRewriteError` for what no template can express."""
    if site.operand.kind is OperandKind.SEQUENCE:
        raise NoRewriteError(
            "a Python sequence cannot be sliced at a traced position: make it an array"
        )
    if site.operand.kind is OperandKind.VARIABLE:
        raise NoRewriteError(
            "`lax` takes arrays, and this is a variable that holds one: slice what is in it, `x[...]`"
        )
    if use.in_fstring:
        raise NoRewriteError("the slice stands in an f-string")
    if is_ordered(index.nodes):
        raise NoRewriteError(
            "the index has a walrus, an await or a yield, whose order would change"
        )
    if site.operand.kind is OperandKind.REF:
        if any(window.step != 1 for window in index.traced.values()):
            raise NoRewriteError("`pl.ds` with a step is not available in all versions of JAX")
        return
    match use.role:
        case Role.BARE_AT:
            raise NoRewriteError("`.at[…]` is not followed by a call of one of its methods")
        case Role.GET if use.call is not None and use.call.args:
            raise NoRewriteError("`.get` with arguments treats bounds out of range differently")
        case Role.UPDATE:
            _check_update(site, use)


def _check_update(site: Site, use: Use) -> None:
    assert use.call is not None
    arguments = use.call.args
    if is_ordered(arguments):
        raise NoRewriteError(
            "the new value has a walrus, an await or a yield, whose order would change"
        )
    if use.method in ("divide", "power"):
        floating = (site.operand.dtype or "").removeprefix("b").startswith("float")
        if not (floating and arguments and is_number(arguments[0].value)):
            raise NoRewriteError(
                f"`.{use.method}` may change the dtype, which an update of a slice cannot"
            )


def _rewritten(
    template: Template, style: str, picked: cst.BaseExpression | None
) -> tuple[cst.BaseExpression, list[str], str]:
    """The replacement, which is `picked` if there is one, what makes it unsafe, and what it does out of range."""
    site, use = template.site, template.use
    caution: list[str] = []
    drops = picked is not None and use.role is Role.UPDATE
    if site.cut_off and not (drops and site.cut_at_end):
        caution.append(
            "the program also reaches this slice with static bounds, where it is cut off at the"
            " end of the axis and the rewrite is not"
        )
    if site.may_be_no_array:
        caution.append(MAY_BE_NO_ARRAY)
    if site.unseen:
        caution.append(site.unseen)
    if use.is_lost:
        caution.append(LOST)
    if site.operand.kind is OperandKind.REF:
        return template.in_index(PALLAS, "ds"), caution, ""
    if picked is not None:
        return picked, caution, ""
    updates, is_ds = use.role is Role.UPDATE, style == "ds" and _has_ds_form(template)
    is_cut_off = any(not one.in_range for one in site.elements if one.is_traced)
    note = (_DROPPED if updates and is_ds else _MOVED) if is_cut_off and not site.cut_off else ""
    if is_ds:
        return template.in_index("jax", "ds"), caution, note
    return (template.update() if updates else template.read()), caution, note


def _has_ds_form(template: Template) -> bool:
    """Whether style ds can express the rewrite: not for NumPy arrays, nor for what is a call of `lax`, nor with a step,
    and updates only where the start is known not to be negative, since JAX drops them there.

    Nor for reads beside an index array, a mask or a slice with a step: JAX turns the whole index
    into a gather then, which takes a negative start for 0 instead of counting it from the end.
    """
    if template.site.operand.kind is OperandKind.NUMPY or template.site.called:
        return False
    windows = template.index.traced.values()
    if any(window.step != 1 for window in windows):
        return False
    if template.use.role is Role.UPDATE and any(one.sign is Sign.ANY for one in windows):
        return False
    return template.use.role is Role.UPDATE or all(map(_is_simple, template.index.elements))


def _is_simple(element: Element) -> bool:
    match element.kind:
        case ElementKind.SLICE:
            return element.is_traced or element.step.status is Status.ABSENT
        case ElementKind.INTEGER:
            return element.const is not None
    return element.kind in (ElementKind.NEWAXIS, ElementKind.ELLIPSIS)


def _edits(
    source: Source, tree: Tree, use: Use, node: cst.BaseExpression, imports: list[Edit]
) -> tuple[Edit, ...]:
    span = use.span
    start = source.offset(span.line, span.column)
    end = source.offset(span.end_line, span.end_column)
    if any(edit.start > start for edit in imports):
        raise NoRewriteError("an import of JAX would come after the slice")
    content = code(tree.module, node.with_changes(lpar=[], rpar=[]), use.indent)
    # `return(a + b)[i:j]`: the parentheses kept the two words apart.
    if start and _is_word(source.text[start - 1]) and _is_word(content[0]):
        content = f" {content}"
    return (Edit(start, end, content), *sorted(set(imports)))


def code(module: cst.Module, node: cst.BaseExpression, indent: str) -> str:
    """The text of `node` inside a block: LibCST keeps the indentation of a block out of the lines
    that continue in it."""
    if not indent:
        return module.code_for_node(node)
    statement = cst.SimpleStatementLine([cst.Expr(node)])
    return module.code_for_node(cst.IndentedBlock([statement], indent=indent)).strip()


def _is_expression(text: str) -> bool:
    """Whether `text` can stand where an expression stood; the whole file is parsed when it is written."""
    try:
        ast.parse(f"({text}\n)", mode="eval")
    except SyntaxError:
        return False
    return True


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _message(spelled: Iterable[str], site: Site, use: Use) -> str:
    # The functions of interest come first: helpers such as `jnp.array` only build their arguments.
    functions = [text for text in spelled if not text.endswith((".array", "int", ".int32"))]
    verb = "Update" if use.role is Role.UPDATE else "Take"
    message = f"Use `{functions[-1]}`" if functions else f"{verb} the element by its index"
    if site.operand.kind is OperandKind.NUMPY and site.operand.dtype not in _NARROW:
        message += " (a JAX array, of 32 bits unless x64 is enabled)"
    return message


#: dtypes that a JAX array keeps without x64.
_NARROW = ("bool", "int8", "int16", "int32", "uint8", "uint16", "uint32", "float16", "float32")
