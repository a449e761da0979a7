"""Random whole programs, with JAX as the judge; and the judge itself, which must see what a wrong tool does."""

import ast
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from fuzz.campaign import campaign
from fuzz.generate import generated
from fuzz.judge import BROKEN, CRASH, FALSE, UNCOVERED, UNSTABLE, WRONG, Verdict, judge
from fuzz.program import Program
from fuzz.tool import Found, Mode, Report, jaxslice_lint
from fuzz.watch import Site

CHUNKS, PROGRAMS = 10, 20
HEADER = "import jax\nimport jax.numpy as jnp\n\n"
#: A helper that a trace reaches with a window, and the host with another one.
SHARED = f"""{HEADER}
def cut(x, lo, hi):
    return x[lo:hi].sum()


@jax.jit
def window(x, i):
    return cut(x, i, i + 2)


print(window(jnp.arange(9.0), 3))
print(cut(jnp.arange(9.0), 0, 5))
"""
#: A window that only a trace reaches.
TRACED = f"""{HEADER}
@jax.jit
def window(x, i):
    return x[i:i + 2].sum()


print(window(jnp.arange(9.0), 3))
"""
WINDOW = "jax.lax.dynamic_slice_in_dim(x, i, 2)"


def kinds(verdict: Verdict) -> set[str]:
    """What went wrong."""
    return {failure.kind for failure in verdict.failures}


def judged(
    text: str,
    *rewrites: tuple[str, str],
    unsafe: bool = False,
    caution: str = "",
    again: bool = False,
) -> Verdict:
    """The verdict on a tool that finds what it fixes, and fixes by replacing text, with `again` each time."""

    def tool(files: Mapping[str, str], mode: Mode) -> Report:
        fixed = dict(files)
        if mode == "unsafe" or (mode == "safe" and not unsafe):
            for old, new in rewrites:
                if again or new not in fixed["train.py"]:
                    fixed["train.py"] = fixed["train.py"].replace(old, new)
        found = [
            Found("JSL101", site, "", "unsafe" if unsafe else "safe", caution)
            for old, _ in rewrites
            for site in sites(files["train.py"], old)
        ]
        return Report(fixed, tuple(found), len(rewrites), ())

    return judge(Program(0, {"train.py": text}), tool)


def sites(text: str, part: str) -> list[Site]:
    """Where a text stands in the program."""
    return [
        Site("train.py", number, line.index(part) + 1, number, line.index(part) + 1 + len(part))
        for number, line in enumerate(text.splitlines(), 1)
        if part in line
    ]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_programs_are_judged_as_jax_judges_them(chunk: int) -> None:
    problems = [
        f"seed {failure.program.seed}: {failure.kind}: {failure.detail}\n{failure.program.shown()}"
        for verdict in campaign(range(chunk * PROGRAMS, (chunk + 1) * PROGRAMS), jaxslice_lint)
        for failure in verdict.failures
    ]
    assert not problems, "\n".join(problems)


def test_a_program_follows_from_its_seed() -> None:
    assert [generated(seed) for seed in range(30)] == [generated(seed) for seed in range(30)]


def test_each_file_of_a_program_parses() -> None:
    for seed in range(500):
        for text in generated(seed).files.values():
            ast.parse(text)


def test_programs_are_rarely_in_vain() -> None:
    verdicts = list(campaign(range(5000, 5030), lambda files, _: Report(files, (), 0, ())))
    assert sum(bool(verdict.discarded) for verdict in verdicts) <= 3
    assert sum(verdict.counts["traced slices"] for verdict in verdicts) >= 20


def test_a_tool_that_finds_nothing_misses() -> None:
    verdict = judged(SHARED)
    assert not verdict.failures
    assert verdict.counts["traced slices"] == verdict.counts["missed"] == 1


def test_each_traced_slice_of_a_trace_is_seen() -> None:
    text = TRACED.replace(
        "x[i:i + 2].sum()", "x[i:i + 2].sum() + x[:i].sum() + x.at[i:].set(0)[::2].sum()"
    )
    assert judged(text).counts["traced slices"] == 3


def test_a_right_rewrite_is_right() -> None:
    verdict = judged(TRACED, ("x[i:i + 2]", WINDOW))
    assert not verdict.failures
    assert verdict.counts["found"] == 1


@pytest.mark.parametrize(
    "new",
    [
        "jax.lax.dynamic_slice_in_dim(x, i, 3)",
        "jax.lax.dynamic_slice_in_dim(x, i + 1, 2)",
        "(jax.lax.dynamic_slice_in_dim(x, i, 2) + 0j)",
        "jax.lax.dynamic_slice_in_dim(x, i, n)",
    ],
    ids=["size", "start", "dtype", "exception"],
)
def test_a_wrong_safe_rewrite_is_seen(new: str) -> None:
    assert kinds(judged(TRACED, ("x[i:i + 2]", new))) == {WRONG}


def test_a_rewrite_that_looks_at_one_caller_only_is_seen() -> None:
    verdict = judged(SHARED, ("x[lo:hi]", "jax.lax.dynamic_slice_in_dim(x, lo, 2)"))
    assert kinds(verdict) == {WRONG}
    assert "train.py:15" in verdict.failures[0].detail


def test_what_works_today_must_keep_its_type() -> None:
    text = f"import numpy as np\n{SHARED.replace('.sum()', '')}print(cut(np.arange(9), 0, 2))\n"
    new = "(x[lo:hi] if isinstance(hi, int) and hi > 2 else jax.lax.dynamic_slice_in_dim(x, lo, 2))"
    verdict = judged(text, ("x[lo:hi]", new))
    assert kinds(verdict) == {WRONG}
    assert "numpy array([0, 1]); is PyTreeDef(*): jax array" in verdict.failures[0].detail


def test_the_main_section_is_run() -> None:
    text = SHARED.replace("print(cut", 'if __name__ == "__main__":\n    print(cut')
    assert kinds(judged(text, ("x[lo:hi]", "jax.lax.dynamic_slice_in_dim(x, lo, 2)"))) == {WRONG}


def test_an_unsafe_rewrite_needs_a_reason_that_covers_what_changes() -> None:
    rewrite = ("x[lo:hi]", "jax.lax.dynamic_slice_in_dim(x, lo, 2)")
    reason = (
        "the program also reaches this slice with static bounds, where it is cut off at the end"
    )
    within = judged(SHARED, rewrite, unsafe=True, caution=reason)
    assert kinds(within) == {UNCOVERED}
    beyond = judged(SHARED.replace("0, 5", "8, 10"), rewrite, unsafe=True, caution=reason)
    assert not beyond.failures
    assert beyond.counts["covered changes"] == 1
    assert kinds(judged(SHARED.replace("0, 5", "8, 10"), rewrite, unsafe=True)) == {UNCOVERED}


def test_a_false_finding_is_seen() -> None:
    text = SHARED.replace("return cut(x, i, i + 2)", "return cut(x, 1, 3) + i")
    assert kinds(judged(text, ("x[lo:hi]", "x[lo:hi]"))) == {FALSE}


def test_a_finding_behind_another_error_is_not_judged() -> None:
    text = TRACED.replace("    return", "    k = int(i)\n    return").replace("i:i + 2", "k:k + 2")
    verdict = judged(text, ("x[k:k + 2]", "x[k:k + 2]"))
    assert not verdict.failures
    assert verdict.counts["unjudged findings"] == 1


def test_a_slice_whose_error_the_program_handles_is_no_miss() -> None:
    text = TRACED.replace(
        "    return x[i:i + 2].sum()",
        "    try:\n        return x[i:i + 2].sum()\n    except IndexError:\n        return x.sum()",
    )
    assert judged(text).counts["missed"] == 0
    assert kinds(judged(text, ("x[i:i + 2]", WINDOW))) == {WRONG}


CALLBACK = f"""{HEADER}
def sums(x):
    return jax.lax.map(lambda k: x[k:k + 2].sum(), jnp.arange(3))


@jax.jit
def traced(x):
    return sums(x)


@jax.jit
def host(x):
    return jax.pure_callback(lambda a: sums(jnp.asarray(a)), jax.ShapeDtypeStruct((3,), x.dtype), x)


print(host(jnp.arange(9.0)))
"""


def test_a_slice_that_a_callback_cannot_take_before_and_after_is_no_fault_of_the_fix() -> None:
    other = ("return sums(x)", "return sums(x) + 0")
    assert not judged(CALLBACK, other).failures
    wrong = ("x[k:k + 2].sum()", "jnp.linalg.inv(x).sum()")
    assert kinds(judged(CALLBACK, wrong)) == {WRONG}
    works = CALLBACK.replace("lambda k: x[k:k + 2].sum(), jnp.arange(3)", "jnp.sin, x[:3]")
    breaks = ("jnp.sin, x[:3]", "lambda k: x[k:k + 2].sum(), jnp.arange(3)")
    assert kinds(judged(works, breaks)) == {WRONG}


HANDLED = f"""{HEADER}
@jax.jit
def rows(x, i):
    try:
        part = x[i:i + 2]
    except (KeyError, IndexError):
        part = x
    return part.sum()


@jax.jit
def window(x, i):
    return x[i:i + 3].sum()


def main():
    print(window(jnp.arange(9.0), 3))
    print(rows(jnp.arange(9.0), 3), rows(jnp.arange(9.0), 4))


main()
"""


def test_a_program_goes_on_with_its_handler_behind_a_slice_that_is_mended() -> None:
    mended = ("x[i:i + 3]", "jax.lax.dynamic_slice_in_dim(x, i, 3)")
    assert not judged(HANDLED, mended).failures
    both = judged(HANDLED, mended, ("x[i:i + 2]", WINDOW))
    assert WRONG in kinds(both)
    other = ("x[i:i + 3]", "jax.lax.dynamic_slice_in_dim(x, i + 1, 3)")
    assert kinds(judged(HANDLED, other)) == {WRONG}


THREAD = f"""import threading
{HEADER}
def sums(x):
    return jax.lax.map(lambda k: x[k:k + 2].sum(), jnp.arange(3))


def behind(x):
    found = []
    thread = threading.Thread(target=lambda: found.append(sums(x)))
    thread.start()
    thread.join()
    return found


print(behind(jnp.arange(9.0)))
"""


def test_a_thread_that_jax_ends_is_a_program_that_fails() -> None:
    right = ("x[k:k + 2]", "jax.lax.dynamic_slice_in_dim(x, k, 2)")
    assert not judged(THREAD, right).failures
    assert not judged(THREAD, ("found = []", "found = list()")).failures
    wrong = ("x[k:k + 2]", "jax.lax.dynamic_slice_in_dim(x, k + 1, 2)")
    assert kinds(judged(THREAD, wrong)) == {WRONG}
    raises = ("x[k:k + 2]", "jnp.linalg.inv(x)")
    assert kinds(judged(THREAD, raises)) == {WRONG}


def test_a_thread_that_works_must_go_on_to_work() -> None:
    text = THREAD.replace("lambda k: x[k:k + 2].sum(), jnp.arange(3)", "jnp.sin, x[:3]")
    assert not judged(text, ("jnp.sin", "jnp.sin")).failures
    for new in ("jnp.cos", "lambda k: x[k:k + 2].sum()"):
        assert kinds(judged(text, ("jnp.sin", new))) == {WRONG}


COUNTED = f"""import numpy as np
{HEADER}
def first(x, n):
    return x[:-n].sum()


print(first(jnp.arange(9.0), np.int32(4)))


@jax.jit
def start(x, n):
    return first(x, n)


print(start(jnp.arange(9.0), jnp.int32(4)))
"""
MASK = "jnp.where(jnp.arange(9) < 9 + (-n).astype(int), x, 0)"


def test_a_mask_is_promised_for_bounds_below_two_to_the_31_only() -> None:
    assert not judged(COUNTED, ("x[:-n]", MASK)).failures
    assert WRONG in kinds(judged(COUNTED, ("x[:-n]", MASK.replace("< 9", "< 8"))))
    beyond = judged(COUNTED.replace("jnp.int32", "jnp.uint32"), ("x[:-n]", MASK))
    assert not beyond.failures
    assert beyond.counts["changes out of bounds"] == 1


def test_a_crash_is_seen() -> None:
    def raises(files: Mapping[str, str], mode: Mode) -> Report:
        raise RuntimeError(f"{mode} {len(files)}")

    def fails(files: Mapping[str, str], _: Mode) -> Report:
        return Report(files, (), 0, ("internal error in train.py",))

    for tool in (raises, fails):
        assert kinds(judge(Program(0, {"train.py": TRACED}), tool)) == {CRASH}


def test_a_fix_that_does_not_parse_is_seen() -> None:
    assert kinds(judged(TRACED, ("x[i:i + 2]", "x[i:i + 2"), again=True)) == {BROKEN}


def test_a_fix_that_goes_on_is_seen() -> None:
    assert UNSTABLE in kinds(judged(TRACED, ("x[i:i + 2]", "(x[i:i + 2] + 0)"), again=True))


def test_the_real_tool_is_asked() -> None:
    report = jaxslice_lint({"train.py": TRACED}, "safe")
    assert WINDOW in report.files["train.py"]
    assert report.rewrites == 1
    found = jaxslice_lint({"train.py": TRACED}, "report").found
    assert [(one.code, one.fix) for one in found] == [("JSL101", "safe")]
    assert replace(found[0], message="").site == sites(TRACED, "x[i:i + 2]")[0]


@pytest.mark.parametrize(
    ("before", "hidden"),
    [
        ("", 'globals()["cut"]('),
        ("exec('def call(f, *args):\\n    return f(*args)')", "call(cut, "),
        ("call = eval('lambda f, *args: f(*args)')", "call(cut, "),
    ],
    ids=["globals", "exec", "eval"],
)
def test_what_is_out_of_bounds_in_a_call_that_is_not_seen_is_not_promised(
    before: str, hidden: str
) -> None:
    text = SHARED.replace("print(cut(", f"{before}\nprint({hidden}").replace("0, 5", "{}")
    rewrite = ("x[lo:hi]", "jax.lax.dynamic_slice_in_dim(x, lo, 2)")
    beyond = judged(text.replace("{}", "8, 10"), rewrite)
    assert not beyond.failures
    assert beyond.counts["changes out of bounds"] == 1
    assert kinds(judged(text.replace("{}", "0, 5"), rewrite)) == {WRONG}
    seen = SHARED.replace("0, 5", "8, 10")
    assert kinds(judged(seen, rewrite)) == {WRONG}
