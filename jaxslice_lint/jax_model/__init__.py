"""What JAX and its libraries do, as rows of data. Knows nothing of how code is analysed."""
