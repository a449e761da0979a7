"""A project's own wrappers around transforms, as decorators of functions that nobody calls."""

import pytest
from flow_programs import check

WRAPPERS = {
    "calls jit each time": """
    def own(function):
        @functools.wraps(function)
        def run(*args):
            return jax.jit(function)(*args)
        return run
    """,
    "keeps what it compiled by shape": """
    def own(function):
        compiled = {}
        def run(x, *rest):
            if x.shape not in compiled:
                compiled[x.shape] = jax.jit(function)
            return compiled[x.shape](x, *rest)
        return run
    """,
    "compiles when it is first called": """
    def own(function):
        compiled = None
        def run(*args, **options):
            nonlocal compiled
            if compiled is None:
                compiled = jax.jit(function)
            return compiled(*args, **options)
        return run
    """,
    "is made of two": """
    def counted(function):
        def count(*args):
            return function(*args)
        return count
    def own(function):
        inner = counted(function)
        def run(x, i):
            return jax.vmap(inner, in_axes=(None, 0))(x, i)
        return run
    """,
    "takes options": """
    def own(function=None, **options):
        if function is None:
            return functools.partial(own, **options)
        return jax.jit(function, **options)
    """,
    "is a class": """
    class own:
        def __init__(self, function):
            self.compiled = jax.jit(function)
        def __call__(self, *args):
            return self.compiled(*args)
    """,
}
OTHERS = {
    "measures the time": """
    def own(function):
        @functools.wraps(function)
        def run(*args):
            return function(*args)
        return run
    """,
    "compiles another function": """
    def own(function):
        def run(*args):
            return jax.jit(prepare)(function(*args))
        return run
    def prepare(x):
        return x + 1
    """,
    "does it only if it is told to": """
    def own(function, compiled=False):
        return jax.jit(function) if compiled else function
    """,
}


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_what_a_wrapper_traces_when_it_is_called_is_traced(wrapper: str) -> None:
    check(f"""{WRAPPERS[wrapper]}
    @own
    def window(x, i):
        return x[i:i + 3]  # traced
    """)


@pytest.mark.parametrize("wrapper", OTHERS)
def test_what_a_wrapper_only_calls_is_not(wrapper: str) -> None:
    check(f"""{OTHERS[wrapper]}
    @own
    def window(x, i):
        return x[i:i + 3]  # static
    """)


def test_a_wrapper_of_methods_binds_the_object_first() -> None:
    check("""
    def method_jit(function):
        @functools.wraps(function)
        def run(self, *args):
            return jax.jit(functools.partial(function, self))(*args)
        return run

    class Reader:
        width = 3

        @method_jit
        def window(self, x, i):
            return x[i:i + self.width]  # traced

        @method_jit
        def head(self, x):
            return x[:self.width]  # static
    """)


def test_static_arguments_of_a_wrapper_stay_static() -> None:
    check("""
    def own(**options):
        def decorate(function):
            compiled = jax.jit(function, **options)
            def run(*args, **kwargs):
                return compiled(*args, **kwargs)
            return run
        return decorate

    @own(static_argnames=("n",))
    def window(x, i, n):
        a = x[n:n + 2]  # static
        return x[i:i + n]  # traced
    """)
