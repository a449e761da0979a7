"""Variables of modules of flax.linen, by every name under which a module gets at them.

Each program was run: the lines marked `# traced` raise JAX's error for a traced bound, the others run.
"""

from flow_programs import check

LINEN = "import flax.linen as nn\n"


def test_what_a_module_was_given_is_read_by_collection_and_name() -> None:
    check(
        LINEN
        + """
class Attention(nn.Module):
    @nn.compact
    def __call__(self, x):
        started = self.has_variable("cache", "index")
        index = self.variable("cache", "index", lambda: jnp.array(0))
        if started:
            shift = self.variables["cache"]["index"]
            x = x[shift : shift + 2]  # traced
            index.value = index.value + 2
        return x
model = Attention()
variables = model.init(jax.random.key(0), jnp.ones((5, 3)))
@jax.jit
def step(variables, x):
    return model.apply(variables, x, mutable=["cache"])
step(variables, jnp.ones((5, 3)))
"""
    )


def test_a_variable_is_read_and_written_by_methods() -> None:
    check(
        LINEN
        + """
class Recorder(nn.Module):
    span: int = 2
    def setup(self):
        self.step_ = self.variable("state", "step", jnp.zeros, (), jnp.int32)
    def __call__(self, x):
        at = self.get_variable("state", "step")
        y = x[at : at + self.span]  # traced
        self.put_variable("state", "step", at + 1)
        z = x[self.get_variable("state", "step") :]  # traced
        w = x[self.step_.value :]  # traced
        return x[: self.span]  # static
recorder = Recorder()
variables = {"state": {"step": jnp.array(1)}}
jax.jit(lambda v, x: recorder.apply(v, x, mutable="state"))(variables, jnp.ones(6))
"""
    )


def test_a_scope_gives_the_variables_of_its_module() -> None:
    check(
        LINEN
        + """
class Memory(nn.Module):
    @nn.compact
    def __call__(self, x):
        if self.scope.has_variable("memory", "head"):
            head = self.scope.get_variable("memory", "head")
            y = x[head:]  # traced
            self.scope.put_variable("memory", "head", head + 1)
        else:
            self.put_variable("memory", "head", jnp.array(2))
        return x
memory = Memory()
_, variables = memory.init_with_output(jax.random.key(0), jnp.ones(6))
@functools.partial(jax.jit, static_argnums=2)
def run(variables, x, n):
    return memory.apply(variables, x[:n], mutable=["memory"])  # static
run(variables, jnp.ones(6), 5)
"""
    )


def test_what_a_submodule_reads_by_name_comes_from_the_caller_of_apply() -> None:
    check(
        LINEN
        + """
class Inner(nn.Module):
    def __call__(self, x):
        counts = self.variables["counts"]
        y = x[counts["first"] :]  # traced
        return x[self.get_variable("counts", "second") :]  # traced
class Outer(nn.Module):
    def setup(self):
        self.inner = Inner()
    def __call__(self, x):
        return self.inner(x)
counts = {"inner": {"first": jnp.array(1), "second": jnp.array(2)}}
@jax.jit
def run(counts, x):
    return Outer().apply({"params": {}, "counts": counts}, x)
run(counts, jnp.ones(6))
"""
    )


def test_variables_of_eager_code_are_concrete() -> None:
    check(
        LINEN
        + """
class Window(nn.Module):
    @nn.compact
    def __call__(self, x):
        at = self.variable("state", "at", lambda: jnp.array(1))
        y = x[self.get_variable("state", "at") :]  # static
        z = x[self.variables["state"]["at"] :]  # static
        self.put_variable("state", "at", at.value + 1)
        return x[at.value : at.value + 1]  # static
window = Window()
variables = window.init(jax.random.key(0), jnp.ones(6))
window.apply(variables, jnp.ones(6), mutable=["state"])
"""
    )


def test_what_a_closure_passes_to_apply_is_concrete_in_a_trace() -> None:
    check(
        LINEN
        + """
class Window(nn.Module):
    def __call__(self, x):
        y = x[self.variables["state"]["at"] :]  # static
        z = x[self.variables["moving"]["at"] :]  # traced
        return x[self.get_variable("state", "at") :]  # static
state = {"at": jnp.array(1)}
@jax.jit
def run(moving, x):
    return Window().apply({"state": state, "moving": moving}, x)
run({"at": jnp.array(1)}, jnp.ones(6))
"""
    )


def test_a_default_and_variables_that_nobody_knows_make_no_finding() -> None:
    check(
        LINEN
        + """
class Window(nn.Module):
    def __call__(self, x):
        return x[self.get_variable("state", "at", 0) :]  # silent
def run(variables, x):
    return Window().bind(variables)(x)
class Reader(nn.Module):
    def helper(self, x):
        return x[self.variables["state"]["at"] :]  # silent
class Other:
    def get_variable(self, collection, name):
        return 2
    @property
    def variables(self):
        return {"cache": {"index": 1}}
    @jax.jit
    def f(x):
        self = Other()
        return x[self.variables["cache"]["index"] : self.get_variable("cache", "index")]  # static
Other.f(jnp.ones(6))
"""
    )
