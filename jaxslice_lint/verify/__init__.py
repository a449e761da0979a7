"""Rewrites run before they are written: original and rewritten code side by side, on generated values.

Only what a fix replaces is run, in a child process with the user's JAX; the analysed modules are never imported, nor
are the functions of the user called. Nothing of this room is imported without `--verify`.
"""
