"""The walls around the child process of `--verify`: what code could not do there if it got through the gate."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from jaxslice_lint.verify.child import sandbox

#: Each is tried behind the walls, and says what came of it. `refusing` is False to do without the audit hook.
_TRY = """
import ctypes, json, os, pathlib, resource, shutil, signal, socket, subprocess, sys, threading
import jax, jax.numpy as jnp, numpy as np
from jaxslice_lint.verify.child import sandbox

jax.jit(jax.grad(lambda x: jnp.sin(x).sum()))(jnp.ones(3)).block_until_ready()
sandbox.MEMORY = 1 << 30
if not {refusing}:
    sandbox._refuse = lambda event, arguments: None
sandbox.enter()
folder = pathlib.Path({folder!r})
pythons = [sys.executable, "-c", "pass"]
said = {{}}
for name, trial in {{
    "write": lambda: (folder / "written").write_text("x"),
    "write by number": lambda: os.open(folder / "written", os.O_CREAT | os.O_WRONLY),
    "append": lambda: open(folder / "old", "a"),
    "truncate": lambda: os.truncate(folder / "old", 0),
    "remove": lambda: os.remove(folder / "old"),
    "rename": lambda: os.rename(folder / "old", folder / "new"),
    "link": lambda: os.symlink(folder / "old", folder / "link"),
    "make a folder": lambda: os.mkdir(folder / "made"),
    "change the mode": lambda: os.chmod(folder / "old", 0o777),
    "socket": lambda: socket.socket(),
    "pair of sockets": lambda: socket.socketpair(),
    "process": lambda: subprocess.run(pythons),
    "fork": lambda: os.fork() or os._exit(0),
    "spawn": lambda: os.posix_spawn(sys.executable, pythons, {{}}),
    "exec": lambda: os.execv(sys.executable, pythons),
    "signal to the parent": lambda: os.kill(os.getppid(), 0),
    "limits of the parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (99, 99)),
    "own limits": lambda: resource.prlimit(0, resource.RLIMIT_CORE),
    "memory": lambda: len(bytearray(2 << 30)),
    "memory of NumPy": lambda: np.ones(1 << 31),
    "memory of JAX": lambda: jnp.zeros(1 << 31).block_until_ready(),
    "read": lambda: (folder / "old").read_text(),
    "import": lambda: __import__("jax.scipy.special").__name__,
    "compute": lambda: float(jax.jit(jax.vmap(jnp.linalg.det))(jnp.ones((2, 3, 3)))[0]),
    "thread": lambda: threading.Thread(target=len, args=("",)).start(),
}}.items():
    try:
        said[name] = "done: " + repr(trial())
    except Exception as error:
        said[name] = type(error).__name__
print(json.dumps(said))
"""
_REFUSED = (
    *("write", "write by number", "append", "truncate", "remove", "rename", "link"),
    *("make a folder", "change the mode", "socket", "pair of sockets", "process", "fork", "spawn"),
    *("exec", "signal to the parent"),
)
_HAS_FILTER = sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")


def tried(folder: Path, *, refusing: bool) -> dict[str, str]:
    """What came of each trial."""
    (folder / "old").write_text("as it was")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _TRY.format(folder=str(folder), refusing=refusing)],
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=True,
    )
    said: dict[str, str] = json.loads(done.stdout)
    assert [path.name for path in folder.iterdir()] == ["old"]
    assert (folder / "old").read_text() == "as it was"
    return said


@pytest.mark.skipif(sys.platform == "win32", reason="it tries what POSIX has")
@pytest.mark.parametrize("refusing", [True, False], ids=["by Python", "by the kernel"])
def test_behind_the_walls_code_computes_and_reads_and_does_nothing_else(
    tmp_path: Path, refusing: bool
) -> None:
    if not (refusing or _HAS_FILTER):
        pytest.skip("this system refuses no calls")
    said = tried(tmp_path, refusing=refusing)
    assert {name: said[name] for name in _REFUSED} == dict.fromkeys(_REFUSED, "PermissionError")
    if _HAS_FILTER:
        assert said["limits of the parent"] == "PermissionError"
        assert said["own limits"] == "done: (0, 0)"
    assert said["read"] == "done: 'as it was'"
    assert said["import"] == "done: 'jax'"
    assert said["compute"] == "done: 0.0"
    assert said["thread"] == "done: None"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit memory otherwise")
def test_code_gets_a_memory_error_when_it_takes_more_than_its_share(tmp_path: Path) -> None:
    said = tried(tmp_path, refusing=True)
    assert said["memory"] == "MemoryError"
    assert said["memory of NumPy"].endswith("MemoryError")
    assert "done" not in said["memory of JAX"]


def test_a_system_without_any_wall_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = []
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setitem(sys.modules, "ctypes", None)
    monkeypatch.setattr(sys, "addaudithook", refused.append)
    sandbox.enter()
    sandbox.limit_time(60)
    assert refused == [sandbox._refuse]


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("open", ("x", "w", 0)),
        ("open", ("x", "a", 0)),
        ("open", ("x", "r+", 0)),
        ("open", ("x", None, os.O_RDWR)),
        ("socket.__new__", ()),
        ("subprocess.Popen", ()),
        ("os.posix_spawn", ()),
        ("ctypes.dlopen", ()),
        ("shutil.rmtree", ()),
    ],
)
def test_python_refuses_what_reaches_out(event: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(PermissionError):
        sandbox._refuse(event, arguments)


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("open", ("x", "rb", 0)),
        ("open", ("x", None, os.O_RDONLY)),
        ("open", (3, "r", None)),
        ("import", ("numpy",)),
        ("exec", ()),
        ("compile", ()),
        ("os.listdir", ()),
    ],
)
def test_python_goes_on_with_what_computes_and_imports(
    event: str, arguments: tuple[object, ...]
) -> None:
    sandbox._refuse(event, arguments)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_jumps_to_its_own_instructions_and_ends_with_an_answer(machine: str) -> None:
    program = [*sandbox._program(machine)]
    assert program[-1] == (0x06, 0, 0, 0x7FFF0000)
    assert len(program) < 4096
    for place, (_, if_so, if_not, _) in enumerate(program):
        assert max(if_so, if_not) + place + 1 < max(len(program), place + 2)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_no_call_is_refused_that_computing_needs(machine: str) -> None:
    #: read, write, close, mmap, mprotect, munmap, brk, futex, exit_group
    needed = {
        "x86_64": {0, 1, 3, 9, 10, 11, 12, 202, 231},
        "aarch64": {63, 64, 57, 222, 226, 215, 214, 98, 94},
    }
    assert needed[machine].isdisjoint(sandbox._REFUSED_CALLS[machine])
