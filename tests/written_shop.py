"""A shop whose files a test writes: a file a day, with orders of guests, cancelled orders, and no Saturdays."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY = date(2020, 1, 1)
HEADER = "InvoiceNo;StockCode;Quantity;InvoiceDate;UnitPrice;CustomerID;Country"


def write_exports(folder: Path, *, n_days: int = 120) -> Path:
    """Write the files of so many days."""
    folder.mkdir(parents=True)
    for i in range(n_days):
        day = FIRST_DAY + timedelta(days=i)
        if day.weekday() != 5:
            (folder / f"orders_{day:%Y%m%d}.csv").write_text("\n".join([HEADER, *_lines(day, i)]) + "\n", encoding="utf-8")
    return folder


def _lines(day: date, i: int) -> Iterator[str]:
    """The lines of a day: of each tenth customer who comes, one of a guest and one that takes something back."""
    for n in range(12):
        customer = "" if n == 0 else str(1000 + (7 * i + n) % 60)
        country = "United Kingdom" if n % 4 else "France"
        taken_back = n == 11
        number = f"{'C' if taken_back else ''}{500000 + 20 * i + n}"
        price = f"{n % 5 + 1},50"
        yield f"{number};SKU{n % 9};{-1 if taken_back else n % 3 + 1};{day:%d.%m.%Y} 1{n % 9}:05;{price};{customer};{country}"


@contextmanager
def forgotten(name: str) -> Iterator[None]:
    """Let the modules of a company's folder be forgotten at the end, so that another of its name can be read."""
    try:
        yield
    finally:
        for module in [one for one in sys.modules if one == f"projects.{name}" or one.startswith(f"projects.{name}.")]:
            del sys.modules[module]
