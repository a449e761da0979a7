"""The child process that runs rewrites, and all that can go wrong with it."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from jaxslice_lint.source.paths import absolute, exists, real
from jaxslice_lint.verify.verdict import VerifyError

_SCRIPT = Path(__file__).with_name("child") / "__main__.py"
#: Seconds until JAX must be there, and seconds for each rewrite.
STARTING, EACH = 120.0, 60.0


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
            return str(found)
    return sys.executable


def _lies_in(path: Path, folder: Path) -> bool:
    """Whether a path is in a folder, by its name or by where that leads."""
    return absolute(path).is_relative_to(absolute(folder)) or any(
        real(one).is_relative_to(real(folder)) for one in (path.parent, path)
    )


class Child:
    """A child process with JAX, from its first request until the context ends."""

    def __init__(self, python: str, *, starting: float = STARTING, each: float = EACH) -> None:
        self.python = python
        self.jax = ""
        self._each = each
        self._starting = starting
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
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
            self._process.kill()
            self._process.communicate()
        self._owned.close()

    def ask(self, requests: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
        """The answers to `requests`. Raises `VerifyError` if JAX is missing, and for a child that crashes or hangs."""
        if not requests:
            return []
        process = self._started()
        answers: list[dict[str, str]] = []
        for request in requests:
            try:
                assert process.stdin is not None
                process.stdin.write(json.dumps({**request, "limit": self._each}) + "\n")
                process.stdin.flush()
            except OSError:
                raise self._crash() from None
            answers.append(self._answer(self._each))
        return answers

    def _started(self) -> subprocess.Popen[str]:
        if self._process is not None:
            return self._process
        environment = {"JAX_PLATFORMS": "cpu", **os.environ}
        try:
            self._process = subprocess.Popen(
                [self.python, str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=environment,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            reason = f"cannot run `{self.python}` to verify rewrites: {error.strerror}"
            raise VerifyError(f"{reason}; nothing is rewritten") from error
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        hello = self._answer(self._starting)
        if "jax" not in hello:
            raise VerifyError(
                f"cannot verify rewrites: `{self.python}` has no JAX ({hello.get('problem')}); "
                "`--verify-python` names another; nothing is rewritten"
            )
        self.jax = hello["jax"]
        return self._process

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with contextlib.suppress(ValueError, OSError):
            for line in process.stdout:
                self._lines.put(line)
        self._lines.put(None)

    def _answer(self, allowed: float) -> dict[str, str]:
        try:
            line = self._lines.get(timeout=allowed)
        except queue.Empty:
            raise VerifyError(
                f"verifying took longer than {allowed:g} seconds; nothing is rewritten"
            ) from None
        if line is None:
            raise self._crash()
        answer: dict[str, str] = json.loads(line)
        return answer

    def _crash(self) -> VerifyError:
        assert self._process is not None
        status = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        last = f": {said[-1]}" if said else ""
        return VerifyError(
            f"the process that verifies rewrites ended with status {status}{last}; nothing is rewritten"
        )
