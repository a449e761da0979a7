"""Who answers a call: the analysed code, Python's own functions, transforms, or an API of the tables.

Does not know statements: the body of a function is run through the `Tracer` of `domain/protocol.py`.
"""
