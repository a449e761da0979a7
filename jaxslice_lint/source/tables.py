"""Tables of numbers in a syntax tree: of a long one, the first numbers tell as much as all of them."""

import ast

#: Nobody looks at the items of longer ones.
_LONGEST = 1_000


def shorten_tables(tree: ast.AST) -> None:
    """Take from each literal that is a table of numbers, or of rows of them, what is beyond a length."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Dict) and _is_long(node.values):
            del node.keys[_LONGEST:], node.values[_LONGEST:]
        elif isinstance(node, ast.List | ast.Tuple | ast.Set) and _is_long(node.elts):
            del node.elts[_LONGEST:]
        else:
            pending += ast.iter_child_nodes(node)


def _is_long(items: list[ast.expr]) -> bool:
    return len(items) > _LONGEST and all(map(_is_data, items))


def _is_data(node: ast.expr) -> bool:
    """Whether an expression is a number, or a literal that holds nothing else."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float | complex) or value is None
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() | complex())):
            return True
        case ast.Dict(keys=keys, values=items):
            return None not in keys and all(map(_is_data, items))
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return all(map(_is_data, items))
    return False
