"""The abstract domain: values, symbolic integers, frames, and how they are compared and joined.

Knows no Python syntax beyond the nodes it is handed, and no API: what those do stands in `jax_model/`.
"""
