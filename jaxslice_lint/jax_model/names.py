"""The modules whose functions the tool writes or tells apart, by their public paths, and paths of what they hold."""

HOST = "numpy"
NUMPY = "jax.numpy"
LAX = "jax.lax"
PALLAS = "jax.experimental.pallas"


def paths(modules: tuple[str, ...], listed: str) -> tuple[str, ...]:
    """The dotted path of each listed name in each module."""
    return tuple(f"{module}.{name}" for module in modules for name in listed.split())
