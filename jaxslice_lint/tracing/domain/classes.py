"""Classes of the analysed code: the order of their bases, and what they hold."""

from jaxslice_lint.tracing.domain.values import Class, Value

#: A generator function that is a context manager; in a class, it is bound as the function is.
MANAGER = "contextlib.contextmanager()"


def lookup(cls: Class, name: str) -> Value | None:
    """What a class or its bases hold under `name`."""
    return next((one.attributes[name] for one in mro(cls) if name in one.attributes), None)


def mro(cls: Class) -> tuple[Class, ...]:
    """The class and its bases of the analysed code in Python's order (C3)."""
    if cls.mro is None:
        bases = [base for base in cls.bases if isinstance(base, Class)]
        cls.mro = (cls, *_linearised([*(list(mro(base)) for base in bases), bases]))
    return cls.mro


def _linearised(orders: list[list[Class]]) -> list[Class]:
    """The orders merged: a class comes before those that it precedes in any of them."""
    result: list[Class] = []
    while orders := [order for order in orders if order]:
        later = {id(one) for order in orders for one in order[1:]}
        heads = [order[0] for order in orders]
        chosen = next((head for head in heads if id(head) not in later), heads[0])
        result.append(chosen)
        orders = [[one for one in order if one is not chosen] for order in orders]
    return result
