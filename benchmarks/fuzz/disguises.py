"""Other ways to get hold of a function: what the program calls is no longer the name under which it was defined."""

from fuzz.world import World


def disguised(world: World, ref: str) -> str:
    """An expression that gives the same function as `ref`, mostly `ref` itself."""
    dice = world.dice
    if dice.chance(0.55):
        return ref
    form = dice.randrange(15)
    name = world.fresh("take_", "op", "fn", "reader", "get", "slicer")
    kind = world.fresh("Ops", "Tools", "Kit", "Registry", "Funcs")
    key = dice.pick("cut", "take", "fwd")
    if form == 0:
        world.define(f"{name} = {ref}")
        return name
    if form == 1:
        table = world.fresh("OPS", "TABLE", "HANDLERS")
        world.define(f'{table} = {{"{key}": {ref}, "other": jnp.sum}}')
        return f'{table}["{key}"]'
    if form == 2:
        table = world.fresh("STEPS", "FUNCS", "PIPELINE")
        world.define(f"{table} = [jnp.sum, {ref}]")
        return f"{table}[1]"
    if form == 3:
        world.define(f"class {kind}:\n    {key} = staticmethod({ref})")
        return dice.pick(f"{kind}.{key}", f"{kind}().{key}", f'getattr({kind}, "{key}")')
    if form == 4:
        world.define(
            f"class {kind}:\n    @staticmethod\n    def {key}(*args, **kwargs):\n        return {ref}(*args, **kwargs)"
        )
        return dice.pick(f"{kind}.{key}", f'getattr({kind}(), "{key}")')
    if form == 5:
        world.define(f"{name} = partial({ref})")
        return name
    if form == 6:
        return f"(lambda *args, **kwargs: {ref}(*args, **kwargs))"
    if form == 7:
        world.define(
            f"def logged(fn):\n    @functools.wraps(fn)\n    def wrapper(*args, **kwargs):\n"
            f"        return fn(*args, **kwargs)\n\n    return wrapper\n\n\n{name} = logged({ref})"
        )
        return name
    if form == 8:
        world.define(f"def {name}(*args, fn={ref}, **kwargs):\n    return fn(*args, **kwargs)")
        return name
    if form == 9:
        world.define(
            f"class {kind}:\n    def __init__(self, fn):\n        self.fn = fn\n\n"
            f"    def __call__(self, *args, **kwargs):\n        return self.fn(*args, **kwargs)\n\n\n"
            f"{name} = {kind}({ref})"
        )
        return dice.pick(name, f"{name}.fn", f'getattr({name}, "fn")')
    if form == 10:
        make = world.fresh("make", "build", "choose")
        world.define(f"def {make}(kind):\n    return {{'{key}': {ref}, 'sum': jnp.sum}}[kind]")
        return f"{make}('{key}')"
    if form == 11:
        world.define(
            f"class {kind}:\n    def {key}(self, *args, **kwargs):\n        return {ref}(*args, **kwargs)\n\n\n"
            f"class Sub{kind}({kind}):\n    pass"
        )
        return f"Sub{kind}().{key}"
    if form == 12:
        make = world.fresh("make", "factory")
        world.define(
            f"def {make}():\n    def inner(*args, **kwargs):\n        return {ref}(*args, **kwargs)\n\n    return inner"
        )
        return f"{make}()"
    if form == 13:
        world.define(f"{name} = functools.partial(lambda f, *a, **k: f(*a, **k), {ref})")
        return name
    world.define(f"class {kind}:\n    pass\n\n\n{kind}.{key} = staticmethod({ref})")
    return f"{kind}.{key}"
