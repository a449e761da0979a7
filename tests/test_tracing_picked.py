"""What a tracer picks from something unknown: lists, dicts and NumPy arrays raise, so that it is a tracer as well."""

import pytest
from flow_programs import check, jitted
from programs import NAME, findings_of

from jaxslice_lint.source.text import Source


def test_what_a_loop_picks_from_an_unknown_table_starts_a_slice() -> None:
    check("""
    def segment_sums(values, offsets, count):
        def add(segment, sums):
            begin = offsets[segment]
            return sums.at[segment].set(values[begin:begin + 16].sum())  # traced
        return lax.fori_loop(0, count, add, jnp.zeros(8))
    """)


def test_a_table_that_an_object_holds_may_have_several_axes() -> None:
    check("""
    class Pager:
        def __init__(self, config):
            self.pages = config.load_pages()

        def read(self, pool, sequence):
            def step(total, block):
                at = self.pages[sequence, block] * 64
                return total + pool[at:at + 64].sum(), None  # traced
            return lax.scan(step, 0.0, jnp.arange(4))
    """)


def test_a_table_may_be_imported_from_where_nobody_looks() -> None:
    check("""
    from constants_of_ours import STARTS
    import tables

    @jax.jit
    def crop(image, scene):
        top, left = STARTS[scene], tables.LEFT[scene]
        return image[top:top + 8], image[:, left:left + 8]  # traced
    """)


def test_a_base_class_of_another_package_may_be_asked_for_an_item() -> None:
    check("""
    from storage import Base

    class Ring(Base):
        def window(self, x):
            return jax.vmap(lambda i: x[self[i]:self[i] + 3])  # traced
    """)


def test_an_element_of_an_unknown_dict_is_picked_from_like_the_dict() -> None:
    check("""
    def gather(rows, settings, ids):
        return jax.vmap(lambda i: rows[settings["ptr"][i]:][:4])(ids)  # traced
    """)


def test_what_is_picked_at_a_static_place_is_not_known() -> None:
    check("""
    def f(x, table, name, n):
        def body(i, total):
            a, b, c = table[n], table[name], table[0]
            return total + x[a:a + 1] + x[b:b + 1] + x[c:c + 1]  # static
        return lax.fori_loop(0, 4, body, x)
    """)


def test_what_is_no_array_raises_where_it_is_picked_from() -> None:
    check(
        jitted(
            """
a = np.array([1, 2])[i]
y = x[a:a + 2]  # silent
b = {0: k}[i]
y = x[b:b + 2]  # silent
return y
"""
        )
    )


def test_attributes_of_an_object_that_was_picked_may_be_static() -> None:
    check("""
    def f(x, parts):
        def body(i, total):
            part = parts[i]
            n, m = part.length, part.shape[0]
            return total + x[:n].sum() + x[:m].sum()  # static
        return lax.fori_loop(0, 4, body, 0.0)
    """)


def test_a_class_with_items_of_its_own_says_what_they_are() -> None:
    check("""
    class Sizes:
        def __getitem__(self, i):
            return 4

    def f(x):
        sizes = Sizes()
        return lax.fori_loop(0, 4, lambda i, t: t + x[:sizes[i]].sum(), 0.0)  # static
    """)


def test_an_index_that_was_asked_for_its_value_is_no_tracer() -> None:
    check("""
    def g(x, names):
        @jax.jit
        def inner(key):
            if key:
                n = names[key]
                return x[:n]  # silent
            return x
        return inner
    """)


@pytest.mark.parametrize("container", ["load()", "self.table", "tables[name]", "archive.starts"])
def test_the_window_that_is_picked_is_rewritten(container: str) -> None:
    program = f"""
import jax

def read(self, x, load, tables, name, archive, ids):
    table = {container}
    def one(i):
        start = table[i]
        return x[start:start + 2]
    return jax.vmap(one)(ids)
"""
    (found,) = findings_of(Source(NAME, program))
    assert found.fix is not None and found.fix.safe
    assert found.fix.edits[0].content == "jax.lax.dynamic_slice_in_dim(x, start, 2)"
