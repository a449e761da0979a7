"""Whether each name that a fix writes is bound where it stands: by the module, or surely by its function."""

import ast
import builtins
import symtable
from collections.abc import Iterator


def unbound(old: str, new: str) -> Iterator[str]:
    """The names that the new text reads in a scope that did not read them, and may not find there."""
    module = symtable.symtable(new, "new", "exec")
    before, after = [*_tables(symtable.symtable(old, "old", "exec"))], [*_tables(module)]
    if [one.get_name() for one in before] != [one.get_name() for one in after]:
        return
    tree = ast.parse(new)
    for one, other in zip(before, after, strict=True):
        for symbol in other.get_symbols():
            name = symbol.get_name()
            if not symbol.is_referenced() or _is_read(one, name) or symbol.is_parameter():
                continue
            if symbol.is_local():
                is_new = name not in one.get_identifiers() and symbol.is_assigned()
                is_bound = other is module or is_new or _imports(tree, other, name)
            else:
                is_bound = symbol.is_free() or _is_bound(module, name) or hasattr(builtins, name)
            if not is_bound:
                yield f"`{name}` in {other.get_name()}, line {other.get_lineno()}"


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _is_read(table: symtable.SymbolTable, name: str) -> bool:
    return name in table.get_identifiers() and table.lookup(name).is_referenced()


def _is_bound(module: symtable.SymbolTable, name: str) -> bool:
    return name in module.get_identifiers() and (
        module.lookup(name).is_imported() or module.lookup(name).is_assigned()
    )


def _imports(tree: ast.Module, table: symtable.SymbolTable, name: str) -> bool:
    """Whether a function imports a name whenever it runs."""
    for node in ast.walk(tree):
        is_scope = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if is_scope and (node.name, node.lineno) == (table.get_name(), table.get_lineno()):
            tries = [one for one in node.body if isinstance(one, ast.Try)]
            statements = [*node.body, *(inner for one in tries for inner in one.body)]
            imports = [one for one in statements if isinstance(one, ast.Import | ast.ImportFrom)]
            bound = [alias.asname or alias.name for one in imports for alias in one.names]
            if name in (one.partition(".")[0] for one in bound):
                return True
    return False
