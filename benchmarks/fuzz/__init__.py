"""A differential fuzzer: random whole programs, with JAX itself as the judge of findings and rewrites."""
