"""How traced and static values flow through objects and pytrees, as JAX was seen to trace it."""

from pathlib import Path
from typing import Any

import pytest
from flow_programs import IMPORTS, check, jitted
from mask_programs import options

from jaxslice_lint.run import run_text
from jaxslice_lint.tracing.calls import objects
from jaxslice_lint.tracing.driver.limits import OutOfFuelError


def test_reversing_a_list_makes_its_order_unknown() -> None:
    check(jitted("a = [i, k]\na.reverse()\nx[a[0]:a[0] + 2]  # static"))


def test_two_calls_of_a_factory_make_two_objects() -> None:
    before = "class C:\n    w = 2\ndef make():\n    return C()\n"
    check(jitted("a = make()\na.w = i\nb = make()\nx[b.w:b.w + 2]  # static", before=before))


def test_the_method_of_a_later_base_comes_before_that_of_a_common_one() -> None:
    before = """
    class A:
        def start(self, i, k): return i
    class B(A): pass
    class C(A):
        def start(self, i, k): return k
    class D(B, C): pass
    """
    check(jitted("s = D().start(i, k)\nx[s:s + 2]  # static", before=before))


def test_super_follows_the_order_of_the_object_and_not_of_the_class() -> None:
    before = """
    class A:
        def start(self, i): return 1
    class B(A):
        def start(self, i): return super().start(i)
    class C(A):
        def start(self, i): return super().start(i) + i
    class D(B, C): pass
    """
    check(jitted("s = D().start(i)\nx[s:s + 2]  # traced", before=before))


def test_a_function_with_its_own_getitem_may_ask_for_a_slice_object() -> None:
    before = """
    class Window:
        def __init__(self, x): self.x = x
        def __getitem__(self, s):
            if isinstance(s, slice):
                return lax.dynamic_slice_in_dim(self.x, s.start, 2)
            return self.x[s:s + 2]
    """
    check(jitted("Window(x)[i:i + 2]", before=before))


def test_chain_and_pairwise_give_the_items_in_order() -> None:
    check(
        jitted(
            "(a, b), _ = itertools.pairwise(itertools.chain([k], [i, k]))\n"
            "x[a:a + 2]  # static\n"
            "x[b:b + 2]  # traced"
        )
    )


def test_a_lattice_of_classes_ends() -> None:
    lattice = "".join(
        f"class A{n}(A{n - 1}, B{n - 1}): pass\nclass B{n}(A{n - 1}, B{n - 1}): pass\n"
        for n in range(1, 30)
    )
    before = "class A0:\n    def start(self, i): return i\nclass B0: pass\n" + lattice
    check(jitted("s = A29().start(i)\nA29().missing()\nx[s:s + 2]  # traced", before=before))


def test_leaves_of_a_tree_are_traced_if_its_parts_are() -> None:
    check(
        jitted(
            "a, b = jax.tree.leaves({'b': i, 'a': k})\n"
            "x[b:b + 2]  # traced\n"
            "x[a:a + 2]  # static\n"
            "leaves, tree = jax.tree_util.tree_flatten((x, i))\n"
            "x[leaves[1]:leaves[1] + 2]  # traced\n"
            "x[:len(leaves)]  # static"
        )
    )


RING = """
class Ring(NamedTuple):
    data: jax.Array
    head: jax.Array

@functools.partial(jax.tree_util.register_dataclass, data_fields=["data", "head"], meta_fields=["size"])
@dataclasses.dataclass
class Sized:
    data: jax.Array
    head: jax.Array
    size: int

    def window(self):
        return self.data[self.head:self.head + self.size]  # traced
"""


def test_an_annotation_tells_the_fields_of_a_traced_argument() -> None:
    check(
        RING
        + """
@jax.jit
def push(ring: Ring, sized: "Sized", other):
    ring.data[ring.head:ring.head + 2]  # traced
    sized.window()
    sized.data[:sized.size]  # static
    return other.data[:other.head]  # static
"""
    )


def test_an_annotation_makes_no_untraced_argument_traced() -> None:
    check(
        RING
        + """
def latest(ring: Ring):
    return ring.data[:ring.head]  # static

@jax.jit
def push(sized: Sized):
    return sized.window()
"""
    )


def test_a_namespace_holds_what_it_is_made_of() -> None:
    check(
        """
from types import SimpleNamespace

def cut(x, span):
    return x[span.low:span.low + span.size]  # traced

def head(x, span):
    return x[:span.size]  # static

@jax.jit
def f(x, i):
    span = SimpleNamespace(low=i, size=2)
    span.size = 3
    return cut(x, span) + head(x, span)

@jax.jit
def g(x, i):
    calls = SimpleNamespace(of=lambda n: x[n:n + 2])  # traced
    known = SimpleNamespace(**{"low": i})
    return calls.of(i) + x[:known.low]  # traced
"""
    )


BOX = """
import copy
class Box:
    def __init__(self, n):
        self.n = n
"""


def test_a_copy_of_an_object_changes_alone() -> None:
    check(
        jitted(
            "box = Box(i)\nother = copy.copy(box)\nother.n = 2\nreturn x[:box.n]  # traced",
            before=BOX,
        )
    )


def test_an_attribute_that_one_path_changes_is_not_known() -> None:
    check(jitted("box = Box(k)\nif k > 3:\n    box.n = i\nreturn x[:box.n]  # silent", before=BOX))


def test_a_function_that_an_object_is_made_with_may_be_that_of_the_default() -> None:
    check(
        IMPORTS
        + """
def search(logits, steps):
    return lax.fori_loop(0, steps, lambda i, total: total + logits(i), 0.0)
class Model:
    def __init__(self, vocabulary, decode: Callable = search):
        self.vocabulary, self._decode = vocabulary, decode
    def logits(self, i):
        return x[i:i + 4].sum()  # traced
    def predict(self, steps):
        return self._decode(self.logits, steps)
"""
    )


def test_a_function_with_bound_arguments_is_a_default_as_well() -> None:
    check(
        IMPORTS
        + """
def rows(data, at):
    return data[at:at + 4]  # traced
class Reader:
    def __init__(self, steps, *, take=partial(rows, x)):
        self.steps, self.take = steps, take
    def read(self):
        return jax.vmap(lambda at: self.take(at))(jnp.arange(self.steps))
"""
    )


def test_a_field_has_a_function_by_default() -> None:
    check(
        IMPORTS
        + """
def crop(image, at):
    return image[at:at + 8]  # traced
@dataclass
class Augment:
    size: int
    crop: Callable[[jax.Array, jax.Array], jax.Array] = crop
    def batch(self, images, key):
        starts = jax.random.randint(key, (len(images),), 0, self.size)
        return jax.vmap(self.crop)(images, starts)
"""
    )


def test_a_default_that_runs_on_the_host_gives_no_finding() -> None:
    check(
        IMPORTS
        + """
def rows(data, at):
    return data[at:at + 4]  # silent
class Batches:
    def __init__(self, data, slicer=rows):
        self.data, self.slicer = data, slicer
    def __iter__(self):
        for at in range(0, 9, 4):
            yield jax.jit(jnp.sum)(self.slicer(self.data, at))
"""
    )


def test_an_object_that_is_made_without_its_constructor() -> None:
    check(
        IMPORTS
        + """
class Cursor:
    def __init__(self, at):
        self.at = at
    @classmethod
    def restored(cls, at):
        new = cls.__new__(cls)
        new.at = at
        return new
    def read(self):
        return x[self.at:self.at + 2]  # traced
@jax.jit
def later(i):
    return Cursor.restored(i).read()
class Fixed(Cursor):
    def read(self):
        return x[self.at:]  # static
Fixed.restored(3).read()
@jax.tree_util.register_pytree_node_class
class Window:
    def __init__(self, at, width):
        self.at, self.width = at, width
    def tree_flatten(self):
        return (self.at,), self.width
    @classmethod
    def tree_unflatten(cls, width, children):
        new = object.__new__(cls)
        (new.at,), new.width = children, width
        return new
    def read(self):
        part = x[:self.width]  # static
        return part + x[self.at:self.at + self.width]  # traced
@jax.jit
def shown(window):
    return window.read()
shown(Window(2, 3))
"""
    )


def test_a_constructor_that_calls_the_one_of_objects() -> None:
    check(
        IMPORTS
        + """
class Single:
    def __new__(cls, at):
        new = super().__new__(cls)
        new.at = at
        return new
    def read(self):
        return x[:self.at]  # silent
@jax.jit
def later(n):
    a = x[:n]  # traced
    return Single.__new__(Single, 3).read(), a
"""
    )


def test_an_object_that_one_piece_of_work_could_not_finish_is_made_again_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = b"""
import jax
import jax.numpy as jnp

class Table:
    def __init__(self):
        self.starts = jnp.arange(4)

    def first(self, x):
        return jax.jit(lambda y: y[self.starts[0] : self.starts[0] + 2])(x)

    def second(self, x):
        return jax.jit(lambda y: y[self.starts[1] : self.starts[1] + 2])(x)
"""
    asked: list[object] = []
    whole = objects._initialize

    def tired(*arguments: Any) -> None:
        asked.append(arguments)
        if len(asked) == 1:
            raise OutOfFuelError
        whole(*arguments)

    monkeypatch.setattr(objects, "_initialize", tired)
    outcome = run_text(program, Path("tables.py"), options(unsafe=False), fix=False)
    assert len(outcome.given_up) == 1
    assert len(outcome.findings) == 1
