"""Long and deep expressions, and long lines."""

import random

from scaled.case import Case, body, bound, repeat


def _sum(count: int) -> str:
    return bound(repeat("k", count, " + "))


def _sum_of_names(count: int) -> str:
    return body(
        [f"v{n} = lax.axis_index('a{n}')" for n in range(40)]
        + [f"e = {' + '.join(f'v{n % 40} * {n}' for n in range(count))}"],
        "x[i : e]",
    )


def _bound_itself(count: int) -> str:
    return body([], f"x[i : {repeat('k', count, ' + ')}]")


def _conjunction(count: int) -> str:
    return bound(repeat("k", count, " and "))


def _disjunction_of_tests(count: int) -> str:
    return body([f"if {repeat('n == #', count, ' or ')}:", "    x = x * 2"])


def _texts_added(count: int) -> str:
    return body([f"s = {repeat(repr('abc#'), count, ' + ')}"])


def _comparison(count: int) -> str:
    return bound(repeat("k", count, " < "))


def _attribute_chain(count: int) -> str:
    return bound("k" + ".T" * count)


def _call_chain(count: int) -> str:
    return bound("k" + ".sum()" * count)


def _subscript_chain(count: int) -> str:
    return body([f"y = x{'[i]' * count}"])


def _slice_chain(count: int) -> str:
    return body([], "x" + "".join(f"[i : i + {n}]" for n in range(count)))


def _slice_in_slice(depth: int) -> str:
    text = "i"
    for _ in range(depth):
        text = f"x[{text} : i + 4]"
    return body([f"y = {text}"])


def _parentheses(depth: int) -> str:
    return bound("(" * depth + "k" + " + 1)" * depth)


def _brackets(depth: int) -> str:
    return body(["v = " + "[" * depth + "i" + "]" * depth])


def _nested_calls(depth: int) -> str:
    return bound("jnp.abs(" * depth + "k" + ")" * depth)


def _negations(depth: int) -> str:
    return bound("-" * depth + "k")


def _nots(depth: int) -> str:
    return bound("not " * depth + "k")


def _powers_of_powers(depth: int) -> str:
    return bound("2 ** " * depth + "k")


def _formatted(count: int) -> str:
    return body(["s = f'" + repeat("{k} # {n!r:>{i}}", count, " ") + "'"])


def _one_line(count: int) -> str:
    return body(["; ".join(f"y{n} = x * {n} + i - k" for n in range(count))])


def _comments(count: int) -> str:
    return body([], "x[\n" + "    # jaxslice: [ ( { :\n" * count + "    i : i + 4]")


def _suppressions(count: int) -> str:
    return body([f"y{n} = x[i : i + 4]  # noqa: JSL101" for n in range(count)])


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
    return "def h(a, b):\n    return {'a': a, 'b': b}\n\n\n" + body(lines)


CASES = (
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
