"""What `--verify` may run, by exact public path: functions, dtypes and constants of JAX, NumPy and Python.

Each was looked at: it computes, always the same of the same arguments, and does nothing else. So it reads and writes
no file, clock or setting, calls nothing but what it is given, keeps nothing, and gives no module and no function that
is not listed. A name that no release has any more, or that some do not have yet, does no harm. What is not listed, and
why, is in `tests/refused_names.py`.
"""

from collections.abc import Mapping

from jaxslice_lint.jax_model.names import paths

_FUNCTIONS: Mapping[tuple[str, ...], str] = {
    ("jax.numpy", "numpy"): """
        abs absolute acos acosh add all allclose amax amin angle any append arange arccos arccosh arcsin arcsinh
        arctan arctan2 arctanh argmax argmin argpartition argsort argwhere around array array_equal array_equiv
        array_split asarray asin asinh astype atan atan2 atanh atleast_1d atleast_2d atleast_3d average bartlett
        bincount bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or
        bitwise_right_shift bitwise_xor blackman block broadcast_arrays broadcast_shapes broadcast_to can_cast cbrt
        ceil choose clip column_stack compress concat concatenate conj conjugate convolve copy copysign corrcoef
        correlate cos cosh count_nonzero cov cross cumprod cumsum cumulative_prod cumulative_sum deg2rad degrees
        delete diag diag_indices diag_indices_from diagflat diagonal diff digitize divide divmod dot dsplit dstack
        dtype ediff1d einsum empty empty_like equal exp exp2 expand_dims expm1 extract eye fabs fix flatnonzero flip
        fliplr flipud float_power floor floor_divide fmax fmin fmod frexp full full_like gcd geomspace gradient
        greater greater_equal hamming hanning heaviside histogram histogram2d histogram_bin_edges histogramdd hsplit
        hstack hypot i0 identity imag indices inner insert interp intersect1d invert isclose iscomplex iscomplexobj
        isdtype isfinite isin isinf isnan isneginf isposinf isreal isrealobj isscalar issubdtype iterable ix_ kaiser
        kron lcm ldexp left_shift less less_equal lexsort linspace log log10 log1p log2 logaddexp logaddexp2
        logical_and logical_not logical_or logical_xor logspace mask_indices matmul matrix_transpose matvec max
        maximum mean median meshgrid min minimum mod modf moveaxis multiply nan_to_num nanargmax nanargmin
        nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum nanvar
        ndim negative nextafter nonzero not_equal ones ones_like outer packbits pad partition percentile
        permute_dims poly polyadd polyder polydiv polyfit polyint polymul polysub polyval positive pow power prod
        promote_types ptp quantile rad2deg radians ravel ravel_multi_index real reciprocal remainder repeat reshape
        resize result_type right_shift rint roll rollaxis roots rot90 round round_ searchsorted select setdiff1d
        setxor1d shape sign signbit sin sinc sinh size sort sort_complex spacing split sqrt square squeeze stack std
        subtract sum swapaxes take take_along_axis tan tanh tensordot tile trace transpose trapezoid tri tril
        tril_indices tril_indices_from trim_zeros triu triu_indices triu_indices_from true_divide trunc union1d
        unique unique_all unique_counts unique_inverse unique_values unpackbits unravel_index unstack unwrap vander
        var vdot vecdot vecmat vsplit vstack where zeros zeros_like
    """,
    ("jax.numpy",): """
        apply_along_axis apply_over_axes fill_diagonal fromfunction piecewise place put put_along_axis
    """,
    ("numpy",): """
        alltrue asanyarray asarray_chkfinite ascontiguousarray asfarray asfortranarray common_type cumproduct
        find_common_type in1d min_scalar_type msort product real_if_close require row_stack sometrue trapz
    """,
    ("jax.numpy.fft", "numpy.fft"): """
        fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2 rfftfreq
        rfftn
    """,
    ("jax.numpy.linalg", "numpy.linalg"): """
        cholesky cond cross det diagonal eig eigh eigvals eigvalsh inv lstsq matmul matrix_norm matrix_power
        matrix_rank matrix_transpose multi_dot norm outer pinv qr slogdet solve svd svdvals tensordot tensorinv
        tensorsolve trace vecdot vector_norm
    """,
    ("jax.lax",): """
        abs acos acosh add approx_max_k approx_min_k argmax argmin asin asinh associative_scan atan atan2 atanh
        batch_matmul bessel_i0e bessel_i1e betainc bitcast_convert_type bitwise_and bitwise_not bitwise_or
        bitwise_xor broadcast broadcast_in_dim broadcast_like broadcast_shapes broadcast_to_rank broadcasted_iota
        cbrt ceil clamp clz collapse complex concatenate cond conj conv conv_dimension_numbers conv_general_dilated
        conv_general_dilated_local conv_general_dilated_patches conv_general_permutations conv_general_shape_tuple
        conv_shape_tuple conv_transpose conv_transpose_shape_tuple conv_with_general_padding ConvDimensionNumbers
        convert_element_type cos cosh cumlogsumexp cummax cummin cumprod cumsum
        custom_linear_solve custom_root digamma div dot dot_general dynamic_index_in_dim dynamic_slice
        dynamic_slice_in_dim dynamic_update_index_in_dim dynamic_update_slice dynamic_update_slice_in_dim empty eq
        erf erf_inv erfc exp exp2 expand_dims expm1 fft floor fori_loop full full_like gather GatherDimensionNumbers
        ge gt igamma igamma_grad_a igammac imag index_in_dim index_take integer_pow iota is_finite le lgamma log
        log1p logistic lt map max min mul mulhi ne neg nextafter optimization_barrier pad padtype_to_pads polygamma
        population_count pow ragged_dot ragged_dot_general RaggedDotDimensionNumbers random_gamma_grad real
        reciprocal reduce reduce_and reduce_max reduce_min reduce_or reduce_precision reduce_prod reduce_sum
        reduce_window reduce_window_shape_tuple reduce_xor rem reshape rev rng_bit_generator round rsqrt scaled_dot
        scan scatter scatter_add scatter_apply scatter_max scatter_min scatter_mul scatter_sub
        ScatterDimensionNumbers select select_n shift_left shift_right_arithmetic shift_right_logical sign sin sinh
        slice slice_in_dim sort sort_key_val split sqrt square squeeze stack stop_gradient sub switch tan tanh tile
        top_k transpose unstack while_loop zeta
    """,
    ("jax.lax.linalg",): """
        cholesky cholesky_update eig eigh hessenberg householder_product lu lu_pivots_to_permutation ormqr qdwh qr
        schur svd symmetric_product triangular_solve tridiagonal tridiagonal_solve
    """,
    ("jax.nn",): """
        celu dot_product_attention elu gelu get_scaled_dot_general_config glu hard_sigmoid hard_silu hard_swish
        hard_tanh identity leaky_relu log1mexp log_sigmoid log_softmax logmeanexp logsumexp mish one_hot relu relu6
        scaled_dot_general scaled_matmul selu sigmoid silu soft_sign softmax softplus sparse_plus sparse_sigmoid
        squareplus standardize swish tanh
    """,
    ("jax.scipy.fft",): """
        dct dctn idct idctn
    """,
    ("jax.scipy.linalg",): """
        block_diag cho_factor cho_solve cholesky circulant companion convolution_matrix det dft eigh
        eigh_tridiagonal expm expm_frechet fiedler fiedler_companion funm hadamard hankel helmert hessenberg hilbert
        inv invhilbert invpascal leslie lu lu_factor lu_solve pascal polar qr qr_multiply rsf2csf schur solve
        solve_sylvester solve_triangular sqrtm svd toeplitz
    """,
    ("jax.scipy.ndimage",): """
        map_coordinates
    """,
    ("jax.scipy.signal",): """
        convolve convolve2d correlate correlate2d csd detrend fftconvolve istft stft welch
    """,
    ("jax.scipy.special",): """
        bernoulli bessel_jn beta betainc betaln boxcox boxcox1p comb dawsn digamma entr erf erfc erfcx erfinv exp1
        expi expit expn factorial fresnel gamma gammainc gammaincc gammaln gammasgn hyp1f1 hyp2f1 i0 i0e i1 i1e
        kl_div log_ndtr log_softmax loggamma logit logsumexp lpmn lpmn_values multigammaln ndtr ndtri owens_t poch
        polygamma rel_entr sici softmax spence sph_harm sph_harm_y wofz xlog1py xlogy zeta
    """,
    ("jax.scipy.integrate",): """
        trapezoid
    """,
    ("jax.scipy.cluster.vq",): """
        vq
    """,
    ("jax.scipy.stats",): """
        mode rankdata sem
    """,
    ("math",): """
        acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2
        expm1 fabs factorial floor fma fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm
        ldexp lgamma log log10 log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt
        sumprod tan tanh tau trunc ulp
    """,
    ("operator",): """
        abs add and_ eq floordiv ge gt index inv invert le lshift lt matmul mod mul ne neg not_ or_ pos pow rshift
        sub truediv truth xor
    """,
}
_DTYPES_AND_CLASSES: Mapping[tuple[str, ...], str] = {
    ("jax.numpy", "numpy"): """
        bool bool_ cdouble complex128 complex64 complex_ complexfloating csingle double finfo float16 float32
        float64 float_ floating generic iinfo inexact int16 int32 int64 int8 int_ integer ndarray number
        signedinteger single uint uint16 uint32 uint64 uint8 unsignedinteger
    """,
    ("jax.numpy",): """
        bfloat16 float4_e2m1fn float6_e2m3fn float6_e3m2fn float8_e3m4 float8_e4m3 float8_e4m3b11fnuz float8_e4m3fn
        float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu int1 int2 int4 uint1 uint2 uint4
    """,
    ("numpy",): """
        byte cfloat clongdouble complex256 float128 half intc intp long longdouble longlong short ubyte uintc uintp
        ulong ulonglong ushort
    """,
    ("jax",): "Array",
}
#: Also what makes an index or a range of what stands in its brackets. That of NumPy which takes a string looks up names
#: in the code around it (`np.r_`), and is not here.
_CONSTANTS: Mapping[tuple[str, ...], str] = {
    ("jax.numpy", "numpy"): """
        e euler_gamma index_exp inf mgrid nan newaxis ogrid pi s_
    """,
    ("jax.numpy",): """
        c_ r_
    """,
    ("numpy",): """
        Inf Infinity infty NAN NaN NINF PINF
    """,
    ("jax.lax.Precision",): "DEFAULT HIGH HIGHEST",
    ("jax.lax.GatherScatterMode",): "CLIP FILL_OR_DROP ONE_HOT PROMISE_IN_BOUNDS",
    ("jax.lax.FftType",): "FFT IFFT IRFFT RFFT",
    ("jax.lax.RoundingMethod",): "AWAY_FROM_ZERO TO_NEAREST_EVEN",
}
#: Functions of two arguments that have methods, and the methods without effects (`at` changes an array).
_UFUNCS = """
    add arctan2 bitwise_and bitwise_or bitwise_xor divide equal float_power floor_divide fmax fmin fmod gcd greater
    greater_equal heaviside hypot lcm left_shift less less_equal logaddexp logaddexp2 logical_and logical_or logical_xor
    maximum minimum mod multiply nextafter not_equal power remainder right_shift subtract true_divide
"""
_OF_UFUNCS = "accumulate outer reduce reduceat"
_DISTRIBUTIONS = """
    bernoulli beta betabinom binom cauchy chi2 dirichlet expon gamma gennorm geom gumbel_l gumbel_r laplace logistic
    multinomial multivariate_normal nbinom norm pareto poisson t truncnorm uniform vonmises wrapcauchy
"""
_OF_DISTRIBUTIONS = "cdf entropy isf logcdf logpdf logpmf logsf pdf pmf ppf sf"
_ELSEWHERE = (
    *paths(("jax",), "ds tree.map tree_util.tree_map"),
    *paths(("jax.experimental.pallas",), "ds dslice"),
)

#: Classes of which `isinstance` may be asked, and no objects made: NumPy's takes any memory for an array of objects.
ASKED_ABOUT = frozenset({"numpy.ndarray"})
RUNNABLE = frozenset(
    {
        *_ELSEWHERE,
        *(
            path
            for listed in (_FUNCTIONS, _DTYPES_AND_CLASSES, _CONSTANTS)
            for modules, names in listed.items()
            for path in paths(modules, names)
        ),
        *paths(paths(("jax.numpy", "numpy"), _UFUNCS), _OF_UFUNCS),
        *paths(paths(("jax.scipy.stats",), _DISTRIBUTIONS), _OF_DISTRIBUTIONS),
    }
)
