"""Tests of `tenure.imports`: what is kept out, and that it stays importable. Each asks a process of its own."""

import subprocess
import sys

import pytest

from adapters.settings import ROOMS

LIGHTGBM = (
    "import sys; from tenure import imports; imports.lightgbm().Booster; "
    "assert not {'sklearn', 'pandas'} & sys.modules.keys(); import pandas, sklearn; imports.lightgbm()"
)
PYARROW = (
    "import sys; from tenure import imports; imports.keep_pandas_out(); import pyarrow as pa; "
    "table = pa.table({'name': pa.array(['a', None])}); "
    "assert 'pandas' not in sys.modules; assert table.to_pandas().shape == (2, 1)"
)


@pytest.mark.parametrize("asks", [LIGHTGBM, PYARROW], ids=["lightgbm", "pyarrow"])
def test_a_library_comes_alone_and_leaves_everything_importable(asks):
    """A scorer and a trace need no frames and no plots; whoever asks for them afterwards has them."""
    subprocess.run([sys.executable, "-c", asks], check=True, cwd=ROOMS)
