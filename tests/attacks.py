"""Programs that try to get something run by `--verify`: each would leave a file at CANARY, or take what it can get."""

from collections.abc import Mapping

_COMMAND = "'touch CANARY'"
_PRELUDE = """\
import builtins
import ctypes
import importlib
import operator
import os
import pickle
import socket
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy
import numpy as np
from jax import lax


class Evil:
    def __init__(self, *given):
        open('CANARY', 'w').close()

    def touch(self, *given):
        open('CANARY', 'w').close()
        return 1.0

    __getitem__ = __call__ = __add__ = __radd__ = __mul__ = __neg__ = __bool__ = touch
    __index__ = __len__ = __iter__ = __array__ = __jax_array__ = __float__ = __int__ = touch


def evil(*given, **named):
    open('CANARY', 'w').close()
    return 1.0
"""

#: What is written to the slice.
EXPRESSIONS: Mapping[str, str] = {
    # Modules below the packages.
    "private submodule": f"np.polynomial._polybase.os.system({_COMMAND})",
    "public submodule": f"np.polynomial.polyutils.np.lib.npyio.os.system({_COMMAND})",
    "loader": "np.__loader__.set_data('CANARY', b'x')",
    "open in a submodule": "np.ma.mrecords.openfile('CANARY')",
    "builtins of a module": "jnp.__builtins__['open']('CANARY', 'w')",
    "builtins of numpy": "np.__builtins__['open']('CANARY', 'w')",
    "sys in numpy": f"np._globals.enum.sys.modules['os'].system({_COMMAND})",
    "a test runner": 'np.testing.runstring(\'open("CANARY", "w")\', {})',
    "measure": 'np.testing.measure(\'open("CANARY", "w")\')',
    "os in jax": f"jax._src.config.os.system({_COMMAND})",
    "os in jax.numpy": f"jnp.linalg.np.lib.os.system({_COMMAND})",
    "importlib in jax": "jax._src.xla_bridge.importlib.import_module('os').mkdir('CANARY')",
    "ctypes in numpy": "np.ctypeslib.ctypes.CDLL(None).system(b'touch CANARY')",
    "f2py": f"np.f2py.crackfortran.os.system({_COMMAND})",
    "distutils": f"np.distutils.exec_command.os.system({_COMMAND})",
    "pytest tester": f"np._pytesttester.os.system({_COMMAND})",
    "test": "np.test(extra_argv=['--basetemp=CANARY'])",
    "compile and load": "jax.ffi.ctypes.CDLL(None).system(b'touch CANARY')",
    "profiler": "jax.profiler.start_trace('CANARY')",
    "config": "jax.config.update('jax_compilation_cache_dir', 'CANARY')",
    # Functions that read, write or call back.
    "save": "np.save('CANARY', np.zeros(3))",
    "jnp.save": "jnp.save('CANARY', v)",
    "savetxt": "np.savetxt('CANARY', np.zeros(3))",
    "savez": "jnp.savez('CANARY', v)",
    "memmap": "np.memmap('CANARY', mode='w+', shape=(3,))",
    "load a pickle": "np.load('CANARY.npy', allow_pickle=True)",
    "loads": "pickle.loads(b\"cos\\nsystem\\n(S'touch CANARY'\\ntR.\")",
    "tofile": "np.zeros(3).tofile('CANARY')",
    "dump": "np.ndarray.dump(np.zeros(3), 'CANARY')",
    "memory": "np.ndarray.tofile(np.zeros(3), 'CANARY')",
    "memory as objects": "np.ndarray((1,), 'O', np.arange(1))[0]",
    "memory outside": "np.ndarray((1,), 'int64', np.zeros(1), -800)[0]",
    "DataSource": "np.lib.npyio.DataSource('CANARY').open('http://127.0.0.1/')",
    "pure_callback": "jax.pure_callback(evil, v, v)",
    "io_callback": "jax.experimental.io_callback(evil, v, v)",
    "debug.callback": "(jax.debug.callback(evil, v), v)[1]",
    "debug.print": "(jax.debug.print('CANARY {}', v), v)[1]",
    "host callback": "jax.experimental.host_callback.call(evil, v, result_shape=v)",
    "seterrcall": "(np.seterrcall(evil), np.seterr(all='call'), np.log(-1.0))[2]",
    "vectorize": "np.vectorize(evil)(v)",
    "frompyfunc": "np.frompyfunc(evil, 1, 1)(v)",
    "apply_along_axis": "np.apply_along_axis(evil, 0, np.zeros((3, 3)))",
    "fromfunction": "jnp.fromfunction(evil, (3,))",
    "scan": "lax.scan(evil, v, v)[0]",
    "map": "list(map(evil, [1, 2, 3]))[0]",
    "map a builtin": "list(map(open, ['CANARY'], ['w']))[0]",
    "sorted": "sorted([3, 1], key=evil)[0]",
    "reduce": "jax.tree.map(evil, v)",
    "tree of a class": "jax.tree_util.tree_map(Evil, v)",
    "names in an index": "np.r_['__builtins__'][0, 0]['open']('CANARY', 'w')",
    "names in a matrix": "np.bmat('__builtins__')[0, 0]['open']('CANARY', 'w')",
    # Attributes and the objects behind them.
    "class": "().__class__.__mro__[1].__subclasses__()[0]",
    "subclasses": "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0]"
    "(['touch', 'CANARY'])",
    "globals of a function": f"jnp.sin.__wrapped__.__globals__['os'].system({_COMMAND})",
    "globals of a lambda": "(lambda: 0).__globals__['__builtins__']['open']('CANARY', 'w')",
    "getattr": f"getattr(os, 'sys' + 'tem')({_COMMAND})",
    "getattr of jnp": "getattr(jnp, '__builtins__')['open']('CANARY', 'w')",
    "vars": "vars(builtins)['open']('CANARY', 'w')",
    "globals": "globals()['evil']()",
    "locals": "locals()['v']",
    "attrgetter": f"operator.attrgetter('os.system')(np.lib)({_COMMAND})",
    "methodcaller": "operator.methodcaller('tofile', 'CANARY')(np.zeros(3))",
    "operator.call": "operator.call(evil)",
    "reduce_ex": "v.__reduce_ex__(2)[0]",
    "frame": "(g for g in [1]).gi_frame.f_builtins['open']('CANARY', 'w')",
    "traceback": "sys._getframe().f_globals['evil']()",
    "type": "type('E', (Evil,), {})()",
    # Strings that are run or read.
    "eval": "eval(\"open('CANARY', 'w')\")",
    "exec": "exec(\"open('CANARY', 'w')\")",
    "compile": "eval(compile(\"open('CANARY', 'w')\", '', 'eval'))",
    "__import__": f"__import__('os').system({_COMMAND})",
    "import_module": f"importlib.import_module('os').system({_COMMAND})",
    "f-string": "len(f\"{open('CANARY', 'w')}\")",
    "f-string attribute": "len(f'{v.__class__.__init__.__globals__}')",
    "format": "len('{0.__class__.__init__.__globals__}'.format(Evil()))",
    "format_map": "len('{a}'.format_map({'a': evil()}))",
    "percent": "len('%s' % Evil())",
    "join": "len(''.join([str(Evil())]))",
    "safe_eval": "np.safe_eval(\"open('CANARY', 'w')\")",
    # Where Python hides a call.
    "class operator": "Evil() + v",
    "class index": "x[Evil()]",
    "class item": "Evil()[0]",
    "class in a condition": "v if Evil() else x[0]",
    "comprehension": "[evil() for _ in range(1)][0]",
    "comprehension of a class": "[y for y in Evil()][0]",
    "generator": "sum(evil() for _ in range(1))",
    "dict": "{'a': evil()}['a']",
    "walrus": "(w := evil())",
    "walrus of a module": f"(m := os).system({_COMMAND})",
    "lambda": "(lambda: evil())()",
    "lambda default": "(lambda a=evil(): a)()",
    "lambda of a module": f"(lambda m: m.system({_COMMAND}))(os)",
    "star": "jnp.add(*evil())",
    "double star": "jnp.sum(v, **evil())",
    "star module": f"[*[os]][0].system({_COMMAND})",
    "conditional module": f"(os if True else jnp).system({_COMMAND})",
    "module in a tuple": f"(jnp, os)[1].system({_COMMAND})",
    "and": f"(jnp and os).system({_COMMAND})",
    "result called": "jnp.array([evil], dtype='O')[0]()",
    "object array": "np.array([Evil()], dtype='O') + 1",
    "object dtype": "np.dtype('O').type(Evil())",
    "einsum": "jnp.einsum(evil(), v, optimize=evil)",
    "einsum of strings": "np.einsum('i->i', v, optimize=[evil()])",
    "out": "np.add(v, 1, out=evil())",
    "ufunc.at": "np.add.at(evil(), 0, 1)",
    "at apply": "x.at[0].apply(evil)[0]",
    "print": "print(v, file=open('CANARY', 'w'))",
    "socket": "socket.create_connection(('127.0.0.1', PORT)).send(b'x')",
    "subprocess": "subprocess.run(['touch', 'CANARY']).returncode",
    "aliased function": f"absolute({_COMMAND})",
    "rebound function": "jnp.sum(v)",
    "rebound package": f"jax_numpy.system({_COMMAND})",
    "aliased package": f"lax_.system({_COMMAND})",
    "shadowed builtin": f"abs({_COMMAND})",
    "star import": f"popen({_COMMAND})",
}
#: More of what stands above functions, for those that end the list.
BINDINGS = f"""
import numpy as jax_numpy
import os as lax_
from os import *
from os import system as absolute
from os import system as abs

jax_numpy = os
jnp.sum = evil
jnp.linalg.norm = lambda v: os.system({_COMMAND})
"""

#: Whole bodies.
BODIES: Mapping[str, str] = {
    "decorator": "@evil\n    def g(y):\n        return y\n    return g(x[i:i + 3])",
    "decorator with arguments": "@evil(1)\n    def g(y):\n        return y\n    return x[i:i + 3]",
    "default": "def g(y=evil()):\n        return y\n    return x[i:i + 3] + g()",
    "annotation": "def g(y: evil()) -> evil():\n        return y\n    return g(x[i:i + 3])",
    "variable annotation": "y: evil() = x[i:i + 3]\n    return y",
    "class body": "class C:\n        evil()\n    return x[i:i + 3]",
    "metaclass": "class C(metaclass=Evil):\n        pass\n    return x[i:i + 3]",
    "with": "with evil():\n        return x[i:i + 3]",
    "named scope": "with jax.named_scope(evil()):\n        return x[i:i + 3]",
    "except": "try:\n        1 / 0\n    except evil():\n        pass\n    return x[i:i + 3]",
    "match": "match v:\n        case Evil(a=1):\n            pass\n    return x[i:i + 3]",
    "import": f"import os as jnp\n    jnp.system({_COMMAND})\n    return x[i:i + 3]",
    "import from": f"from os import system as sin\n    sin({_COMMAND})\n    return x[i:i + 3]",
    "assert": "assert evil(), open('CANARY', 'w')\n    return x[i:i + 3]",
    "raise": "if evil():\n        raise Evil()\n    return x[i:i + 3]",
    "delete": "del jnp.sum\n    return x[i:i + 3]",
    "global": "global evil\n    evil = 3\n    return x[i:i + 3]",
    "assigned module": f"m = os\n    m.system({_COMMAND})\n    return x[i:i + 3]",
    "unpacked module": f"m, k = os, 3\n    m.system({_COMMAND})\n    return x[i:i + k]",
    "looped module": f"for m in (os,):\n        m.system({_COMMAND})\n    return x[i:i + 3]",
    "target": "k = [0]\n    for k[evil()] in [1]:\n        pass\n    return x[i:i + 3]",
    "augmented": "y = Evil()\n    y += v\n    return x[i:i + 3]",
    "list of functions": "fs = [os.system]\n    fs[0]('touch CANARY')\n    return x[i:i + 3]",
    "bound function": f"f = os.system\n    f({_COMMAND})\n    return x[i:i + 3]",
    "container method": "d = {}\n    d.update(a=evil())\n    return x[i:i + 3]",
    "bound __import__": "__import__ = evil\n    y = np.linalg.det(v)\n    return x[i:i + 3]",
    "bound helper": "_take = _call = _go_on = evil\n    return x[i:i + 3]",
    "await": "async def g():\n        await evil()\n    return x[i:i + 3]",
    "yield": "yield evil()\n    return x[i:i + 3]",
}

#: What takes memory, time or the stack, and nothing else.
GREEDY: Mapping[str, str] = {
    "zeros": "jnp.zeros(10**12)[:3]",
    "ones of numpy": "np.ones(10**12)[:3]",
    "arange": "jnp.arange(10**12)[:3]",
    "shift": "(1 << 10**11) % 3",
    "power": "(7**7**9) % 3",
    "text": "len('a' * 10**11)",
    "list": "len([0] * 10**11)",
    "digits": "int('9' * 10**7) % 3",
    "recursion": "(lambda f: f(f))(lambda f: f(f))",
    "nesting": "(" * 90 + "v" + ")" * 90 + "+ 1" * 400,
    "negations": "-" * 600 + "v",
    "product": "jnp.ones((10**5, 1)) @ jnp.ones((1, 10**6))",
    "broadcast": "jnp.broadcast_to(v, (10**9, 3)).sum(0)",
    "outer": "np.multiply.outer(np.ones(10**6), np.ones(10**6))[0, :3]",
}


def attack(number: int, body: str, canary: str, port: int = 1) -> str:
    """A function that attacks with a whole body."""
    text = f"\n\n@jax.jit\ndef f{number}(x, i, v):\n    {body}\n"
    return text.replace("CANARY", f"{canary}{number}").replace("PORT", str(port))


def writing(expression: str) -> str:
    """The body that writes an expression to a slice."""
    return f"return x.at[i:i + 3].set({expression})"


def head(canary: str) -> str:
    """What stands above the functions."""
    return (_PRELUDE + BINDINGS).replace("CANARY", canary)
