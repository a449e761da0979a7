"""Finds slices with traced bounds in JAX code, says why they are traced, and rewrites them."""

__version__ = "0.1.0"
