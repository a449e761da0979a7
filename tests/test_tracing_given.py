"""What is given is reported, and all of the project is read for it."""

from module_programs import ROOT, files_of, trace_given, traced_lines

from jaxslice_lint.source.project import Project
from jaxslice_lint.tracing import trace_project

PROJECT = """
## ops.py
def window(x, start):
    return x[start : start + 2]  # traced
## middle.py
from ops import window

def twice(x, start):
    return window(x, start) + x[start : start + 2]
## main.py
import jax
from middle import twice

@jax.jit
def step(x, i):
    return twice(x, i) + x[i : i + 2]
## other.py
import jax
"""


def test_a_helper_that_is_given_alone_is_traced_from_the_modules_that_import_it() -> None:
    traced = trace_given(PROJECT, ["ops.py"])
    assert traced_lines(traced, files_of(PROJECT)) == {
        ("ops.py", "return x[start : start + 2]  # traced")
    }


def test_files_that_were_not_given_are_read_and_not_reported() -> None:
    traced = trace_given(PROJECT, ["main.py", "other.py"])
    assert {path.name for path in traced.sites} == {"main.py", "other.py"}
    assert traced_lines(traced, files_of(PROJECT)) == {
        ("main.py", "return twice(x, i) + x[i : i + 2]")
    }


def test_the_trace_path_leads_through_all_modules_by_the_shortest_way() -> None:
    text = PROJECT + "\n## near.py\nimport jax\nfrom ops import window\nf = jax.jit(window)\n"
    [site] = trace_given(PROJECT, ["ops.py"]).sites[ROOT / "ops.py"]
    assert [(step.path.name, step.note) for step in site.trace_path] == [
        ("main.py", "`jax.jit` traces `step`"),
        ("main.py", "`step` calls `twice`"),
        ("middle.py", "`twice` calls `window`"),
    ]
    [site] = trace_given(text, ["ops.py"]).sites[ROOT / "ops.py"]
    assert [step.path.name for step in site.trace_path] == ["near.py"]


def test_a_module_that_does_not_parse_costs_the_others_nothing() -> None:
    files = files_of(PROJECT + "\n## broken.py\nfrom ops import window\ndef (\n")
    traced = trace_project(Project(files, roots=[ROOT]))
    assert ("ops.py", "return x[start : start + 2]  # traced") in traced_lines(traced, files)
    assert traced.sites[ROOT / "broken.py"] == ()


def test_what_leads_to_slices_of_other_files_may_change_what_the_given_one_reads() -> None:
    project = """
## shared.py
class Box:
    pass

box = Box()
## target.py
import jax
from shared import box

@jax.jit
def read(x):
    return x[box.k : box.k + 2]
## main.py
import jax
from shared import box
from target import read

@jax.jit
def use(y, i):
    box.k = i
    return y[i : i + 3]
"""
    traced = trace_given(project, ["target.py"])
    assert traced_lines(traced, files_of(project)) == {("target.py", "return x[box.k : box.k + 2]")}
