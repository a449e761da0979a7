"""Strange programs of any size, as attackers and code generators write them; each ends with a slice to be found."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_HEAD = (
    "import jax\nimport jax.numpy as jnp\nfrom functools import partial\nfrom jax import lax\n\n\n"
)
#: What comes before it must not cost the finding in it.
WITNESS = "\n\n@jax.jit\ndef witness(x, i):\n    return x[i : i + 4]\n"
_JIT = "@jax.jit\ndef f(x, i, n, k):\n"


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of program; it is measured at `size` and at twice that."""

    name: str
    write: Callable[[int], str]
    size: int
    options: tuple[str, ...] = ()

    def program(self, size: int) -> str:
        """The program of this kind that has `size` parts."""
        return _HEAD + self.write(size) + WITNESS


def _body(lines: Iterable[str], result: str = "x[i : i + 4]") -> str:
    """A traced function with these lines."""
    return _JIT + "".join(f"    {line}\n" for line in lines) + f"    return {result}\n"


def _nested(head: Callable[[int], str], depth: int, inmost: str) -> str:
    """A traced function with statements in each other."""
    lines = [" " * level + head(level) for level in range(depth)]
    return _body([*lines, " " * depth + inmost])


def _bound(text: str) -> str:
    """A traced function that slices up to an expression."""
    return _body([f"e = {text}"], "x[i : e]")


def _repeat(text: str, count: int, join: str) -> str:
    return join.join(text.replace("#", str(number)) for number in range(count))


# --- values that grow ---------------------------------------------------------------------------------------------


def _updates(count: int) -> str:
    return _body([], "x" + "".join(f".at[i + {n} : i + {n} + 4].set(k)" for n in range(count)))


def _update_lines(count: int) -> str:
    return _body([f"x = x.at[i + {n} : i + {n} + 4].set(k)" for n in range(count)])


def _squares(count: int) -> str:
    return _body(["k = k * k"] * count, "x[i : i + k]")


def _square_sums(count: int) -> str:
    return _body(["k, n = k * n + 1, k + n"] * count, "x[i : i + k]")


def _constants(count: int) -> str:
    return _body(["k = 3", *["k = k * k"] * count], "x[i : i + k]")


def _powers(count: int) -> str:
    return _body(["k = 7", *["k = k ** k"] * count, "k = k << k"], "x[i : i + k]")


def _pairs(count: int) -> str:
    return _body(["t = x", *["t = (t, t)"] * count, "f2 = lambda v: v", "y = f2(t)"])


def _pairs_passed(count: int) -> str:
    calls = ["t = same(t, t)"] * count
    return "def same(a, b):\n    return (a, b)\n\n\n" + _body(["t = i", *calls], "x[i : i + 4]")


def _dictionaries(count: int) -> str:
    return _body(["d = {'k': i}", *["d = {'a': d, 'b': d}"] * count])


def _own_items(count: int) -> str:
    return _body(["d = {}", *[f"d['k{n}'] = d" for n in range(count)]])


def _doubled_lists(count: int) -> str:
    return _body(["v = [i, n]", *["v = v + v"] * count], "x[i : v[0]]")


def _repeated_lists(count: int) -> str:
    return _body(["v = [0]", *["v = v * 9"] * count, "w = [i] * 1000000000"], "x[i : v[0]]")


def _appended_lists(count: int) -> str:
    return _body(["v = []", *["v.append(v)", "v.append(i)"] * count])


def _doubled_texts(count: int) -> str:
    return _body(["s = 'ab'", *["s = s + s"] * count, "t = s * 1000000000"])


def _formatted_texts(count: int) -> str:
    return _body(["s = 'ab'", *["s = f'{s}{s}'"] * count, "t = '%s%s' % (s, s)"])


def _composed(count: int) -> str:
    compose = "def compose(f, g):\n    return lambda v: f(g(v))\n\n\n"
    return compose + _body(["h = lambda v: v + 1", *["h = compose(h, h)"] * count, "n = h(n)"])


def _partials(count: int) -> str:
    return _body(
        ["h = lambda *a: a[0]", *["h = partial(h, h, i)"] * count, "n = h(i)"], "x[i : i + 4]"
    )


def _shapes(count: int) -> str:
    return _body(["y = x", *["y = jnp.concatenate([y, y])"] * count], "y[i : i + 4]")


def _reshaped(count: int) -> str:
    return _body(
        [
            "y = x",
            *["y = y.reshape(y.shape[0] * y.shape[1], -1).T[: y.shape[0] // 2]"] * count,
        ],
        "y[i : i + 4]",
    )


def _objects(count: int) -> str:
    box = "class Box:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b\n\n\n"
    return box + _body(["t = Box(x, i)", *["t = Box(t, t)"] * count, "t.a.a.b = 3"])


# --- many of them -------------------------------------------------------------------------------------------------


def _numbers(count: int) -> str:
    return f"T = [{_repeat('#', count, ', ')}]\n"


def _negatives(count: int) -> str:
    return f"T = ({_repeat('-#', count, ', ')})\n"


def _texts(count: int) -> str:
    return f"T = [{_repeat(repr('t#'), count, ', ')}]\n"


def _rows(count: int) -> str:
    return f"T = [{_repeat('[#, -1.5, (2, 3)]', count // 4, ', ')}]\n"


def _mapping(count: int) -> str:
    return "T = {" + _repeat("'k#': -#", count // 2, ", ") + "}\n"


def _mapping_of_mappings(count: int) -> str:
    return "T = {" + _repeat("'k#': {'a': #, 'b': [#, {'c': x}]}", count // 5, ", ") + "}\n"


def _table_inside(count: int) -> str:
    return _body([f"T = jnp.array([{_repeat('#.5', count, ', ')}])"], "x[i : i + 4] + T")


def _table_of_slices(count: int) -> str:
    return _body([f"T = [{_repeat('x[i : i + #]', count, ', ')}]"])


def _starred(count: int) -> str:
    return _body([f"a, *b = *[{_repeat('#', count, ', ')}], *(1, 2)", "c = [*b, *b, *b]"])


def _unpacked(count: int) -> str:
    names = _repeat("v#", count, ", ")
    return _body([f"{names} = [{_repeat('i + #', count, ', ')}]"], "x[v0 : v1]")


def _slices(count: int) -> str:
    return _body([f"y{n} = x[i : i + {n + 1}]" for n in range(count)])


def _slices_of_one(count: int) -> str:
    return _body(["a = 0", *[f"a = a + x[i : i + {n + 1}].sum()" for n in range(count)]], "a")


def _slice_calls(count: int) -> str:
    helper = "def part(v, s, m):\n    return v[s : s + m]\n\n\n"
    return helper + _body([f"y{n} = part(x, i + {n}, {n})" for n in range(count)])


def _slice_calls_nested(count: int) -> str:
    helper = "def part(v, s, m):\n    return v[s : s + m]\n\n\n"
    return helper + _body(["y = x", *[f"y = part(y, i + {n}, {n})" for n in range(count)]])


def _helpers(count: int) -> str:
    return "".join(
        f"def part{n}(v, s):\n    return v[s : s + {n + 1}]\n\n\n" for n in range(count)
    ) + _body([f"y{n} = part{n}(x, i)" for n in range(count)])


def _functions(count: int) -> str:
    return "".join(
        f"def g{n}(x, i):\n    y = x * 2\n    return g{max(n - 1, 0)}(y, i)[i : i + 4]\n\n\n"
        for n in range(count)
    )


def _traced_functions(count: int) -> str:
    return "".join(
        f"@jax.jit\ndef g{n}(x, i):\n    return x[i : i + 4]\n\n\n" for n in range(count)
    )


def _methods(count: int) -> str:
    methods = "".join(
        f"    def m{n}(self, x, i):\n        return self.m{(n * 7 + 1) % count}(x, i)[i : i + {n + 1}]\n\n"
        for n in range(count)
    )
    return f"class Big:\n{methods}\n\nf = jax.jit(Big().m0)\n"


def _classes(count: int) -> str:
    return "class C0:\n    def m(self, x, i):\n        return x[i : i + 4]\n\n\n" + "".join(
        f"class C{n}(C{n - 1}):\n    def m(self, x, i):\n        return super().m(x, i)\n\n\n"
        for n in range(1, count)
    )


def _attributes(count: int) -> str:
    sets = "".join(f"        self.a{n} = self.a{max(n - 1, 0)}\n" for n in range(count))
    return (
        f"class Big:\n    def __init__(self, a):\n        self.a0 = a\n{sets}\n"
        "    @jax.jit\n    def m(self, x, i):\n        return x[i : i + self.a0]\n"
    )


def _assignments(count: int) -> str:
    return _body(
        line
        for n in range(count)
        for line in (f"if n == {n}:", f"    k = i + {n}", "else:", f"    k = k + {n}")
    )


def _new_names(count: int) -> str:
    return _body(line for n in range(count) for line in (f"if k > {n}:", f"    v{n} = x[i : {n}]"))


def _names(count: int) -> str:
    return _body([f"v{n} = {f'v{n - 1}' if n else 'i'} + 1" for n in range(count)])


def _imports(count: int) -> str:
    return "".join(f"import m{n}\nfrom p{n} import q as q{n}\n" for n in range(count))


def _arguments(count: int) -> str:
    names = _repeat("a#", count, ", ")
    return f"def g({names}):\n    return a0[a1 : a1 + 4]\n\n\n" + _body(
        [f"y = g(x, {_repeat('i + #', count - 1, ', ')})"]
    )


# --- many paths ---------------------------------------------------------------------------------------------------


def _elifs(count: int) -> str:
    first = ["if k == 0:", "    r = x[i : i + 1]"]
    others = [
        line for n in range(1, count) for line in (f"elif k == {n}:", f"    r = x[i : i + {n}]")
    ]
    return _body([*first, *others, "else:", "    r = x"], "r[i : i + 4]")


def _static_elifs(count: int) -> str:
    others = [line for n in range(1, count) for line in (f"elif mode == 'm{n}':", f"    e = {n}")]
    return "def choose(mode):\n" + "".join(
        f"    {line}\n" for line in ("if mode == 'm0':", "    e = 0", *others, "return e")
    )


def _cases(count: int) -> str:
    cases = [
        line for n in range(count) for line in (f"    case {n}:", f"        r = x[i : i + {n}]")
    ]
    return _body(["r = x", "match k:", *cases], "r[i : i + 4]")


def _choices(count: int) -> str:
    return _body(
        ["e = " + "".join(f"{n} if k == {n} else " for n in range(count)) + "0"], "x[i : e]"
    )


def _chosen(count: int) -> str:
    return _body([f"k = lax.axis_index('a') if n else {m}" for m in range(count)], "x[i : k]")


def _none_defaults(count: int) -> str:
    return _body(line for n in range(count) for line in ("if n is None:", f"    n = {n}"))


def _loops(depth: int) -> str:
    return _nested(lambda n: f"for j{n} in range(n):", depth, "k = k + x[i : i + 4].sum()")


def _short_loops(depth: int) -> str:
    return _nested(lambda n: f"for j{n} in (1, 2, 3, 4):", depth, "k = k + x[i : i + 4].sum()")


def _whiles(depth: int) -> str:
    return _nested(lambda n: f"while n > {n}:", depth, "k = k + x[i : i + 4].sum()")


def _comprehensions(depth: int) -> str:
    loops = " ".join(f"for j{n} in range(k)" for n in range(depth))
    return _body([f"y = [x[i : i + j0] {loops}]"])


def _nested_comprehensions(depth: int) -> str:
    text = "x[i : i + 4]"
    for level in range(depth):
        text = f"[{text} for j{level} in (1, 2, 3)]"
    return _body([f"y = {text}"])


def _tries(depth: int) -> str:
    lines = [" " * level + "try:" for level in range(depth)]
    lines.append(" " * depth + "k = x[i : i + 4]")
    for level in reversed(range(depth)):
        lines += [" " * level + "except ValueError:", " " * level + f" k = x[i : i + {level}]"]
    return _body(lines)


def _finals(depth: int) -> str:
    lines = [" " * level + "try:" for level in range(depth)]
    lines.append(" " * depth + "k = x[i : i + 4]")
    for level in reversed(range(depth)):
        lines += [" " * level + "finally:", " " * level + f" k = x[i : i + {level}]"]
    return _body(lines)


def _withs(depth: int) -> str:
    return _nested(lambda n: f"with open('{n}') as w{n}:", depth, "k = x[i : i + 4]")


def _with_items(count: int) -> str:
    return _body([f"with {_repeat('jax.named_scope(str(#)) as w#', count, ', ')}:", "    k = i"])


def _ifs(depth: int) -> str:
    return _nested(lambda n: f"if n > {n}:", depth, "k = x[i : i + 4]")


def _conditions(count: int) -> str:
    return _body(line for n in range(count) for line in (f"if n > {n}:", f"    x = x[i : i + {n}]"))


# --- calls of calls -----------------------------------------------------------------------------------------------


def _twice(depth: int) -> str:
    return (
        "def g0(x, i):\n    return x[i : i + 4]\n\n\n"
        + "".join(
            f"def g{n}(x, i):\n    return g{n - 1}(x, i + {n}) + g{n - 1}(x * 2, i - 1)\n\n\n"
            for n in range(1, depth)
        )
        + _body([f"y = g{depth - 1}(x, i)"])
    )


def _twice_with_constants(depth: int) -> str:
    return (
        "def g0(x, i, m):\n    return x[i : i + m]\n\n\n"
        + "".join(
            f"def g{n}(x, i, m):\n    return g{n - 1}(x, i, (m, 1)) + g{n - 1}(x, i, [m, 'b{n}'])\n\n\n"
            for n in range(1, depth)
        )
        + _body([f"y = g{depth - 1}(x, i, 4)"])
    )


def _mixed(depth: int) -> str:
    return (
        "def g0(*a):\n    return a[0][a[1] : a[2]]\n\n\n"
        + "".join(
            f"def g{n}(a, b, c, d):\n    return g{n - 1}(b, a, c, 1), g{n - 1}(a, c, d, b), g{n - 1}(c, b, 2, a)\n\n\n"
            for n in range(1, depth)
        )
        + _body([f"y = g{depth - 1}(x, i, n, 3)"])
    )


def _given_functions(depth: int) -> str:
    return (
        "def g0(x, i, h):\n    return h(x)[i : i + 4]\n\n\n"
        + "".join(
            f"def g{n}(x, i, h):\n    return g{n - 1}(x, i, lambda v: h(v)) + g{n - 1}(x, i, lambda v: h(h(v)))\n\n\n"
            for n in range(1, depth)
        )
        + _body([f"y = g{depth - 1}(x, i, lambda v: v)"])
    )


def _scans(depth: int) -> str:
    return (
        "def g0(c, i):\n    return c[i : i + 4], c\n\n\n"
        + "".join(
            f"def g{n}(c, i):\n    a, _ = lax.scan(g{n - 1}, c, c)\n    return lax.scan(g{n - 1}, a, c)\n\n\n"
            for n in range(1, depth)
        )
        + _body([f"y = lax.scan(g{depth - 1}, x, x)"])
    )


def _mutual(count: int) -> str:
    return "".join(
        f"def g{n}(x, i, m):\n    if m == {n}:\n        return x[i : i + 4]\n"
        f"    return g{(n + 1) % count}(x, i + {n}, m - 1) + g{(n * 3 + 2) % count}(x, i, m)\n\n\n"
        for n in range(count)
    ) + _body(["y = g0(x, i, k)"])


def _tree_recursion(count: int) -> str:
    calls = " + ".join(f"g(x, i, m - {n})" for n in range(count))
    return (
        f"def g(x, i, m):\n    if m < 0:\n        return x[i : i + 4]\n    return {calls}\n\n\n"
        + (_body(["y = g(x, i, k)"]))
    )


def _decorators(count: int) -> str:
    wrap = "def wrap(h):\n    def inner(*a):\n        return h(*a)\n\n    return inner\n\n\n"
    return (
        wrap
        + "@wrap\n" * count
        + "def g(x, i):\n    return x[i : i + 4]\n\n\n"
        + _body(["y = g(x, i)"])
    )


def _jits(count: int) -> str:
    return "@jax.jit\n" * count + "def g(x, i):\n    return x[i : i + 4]\n"


def _wrapped(count: int) -> str:
    return _body(["h = lambda v: v[i : i + 4]", *["h = jax.jit(jax.vmap(h))"] * count, "y = h(x)"])


def _inner_functions(depth: int) -> str:
    lines = [" " * level + f"def h{level}(v{level}):" for level in range(depth)]
    lines.append(" " * depth + "return x[i : i + 4]")
    lines += [
        " " * level + f"return h{level}(v{max(level - 1, 0)})" for level in range(depth - 1, 0, -1)
    ]
    return _body([*lines, "y = h0(i)"])


def _lambdas(depth: int) -> str:
    return _body(
        [
            f"h = {''.join(f'lambda v{n}: ' for n in range(depth))}x[i : i + 4]",
            "y = h" + "(i)" * depth,
        ]
    )


def _inner_classes(depth: int) -> str:
    lines = [" " * level + f"class C{level}:" for level in range(depth)]
    return "\n".join([*lines, " " * depth + "T = 3"]) + "\n"


# --- long expressions ---------------------------------------------------------------------------------------------


def _sum(count: int) -> str:
    return _bound(_repeat("k", count, " + "))


def _sum_of_names(count: int) -> str:
    return _body(
        [f"v{n} = lax.axis_index('a{n}')" for n in range(40)]
        + [f"e = {' + '.join(f'v{n % 40} * {n}' for n in range(count))}"],
        "x[i : e]",
    )


def _bound_itself(count: int) -> str:
    return _body([], f"x[i : {_repeat('k', count, ' + ')}]")


def _conjunction(count: int) -> str:
    return _bound(_repeat("k", count, " and "))


def _disjunction_of_tests(count: int) -> str:
    return _body([f"if {_repeat('n == #', count, ' or ')}:", "    x = x * 2"])


def _texts_added(count: int) -> str:
    return _body([f"s = {_repeat(repr('abc#'), count, ' + ')}"])


def _comparison(count: int) -> str:
    return _bound(_repeat("k", count, " < "))


def _attribute_chain(count: int) -> str:
    return _bound("k" + ".T" * count)


def _call_chain(count: int) -> str:
    return _bound("k" + ".sum()" * count)


def _subscript_chain(count: int) -> str:
    return _body([f"y = x{'[i]' * count}"])


def _slice_chain(count: int) -> str:
    return _body([], "x" + "".join(f"[i : i + {n}]" for n in range(count)))


def _slice_in_slice(depth: int) -> str:
    text = "i"
    for _ in range(depth):
        text = f"x[{text} : i + 4]"
    return _body([f"y = {text}"])


def _parentheses(depth: int) -> str:
    return _bound("(" * depth + "k" + " + 1)" * depth)


def _brackets(depth: int) -> str:
    return _body(["v = " + "[" * depth + "i" + "]" * depth])


def _nested_calls(depth: int) -> str:
    return _bound("jnp.abs(" * depth + "k" + ")" * depth)


def _negations(depth: int) -> str:
    return _bound("-" * depth + "k")


def _nots(depth: int) -> str:
    return _bound("not " * depth + "k")


def _powers_of_powers(depth: int) -> str:
    return _bound("2 ** " * depth + "k")


def _formatted(count: int) -> str:
    return _body(["s = f'" + _repeat("{k} # {n!r:>{i}}", count, " ") + "'"])


def _one_line(count: int) -> str:
    return _body(["; ".join(f"y{n} = x * {n} + i - k" for n in range(count))])


def _comments(count: int) -> str:
    return _body([], "x[\n" + "    # jaxslice: [ ( { :\n" * count + "    i : i + 4]")


def _suppressions(count: int) -> str:
    return _body([f"y{n} = x[i : i + 4]  # noqa: JSL101" for n in range(count)])


def _scattered(count: int) -> str:
    """Statements in no order, from one seed."""
    chance = random.Random(count)
    kinds = (
        "v{a} = v{b} + v{c}",
        "v{a} = (v{b}, v{c})",
        "v{a} = [v{b}]",
        "v{a} = v{b}[i : i + 4]",
        "v{a} = h(v{b}, v{c})",
    )
    lines = [f"v{n} = i" for n in range(9)]
    for _ in range(count):
        a, b, c = (chance.randrange(9) for _ in range(3))
        lines.append(chance.choice(kinds).format(a=a, b=b, c=c))
    return "def h(a, b):\n    return {'a': a, 'b': b}\n\n\n" + _body(lines)


def cases() -> Iterator[Case]:
    """All kinds of programs."""
    yield from (
        Case("chained updates", _updates, 50),
        Case("updates in a row", _update_lines, 100),
        Case("`k = k * k`", _squares, 20),
        Case("`k, n = k * n + 1, k + n`", _square_sums, 20),
        Case("squares of a number", _constants, 20),
        Case("powers of a number", _powers, 20),
        Case("`t = (t, t)`", _pairs, 30),
        Case("`t = same(t, t)`", _pairs_passed, 30),
        Case("`d = {'a': d, 'b': d}`", _dictionaries, 30),
        Case("`d[k] = d`", _own_items, 30),
        Case("`v = v + v`, a list", _doubled_lists, 30),
        Case("`v = v * 9`, a list", _repeated_lists, 30),
        Case("`v.append(v)`", _appended_lists, 30),
        Case("`s = s + s`, a string", _doubled_texts, 40),
        Case("`s = f'{s}{s}'`", _formatted_texts, 40),
        Case("`h = compose(h, h)`", _composed, 10),
        Case("`h = partial(h, h, i)`", _partials, 30),
        Case("`y = concatenate([y, y])`", _shapes, 30),
        Case("reshapes of reshapes", _reshaped, 15),
        Case("`t = Box(t, t)`", _objects, 30),
        Case("numbers in a list", _numbers, 50_000),
        Case("negative numbers in a tuple", _negatives, 50_000),
        Case("strings in a list", _texts, 50_000),
        Case("lists in a list", _rows, 50_000),
        Case("a dict", _mapping, 50_000),
        Case("dicts in a dict", _mapping_of_mappings, 50_000),
        Case("numbers in a traced array", _table_inside, 50_000),
        Case("slices in a list", _table_of_slices, 200),
        Case("stars before long literals", _starred, 5_000),
        Case("a long unpacking", _unpacked, 300),
        Case("slices in a function", _slices, 200),
        Case("slices in one sum", _slices_of_one, 200),
        Case("calls of one helper that slices", _slice_calls, 200),
        Case("the same, of what it gave", _slice_calls_nested, 200),
        Case("calls of helpers that slice", _helpers, 200),
        Case("functions that call each other", _functions, 1_000),
        Case("traced functions", _traced_functions, 400),
        Case("JSON", _slices, 200, ("--output-format", "json")),
        Case("full output", _slices, 200, ("--output-format", "full")),
        Case("fixes", _slices, 200, ("--diff",)),
        Case("verbose", _slices, 200, ("-v",)),
        Case("methods of a class", _methods, 250),
        Case("classes below each other", _classes, 100),
        Case("attributes of an object", _attributes, 250),
        Case("branches that assign one name", _assignments, 500),
        Case("branches that bind new names", _new_names, 250),
        Case("names in a function", _names, 1_000),
        Case("imports", _imports, 1_000),
        Case("arguments of one call", _arguments, 400),
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
        Case("a long sum", _sum, 450),
        Case("a very long sum", _sum, 1_400),
        Case("a long sum of 40 names", _sum_of_names, 1_000),
        Case("a sum as the bound", _bound_itself, 450),
        Case("a long `and`", _conjunction, 1_500),
        Case("a long `or` of tests", _disjunction_of_tests, 1_500),
        Case("strings added", _texts_added, 1_500),
        Case("a long comparison", _comparison, 1_500),
        Case("`.T.T.T`", _attribute_chain, 1_500),
        Case("`.sum().sum()`", _call_chain, 1_000),
        Case("`x[i][i][i]`", _subscript_chain, 1_500),
        Case("`x[i:j][i:j]`", _slice_chain, 50),
        Case("`x[x[x[i:j]:j]:j]`", _slice_in_slice, 20),
        Case("nested parentheses", _parentheses, 90),
        Case("nested lists", _brackets, 90),
        Case("nested calls", _nested_calls, 90),
        Case("`----k`", _negations, 400),
        Case("`not not k`", _nots, 400),
        Case("`2 ** 2 ** k`", _powers_of_powers, 45),
        Case("a long f-string", _formatted, 1_000),
        Case("100 kB on one line", _one_line, 2_500),
        Case("comments in a slice", _comments, 2_000),
        Case("suppressed slices", _suppressions, 200),
        Case("scattered statements", _scattered, 200),
    )
