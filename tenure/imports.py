"""Libraries without what they would import beside themselves: a second and a hundred megabytes for uses that nobody has here.

LightGBM and pyarrow import others if these are installed, and have no setting against it. So they are told that these are not:
by a finder, which is how Python asks for a module that is not imported yet. What is imported already stays as it is, and
whoever asks for the rest afterwards has it.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from typing import Any

# Frames, plots, clusters and estimators that LightGBM offers to work with.
_BESIDE_LIGHTGBM = ("sklearn", "pandas", "matplotlib", "graphviz", "dask", "polars", "cffi")


def lightgbm() -> Any:
    """LightGBM alone."""
    if "lightgbm" not in sys.modules:
        with _not_installed(*_BESIDE_LIGHTGBM):
            import lightgbm
    import lightgbm

    return lightgbm


def keep_pandas_out() -> None:
    """Have pyarrow import no pandas in this process; it looks for it once, at the first list that it makes an array of.

    For programs that have no frames. A table still becomes one on request.
    """
    import pyarrow as pa

    with _not_installed("pandas"):
        pa.array([])


@dataclass(frozen=True)
class _NotInstalled(MetaPathFinder):
    """Says of packages that they are not installed."""

    names: tuple[str, ...]

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> None:
        """Nothing, where a later finder may be asked."""
        del path, target
        if fullname.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"{fullname} is not asked for here", name=fullname)


@contextmanager
def _not_installed(*names: str) -> Iterator[None]:
    """Have an import of these fail, where they are not imported yet."""
    finder = _NotInstalled(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
