"""What people record by a command: a source of its own, beside whatever the company delivers.

`tenure consent object` writes a line into the inbox and lands the batch at once, so that what was recorded has a receipt, is
judged by a contract and is traced as all else is. A day on which nothing was recorded is an empty batch.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tenure.canonical import sha256
from tenure.consent.declared import Consents
from tenure.consent.rule import Said
from tenure.contracts import Files, Source
from tenure.contracts.column_table import columns_of

RECORDED = "recorded_consents"
FORMAT = "jsonl"
# A person may tell today of what they said long ago.
_ANY_DAYS = 36_500

AS_RECORDED = Consents(
    RECORDED,
    did="said",
    given=Said.GIVEN.value,
    withdrawn=Said.WITHDRAWN.value,
    objected=Said.OBJECTED.value,
    objection_withdrawn=Said.OBJECTION_WITHDRAWN.value,
    objection_refused=Said.OBJECTION_REFUSED.value,
    purpose="purpose",
    evidence="evidence",
)


_COLUMNS = f"""
    statement_id  text                pseudonym  statement, by what it says
    customer_id   text                pseudonym  who said it
    purpose       text                none       of which purpose
    said          text{{{"|".join(Said)}}}  behaviour  what was said
    happened_at   time                behaviour  when it was said
    evidence      text                pseudonym  where it is written down
"""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What one person said of one purpose, as it is recorded; `happened_at` has a zone."""

    customer_id: str
    purpose: str
    said: Said
    happened_at: datetime
    evidence: str

    @property
    def as_line(self) -> bytes:
        """A line of the batch. Its number is of its content, so that the same recorded twice is one row."""
        told = {
            "customer_id": self.customer_id,
            "purpose": self.purpose,
            "said": self.said.value,
            "happened_at": self.happened_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds"),
            "evidence": self.evidence,
        }
        number = sha256(json.dumps(told, sort_keys=True).encode())[:32]
        return json.dumps({"statement_id": number, **told}, ensure_ascii=False).encode() + b"\n"


def source_of_recorded() -> Source:
    """The source that statements are landed by."""
    return Source(
        name=RECORDED,
        title="Recorded consents",
        grain="one statement of one person of one purpose",
        key=("statement_id",),
        event_time="happened_at",
        reader=Files(pattern=f"{RECORDED}/{{day}}.{FORMAT}"),
        owner="team:privacy",
        columns=columns_of(RECORDED, _COLUMNS),
        late_days=_ANY_DAYS,
        max_quarantine_share=0.0,
    )


def with_lines(before: bytes, statements: Sequence[Statement]) -> bytes:
    """A batch with further statements; what it holds already is not written again."""
    lines = before.splitlines(keepends=True)
    for statement in statements:
        if statement.as_line not in lines:
            lines.append(statement.as_line)
    return b"".join(lines)
