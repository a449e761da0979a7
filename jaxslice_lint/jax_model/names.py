"""The modules whose functions the tool writes or tells apart, by their public paths."""

HOST = "numpy"
NUMPY = "jax.numpy"
LAX = "jax.lax"
PALLAS = "jax.experimental.pallas"
