"""What the annotation of a parameter adds to a value of unknown class: its fields and its methods."""

import ast

from jaxslice_lint.tracing.frames import Frame
from jaxslice_lint.tracing.iteration import part_of
from jaxslice_lint.tracing.protocol import Tracer
from jaxslice_lint.tracing.site import Status
from jaxslice_lint.tracing.values import Class, Data, Flavor, Function, Instance, Value


def annotated(
    tracer: Tracer, function: Function, variables: dict[str, Value], frame: Frame
) -> dict[str, Value]:
    """`variables`, in which parameters that are annotated with a class of the analysed code are objects of it."""
    if isinstance(function.node, ast.Lambda):
        return variables
    spec = function.node.args
    refined = dict(variables)
    for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        value = variables.get(argument.arg)
        if argument.annotation is None or not isinstance(value, Data):
            continue
        cls = _annotated_class(tracer, argument.annotation, function.frame)
        if cls is not None:
            refined[argument.arg] = _as_object(tracer, value, cls, frame, argument)
    return refined


def _annotated_class(tracer: Tracer, annotation: ast.expr, frame: Frame) -> Class | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    if not isinstance(annotation, ast.Name | ast.Attribute):
        return None
    value = tracer.evaluate(annotation, frame)
    return value if isinstance(value, Class) else None


def _as_object(tracer: Tracer, value: Data, cls: Class, frame: Frame, argument: ast.arg) -> Value:
    """A traced argument has the static fields of its class, and tracers in the others."""
    if value.status is Status.UNKNOWN and value.flavor is Flavor.ANY:
        return tracer.representative(cls)
    is_tree = cls.is_named_tuple or (cls.pytree is not None and bool(cls.fields))
    if value.status is not Status.TRACED or value.flavor is not Flavor.PYTREE or not is_tree:
        return value
    instance = Instance(cls, traced=True)
    for name in cls.fields:
        part = part_of(tracer, value, frame, argument, name)
        if name in cls.static_fields:
            part = Data(Status.STATIC, why=f"field `{name}` of `{cls.name}` is static")
        instance.attributes[name] = part
    return instance
