"""Public names of JAX, NumPy and Python that `--verify` does not run, by why. A new one belongs here or on the list."""

from collections.abc import Iterator, Mapping

from jaxslice_lint.jax_model.names import paths

_JNP, _NUMPY, _LAX, _OPERATOR = ("jax.numpy",), ("numpy",), ("jax.lax",), ("operator",)
_BOTH = (*_JNP, *_NUMPY)

REFUSED: Mapping[str, tuple[str, ...]] = {
    "it reads or writes files, memory or strings that say what to do": (
        *paths(_BOTH, "fromfile load save savez from_dlpack frombuffer fromstring"),
        *paths(_NUMPY, "fromregex genfromtxt loadtxt memmap savetxt savez_compressed DataSource"),
        *paths(_NUMPY, "recfromcsv recfromtxt byte_bounds get_include safe_eval"),
        # Names of variables in strings: `np.r_["x, y"]`
        *paths(_NUMPY, "asmatrix bmat c_ mat matrix r_"),
    ),
    "it prints, or reads or changes a setting or a clock": (
        *paths(_BOTH, "get_printoptions printoptions set_printoptions array_repr array_str"),
        *paths(_NUMPY, "array2string base_repr binary_repr errstate format_float_positional"),
        *paths(_NUMPY, "format_float_scientific getbufsize geterr geterrcall info isfortran"),
        *paths(_NUMPY, "little_endian mintypecode setbufsize seterr seterrcall show_config"),
        *paths(_NUMPY, "show_runtime typename disp lookfor source who set_string_function"),
        *paths(_NUMPY, "geterrobj seterrobj set_numeric_ops add_docstring add_newdoc"),
        *paths(_NUMPY, "add_newdoc_ufunc deprecate deprecate_with_doc get_array_wrap"),
        *paths(_NUMPY, "busday_count busday_offset busdaycalendar datetime64 datetime_as_string"),
        *paths(_NUMPY, "datetime_data is_busday isnat timedelta64 kernel_version"),
    ),
    "it changes its arguments": (
        *paths(_NUMPY, "copyto fill_diagonal place put put_along_axis putmask"),
        *paths(_OPERATOR, "delitem iadd iand iconcat ifloordiv ilshift imatmul imod imul ior"),
        *paths(_OPERATOR, "ipow irshift isub itruediv ixor setitem"),
    ),
    "it makes a function, or calls a method by its name": (
        *paths(_BOTH, "frompyfunc vectorize"),
        *paths(_NUMPY, "apply_along_axis apply_over_axes fromfunction piecewise"),
        *paths(_OPERATOR, "attrgetter call getitem itemgetter methodcaller"),
    ),
    "it looks at how objects lie in memory, or takes an unknown time": (
        *paths(_NUMPY, "may_share_memory shares_memory tracemalloc_domain"),
        *paths(_OPERATOR, "concat contains countOf indexOf is_ is_not is_none is_not_none"),
        *paths(_OPERATOR, "length_hint"),
        *paths(_BOTH, "fromiter"),
    ),
    "it is an object with methods, or a container that could be changed": (
        *paths(_BOTH, "character flexible object_ ufunc"),
        *paths(_JNP, "ComplexWarning"),
        *paths(_NUMPY, "broadcast bytes_ chararray flatiter ndenumerate ndindex nditer"),
        *paths(_NUMPY, "nested_iters poly1d recarray record str_ string_ unicode_ void cast"),
        *paths(_NUMPY, "format_parser nbytes sctypes sctypeDict typecodes ScalarType"),
        *paths(_NUMPY, "RankWarning"),
        *paths(("numpy.linalg",), "LinAlgError"),
        *paths(("jax.scipy.stats",), "gaussian_kde"),
        *paths(("jax.lax.linalg",), "EigImplementation EighImplementation SvdAlgorithm"),
        *paths(_LAX, "AccuracyMode DotAlgorithm DotAlgorithmPreset FftType GatherScatterMode"),
        *paths(_LAX, "ConvGeneralDilatedDimensionNumbers Precision PrecisionLike RandomAlgorithm"),
        *paths(_LAX, "DotDimensionNumbers RoundingMethod Tolerance"),
    ),
    "it needs an axis that a transform names, a device or another process": (
        *paths(_LAX, "all_gather all_to_all axis_index axis_size pbroadcast pcast pdot pmax"),
        *paths(_LAX, "pmean pmin ppermute precv psend pshuffle psum psum_scatter pswapaxes"),
        *paths(_LAX, "pvary ragged_all_to_all with_sharding_constraint infeed outfeed xeinsum"),
        *paths(_LAX, "after_all create_token stage platform_dependent"),
    ),
    "it is for the inside of JAX and NumPy, or gives strings": (
        *paths(_BOTH, "einsum_path"),
        *paths(_LAX, "composite dce_sink dtype rng_uniform scan_bind shape_as_value"),
        *paths(_LAX, "zeros_like_array"),
        *paths(_NUMPY, "False_ True_ ALLOW_THREADS BUFSIZE CLIP FLOATING_POINT_SUPPORT MAXDIMS"),
        *paths(_NUMPY, "MAY_SHARE_BOUNDS MAY_SHARE_EXACT NZERO PZERO RAISE WRAP"),
        *paths(_NUMPY, "UFUNC_BUFSIZE_DEFAULT UFUNC_PYVALS_NAME clongfloat longcomplex"),
        *paths(_NUMPY, "longfloat singlecomplex compare_chararrays fastCopyAndTranspose"),
        *paths(_NUMPY, "issctype issubclass_ issubsctype maximum_sctype numarray obj2sctype"),
        *paths(_NUMPY, "oldnumeric sctype2char ERR_CALL ERR_DEFAULT ERR_IGNORE ERR_LOG"),
        *paths(_NUMPY, "ERR_PRINT ERR_RAISE ERR_WARN FPE_DIVIDEBYZERO FPE_INVALID FPE_OVERFLOW"),
        *paths(_NUMPY, "FPE_UNDERFLOW SHIFT_DIVIDEBYZERO SHIFT_INVALID SHIFT_OVERFLOW"),
        *paths(_NUMPY, "SHIFT_UNDERFLOW"),
        *paths(("numpy", "numpy.fft", "numpy.linalg"), "test"),
    ),
}


def refused() -> Iterator[str]:
    """The paths of all of them."""
    for some in REFUSED.values():
        yield from some
