"""Graphs of names: what can be reached, and in which order."""


def closure(start: set[str], edges: dict[str, list[str]]) -> set[str]:
    """The names that can be reached from `start`, those among them."""
    found = set(start)
    pending = list(start)
    while pending:
        for name in edges.get(pending.pop(), ()):
            if name not in found:
                found.add(name)
                pending.append(name)
    return found


def callees_first(edges: dict[str, list[str]]) -> list[str]:
    """Depth first: each name after those that it leads to."""
    order: list[str] = []
    seen: set[str] = set()
    for start in edges:
        pending = [(start, False)]
        while pending:
            name, is_done = pending.pop()
            if is_done:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                pending.append((name, True))
                pending += [(other, False) for other in edges[name]]
    return order
