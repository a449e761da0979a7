"""Which class a model is of that a program looks up: in a table, a config, by a decorator that keeps it, or a name."""

from flow_programs import IMPORTS, check
from module_programs import check as check_modules


def test_a_table_of_classes_gives_one_of_its_classes() -> None:
    check(
        IMPORTS
        + """
class Crop(eqx.Module):
    size: int = eqx.field(static=True)
    def __call__(self, x, i):
        a = x[:self.size]  # static
        return x[i:i + 4]  # traced
class Whole(eqx.Module):
    size: int = eqx.field(static=True)
    def __call__(self, x, i):
        return x[:self.size] + i  # static
ENCODERS = {"crop": Crop, "whole": Whole}
def build(name, **options):
    return ENCODERS[name](**options)
@eqx.filter_jit
def step(model, x, i):
    return model(x, i)
def main(args):
    step(build(args.encoder, size=4), x, jnp.int32(1))
"""
    )


def test_what_a_config_names_is_looked_up_in_a_table() -> None:
    check(
        IMPORTS
        + """
@dataclass
class Config:
    layer: str = "window"
    width: int = 4
class Window(flax.linen.Module):
    width: int
    def __call__(self, x, start):
        a = x[:self.width]  # static
        return x[start:start + 4]  # traced
_LAYERS = dict(window=Window)
def train(cfg: Config):
    layer = _LAYERS.get(cfg.layer)(width=cfg.width)
    @jax.jit
    def loss(params, start):
        return layer.apply(params, x, start).sum()
    return loss({}, 1)
train(Config())
"""
    )


def test_a_config_holds_the_class_itself() -> None:
    check(
        IMPORTS
        + """
class Policy(eqx.Module):
    horizon: int = eqx.field(static=True)
    def act(self, obs, t):
        a = obs[:self.horizon]  # static
        return obs[t:t + 2]  # traced
@dataclass(frozen=True)
class Settings:
    policy: type = Policy
    horizon: int = 2
def run(settings):
    policy = settings.policy(settings.horizon)
    return jax.jit(lambda obs, t: policy.act(obs, t))(x, 3)
run(Settings())
"""
    )


def test_a_decorator_keeps_the_class_that_it_is_given() -> None:
    check(
        IMPORTS
        + """
_REGISTRY = {}
def register(name):
    def keep(cls):
        _REGISTRY[name] = cls
        return cls
    return keep
@register("patch")
class Patches(eqx.Module):
    side: int = eqx.field(static=True)
    def __call__(self, x, row):
        a = x[:self.side]  # static
        return jnp.sum(x[row:row + 4])  # traced
@register("mean")
class Mean(eqx.Module):
    side: int = eqx.field(static=True)
    def __call__(self, x, row):
        return x.mean() * row
def create(name, *args):
    return _REGISTRY[name](*args)
def evaluate(flags):
    net = create(flags.net, 4)
    return jax.vmap(lambda row: net(x, row))(jnp.arange(3))
"""
    )


def test_a_registry_is_an_object_with_a_method_that_registers() -> None:
    check(
        IMPORTS
        + """
class Registry:
    def __init__(self):
        self._made = {}
    def register(self, cls):
        self._made[cls.__name__] = cls
        return cls
    def make(self, name, **options):
        return self._made[name](**options)
blocks = Registry()
@blocks.register
class Shift(eqx.Module):
    def __call__(self, x, by):
        return x[by:]  # traced
def forward(cfg):
    block = blocks.make(cfg["block"])
    return jax.jit(block.__call__)(x, 2)
"""
    )


def test_functions_are_registered_as_well() -> None:
    check(
        IMPORTS
        + """
AUGMENTATIONS = {}
def augmentation(fn):
    AUGMENTATIONS[fn.__name__] = fn
    return fn
@augmentation
def crop(image, key):
    at = jax.random.randint(key, (), 0, 9)
    return image[at:at + 8]  # traced
@augmentation
def center(image, key):
    return image[4:-4]
def pipeline(name):
    return jax.jit(AUGMENTATIONS[name])
def main(argv):
    return pipeline(argv[1])(x, jax.random.key(0))
"""
    )


def test_a_registry_of_another_module_gives_its_classes() -> None:
    check_modules(
        """
        ## nets.py
        import equinox as eqx

        NETS = {}


        def register_net(name):
            def wrap(cls):
                NETS[name] = cls
                return cls

            return wrap


        @register_net("scan")
        class Scanner(eqx.Module):
            width: int = eqx.field(static=True)

            def __call__(self, x, t):
                return x[t : t + self.width]  # traced


        def make_net(name, **options):
            return NETS[name](**options)
        ## train.py
        import equinox as eqx
        import jax.numpy as jnp
        from nets import make_net


        @eqx.filter_jit
        def predict(net, x, t):
            return net(x, t)


        def main(cfg):
            net = make_net(cfg.net, width=4)
            return predict(net, jnp.ones(9), jnp.int32(1))
        """
    )


def test_a_class_is_looked_up_in_a_module_by_its_name() -> None:
    check_modules(
        """
        ## layers.py
        import equinox as eqx


        class Tail(eqx.Module):
            def __call__(self, x, n):
                return x[n:]  # traced
        ## app.py
        import jax
        import jax.numpy as jnp
        import layers

        CLASS = "Tail"


        def main():
            layer = getattr(layers, CLASS)()
            return jax.jit(lambda x, n: layer(x, n))(jnp.ones(9), 2)


        main()
        """
    )


def test_what_only_static_classes_of_a_table_do_is_no_finding() -> None:
    check(
        IMPORTS
        + """
class Head(eqx.Module):
    size: int = eqx.field(static=True)
    def __call__(self, x):
        return x[:self.size]  # static
class Last(eqx.Module):
    size: int = eqx.field(static=True)
    def __call__(self, x):
        return x[-self.size:]  # static
POOLS = {"head": Head, "last": Last}
@eqx.filter_jit
def pool(model, x):
    return model(x)
def main(name):
    return pool(POOLS[name](3), x)
"""
    )


def test_a_table_that_is_used_outside_of_a_trace_gives_no_finding() -> None:
    check(
        IMPORTS
        + """
READERS = {}
def reader(name):
    def keep(cls):
        READERS[name] = cls
        return cls
    return keep
@reader("chunks")
class Chunks:
    def __init__(self, size):
        self.size = size
    def __call__(self, data, at):
        return data[at:at + self.size]  # silent
def load(cfg, data):
    read = READERS[cfg.reader](cfg.size)
    return [read(data, at) for at in range(0, len(data), cfg.size)]
@jax.jit
def step(batch):
    return batch.sum()
def main(cfg):
    return [step(batch) for batch in load(cfg, np.arange(64))]
"""
    )


def test_a_decorator_that_keeps_nothing_says_nothing_of_other_classes() -> None:
    check(
        IMPORTS
        + """
_REGISTRY = {}
def register(cls):
    _REGISTRY[cls.__name__] = cls
    return cls
def documented(cls):
    cls.__doc__ = cls.__name__
    return cls
@documented
class Batches:
    def __call__(self, data, at):
        return data[at:at + 2]  # silent
@register
class Sum(eqx.Module):
    def __call__(self, data, at):
        return data.sum() + at
def main(name, data):
    layer = _REGISTRY[name]()
    jax.jit(lambda data, at: layer(data, at))(data, 1)
    return Batches()(np.arange(9), 3)
"""
    )
