"""Calls of `lax.slice` and `lax.slice_in_dim` with traced bounds, as calls of their dynamic relatives."""

import libcst as cst

from jaxslice_lint.facts.site import Element, ElementKind, Window
from jaxslice_lint.facts.status import Status
from jaxslice_lint.jax_model.lookup import function
from jaxslice_lint.rewrite.text.edit import NoRewriteError
from jaxslice_lint.rewrite.windows.index import PLAIN, Axis, Layout, rest
from jaxslice_lint.rewrite.windows.templates import Template

#: The array, start, stop and step: a function of `lax` that takes more is told an axis.
_PARAMETERS = 4


class CallTemplate(Template):
    """A call that slices: its dynamic relative takes the same, but sizes in place of stops.

    It is right for what the call takes: `lax` raises where a static slice goes beyond its axis, and cuts nothing off.
    """

    def read(self) -> cst.BaseExpression:
        """`lax.dynamic_slice_in_dim` along one axis, or `lax.dynamic_slice` along all of them."""
        if any(window.step < 0 for window in self.index.traced.values()):
            raise NoRewriteError("`lax` takes no negative steps")
        if len(function(self.site.called).parameters) == _PARAMETERS:
            return self._along_all()
        match self.index.elements:
            case [
                Element(kind=ElementKind.UNKNOWN, text=str(axis)),
                Element(window=Window() as window),
            ]:
                if window.step != 1:
                    raise NoRewriteError(f"the sliced axis is not known: `{axis}` is no number")
                return self._in_dim(self.use.operand, window, axis)
        return super().read()

    def _along_all(self) -> cst.BaseExpression:
        windows = [_window(element) for element in self.index.elements]
        axes = tuple(Axis(window) for window in windows if window is not None)
        if len(axes) < len(windows):
            return super().read()
        starts, sizes = self._corner(Layout(axes, ()))
        taken = self._lax("dynamic_slice", self.use.operand, starts, sizes)
        whole = dict.fromkeys(range(len(axes)), PLAIN)
        return self._subscript(taken, rest(self.index, whole | self._steps()))


def _window(element: Element) -> Window | None:
    """What is taken along one axis, if its size is one that can be read; of a static slice only if it starts at a
    number."""
    start, stop = element.start.text or "", element.stop.text or ""
    if element.is_traced:
        return element.window
    if element.step.status is not Status.ABSENT or not start.isdecimal():
        return None
    if stop.isdecimal():
        return Window(start, str(int(stop) - int(start)))
    return Window(start, stop) if stop and int(start) == 0 else None
