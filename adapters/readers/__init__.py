"""Obtains batches as a company delivers them. A batch is bytes; nothing here judges what they hold.

`batches.py` says which reader has its turn, and takes files from a person's inbox first. `daily.py`, `growing.py` and
`snapshots.py` are the ways in which files come, `package.py` and `postgres.py` other places, `places.py` where files lie. Landing
is `raw_store.py`'s, judging `expectations/`'s.
"""

from adapters.readers.batches import UndeliveredError, is_placed, read_batches
from adapters.readers.daily import empty_batch, event_day_of
from tenure.contracts.readers import ENDINGS as FORMATS

__all__ = ["FORMATS", "UndeliveredError", "empty_batch", "event_day_of", "is_placed", "read_batches"]
