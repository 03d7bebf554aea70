"""Without the packages of ``contract-kit[bulk]`` there is nothing here to test."""

from __future__ import annotations

from importlib.util import find_spec

if not all(find_spec(name) for name in ("numpy", "pyarrow", "xxhash", "zstandard")):
    collect_ignore_glob = ["test_*.py"]
