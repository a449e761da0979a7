"""The child process that runs rewrites, and all that can go wrong with it."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from jaxslice_lint.source.paths import absolute, exists, real
from jaxslice_lint.verify.verdict import VerifyError

_SCRIPT = Path(__file__).absolute().with_name("child") / "__main__.py"
#: Seconds until JAX must be there, and seconds for each rewrite.
STARTING, EACH = 120.0, 60.0
#: Seconds in which a process that is killed, or has closed its output, has ended, and those between two looks at one.
_ENDING, _LOOKING = 2.0, 0.5
#: The most bytes of an answer, and the most answers that wait to be read; of a child that says more, no more is read.
_LONGEST, _WAITING = 1 << 20, 100
#: What the child is told of the environment: where programs and libraries are, and what JAX computes with. No variable
#: of Python's is among them, nor one that names a file to write.
_KEPT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "PYENV_ROOT", "PYENV_VERSION"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
    *("APPDATA", "PATHEXT", "SYSTEMDRIVE", "SYSTEMROOT", "USERPROFILE", "WINDIR"),
    *("JAX_ENABLE_X64", "JAX_NUMPY_DTYPE_PROMOTION", "JAX_NUMPY_RANK_PROMOTION"),
)
_ANSWERS = frozenset({"differs", "failed", "part"})
_GREETINGS = frozenset({"jax", "problem"})


def interpreter(given: str, distrusted: Path | None = None) -> str:
    """The Python of the user's environment: the given one, that of the active virtual environment, or ours.

    Raises `VerifyError` where that environment lies in a folder which is not trusted.
    """
    if given:
        # A link is not followed: it is by their own name that virtual environments find their packages.
        path = Path(given).expanduser()
        return str(path if len(path.parts) == 1 else absolute(path))
    environment = os.environ.get("VIRTUAL_ENV")
    for name in ("bin/python", "Scripts/python.exe") if environment else ():
        if exists(found := Path(environment or "", name)):
            if distrusted and _lies_in(found, distrusted):
                raise VerifyError(
                    f"`{found}` is a program of the project, whose own settings ask to run it: `--verify` on the"
                    " command line says that it may be; nothing is rewritten"
                )
            return str(absolute(found))
    return sys.executable


def _lies_in(path: Path, folder: Path) -> bool:
    """Whether a path is in a folder, by its name or by where that leads."""
    return absolute(path).is_relative_to(absolute(folder)) or any(
        real(one).is_relative_to(real(folder)) for one in (path.parent, path)
    )


class Child:
    """A child process with JAX, in an empty folder of its own, from its first request until the context ends."""

    def __init__(self, python: str, *, starting: float = STARTING, each: float = EACH) -> None:
        self.python = python
        self.jax = ""
        self._each = each
        self._starting = starting
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._owned = contextlib.ExitStack()
        # What the child says last is part of the message when it dies.
        self._errors: IO[bytes] = self._owned.enter_context(tempfile.TemporaryFile())  # noqa: SIM115

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._end(self._process)
        self._owned.close()

    def ask(self, requests: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
        """The answers to `requests`. Raises `VerifyError` if JAX is missing, and for a child that does not answer."""
        if not requests:
            return []
        process = self._started()
        answers: list[dict[str, str]] = []
        for request in requests:
            line = json.dumps({**request, "limit": self._each}) + "\n"
            # A child that does not read must not keep us waiting.
            arguments = process, line.encode()
            threading.Thread(target=_write, args=arguments, daemon=True).start()
            answers.append(self._answer(process, self._each, _ANSWERS))
        return answers

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is not None:
            return self._process
        folder = tempfile.TemporaryDirectory(prefix="jaxslice-lint-", ignore_cleanup_errors=True)
        here = self._owned.enter_context(folder)
        try:
            with _uninterrupted():
                self._process = process = subprocess.Popen(
                    [self.python, str(_SCRIPT)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    bufsize=0,
                    cwd=here,
                    env=_environment(here),
                    start_new_session=True,
                )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise VerifyError(
                f"cannot run `{self.python}` to verify rewrites: {reason}; nothing is rewritten"
            ) from error
        threading.Thread(target=self._read, args=(process,), daemon=True).start()
        hello = self._answer(process, self._starting, _GREETINGS)
        if "jax" not in hello:
            raise VerifyError(
                f"cannot verify rewrites: `{self.python}` has no JAX ({hello.get('problem')}); "
                "`--verify-python` names another; nothing is rewritten"
            )
        self.jax = hello["jax"]
        return process

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        """Have each line read, until there are no more."""
        assert process.stdout is not None
        held = b""
        with contextlib.suppress(ValueError, OSError):
            while len(held) < _LONGEST and (more := os.read(process.stdout.fileno(), 1 << 16)):
                *lines, held = (held + more).split(b"\n")
                for line in lines:
                    self._lines.put(line)
        if held:
            self._lines.put(held)
        self._lines.put(None)

    def _answer(
        self, process: "subprocess.Popen[bytes]", allowed: float, words: frozenset[str]
    ) -> dict[str, str]:
        line = self._line(process, allowed)
        if line is None:
            raise self._crash(process)
        if (answer := _understood(line, words)) is None:
            said = line[:80].decode(errors="replace")
            raise VerifyError(
                f"`{self.python}` does not answer as Python with JAX would: it says {said!r}; "
                "nothing is rewritten"
            )
        return answer

    def _line(self, process: "subprocess.Popen[bytes]", allowed: float) -> bytes | None:
        """The next line; None if the child has ended, whoever else still has its output."""
        for _ in range(max(1, round(allowed / _LOOKING))):
            has_ended = process.poll() is not None
            with contextlib.suppress(queue.Empty):
                return self._lines.get(timeout=min(allowed, _LOOKING))
            if has_ended:
                return None
        raise VerifyError(f"verifying took longer than {allowed:g} seconds; nothing is rewritten")

    def _crash(self, process: "subprocess.Popen[bytes]") -> VerifyError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ENDING)
        status = process.returncode
        how = "stopped answering" if status is None else f"ended with status {status}"
        self._errors.seek(max(self._errors.seek(0, os.SEEK_END) - 4096, 0))
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        last = f": {said[-1][:300]}" if said else ""
        return VerifyError(f"the process that verifies rewrites {how}{last}; nothing is rewritten")

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill it, and what it may have started."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_ENDING)
        with contextlib.suppress(OSError):
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have signals wait: one that ends this process before it has noted its child would leave that behind."""
    came: list[int] = []
    held: dict[int, Any] = {}
    with contextlib.suppress(ValueError):  # only the main thread may, and gets them
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            if hasattr(signal, name):
                number = getattr(signal, name)
                held[number] = signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)


def _environment(folder: str) -> dict[str, str]:
    """The variables of the child, which runs in `folder`."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder), "JAX_PLATFORMS": "cpu"}


def _write(process: "subprocess.Popen[bytes]", line: bytes) -> None:
    """Send a line. A child that has ended is found out where its answer is read."""
    assert process.stdin is not None
    left = memoryview(line)
    with contextlib.suppress(OSError, ValueError):
        while left:
            left = left[process.stdin.write(left) :]


def _understood(line: bytes, words: frozenset[str]) -> dict[str, str] | None:
    """The answer in a line: some `words` with a text for each; None if it is none."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_answer = isinstance(answer, dict) and words.issuperset(answer)
    return answer if is_answer and all(isinstance(v, str) for v in answer.values()) else None
