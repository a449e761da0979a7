"""A model that is read from a checkpoint is of the class of the one that it is read into."""

from flow_programs import IMPORTS, check

_NET = """
class Net(eqx.Module):
    weight: jax.Array
    width: int = eqx.field(static=True)
    def __call__(self, x, i):
        a = x[:self.width]  # static
        return x[i:i + 4]  # traced
"""


def test_a_checkpointer_restores_the_model_that_it_is_given() -> None:
    check(
        IMPORTS
        + "import orbax.checkpoint as ocp\n"
        + _NET
        + """
def main(path):
    ckpt = ocp.StandardCheckpointer()
    model = ckpt.restore(path, Net(jnp.ones(3), 4))
    return eqx.filter_jit(lambda model, i: model(x, i))(model, jnp.int32(1))
"""
    )


def test_leaves_are_read_into_a_skeleton() -> None:
    check(
        IMPORTS
        + _NET
        + """
def load(path):
    skeleton = Net(jnp.ones(3), 4)
    return eqx.tree_deserialise_leaves(path, skeleton)
@eqx.filter_jit
def infer(model, i):
    return model(x, i)
def main(path):
    return infer(load(path), jnp.int32(2))
"""
    )


def test_a_state_is_restored_from_bytes() -> None:
    check(
        IMPORTS
        + """
@flax.struct.dataclass
class Progress:
    offset: jax.Array
    length: int = flax.struct.field(pytree_node=False)
    def batch(self, data):
        a = data[:self.length]  # static
        return data[self.offset:self.offset + 4]  # traced
def main(encoded):
    progress = flax.serialization.from_bytes(Progress(jnp.int32(0), 4), encoded)
    return jax.jit(lambda progress, data: progress.batch(data))(progress, x)
"""
    )


def test_a_manager_that_is_passed_in_restores_as_well() -> None:
    check(
        IMPORTS
        + _NET
        + """
def resume(manager, model, step):
    if manager.latest_step() is not None:
        model = manager.restore(step, items=model)
    return model
@eqx.filter_jit
def predict(model, i):
    return model(x, i)
def main(manager):
    return predict(resume(manager, Net(jnp.ones(3), 4), 7), jnp.int32(2))
"""
    )


def test_the_model_may_be_named_by_an_object_that_says_how_it_is_restored() -> None:
    check(
        IMPORTS
        + "import orbax.checkpoint as ocp\n"
        + _NET
        + """
@eqx.filter_jit
def predict(model, i):
    return model(x, i)
def main(directory):
    manager = ocp.CheckpointManager(directory)
    model = manager.restore(3, args=ocp.args.StandardRestore(Net(jnp.ones(3), 4)))
    return predict(model, jnp.int32(2))
"""
    )


def test_what_is_restored_is_known_outside_of_a_trace_no_less_than_before() -> None:
    check(
        IMPORTS
        + "import orbax.checkpoint as ocp\n"
        + """
class Cursor(eqx.Module):
    at: jax.Array
    def __call__(self, data):
        return data[int(self.at):]  # silent
def main(path, data):
    cursor = ocp.StandardCheckpointer().restore(path, Cursor(jnp.int32(0)))
    rows = data[cursor.at:cursor.at + 2]  # silent
    return cursor(data), jax.jit(jnp.sum)(rows)
"""
    )


def test_static_fields_are_restored_static() -> None:
    check(
        IMPORTS
        + """
class Head(eqx.Module):
    weight: jax.Array
    size: int = eqx.field(static=True)
    def __call__(self, x):
        return x[:self.size] * self.weight  # static
def main(path):
    head = eqx.tree_deserialise_leaves(path, Head(jnp.ones(()), 3))
    return eqx.filter_jit(lambda head: head(x))(head)
"""
    )


def test_a_method_restore_of_the_program_gives_what_it_returns() -> None:
    check(
        IMPORTS
        + _NET.replace("  # traced", "  # silent").replace("  # static", "  # silent")
        + """
class Store:
    def restore(self, model):
        return jnp.sum
def main(store):
    fn = Store().restore(Net(jnp.ones(3), 4))
    return jax.jit(fn)(x)
"""
    )


def test_with_two_models_among_its_arguments_nothing_is_known() -> None:
    check(
        IMPORTS
        + _NET.replace("  # traced", "  # silent").replace("  # static", "  # silent")
        + """
class Other(eqx.Module):
    def __call__(self, x, i):
        return x * i
def main(ckpt):
    model = ckpt.restore(Net(jnp.ones(3), 4), Other())
    return jax.jit(lambda i: model(x, i))(1)
"""
    )
