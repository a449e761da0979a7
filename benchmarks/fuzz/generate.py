"""From a seed to a program."""

from collections.abc import Callable

from fuzz import (
    helpers,
    scenes_arithmetic,
    scenes_classes,
    scenes_flow,
    scenes_idioms,
    scenes_masks,
    scenes_several,
    scenes_shapes,
    scenes_shared,
    scenes_state,
    scenes_updates,
)
from fuzz.dice import Dice
from fuzz.program import Program
from fuzz.world import World

Scene = Callable[[World], None]
#: How often each kind of scene comes, relative to the others.
_SCENES: dict[Scene, int] = {
    helpers.scene: 18,
    scenes_flow.several_indices: 4,
    scenes_flow.several_pairs: 3,
    scenes_flow.chosen_slice: 3,
    scenes_flow.slice_table: 2,
    scenes_flow.handled: 2,
    scenes_flow.question_first: 2,
    scenes_flow.python_loop: 3,
    scenes_arithmetic.arithmetic: 4,
    scenes_classes.buffer: 4,
    scenes_classes.sized: 3,
    scenes_classes.class_body: 1,
    scenes_classes.registry: 2,
    scenes_classes.stateful: 2,
    scenes_classes.scene_in_class: 2,
    scenes_classes.nested_scopes: 2,
    scenes_masks.expression: 6,
    scenes_masks.flow: 6,
    scenes_updates.vector: 4,
    scenes_updates.matrix: 4,
    scenes_updates.cache: 3,
    scenes_idioms.idiom: 7,
    scenes_idioms.wrapped_jit: 1,
    scenes_idioms.rebound_global: 1,
    scenes_idioms.host_code: 2,
    scenes_several.beside: 4,
    scenes_several.grid: 3,
    scenes_several.steps: 3,
    scenes_several.axes: 3,
    scenes_several.operands: 3,
    scenes_several.decorated: 2,
    scenes_several.rebinding: 2,
    scenes_shapes.kernel: 3,
    scenes_shared.function: 14,
    scenes_shared.several_bodies: 6,
    scenes_shared.method: 5,
    scenes_shapes.patches: 3,
    scenes_shapes.batch: 5,
    scenes_shapes.repeated: 2,
    scenes_state.carried: 4,
    scenes_state.static_field: 1,
    scenes_state.lazy: 2,
}


def generated(seed: int) -> Program:
    """The program of a seed."""
    dice = Dice(seed)
    world = World(dice)
    for _ in range(dice.pick(1, 1, 2)):
        scene = dice.choices(list(_SCENES), list(_SCENES.values()))[0]
        scene(world)
    return Program(seed, world.files(), tuple(world.parts))
