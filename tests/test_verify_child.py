"""A child of `--verify` that answers nonsense, hangs or dies: one line, status 2, and the findings all the same."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import BAD, lint

from jaxslice_lint.verify.process import Child
from jaxslice_lint.verify.verdict import VerifyError

HELLO = '{"jax": "0.0.1"}'
#: It starts a process that lives on, in a session of its own, and has the same output.
_LEAVING = (
    "import subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
    " start_new_session={apart})\n"
)


def script(folder: Path, program: str) -> str:
    """A Python of the user that runs `program` in place of the child's."""
    (folder / "stand_in.py").write_text(program)
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder}/stand_in.py" "$@"\n')
    python.chmod(0o755)
    return str(python)


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("python")


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("print('hello')", "it says 'hello'"),
        ("print('\\x1b[2J\\u202e')", "it says '\\x1b[2J\\u202e'"),
        ("import sys\nsys.stdout.buffer.write(b'\\xff\\xfe\\n')", "it says '��'"),
        ("print('[1, 2]')", "it says '[1, 2]'"),
        ("print('3')", "it says '3'"),
        ("print('{}')", "has no JAX (None)"),
        ("print('{\"jax\": 3}')", "it says '{\"jax\": 3}'"),
        ('print(\'{"jax": "1", "more": "x"}\')', "does not answer as Python with JAX would"),
        ("print('[' * 100000)", "it says '[[["),
        ("print('x' * 10 ** 8)", "it says 'xxx"),
        ("while True:\n    print('y')", "it says 'y'"),
        ("pass", "ended with status 0; nothing is rewritten"),
        ("import os\nos.kill(os.getpid(), 9)", "ended with status -9; nothing is rewritten"),
        (f"print({HELLO!r}, flush=True)\ninput()\nprint('junk')", "it says 'junk'"),
        (f'print({HELLO!r}, flush=True)\ninput()\nprint(\'{{"same": ""}}\')', "it says"),
        (f"print({HELLO!r}, flush=True)\ninput()\nprint('{{\"failed\": 3}}')", "it says"),
        (f"print({HELLO!r}, flush=True)\nimport os\nos.close(0)", "ended with status 0"),
        (_LEAVING.format(apart=False), "ended with status 0; nothing is rewritten"),
        (_LEAVING.format(apart=True), "ended with status 0; nothing is rewritten"),
    ],
)
def test_an_answer_that_is_none_is_one_line_and_loses_no_finding(
    project: Path, elsewhere: Path, program: str, message: str
) -> None:
    (project / "more.py").write_text(BAD)
    python = script(elsewhere, program)
    done = lint(project, "--fix", "--verify", "--verify-python", python)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert done.stderr.endswith("; nothing is rewritten\n")
    assert "Found 2 errors." in done.stdout
    assert (project / "bad.py").read_text() == (project / "more.py").read_text() == BAD


@pytest.mark.parametrize("program", ["/bin/echo", "/bin/true", "/bin/cat", "/dev/null"])
def test_a_program_that_is_no_python_is_one_line_and_loses_no_finding(
    project: Path, program: str
) -> None:
    done = lint(project, "--fix", "--verify", "--verify-python", program)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("; nothing is rewritten\n")
    assert "bad.py:7:12: JSL101" in done.stdout
    assert (project / "bad.py").read_text() == BAD


@pytest.mark.parametrize(
    "program",
    [
        f"import time\nprint({HELLO!r}, flush=True)\ntime.sleep(60)\n",
        f"import os, time\nprint({HELLO!r}, flush=True)\nos.close(0)\ntime.sleep(60)\n",
        f"{_LEAVING.format(apart=False)}print({HELLO!r}, flush=True)\ninput()\ninput()\n",
        f"{_LEAVING.format(apart=True)}print({HELLO!r}, flush=True)\ninput()\ninput()\n",
    ],
    ids=["it hangs", "it does not read", "with a child", "with a child that is let go"],
)
def test_a_child_that_does_not_answer_is_given_up_with_what_it_started(
    elsewhere: Path, program: str
) -> None:
    large = {"text": "x" * (1 << 20)}  # more than a pipe takes
    started = time.monotonic()
    with (
        Child(script(elsewhere, program), starting=20.0, each=1.0) as child,
        pytest.raises(VerifyError, match="took longer than 1 seconds; nothing is rewritten"),
    ):
        child.ask([large])
    assert time.monotonic() - started < 30  # and not the minute that it sleeps


def test_a_child_that_dies_in_the_middle_leaves_everything_alone(
    project: Path, elsewhere: Path
) -> None:
    (project / "more.py").write_text(BAD)
    program = f"import os\nprint({HELLO!r}, flush=True)\ninput()\nprint({{}}, flush=True)\n"
    python = script(elsewhere, program + "input()\nos.abort()\n")
    done = lint(project, "--fix", "--verify", "--verify-python", python)
    assert done.returncode == 2
    assert done.stderr == (
        "error: the process that verifies rewrites ended with status"
        f" {-signal.SIGABRT}; nothing is rewritten\n"
    )
    assert "Found 2 errors." in done.stdout
    assert (project / "bad.py").read_text() == (project / "more.py").read_text() == BAD


_TELLING = """
import json, os, sys
is_alone = not hasattr(os, "getsid") or os.getsid(0) == os.getpid()
held = os.listdir(".")
open("left", "w").close()
with open(TOLD, "w") as file:
    json.dump([os.getcwd(), held, dict(os.environ), sys.path, is_alone], file)
print(HELLO, flush=True)
for _ in sys.stdin:
    print("{}", flush=True)
"""


def test_the_child_has_an_empty_folder_and_a_short_environment(
    project: Path, elsewhere: Path
) -> None:
    told = elsewhere / "told"
    program = _TELLING.replace("TOLD", repr(str(told))).replace("HELLO", repr(HELLO))
    python = script(elsewhere, program)
    secrets = {"TOKEN": "x", "PYTHONSTARTUP": "y.py", "XLA_FLAGS": "--xla_dump_to=/tmp/z"}
    secrets |= {"JAX_COMPILATION_CACHE_DIR": "/tmp/z", "LD_PRELOAD": ""}
    done = lint(
        project, "--fix", "--verify", "--verify-python", python, **secrets, JAX_PLATFORMS="tpu"
    )
    assert (done.returncode, done.stderr) == (0, "")
    folder, held, environment, path, is_alone = json.loads(told.read_text())
    assert held == []
    assert is_alone
    assert not Path(folder).exists()
    assert Path(folder) not in (project, elsewhere)
    assert environment.keys().isdisjoint(secrets)
    assert "PYTHONPATH" not in environment
    assert environment["JAX_PLATFORMS"] == "cpu"
    assert environment["TMPDIR"] == folder
    assert folder not in path


def test_the_folder_is_removed_when_the_child_is_killed(elsewhere: Path) -> None:
    told = elsewhere / "told"
    program = f"import os, time\nopen({str(told)!r}, 'w').write(os.getcwd())\n"
    program += f"print({HELLO!r}, flush=True)\nopen('left', 'w').close()\ntime.sleep(60)\n"
    with pytest.raises(VerifyError), Child(script(elsewhere, program), each=0.5) as child:
        child.ask([{}])
    assert not Path(told.read_text()).exists()


_STARTING = "from jaxslice_lint.cli import main; main()"


def test_the_child_does_not_import_what_lies_in_the_project(project: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    for name in ("numpy", "jax", "jaxlib", "sitecustomize", "usercustomize"):
        (project / f"{name}.py").write_text(f"open({str(canary)!r}, 'w')\n")
    done = subprocess.run(
        [sys.executable, "-c", _STARTING, "--fix", "--verify", "bad.py"],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONSTARTUP": str(project / "numpy.py")},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "verified with JAX" in done.stdout
    assert not canary.exists()
