"""Walls around the child process, should code get through the gate: it computes, and reads what it has to import.

Linux is asked to refuse system calls (seccomp). Python itself refuses what reaches them (an audit hook), and the
system limits memory, time and the size of files as far as it has such limits. A wall that a system does not have is
left out; so each is tried, and none is needed.
"""

import contextlib
import os
import platform
import struct
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

#: Bytes that may be taken beside what JAX has, and written to one file (standard error may be one).
MEMORY, LARGEST_FILE = 4 << 30, 1 << 20
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Events of Python's audit hooks, by how they begin: other processes, the network, changed files, foreign code.
_REFUSED_EVENTS = (
    *("os.exec", "os.fork", "os.kill", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"),
    *("pty.", "subprocess.", "signal.pthread_kill", "webbrowser."),
    *("ftplib.", "http.", "imaplib.", "nntplib.", "poplib.", "smtplib.", "socket.", "telnetlib."),
    *("urllib.", "sqlite3."),
    *("os.chflags", "os.chmod", "os.chown", "os.link", "os.lockf", "os.mkdir", "os.putenv"),
    *("os.remove", "os.removexattr", "os.rename", "os.rmdir", "os.setxattr", "os.symlink"),
    *("os.truncate", "os.unsetenv", "os.utime", "shutil.", "tempfile."),
    *("ctypes.", "msvcrt.", "syslog.", "winreg.", "_winapi."),
)
#: By the machine: what the kernel calls it, and the number of the system call that sets a filter.
_MACHINES: Mapping[str, tuple[int, int]] = {
    "x86_64": (0xC000003E, 317),
    "aarch64": (0xC00000B7, 277),
}
#: System calls that are refused, by their numbers on those machines; the older machine has more.
_REFUSED_CALLS: Mapping[str, tuple[int, ...]] = {
    # Sockets.
    "x86_64": (
        *(41, 42, 43, 44, 45, 46, 47, 49, 50, 53, 288, 299, 307),
        # Processes: fork, vfork, execve, execveat, ptrace, those that look into others or send them signals.
        *(57, 58, 59, 322, 101, 310, 311, 200, 129, 297, 424, 434, 438),
        # Files: creat, and all that moves, links, removes or changes them.
        *(85, 76, 77, 82, 83, 84, 86, 87, 88, 90, 91, 92, 93, 94, 132, 133, 188, 189, 190, 197),
        *(198, 199, 235, 258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316, 452),
        # What does all that in other ways: io_uring, mounts, namespaces, bpf, keys, modules of the kernel.
        *(425, 426, 427, 155, 161, 165, 166, 272, 308, 428, 429, 430, 431, 432, 433),
        *(298, 321, 323, 248, 249, 250, 175, 176, 246, 313, 169),
    ),
    "aarch64": (
        *(198, 199, 200, 201, 202, 203, 206, 207, 211, 212, 242, 243, 269),
        *(221, 281, 117, 270, 271, 130, 138, 240, 424, 434, 438),
        *(45, 46, 33, 34, 35, 36, 37, 38, 52, 53, 54, 55, 88, 5, 6, 7, 14, 15, 16, 276, 452),
        *(425, 426, 427, 39, 40, 41, 51, 97, 268, 428, 429, 430, 431, 432, 433),
        *(241, 280, 282, 217, 218, 219, 104, 105, 106, 142, 273),
    ),
}
#: Those that are said not to be there, so that older ones take their place: `clone3`, `openat2`.
_MISSING_CALLS = (435, 437)
#: open, openat, clone, kill, tgkill, ioctl, prlimit64; and the first of another convention for calls.
_OPEN = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}
_CLONE = {"x86_64": 56, "aarch64": 220}
_KILL = {"x86_64": (62, 234), "aarch64": (129, 131)}
_IOCTL = {"x86_64": 16, "aarch64": 29}
_LIMIT = {"x86_64": 302, "aarch64": 261}
_FOREIGN = 0x40000000
_THREAD, _TYPE_ON_TERMINAL = 0x10000, 0x5412
#: The words of the kernel's filters: load, jump where equal, not less, or some bits are set, and return.
_LOAD, _IF_EQUAL, _IF_LEAST, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _END, _NOT_PERMITTED, _NOT_THERE = 0x7FFF0000, 0x80000000, 0x50001, 0x50026
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16


def enter() -> None:
    """Raise all walls that this system has. What JAX needs to start must be done before."""
    sys.dont_write_bytecode = True
    _limit()
    with contextlib.suppress(Exception):
        _filter_calls()
    sys.addaudithook(_refuse)


def limit_time(seconds: float) -> None:
    """End this process when it has computed for twice as long from now on, by all threads together."""
    with contextlib.suppress(Exception):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        until = int(time.process_time() + 2 * seconds) + 1 if seconds else resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_CPU, (until if most < 0 else min(until, most), most))


def _refuse(event: str, arguments: Sequence[Any]) -> None:
    """The audit hook. Raises `PermissionError`."""
    if event == "open":
        mode, flags = arguments[1:3]
        if (flags or 0) & _WRITING or (isinstance(mode, str) and set(mode) & set("wax+")):
            raise PermissionError("no file is written here")
    elif event.startswith(_REFUSED_EVENTS):
        raise PermissionError(f"{event} is not done here")


def _limit() -> None:
    """Set the limits that the system has; what is there already and lower stays."""
    try:
        import resource
    except ImportError:
        return  # Windows
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: LARGEST_FILE}
    if sys.platform == "linux":
        # What is reserved and not used does not count, as it does for the address space.
        limits[resource.RLIMIT_DATA] = _data() + MEMORY
    else:
        # On Linux this counts threads, too, and those of all processes of the user.
        limits[resource.RLIMIT_NPROC] = 0
    for kind, value in limits.items():
        with contextlib.suppress(ValueError, OSError):
            _, most = resource.getrlimit(kind)
            value = value if most < 0 else min(value, most)
            resource.setrlimit(kind, (value, value))


def _data() -> int:
    """The bytes of memory that this process has for itself."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return MEMORY


def _filter_calls() -> None:
    """Have Linux refuse system calls, of all threads that there are and will be."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _MACHINES or sys.maxsize < 1 << 32:
        return
    import ctypes

    code = b"".join(struct.pack("HBBI", *one) for one in _program(machine))
    held = ctypes.create_string_buffer(code, len(code))
    # Its length in instructions, and where it is.
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(held))
    system: Any = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, filtering, all_threads = 38, 1, 1
    if system.prctl(no_new_privileges, 1, 0, 0, 0) == 0:
        number = ctypes.c_long(_MACHINES[machine][1])
        system.syscall(number, ctypes.c_long(filtering), ctypes.c_long(all_threads), program)


_Instruction = tuple[int, int, int, int]


def _program(machine: str) -> Iterator[_Instruction]:
    """The filter: each call is looked up by its number, some by an argument, too."""
    yield _LOAD, 0, 0, _MACHINE
    yield from _unless(_IF_EQUAL, _MACHINES[machine][0], _END)
    yield _LOAD, 0, 0, _NUMBER
    yield from _where(_IF_LEAST, _FOREIGN, _NOT_PERMITTED)
    for number in _REFUSED_CALLS[machine]:
        yield from _where(_IF_EQUAL, number, _NOT_PERMITTED)
    for number in _MISSING_CALLS:
        yield from _where(_IF_EQUAL, number, _NOT_THERE)
    for number, place in _OPEN[machine]:
        yield from _by_argument(number, place, [*_where(_IF_BITS, _WRITING, _NOT_PERMITTED)])
    yield from _by_argument(_CLONE[machine], 0, [*_unless(_IF_BITS, _THREAD, _NOT_PERMITTED)])
    own = [*_unless(_IF_EQUAL, os.getpid(), _NOT_PERMITTED)]
    for number in _KILL[machine]:
        yield from _by_argument(number, 0, own)
    yield from _by_argument(_LIMIT[machine], 0, [*_where(_IF_EQUAL, 0, _ALLOW), *own])
    terminal = [*_where(_IF_EQUAL, _TYPE_ON_TERMINAL, _NOT_PERMITTED)]
    yield from _by_argument(_IOCTL[machine], 1, terminal)
    yield _RETURN, 0, 0, _ALLOW


def _where(test: int, value: int, action: int) -> Iterator[_Instruction]:
    """What is loaded passes the test: return `action`."""
    yield test, 0, 1, value
    yield _RETURN, 0, 0, action


def _unless(test: int, value: int, action: int) -> Iterator[_Instruction]:
    """What is loaded does not pass the test: return `action`."""
    yield test, 1, 0, value
    yield _RETURN, 0, 0, action


def _by_argument(number: int, place: int, tests: Sequence[_Instruction]) -> Iterator[_Instruction]:
    """For the call `number`, apply `tests` to an argument, and allow what they leave."""
    yield _IF_EQUAL, 0, len(tests) + 2, number
    yield _LOAD, 0, 0, _ARGUMENTS + 8 * place
    yield from tests
    yield _RETURN, 0, 0, _ALLOW
