"""A home in which two sources landed in the clear, and the key beside it that may close it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from adapters.at_rest import at_rest
from adapters.installation_keys import KeyPlace, new_key
from adapters.raw_store import RawStore
from adapters.receipts import Receipt
from adapters.settings import Settings
from adapters.whole_files import write_whole
from adapters.wholes import Whole, wholes_of
from home.encrypting import standing
from tests.shop import settings_at

NOW, KEY = datetime(2017, 11, 6, 7, tzinfo=UTC), date(2017, 11, 6)
ROWS, SHARED = b"customer_id\nc-4711\n", b"customer_id\nc-0815\n"


def two_sources(tmp_path: Path) -> Settings:
    """A home with its key beside it, in which two sources landed in the clear, and share a batch."""
    write_whole(tmp_path / "key", new_key())
    made = replace(settings_at(tmp_path / "home"), encryption=KeyPlace(file=tmp_path / "key"))
    for source in ("orders", "visits"):
        store(made).land("shop", source, KEY, source.encode() + ROWS, "csv", NOW)
        store(made).land("shop", source, date(2017, 11, 7), SHARED, "csv", NOW)
        wholes_of(made.raw, "shop", source, at_rest(made)).keep(KEY, Whole(source.encode() + ROWS * 2, "csv"))
    write_whole(made.home / "store" / "test_rows" / "ab" / "rows.parquet", b"rows of c-4711")
    write_whole(made.lanes / "shop" / "lapse" / "training_set" / "1" / "rows.parquet", b"rows of c-4711")
    return made


def store(settings: Settings) -> RawStore:
    """The raw store of a home."""
    return RawStore(settings.raw, at_rest(settings))


def receipt(settings: Settings, source: str = "orders", key: date = KEY) -> Receipt:
    """The receipt of a batch."""
    found = store(settings).receipt("shop", source, key)
    assert found is not None
    return found


def plain_files(settings: Settings) -> int:
    """How many files are not encrypted."""
    return sum(part.n_plain for part in standing(settings))
