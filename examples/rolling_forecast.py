"""Scores a forecaster on windows of a signal. Running it fails: JAX does not slice at a traced position."""

from functools import partial

import jax
import jax.numpy as jnp


@partial(jax.jit, static_argnames="width")
def errors_of(weights, signal, width):
    def step(worst, start):
        history = signal[start : start + width]
        error = jnp.square(history @ weights - signal[start + width])
        return jnp.maximum(worst, error), error

    starts = jnp.arange(signal.shape[0] - width)
    return jax.lax.scan(step, 0.0, starts)[1]


@jax.jit
def recent_mean(errors, count):
    return errors[-count:].mean()


if __name__ == "__main__":
    signal = jnp.sin(jnp.arange(64) / 5)
    errors = errors_of(jnp.ones(16) / 16, signal, width=16)
    print(recent_mean(errors, 8))
