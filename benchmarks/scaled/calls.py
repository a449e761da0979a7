"""Calls of calls."""

from scaled.case import Case, body


def _levels(first: str, step: str, depth: int, last: str) -> str:
    """Functions each of which calls the one before, which `@` is in `step` and `last`; `#` is its number."""
    functions = [
        f"def g{n}{step.replace('@', f'g{n - 1}').replace('#', str(n))}" for n in range(1, depth)
    ]
    written = "".join(f"{one}\n\n\n" for one in (f"def g0{first}", *functions))
    return written + body([f"y = {last.replace('@', f'g{depth - 1}')}"])


def _twice(depth: int) -> str:
    first = "(x, i):\n    return x[i : i + 4]"
    step = "(x, i):\n    return @(x, i + #) + @(x * 2, i - 1)"
    return _levels(first, step, depth, "@(x, i)")


def _twice_with_constants(depth: int) -> str:
    first = "(x, i, m):\n    return x[i : i + m]"
    step = "(x, i, m):\n    return @(x, i, (m, 1)) + @(x, i, [m, 'b#'])"
    return _levels(first, step, depth, "@(x, i, 4)")


def _mixed(depth: int) -> str:
    first = "(*a):\n    return a[0][a[1] : a[2]]"
    step = "(a, b, c, d):\n    return @(b, a, c, 1), @(a, c, d, b), @(c, b, 2, a)"
    return _levels(first, step, depth, "@(x, i, n, 3)")


def _given_functions(depth: int) -> str:
    first = "(x, i, h):\n    return h(x)[i : i + 4]"
    step = "(x, i, h):\n    return @(x, i, lambda v: h(v)) + @(x, i, lambda v: h(h(v)))"
    return _levels(first, step, depth, "@(x, i, lambda v: v)")


def _scans(depth: int) -> str:
    first = "(c, i):\n    return c[i : i + 4], c"
    step = "(c, i):\n    a, _ = lax.scan(@, c, c)\n    return lax.scan(@, a, c)"
    return _levels(first, step, depth, "lax.scan(@, x, x)")


def _mutual(count: int) -> str:
    return "".join(
        f"def g{n}(x, i, m):\n    if m == {n}:\n        return x[i : i + 4]\n"
        f"    return g{(n + 1) % count}(x, i + {n}, m - 1) + g{(n * 3 + 2) % count}(x, i, m)\n\n\n"
        for n in range(count)
    ) + body(["y = g0(x, i, k)"])


def _tree_recursion(count: int) -> str:
    calls = " + ".join(f"g(x, i, m - {n})" for n in range(count))
    return (
        f"def g(x, i, m):\n    if m < 0:\n        return x[i : i + 4]\n    return {calls}\n\n\n"
        + (body(["y = g(x, i, k)"]))
    )


def _decorators(count: int) -> str:
    wrap = "def wrap(h):\n    def inner(*a):\n        return h(*a)\n\n    return inner\n\n\n"
    return (
        wrap
        + "@wrap\n" * count
        + "def g(x, i):\n    return x[i : i + 4]\n\n\n"
        + body(["y = g(x, i)"])
    )


def _jits(count: int) -> str:
    return "@jax.jit\n" * count + "def g(x, i):\n    return x[i : i + 4]\n"


def _wrapped(count: int) -> str:
    return body(["h = lambda v: v[i : i + 4]", *["h = jax.jit(jax.vmap(h))"] * count, "y = h(x)"])


def _inner_functions(depth: int) -> str:
    lines = [" " * level + f"def h{level}(v{level}):" for level in range(depth)]
    lines.append(" " * depth + "return x[i : i + 4]")
    lines += [
        " " * level + f"return h{level}(v{max(level - 1, 0)})" for level in range(depth - 1, 0, -1)
    ]
    return body([*lines, "y = h0(i)"])


def _lambdas(depth: int) -> str:
    return body(
        [
            f"h = {''.join(f'lambda v{n}: ' for n in range(depth))}x[i : i + 4]",
            "y = h" + "(i)" * depth,
        ]
    )


def _inner_classes(depth: int) -> str:
    lines = [" " * level + f"class C{level}:" for level in range(depth)]
    return "\n".join([*lines, " " * depth + "T = 3"]) + "\n"


CASES = (
    Case("functions that call another one twice", _twice, 20),
    Case("the same, with other structures", _twice_with_constants, 20),
    Case("functions that call another one thrice", _mixed, 20),
    Case("functions that pass on new functions", _given_functions, 10),
    Case("scans of scans", _scans, 10),
    Case("mutual recursion", _mutual, 20),
    Case("recursion many times", _tree_recursion, 20),
    Case("decorators", _decorators, 500),
    Case("`jit`s of `jit`s", _jits, 500),
    Case("`h = jit(vmap(h))`", _wrapped, 50),
    Case("functions in functions", _inner_functions, 40),
    Case("lambdas of lambdas", _lambdas, 40),
    Case("classes in classes", _inner_classes, 40),
)
