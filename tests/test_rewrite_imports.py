"""Which name of JAX a rewrite uses at a site, and where it adds an import."""

from pathlib import Path

import pytest
from programs import findings_of
from site_builder import fixed, found

from jaxslice_lint.facts.site import Operand, OperandKind
from jaxslice_lint.source.text import Source

CALL = "dynamic_slice_in_dim(x, i, 3)"
FUNCTION = "\n\ndef f(x, i):\n    return x[i:i + 3]\n"


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from jax import lax", f"lax.{CALL}"),
        ("import jax.lax as lax", f"lax.{CALL}"),
        ("from jax import lax as L", f"L.{CALL}"),
        ("import jax", f"jax.lax.{CALL}"),
        ("import jax as J", f"J.lax.{CALL}"),
        ("import jax.numpy", f"jax.lax.{CALL}"),
        ("import jax.lax", f"jax.lax.{CALL}"),
        ("from jax.lax import dynamic_slice_in_dim", CALL),
        ("from jax.lax import dynamic_slice_in_dim as cut", "cut(x, i, 3)"),
        ("import jax\nfrom jax import jit, lax", f"lax.{CALL}"),
        ("import numpy as np, jax", f"jax.lax.{CALL}"),
        ("try:\n    import jax\nexcept ImportError:\n    jax = None", f"jax.lax.{CALL}"),
    ],
)
def test_the_imports_of_the_file_are_used(imports: str, call: str) -> None:
    before = imports + FUNCTION
    assert fixed(before, "x[i:i + 3]") == before.replace("x[i:i + 3]", call)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import jax.numpy as jnp", "import jax.numpy as jnp\nfrom jax import lax"),
        (
            "import jax.numpy as jnp\nimport numpy as np",
            "import jax.numpy as jnp\nimport numpy as np\nfrom jax import lax",
        ),
        ('"""Doc."""', '"""Doc."""\n\nfrom jax import lax'),
        (
            '"""Doc."""\nfrom __future__ import annotations',
            '"""Doc."""\nfrom __future__ import annotations\n\nfrom jax import lax',
        ),
        ("import os  # first\nx = 1", "import os  # first\n\nfrom jax import lax\n\nx = 1"),
        (
            "import os\nos.environ['A'] = '1'\nfrom jax import jit",
            "import os\nos.environ['A'] = '1'\nfrom jax import jit, lax",
        ),
        (
            "from jax import jit; y = [\n    1]; z = 2  # joined",
            "from jax import jit, lax; y = [\n    1]; z = 2  # joined",
        ),
        (
            "from jax import (\n    jit,  # all\n)",
            "from jax import (\n    jit,  # all\n    lax,\n)",
        ),
        (
            "from jax import jit\nif True:\n    from jax import lax",
            "from jax import jit, lax\nif True:\n    from jax import lax",
        ),
        (
            "from jax import jit\nlax = 3",
            "from jax import jit\nfrom jax import lax as jax_lax\nlax = 3",
        ),
    ],
)
def test_one_import_is_added_in_its_place(before: str, after: str) -> None:
    name = "jax_lax" if "jax_lax" in after else "lax"
    expected = (after + FUNCTION).replace("x[i:i + 3]", f"{name}.{CALL}")
    assert fixed(before + FUNCTION, "x[i:i + 3]") == expected


def test_an_import_is_added_above_the_first_statement_below_the_comments_of_the_file() -> None:
    before = "#!/usr/bin/env python\n# A licence.\n\n@jit\ndef f(x, i):\n    return x[i:i + 3]\n"
    after = before.replace("@jit", "from jax import lax\n\n\n@jit")
    after = after.replace("x[i:i + 3]", f"lax.{CALL}")
    assert fixed(before, "x[i:i + 3]") == after


def test_an_added_import_ends_as_the_lines_of_the_file_do() -> None:
    before = "import jax.numpy\r\ndef f(jax, x, i):\r\n    return x[i:i + 3]"
    added = "import jax.numpy\r\nfrom jax import lax\r\ndef f(jax, x, i):\r\n"
    after = f"{added}    return lax.{CALL}"
    assert fixed(before, "x[i:i + 3]") == after


@pytest.mark.parametrize(
    "function",
    [
        "def f(x, i, lax):\n    return {}",
        "def f(x, i):\n    lax = 1\n    return {}",
        "def f(x, i):\n    return [{} for lax in x]",
        "def f(x, i):\n    for lax in x:\n        pass\n    return {}",
        "def f(x, i):\n    if x:\n        from jax import lax\n    return {}",
        "def f(lax):\n    return lambda x, i: {}",
        "def f(*lax):\n    def g(x, i):\n        return {}\n    return g",
        "def f(x, i):\n    with x as (lax, y):\n        return {}",
        "def f(x, i):\n    def lax(): pass\n    return {}",
    ],
)
def test_a_name_that_means_something_else_at_the_site_is_not_used(function: str) -> None:
    before = f"import jax\nfrom jax import lax\n\n{function}\n"
    assert fixed(before.format("x[i:i + 3]"), "x[i:i + 3]") == before.format(f"jax.lax.{CALL}")


@pytest.mark.parametrize(
    "rebinding",
    [
        "lax = 3\n",
        "if a:\n    lax = 3\n",
        "def g():\n    global lax\n    lax = 3\n",
        "class lax: pass\n",
        "from mine import lax\n",
        "from . import lax\n",
        "del lax\n",
    ],
)
def test_a_name_that_the_module_binds_again_is_not_used(rebinding: str) -> None:
    before = f"import jax\nfrom jax import lax\n{rebinding}\ndef f(x, i):\n    return {{}}\n"
    assert fixed(before.format("x[i:i + 3]"), "x[i:i + 3]") == before.format(f"jax.lax.{CALL}")


@pytest.mark.parametrize(
    "function",
    [
        "def f(x, i):\n    from jax import lax\n    return {}",
        "def g(lax):\n    return lax\n\ndef f(x, i):\n    from jax import lax\n    return {}",
        "class A:\n  lax = 1\n  def f(self, x, i):\n    from jax import lax\n    return {}",
    ],
)
def test_an_import_inside_the_function_is_used(function: str) -> None:
    before = f"{function}\n"
    assert fixed(before.format("x[i:i + 3]"), "x[i:i + 3]") == before.format(f"lax.{CALL}")


def test_names_of_a_class_do_not_hide_those_of_the_module_in_its_methods() -> None:
    before = "from jax import lax\nclass A:\n  lax = 1\n  def f(self, x, i):\n    return {}\n"
    assert fixed(before.format("x[i:i + 3]"), "x[i:i + 3]") == before.format(f"lax.{CALL}")


def test_an_import_below_the_site_is_not_used() -> None:
    before = "import jax\ny = jax.vmap(lambda i: {})(z)\nfrom jax import lax\n"
    assert fixed(before.format("x[i:i + 3]"), "x[i:i + 3]") == before.format(f"jax.lax.{CALL}")


def test_there_is_no_fix_if_the_import_would_stand_below_the_site() -> None:
    before = "y = jit(lambda i: x[i:i + 3])(z)\nfrom jax import jit\n"
    finding = found(before, "x[i:i + 3]")
    assert finding.fix is None
    assert "after the slice" in finding.no_fix
    before = "f = lambda x, ends: x[: ends[0]].sum()\nimport jax\ny = jax.jit(f)\n"
    [finding] = findings_of(Source(Path("program.py"), before))
    assert finding.fix is None
    assert "after the slice" in finding.no_fix


@pytest.mark.parametrize(
    "imports",
    [
        "try:\n    from jax import jit\nexcept ImportError:\n    jit = None",
        "if HAS_JAX:\n    import jax",
        "def g():\n    import jax.numpy as jnp",
    ],
)
def test_no_import_is_added_to_a_file_that_can_do_without_jax(imports: str) -> None:
    finding = found(imports + FUNCTION, "x[i:i + 3]")
    assert finding.fix is None
    assert "conditionally" in finding.no_fix


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from jax.experimental import pallas as pl", "pl.ds(i, 3)"),
        ("import jax.experimental.pallas as pallas", "pallas.ds(i, 3)"),
        ("import jax.experimental.pallas", "jax.experimental.pallas.ds(i, 3)"),
        ("from jax.experimental.pallas import ds", "ds(i, 3)"),
    ],
)
def test_a_ref_uses_the_pallas_of_the_file(imports: str, call: str) -> None:
    before = imports + FUNCTION
    after = before.replace("i:i + 3", call)
    assert fixed(before, "x[i:i + 3]", operand=Operand(OperandKind.REF)) == after


def test_import_jax_alone_does_not_give_pallas() -> None:
    before = "import jax" + FUNCTION
    after = "import jax\nfrom jax.experimental import pallas as pl" + FUNCTION
    expected = after.replace("i:i + 3", "pl.ds(i, 3)")
    assert fixed(before, "x[i:i + 3]", operand=Operand(OperandKind.REF)) == expected


@pytest.mark.parametrize(
    ("imports", "after", "call"),
    [
        ("import jax", "import jax", "jax.ds(i, 3)"),
        ("from jax import ds", "from jax import ds", "ds(i, 3)"),
        ("from jax import jit", "import jax\nfrom jax import jit", "jax.ds(i, 3)"),
    ],
)
def test_style_ds_spells_jax_as_the_file_does(imports: str, after: str, call: str) -> None:
    expected = (after + FUNCTION).replace("i:i + 3", call)
    assert fixed(imports + FUNCTION, "x[i:i + 3]", style="ds") == expected
