"""The model that a user has extended: more rows, on top of those that everybody has."""

import pytest

from jaxslice_lint.jax_model.model import DEFAULT
from jaxslice_lint.jax_model.schema import How, Wrapper


def test_a_row_of_the_user_is_added_and_changes_nobody_elses_model() -> None:
    row = Wrapper("mylib.jit", How.TRACED)
    extended = DEFAULT.extended(transforms=[row], static_functions=["mylib.devices"])
    assert extended.transform("mylib.jit") is row
    assert extended.is_static("mylib.devices")
    assert extended.transform("jax.vmap") is DEFAULT.transform("jax.vmap")
    assert extended.is_static("jax.numpy.shape")
    assert DEFAULT.transform("mylib.jit") is None
    assert not DEFAULT.is_static("mylib.devices")


def test_a_row_of_the_user_wins_under_every_name_of_the_api() -> None:
    row = Wrapper("jax.api.jit", How.TRANSPARENT)
    assert DEFAULT.extended(transforms=[row]).transform("jax.jit") is row


def test_a_package_that_the_user_names_is_worth_looking_for() -> None:
    assert "mylib" not in DEFAULT.root_packages
    extended = DEFAULT.extended(transforms=[Wrapper("mylib.jit", How.TRACED)])
    assert {"jax", "mylib"} <= set(extended.root_packages)


@pytest.mark.parametrize(
    "path",
    [
        "jax.jit",
        "jax.jit.lower",
        "jax._src.numpy.sum",
        "jax.numpy.no_such_name",
        "jax.lax.scan",
        "numpy",
        "math.sqrt",
        "flax.struct.dataclass",
        "equinox.Module",
        "jax.Array",
        "jax.tree_util.tree_leaves",
    ],
)
def test_what_a_table_or_a_module_of_the_tables_holds_is_known(path: str) -> None:
    assert DEFAULT.knows(path)


@pytest.mark.parametrize(
    "path", ["mylib", "mylib.jit", "len", "next.step", "jax", "jax.jitter", "numpyro", "flax.linen"]
)
def test_what_no_table_names_is_not_known(path: str) -> None:
    assert not DEFAULT.knows(path)


def test_what_the_user_names_is_known() -> None:
    extended = DEFAULT.extended([Wrapper("mylib.jit", How.TRACED)], ["mylib.utils.devices"])
    assert extended.knows("mylib.jit")
    assert extended.knows("mylib.utils.devices")
    assert not extended.knows("mylib.utils")
