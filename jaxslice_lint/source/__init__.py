"""Files and their text: finding, reading, parsing and writing them. Knows nothing of JAX."""
