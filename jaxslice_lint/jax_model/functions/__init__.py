"""What each function of JAX, NumPy and Python does: one row a function, in one table (`table.py`)."""
