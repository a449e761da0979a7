"""The text of a rewrite: edits and their application, layout, names and scopes. Knows no JAX beyond its spelling."""
