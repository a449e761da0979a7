"""What runs in the child process, with the Python and the JAX of the user: needs NumPy and nothing else."""
