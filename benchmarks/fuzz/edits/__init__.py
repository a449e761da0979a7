"""Mutated programs, strange texts and random syntax: whether the tool survives them, and what its edits leave alone."""
