"""Nothing of a program that attacks `--verify` is run: it gets a generated value, which is said, or nothing is run."""

import socket
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import jax
import pytest
from attacks import BODIES, EXPRESSIONS, GREEDY, attack, head, writing
from command_line import lint
from programs import sites_of

from jaxslice_lint.rules.engine import check
from jaxslice_lint.source.text import Source
from jaxslice_lint.verify.process import Child, interpreter
from jaxslice_lint.verify.requests import Question, Run, by_place
from jaxslice_lint.verify.verdict import VerifyError
from jaxslice_lint.verify.verifier import Verifier

ATTACKS = {**{name: writing(one) for name, one in EXPRESSIONS.items()}, **BODIES}
#: What no code that is run asks a module, an object or Python for.
_WANTED = frozenset(
    {
        *("CANARY", "Evil", "call", "ctypes", "eval", "evil", "exec", "getattr", "import_module"),
        *("jax_numpy", "lax_", "open", "openfile", "os", "popen", "print", "run", "runstring"),
        *("save", "set_data", "system", "test", "tofile", "touch", "vars"),
    }
)


def runs(body: str) -> Iterator[Run]:
    """What would be asked of the child for a function with this body."""
    source = Source(Path("program.py"), head("CANARY") + attack(0, body, "CANARY"))
    sites = sites_of(source)
    for finding in check(source, sites, "lax"):
        if finding.fix is not None:
            question = Question(source, finding.fix, by_place(source, sites))
            yield from (run for run in question.pieces() if run is not None)
            yield from question.functions([], [finding.fix])


def names_in(code: CodeType) -> Iterator[str]:
    """What compiled code asks its module, or an object, for."""
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from names_in(one)


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) > 120


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_of_an_attack_reaches_the_child_process(name: str) -> None:
    asked = [run.asked for run in runs(ATTACKS[name]) if isinstance(run.asked, dict)]
    for side in [request[side] for request in asked for side in ("before", "after")]:
        assert isinstance(side, dict)
        found = {*names_in(compile(side["code"], "", "exec"))}
        assert found & _WANTED == set()
        assert [name for name in found if name.startswith("__")] == []


#: These leave out nothing that has a value: functions of JAX that they bind anew are the real ones, and annotations and
#: the names of scopes are not evaluated.
_WHOLE = frozenset({"annotation", "named scope", "rebound function", "variable annotation"})


#: It takes long to find that there are no values with which they run.
_SLOW = frozenset(
    {
        *("at apply", "class index", "comprehension of a class", "double star", "einsum"),
        *("fromfunction", "map", "object array", "out", "pure_callback", "scan", "star"),
    }
)


def test_a_file_full_of_attacks_is_verified_and_nothing_of_it_is_run(tmp_path: Path) -> None:
    project, canaries = tmp_path / "project", tmp_path / "canaries"
    project.mkdir()
    canaries.mkdir()
    for name in ("numpy", "jax", "sitecustomize"):
        (project / f"{name}.py").write_text(f"open({str(canaries / name)!r}, 'w')\n")
    chosen = [name for name in ATTACKS if name not in _SLOW][::2]
    assert len(chosen) > 60
    canary = f"{canaries}/"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        functions = [attack(n, ATTACKS[name], canary, port) for n, name in enumerate(chosen)]
        good = "\n\n@jax.jit\ndef good(x, i):\n    return x[i:i + 3]\n"
        (project / "program.py").write_text(head(canary) + "".join(functions) + good)
        before = {*tmp_path.rglob("*")}
        startup = str(project / "jax.py")
        done = lint(project, "--fix", "--verify", "program.py", PYTHONSTARTUP=startup)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert {*tmp_path.rglob("*")} == before
    assert done.stderr == ""
    assert "return lax.dynamic_slice_in_dim(x, i, 3)" in (project / "program.py").read_text()
    told = [line for line in done.stdout.splitlines() if "(verified with JAX " in line]
    assert len(told) > 50
    assert sum(line.endswith(f"(verified with JAX {jax.__version__})") for line in told) == (
        1 + len(_WHOLE.intersection(chosen))
    )
    assert "with generated values for `np.polynomial._polybase.os.system`)" in done.stdout


@pytest.mark.parametrize("name", GREEDY)
def test_what_takes_all_it_can_get_is_asked_about_without_running_it(name: str) -> None:
    for run in runs(writing(GREEDY[name])):
        assert run.asked


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Child(interpreter("")) as child:
        yield Verifier(child)


@pytest.mark.parametrize("name", ["list", "ones of numpy", "text", "zeros"])
def test_what_takes_too_much_memory_is_not_verified_and_the_next_one_is(
    verifier: Verifier, name: str
) -> None:
    body = f"y = {GREEDY[name]}\n    return x[i:i + 3]"
    for text, is_refused in ((writing(GREEDY[name]), True), (body, False)):
        source = Source(Path("program.py"), head("CANARY") + attack(0, text, "CANARY"))
        sites = sites_of(source)
        [fix] = [finding.fix for finding in check(source, sites, "lax") if finding.fix]
        [found] = verifier.verdicts(source, [fix], sites)
        assert ("could not be verified" in found.refusal) == is_refused, found
        assert found.unverified or is_refused


def test_what_computes_without_end_is_given_up() -> None:
    source = Source(
        Path("program.py"), head("CANARY") + attack(0, writing(GREEDY["power"]), "CANARY")
    )
    sites = sites_of(source)
    [fix] = [finding.fix for finding in check(source, sites, "lax") if finding.fix]
    with (
        Child(interpreter(""), each=1.0) as child,
        pytest.raises(VerifyError, match="took longer than 1 seconds; nothing is rewritten"),
    ):
        Verifier(child).verdicts(source, [fix], sites)
