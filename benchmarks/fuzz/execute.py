"""Runs a program statement by statement, so that one that fails does not hide what the others do."""

import ast
import sys
import threading
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from fuzz.instrument import watched
from fuzz.program import Program, module_name
from fuzz.values import Seen, seen
from fuzz.watch import PREFIX, Watch, is_refusal


@dataclass(frozen=True, slots=True)
class Trouble:
    """An exception that reached the top, or ended a thread, and the program's innermost line.

    `is_refusal`: of a traced slice.
    """

    name: str
    message: str
    is_refusal: bool
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.name} at {self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of the top level, or of the main section: what it printed, and how it failed if it did."""

    file: str
    line: int
    printed: tuple[Seen, ...]
    trouble: Trouble | None


def run(program: Program, watch: Watch | None = None) -> list[Step]:
    """All steps of a program but imports, which a tool may add. With `watch` the program is instrumented."""
    before = dict(sys.modules)
    steps: list[Step] = []
    try:
        for file, text in program.files.items():
            steps += _run_file(program, file, text, watch, len(steps))
    finally:
        for name in set(sys.modules) - set(before):
            if name.split(".")[0] in {module_name(file).split(".")[0] for file in program.files}:
                del sys.modules[name]
    return steps


def _run_file(
    program: Program, file: str, text: str, watch: Watch | None, done: int
) -> Iterator[Step]:
    is_script = file == program.script
    name = "__main__" if is_script else module_name(file)
    tree = ast.parse(text)
    printed: list[Seen] = []

    def show(*values: object, **_: object) -> None:
        printed.extend(map(seen, values))

    namespace: dict[str, Any] = _module(name, file, is_script).__dict__
    namespace |= {"print": show, "__name__": name, **(watch.names if watch else {})}
    for statement in _statements(tree.body, is_script):
        is_import = isinstance(statement, ast.Import | ast.ImportFrom)
        if watch:
            watch.step = done
        line = statement.lineno
        trouble = _executed(statement, file, namespace, watch)
        if not is_import or trouble:
            yield Step(file, line, tuple(printed), trouble)
            done += 1
        printed.clear()


def _module(name: str, file: str, is_script: bool) -> types.ModuleType:
    module = types.ModuleType(name)
    if is_script:
        return module
    parent, _, own = name.rpartition(".")
    if file.endswith("__init__.py"):
        module.__path__ = []
    module.__package__ = name if file.endswith("__init__.py") else parent
    sys.modules[name] = module
    if parent in sys.modules:
        setattr(sys.modules[parent], own, module)
    return module


def _statements(body: list[ast.stmt], is_script: bool) -> Iterator[ast.stmt]:
    """The statements of a file, with the content of its main section if it runs as the script."""
    for statement in body:
        if isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test):
            yield from statement.body if is_script else []
        else:
            yield statement


def _executed(
    statement: ast.stmt, file: str, namespace: dict[str, Any], watch: Watch | None
) -> Trouble | None:
    tree = ast.Module([statement], [])
    if watch:
        tree = watched(tree, file)
    in_threads: list[BaseException] = []
    with mock.patch.object(threading, "excepthook", lambda one: in_threads.append(one.exc_value)):
        try:
            exec(compile(tree, f"{PREFIX}{file}", "exec"), namespace)
        except Exception as error:
            return _trouble(error)
    return _trouble(in_threads[0]) if in_threads else None


def _trouble(error: BaseException) -> Trouble:
    file, line = "", 0
    traceback = error.__traceback__
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name.startswith(PREFIX):
            file, line = name.removeprefix(PREFIX), traceback.tb_lineno
        traceback = traceback.tb_next
    message = (str(error).strip().splitlines() or [""])[0]
    return Trouble(type(error).__name__, message[:160], is_refusal(error), file, line)
