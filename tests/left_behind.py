"""What tests may leave behind in the process that they share: one file's tests run in it after another's."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def process() -> Mapping[str, object]:
    """What a test finds and should leave: the folder, Tenure's own variables, and who hears of the signals to end."""
    variables = {name: value for name, value in os.environ.items() if name.startswith("TENURE_")}
    return {"the folder": Path.cwd(), **variables, **{one.name: signal.getsignal(one) for one in SIGNALS}}


def code() -> Mapping[tuple[str, str], object]:
    """What the modules of this repository hold now, by module and name."""
    ours = [(name, module) for name, module in list(sys.modules.items()) if _is_ours(getattr(module, "__file__", None))]
    return {(name, what): value for name, module in ours for what, value in list(vars(module).items())}


def _is_ours(file: str | None) -> bool:
    """Whether a file is the product's."""
    return file is not None and file.startswith(f"{ROOT}/") and not file.startswith((f"{ROOT}/.venv/", f"{ROOT}/tests/"))


def patched(before: Mapping[tuple[str, str], object], after: Mapping[tuple[str, str], object]) -> Sequence[str]:
    """Functions and classes in whose place something else stands."""
    return [
        f"{module}.{name}"
        for (module, name), value in before.items()
        if callable(value) and after.get((module, name), value) is not value
    ]
