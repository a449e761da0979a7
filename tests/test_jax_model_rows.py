"""The rows of `jax_model` name what the installed JAX has, with its signatures, and leave nothing out."""

import builtins
import importlib
import inspect
from collections import Counter

import pytest
from function_probes import ROWS
from jax_probes import HISTORICAL, NOT_MODELLED, public, resolve, rows_of

from jaxslice_lint.jax_model.arrays import INDEX_BUILDERS
from jaxslice_lint.jax_model.contexts import EAGER_CONTEXTS, INDEX_ERRORS
from jaxslice_lint.jax_model.control_flow import CALLERS
from jaxslice_lint.jax_model.functions.methods import ARRAY
from jaxslice_lint.jax_model.functions.schema import Function
from jaxslice_lint.jax_model.functions.table import FUNCTIONS, PACKAGES
from jaxslice_lint.jax_model.instances import TRACER_TYPES
from jaxslice_lint.jax_model.lookup import canonical
from jaxslice_lint.jax_model.schema import Caller, Source, Wrapper
from jaxslice_lint.jax_model.transforms import WRAPPERS
from jaxslice_lint.tracing.calls.body_arguments import MAKERS

FUNCTION_PARAMETERS = {
    *("f", "fun", "fn", "func", "function", "body", "kernel", "callback", "body_fun", "true_fun"),
    *("branches", "funclist", "computation", "matvec", "pyfunc", "func1d", "mask_func", "fun_jit"),
    *("decomposition", "data_callback", "operation"),
}
MODULES_WITH_TRANSFORMS = (
    *("jax", "jax.lax", "jax.numpy", "jax.tree", "jax.tree_util", "jax.custom_batching"),
    *("jax.custom_derivatives", "jax.ad_checkpoint", "jax.export", "jax.debug", "jax.profiler"),
    *("jax.scipy.optimize", "jax.scipy.sparse.linalg", "jax.sharding", "jax.experimental.pjit"),
    *("jax.experimental.shard_map", "jax.experimental.checkify", "jax.experimental.sparse"),
    *("jax.experimental.compute_on", "jax.experimental.custom_partitioning", "jax.experimental"),
    *("jax.experimental.buffer_callback", "jax.experimental.roofline"),
)
#: Functions whose parameter has the name of a function but is none, or that register something.
NO_TRANSFORMS = {
    "jax.scipy.optimize.OptimizeResults",
    *("jax.numpy.gradient", "jax.export.Exported", "jax.export.default_export_platform"),
    *("jax.profiler.TraceAnnotation", "jax.experimental.roofline.roofline_and_grad"),
}

PATHS = sorted(
    {
        *(path for path in ROWS if not path.startswith(f"{ARRAY}.")),
        *(row.path for row in PACKAGES),
        *(row.path for row in (*WRAPPERS, *CALLERS) if public(row.path)),
        *(EAGER_CONTEXTS | INDEX_BUILDERS | TRACER_TYPES),
        *(path for path in INDEX_ERRORS if public(path)),
    }
)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_of_a_table_exists(path: str) -> None:
    found = vars(builtins).get(path)
    assert (resolve(path) if found is None else found) is not None


def test_each_function_has_one_row() -> None:
    count = Counter(path for row in FUNCTIONS for path in row.paths)
    assert [path for path, rows in count.items() if rows > 1] == []


def test_each_row_says_something() -> None:
    assert [row.paths for row in FUNCTIONS if row == Function(row.paths)] == []


@pytest.mark.parametrize("path", sorted(HISTORICAL))
def test_a_historical_name_is_really_gone(path: str) -> None:
    with pytest.raises((ImportError, AttributeError)):
        resolve(path)


@pytest.mark.parametrize("row", rows_of(WRAPPERS, CALLERS))
def test_options_are_in_the_order_of_the_signature(row: Wrapper | Caller) -> None:
    kinds = inspect.Parameter
    parameters = list(inspect.signature(resolve(row.path)).parameters.values())
    order = [
        p.name for p in parameters if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
    order += [f"*{p.name}" for p in parameters if p.kind is kinds.VAR_POSITIONAL]
    positional = [name for name in row.options if not name.startswith("*")]
    starred = [name for name in row.options if name.startswith("*")]
    assert positional == order[: len(positional)]
    assert starred == [name for name in order if name.startswith("*")][: len(starred)]


@pytest.mark.parametrize("row", [r for r in rows_of(WRAPPERS) if r.values[0].static_nums])
def test_static_options_exist(row: Wrapper) -> None:
    has = set(inspect.signature(resolve(row.path)).parameters)
    assert set(row.static_nums) <= has
    assert set(row.static_names) <= has or row.path == "jax.remat"


@pytest.mark.parametrize("row", rows_of(CALLERS))
def test_bodies_are_made_from_parameters_of_the_api(row: Caller) -> None:
    signature = inspect.signature(resolve(row.path)).parameters
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in signature.values())
    for body in row.bodies:
        assert row.decorator or body.fun in signature or takes_any
        for argument in body.arguments:
            assert not argument.of or argument.of.removeprefix("*") in signature
    assert not row.carry or row.carry in signature


def test_every_api_that_takes_a_function_has_a_row() -> None:
    known = (
        {canonical(row.path) for row in (*WRAPPERS, *CALLERS)} | NOT_MODELLED.keys() | NO_TRANSFORMS
    )
    missing = []
    for name in MODULES_WITH_TRANSFORMS:
        module = importlib.import_module(name)
        for attribute, value in vars(module).items():
            path = canonical(f"{name}.{attribute}")
            if attribute.startswith(("_", "register")) or not callable(value) or path in known:
                continue
            try:
                parameters = inspect.signature(value).parameters
            except (TypeError, ValueError):
                continue
            if FUNCTION_PARAMETERS & set(parameters):
                missing.append(path)
    assert missing == []


def test_there_is_a_maker_for_each_source_of_an_argument() -> None:
    assert set(MAKERS) == set(Source)
