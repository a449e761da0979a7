"""Programs that reach a slice in several ways, by what differs: each defines `f`, with the names of HEADER at hand."""

NONE_BOUNDS = {
    "a default of one of two calls": """
def tail(x, start=None):
    return x[start:].sum()

@jax.jit
def f(x, i):
    return tail(x, i) + tail(x)
""",
    "a keyword that is left out": """
def cut(x, *, low=None, high=None):
    return x[low:high].sum()

@jax.jit
def f(x, i):
    return cut(x, low=i, high=i + 3) + cut(x, high=4)
""",
    "a tuple of pairs": """
@jax.jit
def f(x, i):
    parts = [x[low:high].max() for low, high in ((i, i + 2), (None, 3))]
    return parts[0] + parts[1]
""",
    "a conditional": """
@jax.jit
def f(x, n):
    stop = None if x.ndim == 2 else n
    first = x[:stop].sum()
    stop = None
    for _ in range(2):
        first = first + x[:stop].sum()
        stop = n
    return first
""",
    "attributes of two objects": """
class Span:
    def __init__(self, low=None, high=None):
        self.low, self.high = low, high

    def of(self, x):
        return x.at[self.low:self.high].set(0.0)

@jax.jit
def f(x, i):
    return Span(i, i + 2).of(x) + Span().of(x)
""",
}
OTHER_INDICES = {
    "an integer": """
@jax.jit
def f(x, i):
    return sum(x[q].sum() for q in (slice(i, i + 2), 0))
""",
    "an ellipsis passed by another caller": """
def part(x, where):
    return x[where].sum()

@jax.jit
def f(x, i):
    return part(x, slice(i, i + 2)) + part(x, ...)
""",
    "tuples of another length": """
def part(m, where):
    return m[where].sum()

@jax.jit
def f(m, i):
    return part(m, (slice(i, i + 2), 0)) + part(m, (slice(i, i + 2),))
""",
    "an array of positions": """
@jax.jit
def f(x, i):
    total = 0.0
    for where in [slice(i, i + 3), jnp.array([0, 2])]:
        total = total + x[where].sum()
    return total
""",
}
OTHER_SIZES = {
    "two callers": """
def take(x, start, stop):
    return x[start:stop].sum()

@jax.jit
def f(x, i):
    return take(x, i, i + 2) + take(x, i, i + 5)
""",
    "an eager caller": """
def put(x, start, stop):
    return x.at[start:stop].set(1.0)

@jax.jit
def f(x, i):
    return put(x, i, i + 2)

shown.append(put(jnp.zeros(5), 1, 4))
""",
    "one caller alone": """
def take(x, start, stop):
    return x[start:stop].sum()

@jax.jit
def f(x, i):
    return take(x, i, i + 1)

def others(op):
    return op(jnp.arange(5.0), 0, 3)

shown.append(others(take))
""",
    "a function stored in a table": """
def take(x, start, stop):
    return x[start:stop].sum()

TABLE = {"take": take}

@jax.jit
def f(x, i):
    return take(x, i, i + 1)

shown.append(TABLE["take"](jnp.arange(5.0), 1, 4))
""",
    "a slice object that is passed": """
def part(x, where):
    return x[where].sum()

@jax.jit
def f(x, i):
    return part(x, slice(i, i + 2)) + part(x, slice(1, 6))
""",
    "a partial": """
def take(x, start, stop):
    return x[start:stop].sum()

first = partial(take, start=0, stop=3)

@jax.jit
def f(x, i):
    return take(x, i, i + 1) + first(x)
""",
    "a step": """
def take(x, start, step):
    return x[start:start + 4:step].sum()

@jax.jit
def f(x, i):
    return take(x, i, 1) + take(x, i, 2)
""",
}
OTHER_OPERANDS = {
    "a tuple": """
def window(a, start):
    return a[start:start + 2]

@jax.jit
def f(x, i):
    return window(x, i).reshape(window((1, 2, 1), 1))
""",
    "a NumPy array on the host": """
def window(a, start):
    return a[start:start + 2]

@jax.jit
def f(x, i):
    return window(x, i) * window(np.arange(6.0), 1).tolist()[0]
""",
    "a NumPy array where a mask would be": """
def head(a, n):
    return a[:n].sum()

@jax.jit
def f(x, n):
    return head(x, n) + head(np.ones(6), 2).item()
""",
    "a string": """
def window(a, start):
    return a[start:start + 2]

@jax.jit
def f(x, i):
    return window(x, i) * len(window("abcdef", 1))
""",
}
_REGISTER = """
REG = {}

def register(name):
    def kept(fn):
        REG[name] = fn
        return fn
    return kept

@register("head")
def head(x, n):
    return x[:n]

@register("cut")
def cut(x, i):
    return x[i:i + 2]
"""
REGISTRIES = {
    "a read by its name": f"""{_REGISTER}
def f(x, i):
    return jax.jit(lambda x, i: cut(x, i).sum())(x, i) + len(REG["cut"]((1, 2, 3), 2))
""",
    "a read in a loop over all": f"""{_REGISTER}
def f(x, i):
    both = [fn((1, 2, 3), 2) for fn in REG.values()]
    return jax.jit(lambda x, i: cut(x, i).sum())(x, i) + len(both[1])
""",
    "a mask": f"""{_REGISTER}
def f(x, n):
    return jax.jit(lambda x, n: head(x, n).sum())(x, n) + REG["head"](x, None).sum()
""",
    "a read that only the registry leads to": f"""{_REGISTER}
def f(x, i):
    return jax.jit(lambda x, i: REG["cut"](x, i).sum())(x, i) + len(REG["cut"]((1, 2, 3), 2))
""",
}
MAIN_GUARDS = {
    "a call": """
def take(x, start, stop):
    return x[start:stop].sum()

@jax.jit
def f(x, i):
    return take(x, i, i + 2)

if __name__ == "__main__":
    shown.append(take(jnp.arange(9.0), 0, 5))
""",
    "a call of a function that is defined there": """
def head(x, n=None):
    return x[:n].sum()

@jax.jit
def f(x, n):
    return head(x, n)

if __name__ == "__main__":
    def main():
        return head(jnp.arange(9.0))

    shown.append(main())
""",
    "the other way round": """
def head(x, n=None):
    return x[:n].sum()

@jax.jit
def f(x, n):
    return head(x, n)

if "__main__" != __name__:
    pass
else:
    shown.append(head(jnp.arange(9.0)))
""",
}
#: What widens a narrow start must suit a Python int, too.
NARROW_STARTS = {
    "a read": """
def cut(x, i):
    return x[i:i + 2].sum()

@jax.jit
def f(x, i):
    return cut(x, jnp.asarray(i, jnp.int8)) + cut(x, 5)
""",
    "an update": """
def put(x, i):
    return x.at[i:i + 2].set(0.0)

@jax.jit
def f(x, i):
    return put(x, jnp.asarray(i, jnp.int16)) + put(x, 5)
""",
    "a mask": """
def head(x, n):
    return x[:n].sum()

@jax.jit
def f(x, n):
    return head(x, jnp.asarray(n, jnp.int8)) + head(jnp.arange(300), jnp.int8(-4)) + head(x, -2)
""",
}
#: What is jitted may be called without: the slice then gives a view of a NumPy array.
WITHOUT_JIT = {
    "the function of a jitted one": """
@jax.jit
def window(x, i):
    return x[i:i + 2]

def clear(i):
    b = np.ones(4)
    window.__wrapped__(b, i)[:] = 0.0
    return b

if __name__ == "__main__":
    shown.append(clear(1))

f = jax.jit(lambda x, i: window(x, i))
""",
    "the function of a jitted method": """
class Window:
    @jax.jit
    def of(self, x, i):
        return x[i:i + 2]

jax.tree_util.register_static(Window)

def clear(i):
    b = np.ones(4)
    window = Window()
    window.of.__wrapped__(window, b, i)[:] = 0.0
    return b

if __name__ == "__main__":
    shown.append(clear(1))

f = jax.jit(lambda x, i: Window().of(x, i))
""",
    "an attribute": """
class Window:
    def __init__(self):
        self.jitted = jax.jit(self.of)

    def of(self, x, i):
        return x[i:i + 2]

    def clear(self, i):
        b = np.ones(4)
        self.jitted.__wrapped__(b, i)[:] = 0.0
        return b

if __name__ == "__main__":
    shown.append(Window().clear(1))

f = jax.jit(lambda x, i: Window().jitted(x, i))
""",
    "below disable_jit": """
@jax.jit
def window(x, i):
    return x[i:i + 2]

def clear(b, i):
    window(b, i)[:] = 0.0
    return b

if __name__ == "__main__":
    with jax.disable_jit():
        shown.append(clear(np.ones(4), 1))

f = jax.jit(lambda x, i: window(x, i))
""",
}
PROGRAMS = {
    f"{kind}: {name}": program
    for kind, programs in (
        ("None", NONE_BOUNDS),
        ("index", OTHER_INDICES),
        ("size", OTHER_SIZES),
        ("operand", OTHER_OPERANDS),
        ("registry", REGISTRIES),
        ("narrow start", NARROW_STARTS),
        ("main guard", MAIN_GUARDS),
        ("without jit", WITHOUT_JIT),
    )
    for name, program in programs.items()
}
