"""Functions whose results JAX knows while tracing, whatever they are given."""

from jaxslice_lint.jax_model.functions.schema import (
    BOTH,
    JAX,
    LAX,
    Function,
    Gives,
    SignRule,
)
from jaxslice_lint.jax_model.names import paths

_OF_ARRAYS = (
    Function(paths(BOTH, "ndim shape size"), gives=Gives.ATTRIBUTE),
    Function(paths(BOTH, "isscalar"), gives=Gives.IS_SCALAR),
    Function(("jax.core.is_concrete",), gives=Gives.IS_CONCRETE),
    Function(
        (
            *paths(
                BOTH, "broadcast_shapes can_cast dtype einsum_path finfo get_printoptions iinfo"
            ),
            *paths(BOTH, "iscomplexobj isdtype isrealobj issubdtype iterable promote_types"),
            *paths(BOTH, "result_type"),
            *paths(("jax.dtypes",), "canonicalize_dtype finfo iinfo issubdtype itemsize_bits"),
            *paths(("jax.dtypes",), "result_type scalar_type_of"),
            *paths(("jax.random",), "key_dtype key_impl"),
            *paths(JAX, "ShapeDtypeStruct core.ShapedArray typeof"),
        ),
        gives=Gives.STATIC,
    ),
)
_OF_OPERATIONS = (
    Function(
        (
            *paths(LAX, "broadcast_shapes conv_dimension_numbers conv_general_permutations dtype"),
            *paths(LAX, "conv_general_shape_tuple conv_shape_tuple conv_transpose_shape_tuple"),
            *paths(LAX, "padtype_to_pads reduce_window_shape_tuple"),
            *paths(LAX, "AccuracyMode ConvDimensionNumbers ConvGeneralDilatedDimensionNumbers"),
            *paths(LAX, "DotAlgorithm DotAlgorithmPreset FftType GatherDimensionNumbers"),
            *paths(LAX, "GatherScatterMode Precision RaggedDotDimensionNumbers RandomAlgorithm"),
            *paths(LAX, "RoundingMethod ScatterDimensionNumbers Tolerance"),
            *paths(JAX, "ds image.ResizeMethod"),
        ),
        gives=Gives.STATIC,
    ),
    Function(paths(LAX, "axis_size"), gives=Gives.STATIC, sign=SignRule.NON_NEGATIVE),
)
_OF_TREES_AND_DEVICES = (
    Function(
        (
            *paths(("jax.tree_util",), "all_leaves is_tree_node keystr"),
            *paths(("jax.tree_util",), "treedef_children treedef_is_leaf treedef_tuple"),
            *paths(JAX, "devices host_ids local_devices make_mesh process_indices"),
            *paths(("jax.sharding",), "AbstractMesh get_abstract_mesh Mesh NamedSharding"),
            *paths(("jax.sharding",), "PartitionSpec SingleDeviceSharding"),
        ),
        gives=Gives.STATIC,
    ),
    Function(
        (
            *paths(JAX, "default_backend device_count host_count host_id local_device_count"),
            *paths(JAX, "process_count process_index"),
        ),
        gives=Gives.STATIC,
        pure=True,
    ),
)

STATIC_RESULTS = (*_OF_ARRAYS, *_OF_OPERATIONS, *_OF_TREES_AND_DEVICES)
