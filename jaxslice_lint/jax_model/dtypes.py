"""Names of dtypes."""

#: dtypes narrower than 32 bits: counting a start from the end wraps around in them.
NARROW_DTYPES = frozenset({"int8", "int16", "uint8", "uint16", "int4", "uint4", "int2", "uint2"})
#: What NumPy takes for the name of a dtype: `"i1"` for `int8`, its bytes behind the kind.
DTYPE_CODES = {
    f"{code}{size}": f"{kind}{8 * size}"
    for code, kind in (("i", "int"), ("u", "uint"), ("f", "float"), ("c", "complex"))
    for size in (1, 2, 4, 8)
}

#: Some dtype of floats or complex numbers, whichever it is.
FLOATING = "floating"
