"""Slices that fail on one of two paths: where that is said, and where it might be another path that leads there.

Each program was run with many static arguments: the lines marked `# traced` raise with some, those marked `# static`
with none. Of those marked `# silent` the tool can't be sure.
"""

from flow_programs import check, jitted


def test_a_start_that_is_traced_on_one_path_fails_on_that_path() -> None:
    check(
        jitted(
            """
start = i if k > 3 else 0
y = x[start:start + k]  # traced
if k > 4:
    at = i + 1
else:
    at = 2
y = window(x, at)
if k > 5:
    y = x[at:at + 3]  # silent
return x[at:at + 2]  # traced
""",
            before="""
def window(x, at):
    return x[at:at + 4]  # traced
""",
        )
    )


def test_conditions_may_depend_on_the_path_that_was_taken() -> None:
    check(
        jitted(
            """
start = i if k > 3 else 0
many = k > 3
y = window(x, start, many)
y = [x[start:start + 6] for _ in range(3) if not many]  # static
y = [x[start:start + 7] for _ in range(3)]  # traced
if not many:
    y = [x[start:start + 8] for _ in range(3)]  # static
if k > 9:
    return x if k > 2 else x[start:start + 9]  # static
return x[start:start + k]  # silent
""",
            before="""
def window(x, at, many):
    y = x if many else x[at:at + 4]  # static
    if not many:
        y = x[at:at + 5]  # static
    return x[:1] if many else x[at:at + 3]  # static
""",
        )
    )


def test_what_was_not_looked_at_below_a_condition_is_looked_at_elsewhere() -> None:
    check(
        jitted(
            """
start = i if k > 3 else 0
if k > 5:
    y = window(x, start)
return window(x, start)
""",
            before="""
def window(x, at):
    return x[at:at + 4]  # traced
""",
        )
    )


def test_a_function_may_read_the_start_from_where_it_was_made() -> None:
    check(
        jitted(
            """
def window():
    return x[start:start + k]  # traced
start = i if k > 3 else 0
return window()
"""
        )
    )


def test_the_same_condition_comes_out_the_same_along_a_path() -> None:
    check(
        jitted(
            """
start = i if k > 3 else 0
if k > 3:
    y = x[start:start + 1]  # traced
else:
    y = x[start:start + 2]  # static
k = k - 1
if k > 3:
    y = x[start:start + 3]  # silent
return y
"""
        )
    )


def test_what_is_passed_for_a_static_argument_is_no_tracer() -> None:
    check(
        """
@functools.partial(jax.jit, static_argnames=("echo", "n"))
def f(x, i, echo, n):
    start = i if echo else n
    return x[start:start + 2]  # traced
def main(settings):
    f(jnp.ones(9), 1, settings.echo, settings.n)
"""
    )


def test_what_stands_below_other_statements_may_depend_on_the_path_as_well() -> None:
    check(
        jitted(
            """
start = i if k > 3 else 0
ready = k < 3
while ready:
    y = x[start:start + 1]  # static
    ready = False
ready = k < 3
match k:
    case 1:
        y = x[start:start + 2]  # static
for _ in range(k):
    y = x[start:start + 3]  # traced
y = ready and x[start:start + 4]  # static
y = WINDOWS[k > 3](x, start)
assert x.ndim == 1
y = x[start:start + 5]  # traced
assert k < 4
return x[start:start + 6]  # static
""",
            before="WINDOWS = {False: lambda x, at: x[at:at + 7], True: lambda x, at: x}  # static\n",
        )
    )


def test_what_follows_a_fork_is_run_for_the_other_path_as_well() -> None:
    check("""
@functools.partial(jax.jit, static_argnames="k")
def f(x, i, k):
    if k > 2:
        start = i
    else:
        start = 0
    y = x[start:]  # traced
    if k > 2:
        return y
    return x[i + 1:]  # traced
""")


def test_a_start_that_is_not_known_on_the_other_path_fails_on_its_own() -> None:
    check("""
    @jax.jit
    def read(x, i, table):
        def choose(layout):
            at = i if layout.packed else layout.start
            return x[at:at + 2]  # traced
        return choose(make_layout())
    """)


def test_who_may_leave_out_a_parameter_goes_both_ways() -> None:
    check("""
    @jax.jit
    def head(logits, tokens):
        return pick(logits, tokens)

    def pick(logits, tokens):
        return one(logits, jnp.argmax(tokens)), other(logits, jnp.argmax(tokens), 3)

    def one(logits, found):
        def inner(at=None):
            start = found if at is None else 0
            return logits[start:start + 2]  # traced
        return inner

    def other(logits, found, limit):
        def inner(at):
            start = found if at is None else 0
            return logits[start:start + 2]  # silent
        return inner
    """)


def test_what_a_loop_adds_up_is_traced_though_it_begins_with_a_number() -> None:
    check(
        jitted(
            """
start = 0
for one in many(k):
    start += one * i
last = 0
for one in many(k):
    last = i
other = 0
for one in many(k):
    if one == k:
        other = i
none = 0
for one in ():
    none += i
while k > 9:
    none = i
y = x[start:start + 1]  # traced
y = x[last:last + 2]  # traced
y = x[other:other + 3]  # silent
return x[none:none + 4]  # silent
""",
            before="def many(k):\n    return unknown_items(k)\n",
        )
    )


def test_what_a_parameter_is_that_may_be_left_out_its_callers_decide() -> None:
    check("""
    @jax.jit
    def head(logits, tokens):
        return one(logits, jnp.argmax(tokens), None)

    def one(logits, found, at=None):
        start = 0 if at is None else found
        return logits[start:start + 2]  # static

    @jax.jit
    def tail(logits, tokens, at=None):
        start = 0 if at is None else jnp.argmax(tokens)
        return logits[start:start + 3]  # static

    tail(logits, tokens)
    """)
