"""Settings that must stand before JAX is imported: CPU only, as several devices for `pmap`; and a project to lint."""

import importlib
import os
from pathlib import Path

import pytest
from command_line import BAD, CLEAN

os.environ.setdefault("JAX_PLATFORMS", "cpu")
_FLAGS = os.environ.get("XLA_FLAGS", "")
os.environ["XLA_FLAGS"] = f"{_FLAGS} --xla_force_host_platform_device_count=8".strip()

# It is imported when it is needed, and takes functions by their names: not those that a test has put in their places.
importlib.import_module("jaxslice_lint.remedies")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one file that has a finding and one that has none."""
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "clean.py").write_text(CLEAN)
    return tmp_path
