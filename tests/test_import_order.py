"""Imports are added where ruff wants them: files that are sorted and formatted stay so."""

import subprocess
import sys
from pathlib import Path

import pytest
from masked import fixed
from site_builder import fixed as rewritten

from jaxslice_lint.rewrite import Fix, apply_fixes
from jaxslice_lint.rewrite.text.names import Names
from jaxslice_lint.source.text import Source, Span

_WINDOW = """

def window(x, i):
    return x[i : i + 3]
"""
#: Needs `jax.numpy` and `jax.lax`, the one for the sign of a bound and the other for the index of a mask.
_MASKED = """

@jit
def total(x, n):
    return x[:n].sum()
"""
_HEADS = {
    "imports from jax": "from jax import jit\n",
    "names on both sides": "from jax import Array, jit, vmap\n",
    "names in brackets": "from jax import (\n    Array,\n    jit,  # the fast way\n    vmap,\n)\n",
    "names in brackets, the last one is behind": "from jax import (\n    Array,\n    jit,\n)\n",
    "a docstring and a license": '# A license.\n"""Doc."""\n\nfrom jax import jit\n',
    "future imports": "from __future__ import annotations\n\nfrom jax import jit\n",
    "renamed modules": "import jax.numpy as np\nfrom jax import jit\n",
    "another name of jax.numpy": "from jax import jit\nfrom jax import numpy as jnp\n",
    "modules before and behind": "import equinox as eqx\nimport numpy as np\nfrom jax import jit\n",
    "names before and behind": "from flax.nnx import jit\nfrom jax.tree_util import tree_map\n"
    "from optax import adam\n",
    "only other packages": "import numpy as np\nfrom flax.nnx import jit\n",
    "the standard library": "import functools\nimport os\n\nfrom flax.nnx import jit\n",
    "all sections": '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\nfrom typing import Any\n\n'
    "import numpy as np\nfrom jax import jit\nfrom jax.experimental import pallas as pl\n\n"
    "from .mine import thing\n",
    "comments between": "import os\n\n# Arrays.\nimport jax.numpy\n\n# Ours.\nfrom jax import jit\n",
    "type checking": "from typing import TYPE_CHECKING\n\nfrom jax import jit\n\nif TYPE_CHECKING:\n"
    "    from jax import Array\n",
    "type checking with the name": "from typing import TYPE_CHECKING\n\nfrom jax import jit\n\nif TYPE_CHECKING:\n"
    "    from jax import lax\n",
    "type checking with the name, first": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
    "    from jax import lax\n\nfrom jax import jit\n",
    "names with comments": "from jax import (\n    Array,  # arrays\n    jit,  # the fast way\n)\n",
    "a try behind": "from jax import jit\n\ntry:\n    import tqdm\nexcept ImportError:\n    tqdm = None\n",
    "code between": 'import os\n\nos.environ["XLA_FLAGS"] = ""\n\nfrom jax import jit\n',
    "code behind": "from jax import jit\n\nSIZE = 3\n",
    "no room on the line": "from jax import Array, ShapeDtypeStruct, grad, hessian, jacfwd, jacrev, jit, vjp, vmap\n",
}
_HEADS_WITHOUT_JAX = {
    "a shebang": "#!/usr/bin/env python3\n",
    "a shebang and a docstring": '#!/usr/bin/env python3\n# A license.\n"""Doc."""\n',
    "a docstring and future imports of several names": '"""Doc."""\n\nfrom __future__ import annotations, division\n',
    "future imports and names to export": "from __future__ import annotations\n\n__all__ = ['f']\n".replace(
        "'", '"'
    ),
    "names to export": '__all__ = ["f"]\n',
    "names to export behind imports": 'import os\n\n__all__ = ["f"]\n',
    "names to export before imports": '__all__ = ["f"]\n\nimport os\n',
    "type checking alone": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from flax import nnx\n",
    "an attempt alone": "try:\n    import tqdm\nexcept ImportError:\n    tqdm = None\n",
    "nothing": "",
    "a license": "# A license.\n",
    "a docstring": '"""Doc."""\n',
    "code": "SIZE = 3\n",
    "a docstring and code": '"""Doc."""\n\nSIZE = 3\n',
    "future imports": '"""Doc."""\n\nfrom __future__ import annotations\n',
    "the standard library": "import os\nfrom typing import Any\n",
    "relative imports": "from .compiled import jit\n",
    "both, and code": "import os\n\nfrom . import compiled\n\nSIZE = 3\n",
    "a comment above relative imports": "import os\n\n# Ours.\nfrom . import compiled\n",
}


def _ruff(*arguments: str, text: str) -> str:
    """What ruff says of a file with this text."""
    command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return (done.stdout if done.returncode else "") + done.stderr.replace("All checks passed!", "")


def _complaints(text: str) -> str:
    sorting = ["check", "--quiet", "--preview", "--select=I,E302,E303,E305"]
    return _ruff(*sorting, text=text) + _ruff("format", "--quiet", "--check", "--diff", text=text)


@pytest.mark.parametrize("head", _HEADS.values(), ids=_HEADS.keys())
def test_a_sorted_file_stays_sorted(head: str) -> None:
    before = head + _MASKED
    assert _complaints(before) == ""
    after = fixed(before, unsafe=True).source.text
    assert "where=" in after
    assert _complaints(after) == ""


@pytest.mark.parametrize(
    "head", [*_HEADS.values(), *_HEADS_WITHOUT_JAX.values()], ids=[*_HEADS, *_HEADS_WITHOUT_JAX]
)
def test_a_sorted_file_gets_one_import_in_its_place(head: str) -> None:
    before = (head + _WINDOW).lstrip("\n")
    assert _complaints(before) == ""
    after = rewritten(before, "x[i : i + 3]")
    assert "dynamic_slice_in_dim" in after
    assert _complaints(after) == ""


def test_a_longer_line_length_leaves_room_for_a_name() -> None:
    source = Source(Path("program.py"), _HEADS["no room on the line"] + "x = 1\n")
    for limit, lines in ((88, 13), (100, 2)):
        spelling = Names(source, limit).spell("jax.lax", "slice", Span(2, 1, 2, 2))
        text = apply_fixes(source, [Fix("", spelling.edits, safe=True)]).text
        assert len(text.splitlines()) == lines


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from jax import vmap\nimport numpy as np",
            "from jax import lax, vmap\nimport numpy as np",
        ),
        (
            "import numpy as np\nimport jax.numpy as jnp\nimport optax",
            "import numpy as np\nimport jax.numpy as jnp\nfrom jax import lax\nimport optax",
        ),
        ("from jax import *\nimport numpy", "from jax import *\nfrom jax import lax\nimport numpy"),
        (
            "from jax import numpy as jnp, vmap\nimport os",
            "from jax import numpy as jnp, vmap\nfrom jax import lax\nimport os",
        ),
        ("from jax import \\\n    vmap", "from jax import \\\n    vmap\nfrom jax import lax"),
        (
            "import os; import jax.numpy as jnp",
            "import os; import jax.numpy as jnp\nfrom jax import lax",
        ),
    ],
)
def test_a_file_that_is_not_sorted_gets_it_beside_its_imports_of_jax(
    before: str, after: str
) -> None:
    assert rewritten(before + "\n" + _WINDOW, "x[i : i + 3]").startswith(after + "\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import jax", "from functools import partial\n\nimport jax"),
        ("SIZE = 3\nimport jax", "SIZE = 3\nfrom functools import partial\n\nimport jax"),
        ("# License\nimport jax", "# License\nfrom functools import partial\n\nimport jax"),
        (
            '"""Doc."""\n\n# Arrays.\nimport jax',
            '"""Doc."""\n\nfrom functools import partial\n\n# Arrays.\nimport jax',
        ),
        (
            "from __future__ import annotations\n\nimport jax",
            "from __future__ import annotations\n\nfrom functools import partial\n\nimport jax",
        ),
        (
            "import os\nfrom typing import Any\n\nimport jax",
            "import os\nfrom functools import partial\nfrom typing import Any\n\nimport jax",
        ),
        (
            "from functools import wraps\n\nimport jax",
            "from functools import partial, wraps\n\nimport jax",
        ),
    ],
)
def test_the_standard_library_is_a_group_of_its_own(before: str, after: str) -> None:
    source = Source(Path("program.py"), f"{before}\n\nx = 1\n")
    last = len(source.line_starts)
    spelling = Names(source).spell("functools", "partial", Span(last, 1, last, 2))
    text = apply_fixes(source, [Fix("", spelling.edits, safe=True)]).text
    assert text == f"{after}\n\nx = 1\n"
