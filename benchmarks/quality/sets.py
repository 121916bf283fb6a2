"""The public sets, by name, and measuring them one after the other."""

import importlib.util
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality import grocer, retailer, telco
from benchmarks.quality.figures import Figure


@dataclass(frozen=True, kw_only=True)
class PublicSet:
    """A set: how it is measured, given the folder of data and one to work in; the file or the package that it needs."""

    measure: Callable[[Path, Path], list[Figure]]
    file: str = ""
    package: str = ""

    def lacking(self, data: Path | None) -> str:
        """Why it cannot be measured here, in words; empty where it can."""
        if self.package:
            return "" if importlib.util.find_spec(self.package) else f"the package {self.package} is not installed"
        if data is None:
            return f"TENURE_TEST_DATA names no folder with {self.file}"
        return "" if (data / self.file).is_file() else f"there is no {self.file} in {data}"

    def place(self, data: Path | None) -> Path:
        """Where its data are: the folder of data, or the package's own."""
        if not self.package:
            assert data is not None, "a set that lacks nothing has its data"
            return data
        spec = importlib.util.find_spec(self.package)
        assert spec is not None, "a set that lacks nothing has its package"
        return Path(next(iter(spec.submodule_search_locations or ())))


SETS = {
    "grocer": PublicSet(measure=grocer.measure, package=grocer.PACKAGE),
    "retailer": PublicSet(measure=retailer.measure, file=retailer.FILE),
    "telco": PublicSet(measure=telco.measure, file=telco.FILE),
}


def measured(names: Iterable[str], data: Path | None, tell: Callable[[str], None]) -> Iterator[tuple[str, list[Figure]]]:
    """Measure sets one after the other, each in a folder that is gone afterwards; those that cannot be are told of."""
    for name in names:
        if lacking := SETS[name].lacking(data):
            tell(f"{name} is not measured: {lacking}.")
            continue
        with tempfile.TemporaryDirectory(prefix=f"tenure-{name}-") as folder:
            before = time.process_time()
            figures = SETS[name].measure(SETS[name].place(data), Path(folder))
            tell(f"{name}: {time.process_time() - before:.0f} s of processor time.")
        yield name, figures
