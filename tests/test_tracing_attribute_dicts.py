"""Objects whose attributes are written through their `__dict__`, or under names that nobody sees."""

import pytest
from flow_programs import IMPORTS, check
from ways import check as check_ways
from ways import outcome

WRITES = {
    "update with keywords": "self.__dict__.update(data=data, lo=lo, hi=hi)",
    "update with a dict": 'self.__dict__.update({"data": data, "lo": lo, "hi": hi})',
    "update with pairs": 'self.__dict__.update([("data", data), ("lo", lo), ("hi", hi)])',
    "vars": "vars(self).update(dict(data=data, lo=lo), hi=hi)",
    "items": 'd = vars(self)\n        d["data"], d["lo"], d["hi"] = data, lo, hi',
    "its own method": 'self.__setattr__("data", data)\n'
    '        super().__setattr__("lo", lo)\n        object.__setattr__(self, "hi", hi)',
    "another dict": "self.__dict__ = dict(data=data, lo=lo, hi=hi)",
    "in place": 'self.__dict__ |= {"data": data, "lo": lo, "hi": hi}',
    "a name in place": "d = self.__dict__\n        d |= dict(data=data, lo=lo, hi=hi)",
    "defaults": 'self.__dict__.setdefault("data", data)\n'
    '        vars(self).setdefault("lo", lo)\n        vars(self).__setitem__("hi", hi)',
    "a helper": "fill(self.__dict__, data=data, lo=lo, hi=hi)",
}
HELPER = """
def fill(names, **values):
    for name, value in values.items():
        names[name] = value
"""


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_what_is_written_to_the_dict_of_an_object_is_an_attribute(write: str) -> None:
    check(
        IMPORTS
        + HELPER
        + f"""
class Cursor:
    def __init__(self, data, lo=None, hi=None):
        {write}
    def read(self):
        return self.data[self.lo:self.hi]  # traced
    def head(self):
        return self.data[:self.hi]  # static
    def all(self):
        return self.data[self.lo:]  # static
@jax.jit
def f(x, i):
    Cursor(x, hi=3).head()
    return Cursor(x, i, i + 3).read(), Cursor(x, lo=2).all()
f(x, 1)
"""
    )


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_bound_that_is_none_in_the_dict_of_one_object_is_so_in_the_slice(write: str) -> None:
    program = (
        HELPER
        + f"""
class Cursor:
    def __init__(self, data, lo=None, hi=None):
        {write}
    def read(self):
        return self.data[self.lo:self.hi].sum()

@jax.jit
def f(x, n):
    return Cursor(x, n, n + 2).read() + Cursor(x, hi=4).read()
"""
    )
    check_ways(program)
    _, [finding] = outcome(program)
    assert "`None`" in finding.no_fix


UNSEEN_WRITES = {
    "a loop over pairs": "for name, value in given.items():\n            setattr(self, name, value)",
    "update": "self.__dict__.update(given)",
    "update with unknown names": "vars(self).update(**given)",
    "an unknown function": "configure(self.__dict__, given)",
    "a function of Python": "dict.update(vars(self), given)",
    "in place": "self.__dict__ |= given",
    "an item": "for name in given:\n            vars(self)[name] = given[name]",
}
VIEW = """
class View:
    {default}
    def __init__(self, data, given):
        self.data = data
        {write}
"""


@pytest.mark.parametrize("write", UNSEEN_WRITES.values(), ids=UNSEEN_WRITES.keys())
@pytest.mark.parametrize("default", ["lo = 0", "lo: int"])
def test_attributes_that_somebody_unseen_writes_may_be_none(write: str, default: str) -> None:
    program = f"""
from somewhere import configure, options
{VIEW.format(default=default, write=write)}
@jax.jit
def rows(x, n):
    view = View(x, options())
    return x[view.lo:n].sum()
"""
    text, findings = outcome(program, fix=True)
    assert "x[view.lo:n].sum()" in text
    assert all(one.fix is None or not one.fix.safe for one in findings)


@pytest.mark.parametrize(
    "read",
    [
        "json.dumps({**vars(cursor)}, default=str)",
        "len(cursor.__dict__.keys())",
        'cursor.__dict__.get("lo")',
        "dict(vars(cursor))",
        'print("lo" in vars(cursor))',
    ],
)
def test_who_only_reads_the_dict_of_an_object_changes_nothing(read: str) -> None:
    program = f"""
import json

class Cursor:
    def __init__(self, data, lo):
        self.data, self.lo = data, lo

def taken(x, i):
    cursor = Cursor(x, i)
    {read}
    return cursor.data[cursor.lo:cursor.lo + 3].sum()

f = jax.jit(taken)
"""
    text, findings = outcome(program, fix=True)
    assert not findings
    assert "lax.dynamic_slice_in_dim(cursor.data, cursor.lo, 3).sum()" in text


def test_a_property_does_not_see_what_is_written_to_the_dict() -> None:
    check(
        IMPORTS
        + """
class Cursor:
    def __init__(self, i):
        self.__dict__["at"] = i
        self._at = 2
    @property
    def at(self):
        return self._at
    @at.setter
    def at(self, value):
        self._at = value
@jax.jit
def f(x, i):
    cursor = Cursor(i)
    return x[:cursor._at]  # static
f(x, 1)
"""
    )


def test_a_deleted_item_leaves_what_the_class_says() -> None:
    program = """
class Window:
    hi = None
    def __init__(self, hi):
        self.hi = hi

def taken(x, n, short):
    window = Window(n)
    if short:
        del window.__dict__["hi"]
    return x[2:window.hi].sum()

@functools.partial(jax.jit, static_argnames="short")
def g(x, n, short):
    return taken(x, n, short)

@jax.jit
def f(x, n):
    return g(x, n, True) + g(x, n, False)
"""
    text, _ = outcome(program, fix=True)
    assert "x[2:window.hi].sum()" in text


def test_an_object_that_nobody_was_seen_to_make_is_as_unknown_as_before() -> None:
    program = """
class Reader:
    def __init__(self, data, at):
        self.data, self.at = data, at

    def restored(self, state):
        self.__dict__.update(state)
        return self.data[self.at:self.at + 4]

    def named(self, names, values):
        for name in names:
            setattr(self, name, values[name])
        return self.data[:self.at]

    def total(self):
        return self.data[self.at:self.at + 4].sum()

@jax.jit
def f(x, i):
    return Reader(x, i).total()
"""
    text, findings = outcome(program, fix=True)
    assert not findings
    assert "lax.dynamic_slice_in_dim(self.data, self.at, 4).sum()" in text
