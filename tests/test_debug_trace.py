"""`--debug-trace`: what the analysis knows of the expressions on a line, for every way in which it is reached."""

from pathlib import Path

import pytest
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


BAD_PLACES = {
    "absent.py:2": "absent.py: cannot be read",
    "program.py:17": "program.py: there is no line 17, the last one is 13",
    "program.py:0": "program.py: there is no line 0",
    "program.py:x": "program.py:x: cannot be read",
    "wrong.py:1": "wrong.py:1:",
    "latin.py:1": "latin.py:1: not valid utf-8",
    ".:1": ".: not a regular file",
}


@pytest.mark.parametrize(("place", "message"), BAD_PLACES.items())
def test_a_place_that_is_none_is_an_error(tmp_path: Path, place: str, message: str) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "wrong.py").write_text("def f(:\n")
    (tmp_path / "latin.py").write_bytes(b"x = '\xe9'\n")
    told = lint(tmp_path, "--debug-trace", place)
    assert (told.returncode, told.stdout) == (2, "")
    assert f"error: {message}" in told.stderr


def test_a_file_that_no_path_names_is_traced(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "other.py").write_text("")
    told = lint(tmp_path, "--debug-trace", "program.py:5", "other.py")
    assert "in `take`, called from program.py:10\n" in told.stdout


def test_nothing_is_fixed_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    told = lint(tmp_path, "--debug-trace", "program.py:5", "--fix")
    assert told.returncode == 2
    assert "cannot be combined with --fix" in told.stderr
    assert (tmp_path / "program.py").read_text() == PROGRAM


def test_pieces_of_an_f_string_are_not_taken_for_all_of_it(tmp_path: Path) -> None:
    program = 'import jax\n\n\n@jax.jit\ndef f(x, i):\n    s = f"{x[i:i + 1]} and more"\n    return x, s\n'
    (tmp_path / "program.py").write_text(program)
    told = lint(tmp_path, "--debug-trace", "program.py:6").stdout
    assert "static Python value str: a string" in told
    assert "' and more'" not in told


def test_ways_that_look_the_same_are_told_once(tmp_path: Path) -> None:
    program = (
        "import jax\n\n\ndef head(x, size, unit):\n    return x[:size]\n\n\n"
        "@jax.jit\ndef f(x):\n    return [head(x, 2, unit) for unit in (1, 2)]\n"
    )
    (tmp_path / "program.py").write_text(program)
    told = lint(tmp_path, "--debug-trace", "program.py:5").stdout
    assert told.count("way ") == 1


def test_what_jax_calls_has_no_line_that_calls_it(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import jax\n\n\n@jax.jit\ndef f(x, i):\n    return x[i:]\n"
    )
    told = lint(tmp_path, "--debug-trace", "program.py:6").stdout
    assert told.startswith("way 1: in `f`\n    program.py:4:2: `jax.jit` traces `f`\n")


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
