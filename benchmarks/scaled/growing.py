"""Values that grow with each line of a program."""

from scaled.case import Case, body


def _updates(count: int) -> str:
    return body([], "x" + "".join(f".at[i + {n} : i + {n} + 4].set(k)" for n in range(count)))


def _update_lines(count: int) -> str:
    return body([f"x = x.at[i + {n} : i + {n} + 4].set(k)" for n in range(count)])


def _squares(count: int) -> str:
    return body(["k = k * k"] * count, "x[i : i + k]")


def _square_sums(count: int) -> str:
    return body(["k, n = k * n + 1, k + n"] * count, "x[i : i + k]")


def _constants(count: int) -> str:
    return body(["k = 3", *["k = k * k"] * count], "x[i : i + k]")


def _powers(count: int) -> str:
    return body(["k = 7", *["k = k ** k"] * count, "k = k << k"], "x[i : i + k]")


def _pairs(count: int) -> str:
    return body(["t = x", *["t = (t, t)"] * count, "f2 = lambda v: v", "y = f2(t)"])


def _pairs_passed(count: int) -> str:
    calls = ["t = same(t, t)"] * count
    return "def same(a, b):\n    return (a, b)\n\n\n" + body(["t = i", *calls], "x[i : i + 4]")


def _dictionaries(count: int) -> str:
    return body(["d = {'k': i}", *["d = {'a': d, 'b': d}"] * count])


def _own_items(count: int) -> str:
    return body(["d = {}", *[f"d['k{n}'] = d" for n in range(count)]])


def _doubled_lists(count: int) -> str:
    return body(["v = [i, n]", *["v = v + v"] * count], "x[i : v[0]]")


def _repeated_lists(count: int) -> str:
    return body(["v = [0]", *["v = v * 9"] * count, "w = [i] * 1000000000"], "x[i : v[0]]")


def _appended_lists(count: int) -> str:
    return body(["v = []", *["v.append(v)", "v.append(i)"] * count])


def _doubled_texts(count: int) -> str:
    return body(["s = 'ab'", *["s = s + s"] * count, "t = s * 1000000000"])


def _formatted_texts(count: int) -> str:
    return body(["s = 'ab'", *["s = f'{s}{s}'"] * count, "t = '%s%s' % (s, s)"])


def _composed(count: int) -> str:
    compose = "def compose(f, g):\n    return lambda v: f(g(v))\n\n\n"
    return compose + body(["h = lambda v: v + 1", *["h = compose(h, h)"] * count, "n = h(n)"])


def _partials(count: int) -> str:
    return body(
        ["h = lambda *a: a[0]", *["h = partial(h, h, i)"] * count, "n = h(i)"], "x[i : i + 4]"
    )


def _shapes(count: int) -> str:
    return body(["y = x", *["y = jnp.concatenate([y, y])"] * count], "y[i : i + 4]")


def _reshaped(count: int) -> str:
    return body(
        [
            "y = x",
            *["y = y.reshape(y.shape[0] * y.shape[1], -1).T[: y.shape[0] // 2]"] * count,
        ],
        "y[i : i + 4]",
    )


def _objects(count: int) -> str:
    box = "class Box:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b\n\n\n"
    return box + body(["t = Box(x, i)", *["t = Box(t, t)"] * count, "t.a.a.b = 3"])


CASES = (
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
)
