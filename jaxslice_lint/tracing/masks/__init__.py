"""After the run: whether masks can do the work of a slice of traced size.

Reads the values that were kept while the code ran, and runs nothing. The interpreter does not know this room.
"""
