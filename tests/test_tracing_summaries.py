"""A call is run once for all calls of its kind: what makes another kind of it must not be overlooked."""

from pathlib import Path

from flow_programs import check, jitted
from programs import HEADER, sites_of

from jaxslice_lint.facts.site import OperandKind
from jaxslice_lint.source.text import Source

CUT = """
def cut(x, i):
    return x[i:i + 2]{mark}
"""


def test_a_helper_called_under_a_try_and_then_bare() -> None:
    before = CUT.format(mark="  # traced")
    program = "try:\n    a = cut(x, i)\nexcept IndexError:\n    a = x\nreturn a, cut(x, i)"
    check(jitted(program, before=before))


def test_a_helper_called_under_a_try_alone() -> None:
    program = "try:\n    a = cut(x, i)\nexcept IndexError:\n    a = x\nreturn a"
    check(jitted(program, before=CUT.format(mark="")))


BOX = """
class Box:
    def __init__(self, n):
        self.n = n
"""
MADE = "box = Box({made})\ndef size():\n    return box.n\na = x[size()]\n"


def test_a_function_that_reads_an_object_whose_dict_was_changed() -> None:
    program = MADE.format(made="i") + "box.__dict__.update(n=3)\nreturn a, x[:size()]"
    check(jitted(program, before=BOX))


def test_a_helper_called_outside_of_a_trace_and_then_inside() -> None:
    before = """
    LIMIT = jnp.asarray(2)

    def cut(x):
        return x[:jnp.abs(LIMIT)]  # traced

    cut(np.arange(4))
    """
    check(jitted("return cut(x)", before=before))


IN_A_COMPREHENSION = """
def tree(node, i):
    if isinstance(node, list):
        return [tree(one, i) for one in node]
    return node[i:i + 1]

@jax.jit
def g(p, i):
    return tree([p], i), tree([p], 3)
"""


def test_what_others_may_pass_is_no_way_that_was_seen_in_a_comprehension_either() -> None:
    (site,) = sites_of(Source(Path("program.py"), HEADER + IN_A_COMPREHENSION))
    assert not site.may_be_no_array
    assert all(way.entry for way in site.ways if way.operand.kind is OperandKind.UNKNOWN)
