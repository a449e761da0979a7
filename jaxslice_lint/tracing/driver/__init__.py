"""Which code is run, in which order and with how much fuel, and what is found in each file.

On top of the other rooms of `tracing/`: none of them knows this one.
"""
