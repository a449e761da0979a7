"""What operations make of abstract values: operators, subscripts, iteration, and JAX's functions by their tables.

Knows no syntax: it is given values, not expressions.
"""
