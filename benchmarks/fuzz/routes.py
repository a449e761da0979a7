"""How a program comes to run a way: under which transforms, or under none."""

import re
from collections.abc import Callable

from fuzz.ways import Way
from fuzz.world import World, block, indented

Route = Callable[[World, Way], None]


def reach(world: World, way: Way) -> None:
    """Write what runs a way and shows what comes out."""
    routes: list[Route] = [_jitted, _jitted, _eager]
    if way.params:
        routes += [
            _jitted,
            _jitted_by_call,
            _static_argument,
            _nested,
            _branches,
            _method,
            _passed_on,
        ]
        if way.adds_up and way.array.dtype == "float" and way.array.kind == "jax":
            routes.append(_gradient)
        if way.loops and way.adds_up:
            routes += [_fori, _while, _scan]
        if way.loops and (way.kind == "window" or way.adds_up):
            routes += [_vmap, _map]
    else:
        routes += [_eager, _eager, _closed]
    if way.array.kind != "jax":
        routes = [_eager]
    world.dice.choice(routes)(world, way)


def eagerly(world: World, way: Way) -> None:
    """Only that way without a trace."""
    _eager(world, way)


def _function(world: World, way: Way, decorator: str = "", ret: str = "") -> str:
    name = world.function()
    head = f"{decorator}\n" if decorator else ""
    body = block(way.lines(f"return {ret or way.text}"))
    world.define(f"{head}def {name}(x{way.signature}):\n{body}")
    return name


def _shown(world: World, way: Way, callee: str) -> None:
    """One call, or several with other values."""
    dice, array = world.dice, way.array.name
    if way.loops and dice.chance(0.3):
        low, high = way.loops
        values = sorted({dice.randint(low, high) for _ in range(3)})
        if dice.chance(0.5):
            world.show(f"[{callee}({array}, {way.params and 'k'}) for k in {tuple(values)}]")
            return
        for value in values[:2]:
            world.show(f"{callee}({array}, {value})")
        return
    if way.params and dice.chance(0.1):
        named = ", ".join(f"{name}={value}" for name, value in way.params.items())
        world.show(f"{callee}({array}, {named})")
        return
    world.show(f"{callee}({array}{way.arguments})")


def _jitted(world: World, way: Way) -> None:
    decorator = world.dice.pick("@jax.jit", "@jax.jit", "@jax.jit", "@partial(jax.jit)", "@jax.jit")
    _shown(world, way, _function(world, way, decorator))


def _jitted_by_call(world: World, way: Way) -> None:
    dice = world.dice
    if not way.setup and dice.chance(0.5):
        text = f"jax.jit(lambda x{way.signature}: {way.text})"
        if dice.chance(0.5):
            name = world.function()
            world.define(f"{name} = {text}")
            text = name
        _shown(world, way, text)
        return
    inner = _function(world, way)
    if dice.chance(0.4):
        outer = world.function()
        world.define(
            f"def {outer}(x{way.signature}):\n    return jax.jit({inner})(x{way.signature})"
        )
        _shown(world, way, outer)
        return
    name = world.function()
    world.define(f"{name} = jax.jit({inner})")
    _shown(world, way, name)


def _static_argument(world: World, way: Way) -> None:
    """Python numbers that stay what they are: nothing is traced but the array."""
    dice = world.dice
    plain = all(value.lstrip("-").isdigit() for value in way.params.values())
    if not plain:
        _jitted(world, way)
        return
    names = tuple(way.params)
    option = dice.pick(
        f"static_argnames={names!r}",
        f"static_argnums={tuple(range(1, len(names) + 1))}",
        f"static_argnums={len(names)}",
    )
    if dice.chance(0.5):
        _shown(world, way, _function(world, way, f"@partial(jax.jit, {option})"))
        return
    inner = _function(world, way)
    name = world.function()
    world.define(f"{name} = jax.jit({inner}, {option})")
    world.show(f"{name}({way.array.name}{way.arguments})")


def _nested(world: World, way: Way) -> None:
    inner = _function(world, way, world.dice.pick("@jax.jit", ""))
    outer = world.function()
    world.define(
        f"@jax.jit\ndef {outer}(x{way.signature}):\n    y = {inner}(x{way.signature})\n    return x.mean(), y"
    )
    _shown(world, way, outer)


def _branches(world: World, way: Way) -> None:
    """`lax.cond` or `lax.switch`, with the way in one branch."""
    if not way.adds_up:
        _jitted(world, way)
        return
    first = next(iter(way.params))
    if not way.params[first].lstrip("-").isdigit():
        _jitted(world, way)
        return
    name = world.function()
    branch = world.dice.pick(
        f"lax.cond({first} > 1, lambda: {way.reduced} * 1.0, lambda: 0.0)",
        f"lax.cond({first} > 1, lambda a: {way.reduced} * 1.0, lambda a: a[0] * 1.0, x.ravel())",
        f"lax.switch({first} % 2, [lambda: {way.reduced} * 1.0, lambda: {way.reduced} * 2.0])",
    )
    decorator = world.dice.pick("@jax.jit\n", "@jax.jit\n", "")
    body = block(way.lines(f"return {branch}"))
    world.define(f"{decorator}def {name}(x{way.signature}):\n{body}")
    _shown(world, way, name)


def _method(world: World, way: Way) -> None:
    """A method that is jitted, with `self` static."""
    name, method = (
        world.fresh("Model", "Buffer", "Reader", "Solver"),
        world.fresh("step", "apply", "read"),
    )
    decorator = world.dice.pick(
        "@partial(jax.jit, static_argnums=0)", "@partial(jax.jit, static_argnames=('self',))"
    )
    body = block(way.lines(f"return {way.text}"), 2)
    world.define(
        f"class {name}:\n    {decorator}\n    def {method}(self, x{way.signature}):\n{body}"
    )
    _shown(world, way, f"{name}().{method}")


def _passed_on(world: World, way: Way) -> None:
    """A function that is given to another one, which jits and calls it."""
    inner = _function(world, way)
    apply = world.fresh("apply", "call", "run_with", "evaluate")
    body = world.dice.pick(
        "return fn(*args)",
        "return jax.jit(fn)(*args)",
        "fast = jax.jit(fn)\n    return fast(*args)",
        "return [f(*args) for f in (fn, fn)]",
    )
    world.define(f"def {apply}(fn, *args):\n    {body}")
    callee = apply if "jit" in body else f"jax.jit({apply}, static_argnums=0)"
    world.show(f"{callee}({inner}, {way.array.name}{way.arguments})")


def _gradient(world: World, way: Way) -> None:
    inner = _function(world, way, ret=f"({way.reduced}) * 1.0")
    name = world.function()
    transform = world.dice.pick("jax.grad", "jax.value_and_grad", "jax.grad")
    world.define(f"{name} = jax.jit({transform}({inner}))")
    _shown(world, way, name)


def _fori(world: World, way: Way) -> None:
    assert way.loops
    low, high = way.loops
    param = next(iter(way.params))
    name = world.function()
    body = block(way.lines(f"return total + {way.reduced}"), 2)
    begin = low if world.dice.chance(0.6) else max(low, high - 2)
    world.define(
        f"{world.dice.pick('@jax.jit', '')}\ndef {name}(x):\n    def body({param}, total):\n{body}\n\n"
        f"    return lax.fori_loop({begin}, {min(begin + 4, high + 1)}, body, 0.0)"
    )
    world.show(f"{name}({way.array.name})")


def _while(world: World, way: Way) -> None:
    assert way.loops
    low, high = way.loops
    param = next(iter(way.params))
    name = world.function()
    last = f"return {param} + 1, total + {way.reduced}"
    body = block([f"{param}, total = carry", *way.lines(last)], 2)
    world.define(
        f"def {name}(x):\n    def body(carry):\n{body}\n\n"
        f"    return lax.while_loop(lambda carry: carry[0] < {min(low + 4, high + 1)}, body, ({low}, 0.0))[1]"
    )
    world.show(f"{name}({way.array.name})")


def _scan(world: World, way: Way) -> None:
    assert way.loops
    low, high = way.loops
    dice = world.dice
    param = next(iter(way.params))
    name = world.function()
    with_ys = dice.chance(0.4)
    last = f"return total + {way.reduced}, {'total' if with_ys else None}"
    body = block(way.lines(last), 2)
    starts = f"jnp.arange({low}, {min(low + 5, high + 1)})"
    picked = "" if with_ys else "[0]"
    if dice.chance(0.5):
        text = f"def {name}(x, starts):\n    def body(total, {param}):\n{body}\n\n"
        text += f"    return lax.scan(body, 0.0, starts){picked}"
        world.define(f"{dice.pick('@jax.jit', '')}\n{text}")
        world.show(f"{name}({way.array.name}, {starts})")
        return
    world.define(
        f"def {name}(x):\n    def body(total, {param}):\n{body}\n\n    return lax.scan(body, 0.0, {starts}){picked}"
    )
    world.show(f"{name}({way.array.name})")


def _for_starts(world: World, way: Way) -> tuple[str, str]:
    """A function of an array and a start, and an array of starts."""
    assert way.loops
    low, high = way.loops
    inner = _function(world, way, ret=way.text if way.kind == "window" else way.reduced)
    starts = f"jnp.arange({low}, {min(low + 4, high + 1)})"
    return inner, starts


def _vmap(world: World, way: Way) -> None:
    inner, starts = _for_starts(world, way)
    if world.dice.chance(0.5):
        world.show(f"jax.vmap({inner}, in_axes=(None, 0))({way.array.name}, {starts})")
        return
    name = world.function()
    world.define(
        f"@jax.jit\ndef {name}(x, starts):\n    return jax.vmap(lambda k: {inner}(x, k))(starts)"
    )
    world.show(f"{name}({way.array.name}, {starts})")


def _map(world: World, way: Way) -> None:
    inner, starts = _for_starts(world, way)
    world.show(f"lax.map(partial({inner}, {way.array.name}), {starts})")


def _eager(world: World, way: Way) -> None:
    if not way.params and not way.setup and world.dice.chance(0.5):
        world.show(re.sub(r"\bx\b", way.array.name, way.text))
        return
    _shown(world, way, _function(world, way))


def _closed(world: World, way: Way) -> None:
    """Under `jit`, with bounds that the function itself knows."""
    name = world.function()
    body = block(way.lines(f"return {way.text}"), 2)
    world.define(
        f"def {name}(x):\n{indented('@jax.jit')}\n    def inner(x):\n{body}\n\n    return inner(x)"
    )
    world.show(f"{name}({way.array.name})")
