"""What rewrites cost beside code written by hand: operations after XLA's optimisation, copies of the array, and
time per iteration, in the carry of a loop. On the CPU, and on a GPU if JAX sees one.

python benchmarks/templates.py [ROUNDS]
"""

import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jax
import jax.numpy as jnp

from jaxslice_lint.rules import RULES
from jaxslice_lint.run import run_text
from jaxslice_lint.settings import Settings

SHAPE = (2048, 1024)
ITERATIONS = 200
PROGRAM = """\
import jax
import jax.numpy as jnp
from jax import lax

row, block = jnp.ones(1024), jnp.ones((8, 1024))
tile = jnp.ones((8, 16))


def step(i, carry):
    x, total = carry
    {}
    return x, total


@jax.jit
def loop(x):
    return lax.fori_loop(0, {}, step, (x, 0.0))
"""
READ = "total += {}.sum()"
WRITE = "x = {}"


@dataclass(frozen=True)
class Case:
    """One template: the statement before the rewrite, and how somebody would write it by hand."""

    name: str
    before: str
    by_hand: str


CASES = (
    Case("R1", READ.format("x[i:i + 8]"), READ.format("lax.dynamic_slice_in_dim(x, i, 8)")),
    Case(
        "R1, axis 1",
        READ.format("x[:, i:i + 8]"),
        READ.format("lax.dynamic_slice(x, (0, i), (2048, 8))"),
    ),
    Case(
        "R1 beside an integer",
        READ.format("x[5, i:i + 8]"),
        READ.format("lax.dynamic_slice_in_dim(x[5], i, 8)"),
    ),
    # Not what the program means if 5 is out of range: it is moved into the array then.
    Case(
        "the same, as a corner",
        READ.format("x[5, i:i + 8]"),
        READ.format("lax.dynamic_slice(x, (5, i), (1, 8))[0]"),
    ),
    Case(
        "R2",
        READ.format("x[i:i + 8, i:i + 16]"),
        READ.format("lax.dynamic_slice(x, (i, i), (8, 16))"),
    ),
    Case(
        "step",
        READ.format("x[i:i + 16:2]"),
        READ.format("lax.dynamic_slice_in_dim(x, i, 15)[::2]"),
    ),
    Case(
        "reversed",
        READ.format("x[i + 8:i:-1]"),
        READ.format("lax.dynamic_slice_in_dim(x, i + 1, 8)[::-1]"),
    ),
    Case("one element", READ.format("x[i:i + 1][0]"), READ.format("x[i]")),
    Case("ds", READ.format("x[i:i + 8]"), READ.format("lax.dynamic_slice_in_dim(x, i, 8)")),
    Case(
        "U1 set",
        WRITE.format("x.at[i:i + 8].set(block)"),
        WRITE.format("lax.dynamic_update_slice(x, block, (i, 0))"),
    ),
    Case(
        "U1 set, filling",
        WRITE.format("x.at[i:i + 8].set(jnp.ones((8, 1024)))"),
        WRITE.format("lax.dynamic_update_slice(x, jnp.ones((8, 1024)), (i, 0))"),
    ),
    Case(
        "U1 add, filling",
        WRITE.format("x.at[i:i + 8].add(jnp.ones((8, 1024)))"),
        WRITE.format(
            "lax.dynamic_update_slice(x, lax.dynamic_slice(x, (i, 0), (8, 1024))"
            " + jnp.ones((8, 1024)), (i, 0))"
        ),
    ),
    Case(
        "one element, updated",
        WRITE.format("x.at[i:i + 1].set(0.5)"),
        WRITE.format("x.at[i].set(0.5)"),
    ),
    Case(
        "U1 set, broadcast",
        WRITE.format("x.at[i:i + 8].set(row)"),
        WRITE.format("lax.dynamic_update_slice(x, jnp.broadcast_to(row, (8, 1024)), (i, 0))"),
    ),
    Case(
        "U1 add",
        WRITE.format("x.at[i:i + 8].add(block)"),
        WRITE.format(
            "lax.dynamic_update_slice(x, lax.dynamic_slice(x, (i, 0), (8, 1024)) + block, (i, 0))"
        ),
    ),
    Case(
        "U1, direct",
        WRITE.format("x.at[i:i + 8].set(-x[i + 1:i + 9])"),
        WRITE.format(
            "lax.dynamic_update_slice(x, -lax.dynamic_slice(x, (i + 1, 0), (8, 1024)), (i, 0))"
        ),
    ),
    Case(
        "U2 set",
        WRITE.format("x.at[i:i + 8, i:i + 16].set(tile)"),
        WRITE.format("lax.dynamic_update_slice(x, tile, (i, i))"),
    ),
    Case(
        "U2 add",
        WRITE.format("x.at[i:i + 8, i:i + 16].add(tile)"),
        WRITE.format(
            "lax.dynamic_update_slice(x, lax.dynamic_slice(x, (i, i), (8, 16)) + tile, (i, i))"
        ),
    ),
    Case(
        "mask, sum",
        READ.format("x[:i].sum()"),
        READ.format("jnp.sum(x, where=(jnp.arange(2048) < i)[:, None])"),
    ),
    Case(
        "mask, max",
        READ.format("x[:i + 1].max()"),
        READ.format("jnp.where((jnp.arange(2048) < i + 1)[:, None], x, -jnp.inf).max()"),
    ),
    Case(
        "mask, update",
        WRITE.format("x.at[:i].set(0)"),
        WRITE.format("jnp.where((jnp.arange(2048) < i)[:, None], 0, x)"),
    ),
)


def rewritten(program: str, style: str) -> str:
    """The program after `--fix --unsafe-fixes`. Raises `ValueError` if it has no rewrite."""
    codes = frozenset(rule.code for rule in RULES)
    settings = Settings(codes, fix=True, unsafe_fixes=True, fix_style=style)
    [file] = run_text(program.encode(), Path("program.py"), settings, fix=True).files
    if file.findings:
        raise ValueError(f"{file.findings[0].message}: {file.findings[0].no_fix}")
    return file.source.text


def compiled(program: str) -> jax.stages.Compiled:
    """The loop of a program, which may write to its argument."""
    scope: dict[str, Callable[..., object]] = {}
    exec(program, scope)
    loop = jax.jit(lambda x: scope["loop"](x), donate_argnums=0)
    return loop.lower(jax.ShapeDtypeStruct(SHAPE, "float32")).compile()


def operations(text: str) -> int:
    """How many operations compiled code has."""
    return len(re.findall(r"^\s+(?:ROOT )?%?[\w.-]+ = (?!.* parameter\()", text, re.MULTILINE))


def copies(text: str) -> int:
    """How often compiled code copies the array."""
    return len(re.findall(rf"= f32\[{SHAPE[0]},{SHAPE[1]}\]\S* copy\(", text))


def microseconds(run: jax.stages.Compiled) -> float:
    """Time of one iteration."""
    x = jax.block_until_ready(jnp.ones(SHAPE))
    begin = time.perf_counter()
    jax.block_until_ready(run(x))
    return (time.perf_counter() - begin) * 1e6 / ITERATIONS


def devices() -> Iterator[jax.Device]:
    """The CPU, and a GPU if there is one."""
    yield jax.devices("cpu")[0]
    try:
        yield jax.devices("gpu")[0]
    except RuntimeError:
        print("\nno GPU that JAX sees: no second table")


def row(case: Case, rounds: int) -> str:
    """A row of the table: the least times of a pair that is run in turn, which are those that other load hit least."""
    style = "ds" if case.name == "ds" else "lax"
    ours = compiled(rewritten(PROGRAM.format(case.before, ITERATIONS), style))
    by_hand = compiled(PROGRAM.format(case.by_hand, ITERATIONS))
    texts = ours.as_text(), by_hand.as_text()
    pairs = [(microseconds(ours), microseconds(by_hand)) for _ in range(rounds)]
    times = [min(column) for column in zip(*pairs, strict=True)]
    counts = ", ".join(str(operations(text)) for text in texts)
    return (
        f"| {case.name} | {counts} | {', '.join(str(copies(text)) for text in texts)}"
        f" | {times[0]:.2f}, {times[1]:.2f} | {times[0] / times[1]:.2f} |"
    )


def main() -> None:
    """Compile and run each pair, and print a table for each device."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for device in devices():
        print(f"\n{device} ({device.device_kind})\n")
        print("| template | operations: ours, by hand | copies | µs: ours, by hand | ratio |")
        print("| --- | --- | --- | --- | --- |")
        with jax.default_device(device):
            for case in CASES:
                print(row(case, rounds), flush=True)


if __name__ == "__main__":
    main()
