"""The rooms of the package: which may import which, and what only one of them may hold. ARCHITECTURE.md draws them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import jaxslice_lint

_ROOT = Path(jaxslice_lint.__file__).parent
_FILES = sorted(_ROOT.rglob("*.py"))

#: A room may import those below it.
_FLOORS = (
    "__main__",
    "cli",
    "options",
    "streams",
    "engine",
    "run",
    "cache",
    "settings",
    "report",
    "remedies",
    "rules",
    "verify",
    "rewrite",
    "rewrite.masks",
    "rewrite.statements",
    "rewrite.windows",
    "rewrite.text",
    "tracing",
    "tracing.driver",
    "tracing.masks",
    "tracing.calls",
    "tracing.syntax",
    "tracing.operations",
    "tracing.observe",
    "tracing.domain",
    "facts",
    "jax_model",
    "source",
)
#: Libraries whose functions the tables of `jax_model/` tell about.
_LIBRARIES = (
    "jax",
    "numpy",
    "flax",
    "haiku",
    "equinox",
    "optax",
    "chex",
    "brainstate",
    "jaxtyping",
)
_MOST_LINES = 400
#: Expressions contain calls, calls run statements, statements hold expressions: that circle goes through one protocol.
_MOST_METHODS = 15


def test_imports_point_down() -> None:
    upward = [
        f"{_name(path)} imports {target}"
        for path in _FILES
        for target in _imported(path)
        if _floor(target) < _floor(_name(path))
    ]
    assert upward == []


def test_each_module_has_a_room() -> None:
    homeless = [_name(path) for path in _FILES if _name(path) and _room(_name(path)) is None]
    assert homeless == []


def test_no_file_of_tracing_is_outside_of_a_room() -> None:
    assert [path.name for path in (_ROOT / "tracing").glob("*.py")] == ["__init__.py"]


def test_each_room_says_what_it_is() -> None:
    silent = [
        _name(path)
        for path in _FILES
        if path.name == "__init__.py" and not ast.get_docstring(_tree(path))
    ]
    assert silent == []


def test_only_one_file_writes_to_the_standard_streams() -> None:
    printing = [
        f"{_name(path)}:{node.lineno}"
        for path in _FILES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []
    writing = {
        _name(path)
        for path in _FILES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("stdin", "stdout", "stderr")
    }
    # The child process of `--verify` talks to its parent, which reads what it says.
    assert {name for name in writing if not name.startswith("verify.")} == {"streams"}


def test_names_of_apis_stand_in_the_tables() -> None:
    named = [
        f"{_name(path)}:{node.lineno} {node.value}"
        for path in _FILES
        if "jax_model" not in path.parts
        for node in _texts(_tree(path))
        if node.value.startswith(tuple(f"{library}." for library in _LIBRARIES))
    ]
    assert named == []


def test_what_the_interpreter_asks_of_itself_is_little() -> None:
    tree = _tree(_ROOT / "tracing" / "domain" / "protocol.py")
    [protocol] = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = [node.name for node in protocol.body if isinstance(node, ast.FunctionDef)]
    assert 0 < len(methods) <= _MOST_METHODS


def test_no_file_is_long() -> None:
    lengths = {_name(path): path.read_text(encoding="utf-8").count("\n") for path in _FILES}
    assert {name: length for name, length in lengths.items() if length > _MOST_LINES} == {}


def _name(path: Path) -> str:
    """`tracing.domain.values`; empty for the package itself."""
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _room(name: str) -> str | None:
    rooms = [room for room in _FLOORS if name == room or name.startswith(f"{room}.")]
    return max(rooms, key=len) if rooms else None


def _floor(name: str) -> int:
    """How far down a module is: the package itself, which holds its version, is below all."""
    room = _room(name)
    return len(_FLOORS) if room is None else _FLOORS.index(room)


def _imported(path: Path) -> Iterator[str]:
    """The modules of the package that a file imports, wherever in it."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            package, _, name = node.module.partition(".")
            if package == _ROOT.name:
                for alias in node.names:
                    inner = f"{name}.{alias.name}".strip(".")
                    is_module = (_ROOT / inner.replace(".", "/")).with_suffix(".py").is_file()
                    yield inner if is_module else name


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings in a file that are no docstrings."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documents:
            yield node
