"""Many of one thing: items, slices, functions, names."""

from scaled.case import Case, body, repeat


def _numbers(count: int) -> str:
    return f"T = [{repeat('#', count, ', ')}]\n"


def _negatives(count: int) -> str:
    return f"T = ({repeat('-#', count, ', ')})\n"


def _texts(count: int) -> str:
    return f"T = [{repeat(repr('t#'), count, ', ')}]\n"


def _rows(count: int) -> str:
    return f"T = [{repeat('[#, -1.5, (2, 3)]', count // 4, ', ')}]\n"


def _mapping(count: int) -> str:
    return "T = {" + repeat("'k#': -#", count // 2, ", ") + "}\n"


def _mapping_of_mappings(count: int) -> str:
    return "T = {" + repeat("'k#': {'a': #, 'b': [#, {'c': x}]}", count // 5, ", ") + "}\n"


def _table_inside(count: int) -> str:
    return body([f"T = jnp.array([{repeat('#.5', count, ', ')}])"], "x[i : i + 4] + T")


def _table_of_slices(count: int) -> str:
    return body([f"T = [{repeat('x[i : i + #]', count, ', ')}]"])


def _starred(count: int) -> str:
    return body([f"a, *b = *[{repeat('#', count, ', ')}], *(1, 2)", "c = [*b, *b, *b]"])


def _unpacked(count: int) -> str:
    names = repeat("v#", count, ", ")
    return body([f"{names} = [{repeat('i + #', count, ', ')}]"], "x[v0 : v1]")


def _slices(count: int) -> str:
    return body([f"y{n} = x[i : i + {n + 1}]" for n in range(count)])


def _slices_of_one(count: int) -> str:
    return body(["a = 0", *[f"a = a + x[i : i + {n + 1}].sum()" for n in range(count)]], "a")


def _slice_calls(count: int) -> str:
    helper = "def part(v, s, m):\n    return v[s : s + m]\n\n\n"
    return helper + body([f"y{n} = part(x, i + {n}, {n})" for n in range(count)])


def _slice_calls_nested(count: int) -> str:
    helper = "def part(v, s, m):\n    return v[s : s + m]\n\n\n"
    return helper + body(["y = x", *[f"y = part(y, i + {n}, {n})" for n in range(count)]])


def _helpers(count: int) -> str:
    return "".join(
        f"def part{n}(v, s):\n    return v[s : s + {n + 1}]\n\n\n" for n in range(count)
    ) + body([f"y{n} = part{n}(x, i)" for n in range(count)])


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
    return body(
        line
        for n in range(count)
        for line in (f"if n == {n}:", f"    k = i + {n}", "else:", f"    k = k + {n}")
    )


def _new_names(count: int) -> str:
    return body(line for n in range(count) for line in (f"if k > {n}:", f"    v{n} = x[i : {n}]"))


def _names(count: int) -> str:
    return body([f"v{n} = {f'v{n - 1}' if n else 'i'} + 1" for n in range(count)])


def _imports(count: int) -> str:
    return "".join(f"import m{n}\nfrom p{n} import q as q{n}\n" for n in range(count))


def _arguments(count: int) -> str:
    names = repeat("a#", count, ", ")
    return f"def g({names}):\n    return a0[a1 : a1 + 4]\n\n\n" + body(
        [f"y = g(x, {repeat('i + #', count - 1, ', ')})"]
    )


CASES = (
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
)
