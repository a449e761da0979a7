"""What `-v` says beside the findings: each way of reaching a slice, and the functions that are not known."""

from pathlib import Path

from command_line import lint

WAYS = """\
import jax
from unseen import registry


def take(x, start):
    return x[start:start + 2]


@jax.jit
def traced(x, i):
    return take(x, i)


print(take(jax.numpy.arange(4.0), 1))

def other(x, registry):
    n = registry.sizes.make("n")
    return x[n:]
"""


def test_verbose_names_each_way_of_reaching_a_slice(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(WAYS)
    said = lint(tmp_path, "-v").stderr.splitlines()
    assert (
        "program.py:6:12: reached from program.py:11: `start` is traced, `start + 2` is traced"
        in said
    )
    assert (
        "program.py:6:12: reached from program.py:14: `start` is static, `start + 2` is static"
        in said
    )
    assert (
        "program.py:6:12: reached as others may call it: `start` is unknown, `start + 2` is unknown"
        in said
    )


def test_verbose_names_the_function_that_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(WAYS)
    said = lint(tmp_path, "-v").stderr
    assert "program.py:18:14: bound `n` is unknown: " in said
    assert "a function that is not known here: `registry.sizes.make`" in said
