"""Slices of static size as `lax.dynamic_slice` and its relatives: the templates, and where each is exact."""
