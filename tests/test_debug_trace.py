"""`--debug-trace`: what the analysis knows of the expressions on a line, for every way in which it is reached."""

from pathlib import Path

from command_line import lint
from programs import revealed

PROGRAM = """\
import jax


def take(x, start):
    return x[start:start + 2]


@jax.jit
def traced(x, i):
    return take(x, i)


print(take(jax.numpy.arange(4.0), 1))
"""


def test_each_way_of_reaching_a_line_is_a_paragraph(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    result = lint(tmp_path, "--debug-trace", "program.py:5")
    assert result.returncode == 0
    assert "in `take`, called from program.py:10\n" in result.stdout
    assert "in `take`, called from program.py:13\n" in result.stdout
    assert "in `take`, as others may call it\n" in result.stdout
    [traced, *_] = [part for part in result.stdout.split("\n\n") if "program.py:10" in part]
    assert "`jax.jit` traces `traced`" in traced


def test_the_value_of_each_expression_is_told(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    told = lint(tmp_path, "--debug-trace", "program.py:5").stdout
    assert " start + 2 " in told
    assert "traced pytree: `i` is an argument of `traced` under `jax.jit`" in told
    assert "static 1: a Python constant" in told


def test_what_is_never_reached_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("def f(x):\n    return x\n")
    told = lint(tmp_path, "--debug-trace", "program.py:2")
    assert (told.returncode, told.stdout) == (
        0,
        "program.py:2: the analysis does not come here, or no expression begins here\n",
    )


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    told = lint(tmp_path, "--debug-trace", "absent.py:2")
    assert told.returncode == 2
    assert "there is no file absent.py" in told.stderr


def test_a_program_can_ask_for_a_value() -> None:
    assert revealed("@jax.jit\ndef f(x, n):\n    return x[:reveal_traced(n)]\n") == [
        "traced pytree: `n` is an argument of `f` under `jax.jit`"
    ]


def test_containers_and_objects_are_described() -> None:
    program = """\
class Box:
    pass


@jax.jit
def f(x):
    reveal_traced((1, [x.shape[0], None]))
    reveal_traced({"a": x})
    reveal_traced(Box())
    reveal_traced(jnp.sin)
    reveal_traced(f)
    return x[:jnp.argmax(x)]
"""
    assert revealed(program) == [
        "(static 1, [static Python value int scalar, static None])",
        "{'a': traced pytree}",
        "an object of `Box`",
        "`jax.numpy.sin`",
        "`f` under `jax.jit`",
    ]


def test_the_same_line_of_another_file_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("\n\n\n\nWIDTH = 2 + 1\n")
    (tmp_path / "program.py").write_text(
        PROGRAM.replace("jax\n", "jax, other\n", 1).replace("start + 2", "start + other.WIDTH")
    )
    told = lint(tmp_path, "--debug-trace", "program.py:5").stdout
    assert " start + other.WIDTH " in told
    assert " 2 + 1 " not in told
