"""Receipts: what was received for a project, source and key, and one digest over several. Where they lie is `raw_store.py`'s."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was received for one key. `n_rows` is None when the rows cannot be counted, because the file cannot be read.

    `received` is the digest of the bytes as they were received, where rows of erased people were taken out since.
    """

    project: str
    source: str
    key: date
    format: str
    n_rows: int | None
    n_bytes: int
    sha256: str
    landed_at: datetime
    received: str = ""

    def as_json(self) -> str:
        """The receipt as one line of JSON."""
        fields = {name: value for name, value in asdict(self).items() if name != "received" or value}
        return json.dumps(fields | {"key": self.key.isoformat(), "landed_at": self.landed_at.isoformat()}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Receipt":
        """Read a receipt back."""
        fields = json.loads(text)
        times = {"key": date.fromisoformat(fields["key"]), "landed_at": datetime.fromisoformat(fields["landed_at"])}
        return cls(**fields | times)


def digest_of_batches(batches: Mapping[date, str | None]) -> str:
    """One SHA-256 over batches by key, each by its own SHA-256, None where nothing was received."""
    hasher = hashlib.sha256()
    for key in sorted(batches):
        hasher.update(f"{key.isoformat()} {batches[key] or 'nothing'}\n".encode())
    return hasher.hexdigest()


def held_at(receipts: Sequence[Receipt], at: datetime) -> Receipt | None:
    """The receipt that held for a key at a moment; None before anything was landed."""
    return next((receipt for receipt in reversed(receipts) if receipt.landed_at <= at), None)
