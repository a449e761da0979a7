"""What a call passes is found by position or name, the same way for all functions."""

from jaxslice_lint.tracing.domain.arguments import Arguments
from jaxslice_lint.tracing.domain.data import constant

ONE, TWO, THREE = map(constant, (1, 2, 3))


def test_positional_ones_are_bound_in_order_and_others_by_name() -> None:
    arguments = Arguments((ONE, TWO), (("c", THREE),))
    assert arguments.bind(("a", "b", "c")) == {"a": ONE, "b": TWO, "c": THREE}
    assert arguments.bind(("a",)) == {"a": ONE, "c": THREE}
    assert arguments.bind(()) == {"c": THREE}


def test_one_parameter_may_be_passed_either_way_and_have_several_names() -> None:
    arguments = Arguments((ONE,), (("hi", THREE),))
    assert arguments.get(0, "low") == ONE
    assert arguments.get(1, "high", "hi") == THREE
    assert arguments.get(1, "high") is None
    assert arguments.get(5) is None
