"""Many paths, one behind the other and in each other."""

from scaled.case import Case, body, nested, repeat


def _elifs(count: int) -> str:
    first = ["if k == 0:", "    r = x[i : i + 1]"]
    others = [
        line for n in range(1, count) for line in (f"elif k == {n}:", f"    r = x[i : i + {n}]")
    ]
    return body([*first, *others, "else:", "    r = x"], "r[i : i + 4]")


def _static_elifs(count: int) -> str:
    others = [line for n in range(1, count) for line in (f"elif mode == 'm{n}':", f"    e = {n}")]
    return "def choose(mode):\n" + "".join(
        f"    {line}\n" for line in ("if mode == 'm0':", "    e = 0", *others, "return e")
    )


def _cases(count: int) -> str:
    cases = [
        line for n in range(count) for line in (f"    case {n}:", f"        r = x[i : i + {n}]")
    ]
    return body(["r = x", "match k:", *cases], "r[i : i + 4]")


def _choices(count: int) -> str:
    return body(
        ["e = " + "".join(f"{n} if k == {n} else " for n in range(count)) + "0"], "x[i : e]"
    )


def _chosen(count: int) -> str:
    return body([f"k = lax.axis_index('a') if n else {m}" for m in range(count)], "x[i : k]")


def _none_defaults(count: int) -> str:
    return body(line for n in range(count) for line in ("if n is None:", f"    n = {n}"))


def _loops(depth: int) -> str:
    return nested(lambda n: f"for j{n} in range(n):", depth, "k = k + x[i : i + 4].sum()")


def _short_loops(depth: int) -> str:
    return nested(lambda n: f"for j{n} in (1, 2, 3, 4):", depth, "k = k + x[i : i + 4].sum()")


def _whiles(depth: int) -> str:
    return nested(lambda n: f"while n > {n}:", depth, "k = k + x[i : i + 4].sum()")


def _comprehensions(depth: int) -> str:
    loops = " ".join(f"for j{n} in range(k)" for n in range(depth))
    return body([f"y = [x[i : i + j0] {loops}]"])


def _nested_comprehensions(depth: int) -> str:
    text = "x[i : i + 4]"
    for level in range(depth):
        text = f"[{text} for j{level} in (1, 2, 3)]"
    return body([f"y = {text}"])


def _tries(depth: int) -> str:
    lines = [" " * level + "try:" for level in range(depth)]
    lines.append(" " * depth + "k = x[i : i + 4]")
    for level in reversed(range(depth)):
        lines += [" " * level + "except ValueError:", " " * level + f" k = x[i : i + {level}]"]
    return body(lines)


def _finals(depth: int) -> str:
    lines = [" " * level + "try:" for level in range(depth)]
    lines.append(" " * depth + "k = x[i : i + 4]")
    for level in reversed(range(depth)):
        lines += [" " * level + "finally:", " " * level + f" k = x[i : i + {level}]"]
    return body(lines)


def _withs(depth: int) -> str:
    return nested(lambda n: f"with open('{n}') as w{n}:", depth, "k = x[i : i + 4]")


def _with_items(count: int) -> str:
    return body([f"with {repeat('jax.named_scope(str(#)) as w#', count, ', ')}:", "    k = i"])


def _ifs(depth: int) -> str:
    return nested(lambda n: f"if n > {n}:", depth, "k = x[i : i + 4]")


def _conditions(count: int) -> str:
    return body(line for n in range(count) for line in (f"if n > {n}:", f"    x = x[i : i + {n}]"))


CASES = (
    Case("`elif`s", _elifs, 250),
    Case("many `elif`s", _elifs, 1_500),
    Case("`elif`s of static tests", _static_elifs, 1_000),
    Case("`case`s", _cases, 250),
    Case("`a if b else c if d else …`", _choices, 45),
    Case("paths that part", _chosen, 30),
    Case("`if n is None`", _none_defaults, 300),
    Case("nested `for`", _loops, 9),
    Case("nested `for` over literals", _short_loops, 9),
    Case("nested `while`", _whiles, 9),
    Case("a comprehension with many `for`", _comprehensions, 9),
    Case("nested comprehensions", _nested_comprehensions, 9),
    Case("nested `try`", _tries, 9),
    Case("nested `finally`", _finals, 9),
    Case("nested `with`", _withs, 9),
    Case("`with` with many items", _with_items, 100),
    Case("nested `if`", _ifs, 40),
    Case("`if`s in a row", _conditions, 150),
)
