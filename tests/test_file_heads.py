"""What a file begins with, and the import that a fix adds: the program still runs, and can use it at the slice."""

import ast
import re
from pathlib import Path

import jax.numpy as jnp
import pytest
from site_builder import found, span

from jaxslice_lint.rewrite import Fix, apply_fixes
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.source.disk import decode, encode
from jaxslice_lint.source.text import Source

_SLICE = "x[i : i + 3]"
_WINDOW = f"def window(x, i):\n    return {_SLICE}\n"
_OTHER = "def other():\n    from jax import lax\n    return lax\n\n\n"
_TYPES = "from typing import TYPE_CHECKING\n"
_COMMENT = re.compile(r"#[^\r\n]*")
#: The head of a file, and the line of the import in the fixed one. `@` is where the function stands, else the end.
_HEADS = {
    "nothing": ("", 1),
    "only comments": ("# One.\n\n# Two.\n\n", 5),
    "a docstring": ('"""Doc."""\n', 3),
    "a docstring of several lines": ("'''Doc.\n\nfrom jax import lax\n'''\nX = 1\n", 6),
    "a docstring in parts": ('"""Doc."""\\\n"more"\n', 4),
    "a docstring in brackets": ('("""Doc."""\n"more")\n', 4),
    "a docstring and future imports": ('"""Doc."""\n\nfrom __future__ import annotations\n', 5),
    "future imports in brackets": ("from __future__ import (\n    annotations,\n)\nX = 1\n", 5),
    "two future imports": (
        "from __future__ import annotations\nfrom __future__ import division\nX = 1\n",
        4,
    ),
    "future imports among comments": ("# c\nfrom __future__ import annotations  # d\n# e\nX = 1\n", 4),
    "future imports and a semicolon": ("from __future__ import annotations; import os\n", 3),
    "a docstring, future imports and semicolons": (
        "'''Doc.'''; from __future__ import annotations; import os\n",
        3,
    ),
    "a string that is no docstring": ('f"""No doc."""\n', 1),
    "bytes that are no docstring": ('b"""No doc."""\n', 1),
    "a shebang": ("#!/usr/bin/env python3\n", 2),
    "an encoding": ("# -*- coding: latin-1 -*-\n# ä\n", 3),
    "an encoding below an empty line": ("\n# coding: cp1252\n# €\n", 4),
    "a shebang and an encoding": ("#!/usr/bin/env python3\n# vim: set fileencoding=cp437 :\n# ä\n", 4),
    "a shebang, an encoding and a docstring": (
        '#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n"""Doc."""\n',
        5,
    ),
    "a licence": ("# Copyright.\n# All rights.\n\n", 4),
    "a licence and a docstring": ('# Copyright.\n\n\n"""Doc."""\n', 6),
    "a module twice": ("import jax.numpy as jnp\nimport jax.numpy as jnp\n", 3),
    "two imports of names of a module": ("from jax import jit\nfrom jax import vmap\n", 1),
    "the name below, for types": (
        f"{_TYPES}\nimport jax.numpy as jnp\n\nif TYPE_CHECKING:\n    from jax import lax\n",
        4,
    ),
    "the name above, for types": (
        f"{_TYPES}\nif TYPE_CHECKING:\n    from jax import lax\nimport jax.numpy as jnp\n",
        6,
    ),
    "the name in another function": (f"import jax.numpy as jnp\n\n\n{_OTHER}", 2),
    "the name after its use": ("import jax.numpy as jnp\n\n\n@\nfrom jax import lax\n", 2),
    "all of JAX after its use": ("@\nimport jax\nfrom jax import lax\n", 1),
    "__all__": ("__all__ = ['window']\n", 1),
    "__all__ and imports": ("__all__ = ['window']\n\nimport os\nimport jax.numpy as jnp\n", 5),
    "a docstring, __all__ and imports": (
        '"""Doc."""\n__all__ = [\n    "window",\n]\n\nimport jax.numpy as jnp\n',
        7,
    ),
    "future imports and __all__": ("from __future__ import annotations\n__all__ = ['window']\n", 3),
    "semicolons": ("import os; import sys\n", 3),
    "semicolons and JAX": ("import os; import jax.numpy as jnp; X = [\n  1]\n", 3),
    "names and a semicolon": ("from jax import jit; X = 1\n", 1),
    "a docstring and code on its line": ('"""Doc."""; X = 1\n', 3),
    "a docstring and an import on its line": ('"""Doc."""; import os\n', 3),
    "a docstring and a semicolon": ('"""Doc.""";\n', 3),
    "a docstring and the rest of a statement": ('"""Doc.\n\nMore."""; X = [\n 1]\n', 6),
    "a continued line": ("import os, \\\n    sys\n", 4),
    "a continued import of JAX": ("import jax.numpy \\\n    as jnp\n", 3),
    "names on continued lines": ("from jax import \\\n    jit, \\\n    vmap\n", 4),
    "names in brackets": ("from jax import (jit, vmap)\n", 1),
    "names in brackets on some lines": ("from jax import (jit,\n    vmap)\n", 2),
    "names in brackets on one line of their own": ("from jax import (\n    jit, vmap,\n)\n", 2),
    "names with comments": ("from jax import (  # all\n    jit,  # a\n    # b\n    vmap\n    # c\n)\n", 4),
    "the last name with a comment": ("from jax import (\n    grad,\n    jit  # fast\n)\n", 4),
    "commas before names": ("from jax import (\n    jit\n    , vmap\n)\n", 3),
    "commas on lines of their own": ("from jax import (\n    grad\n    ,\n    jit\n    ,\n)\n", 5),
    "a bracket on the line of the last name": ("from jax import (\n    grad,\n    jit, )\n", 3),
    "a star": ("from jax.numpy import *\n", 1),
    "a star of another module": ("from math import *\n", 3),
    "form feeds": ("\f# c\n\f\n", 3),
    "a form feed between imports": ("import os\n\f\nX = 1\n", 3),
    "a form feed before an import": ("import os\n\fimport jax.numpy as jnp\n", 3),
    "a form feed before a docstring": ("\f'''Doc.'''\n", 3),
    "code that binds the name": ("lax = 3\n", 1),
    "another name for it": ("import jax as lax\n", 0),
}  # fmt: skip
#: Here JAX may be missing, so that no import of it can be added.
_CONDITIONAL = {
    "for types": f"{_TYPES}\nif TYPE_CHECKING:\n    from jax import lax\n",
    "for types and else": f"{_TYPES}\nif TYPE_CHECKING:\n    import jax\nelse:\n    import jax\n",
    "in a function": _OTHER,
    "in a block": "with open('x') as f:\n    import jax.numpy as jnp\n",
    "in a script": "if __name__ == '__main__':\n    import jax\n",
    "for a version": "import sys\nif sys.version_info > (3,):\n    import jax\nelse:\n    jax = None\n",
}
_OPTIONAL = {
    "an attempt": "try:\n    from jax import lax\nexcept ImportError:\n    lax = None\n",
    "another attempt": "import jax.numpy as jnp\ntry:\n    from jax import lax\nexcept ImportError:\n    pass\n",
}


def _program(head: str) -> str:
    return head.replace("@", _WINDOW) if "@" in head else head + _WINDOW


def _without_imports(text: str) -> list[str]:
    body = ast.parse(text).body
    return [ast.unparse(one) for one in body if not isinstance(one, ast.Import | ast.ImportFrom)]


def _window_of(data: bytes) -> list[float]:
    """What the program's function gives when the bytes of its file are run."""
    names: dict[str, object] = {"__name__": "program"}
    exec(compile(data, "program.py", "exec", dont_inherit=True), names)
    return names["window"](jnp.arange(9.0), 2).tolist()  # type: ignore[operator, no-any-return]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(("head", "line"), _HEADS.values(), ids=_HEADS)
def test_a_fixed_file_runs_with_its_import(head: str, line: int, newline: str) -> None:
    text = _program(head).replace("\n", newline)
    encoding = next((one for one in ("latin-1", "cp1252", "cp437") if one in text), "utf-8-sig")
    before = decode(Path("program.py"), text.encode(encoding))
    finding = found(before.text, "x[i : i + 3]")
    assert finding.fix is not None, finding.no_fix
    applied = apply_fixes(before, [finding.fix])
    after = Source(before.path, applied.text, before.encoding, before.bom)
    assert _window_of(encode(after)) == [2.0, 3.0, 4.0]
    assert ast.get_docstring(ast.parse(after.text)) == ast.get_docstring(ast.parse(before.text))
    assert after.text.count(newline) == len(after.line_starts) - 1
    added = [number for number in range(1, len(after.line_starts)) if "lax" in after.line(number)]
    assert line in (0, *added)
    assert _COMMENT.findall(after.text) == _COMMENT.findall(before.text)
    assert _without_imports(after.text)[:-1] == _without_imports(before.text)[:-1]


@pytest.mark.parametrize("head", _OPTIONAL.values(), ids=_OPTIONAL)
def test_an_attempt_to_import_is_one(head: str) -> None:
    before = Source(Path("program.py"), _program(head))
    finding = found(before.text, _SLICE)
    assert finding.fix is not None
    text = apply_fixes(before, [finding.fix]).text
    assert text == before.text.replace(_SLICE, "lax.dynamic_slice_in_dim(x, i, 3)")
    assert _window_of(text.encode()) == [2.0, 3.0, 4.0]


@pytest.mark.parametrize("head", _CONDITIONAL.values(), ids=_CONDITIONAL)
def test_where_jax_may_be_missing_no_import_is_added(head: str) -> None:
    finding = found(_program(head), _SLICE)
    assert finding.fix is None
    assert "conditionally" in finding.no_fix


@pytest.mark.parametrize(
    "function",
    [
        "    if i is None:\n        from jax import lax\n    return {}",
        "    if TYPE_CHECKING:\n        from jax import lax\n    return {}",
        "    y = {}\n    from jax import lax\n    return y",
        "    def cut():\n        return {}\n    y = cut()\n    from jax import lax\n    return y",
        "    for lax in ():\n        pass\n    return {}",
        "    [lax := 3 for _ in ()]\n    return {}",
    ],
)
@pytest.mark.parametrize("imports", ["from jax import jit\n", "from jax import jit, lax\n"])
def test_a_name_that_is_local_to_the_function_is_not_used(imports: str, function: str) -> None:
    head = f"{_TYPES}{imports}def window(x, i):\n{function}\n"
    before = Source(Path("program.py"), head.format(_SLICE))
    edits = Names(before).spell("jax.lax", "dynamic_slice_in_dim", span(before, _SLICE))
    at = before.text.index(_SLICE)
    text = apply_fixes(before, [Fix("", edits.edits, safe=True)]).text
    text = text.replace(_SLICE, f"{edits.text}(x, i, 3)")
    assert before.text[at:].startswith(_SLICE)
    assert _window_of(text.encode()) == [2.0, 3.0, 4.0]
