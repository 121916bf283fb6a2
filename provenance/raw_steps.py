"""The last steps of the walk: the bytes as they were received, held against what was signed when they were used.

Two signatures name batches: the scoring service's over the delivery, and the training service's over what the model learnt from.
Which batches stand behind a day is `received.py`.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import duckdb

from adapters.lake import OpenTable, views
from adapters.raw_store import Receipt, digest_of_batches
from adapters.tables import verdicts_table
from home.workplace import Workplace
from provenance.delivered import LONGEST_RUN, Delivered
from provenance.received import receipts_of
from provenance.signed_steps import statement_of
from provenance.step import Step
from tenure.canonical import SKEW
from tenure.errors import SourceError, TenureError


def raw_step(delivered: Delivered, title: str, table: OpenTable, customer: str) -> Step:
    """The batches of a source behind the score, read and hashed, and compared with what was signed of them."""
    workplace, source = delivered.workplace, delivered.source_of(table.name)
    batches = delivered.versions.batches(table, delivered.day)
    receipts = receipts_of(workplace.raw, workplace.project.name, source.name, batches)
    damaged = [day for day, receipt in receipts.items() if not _is_whole(workplace, receipt)]
    is_signed, signed = signed_batches(delivered, source.name, batches)
    is_stated, stated = _training_days(delivered, source.name)
    n_bytes = sum(receipt.n_bytes for receipt in receipts.values())
    found = (
        f"{len(damaged)} are NOT the bytes received (first: {damaged[0]})" if damaged else "each has the SHA-256 of its receipt"
    )
    return Step(
        title=title,
        at=max((receipt.landed_at for receipt in receipts.values()), default=None),
        digest=digest_of_batches(batches),
        verified=bool(receipts) and not damaged and is_signed and is_stated,
        words=f"Batches: {len(receipts)}, {n_bytes:,} bytes, read and hashed; {found}. {signed} {stated} "
        f"Holding rows of this customer: {_n_own(table, customer, batches)}.",
        link=str(workplace.settings.raw / "receipts" / workplace.project.name / source.name),
    )


def signed_batches(delivered: Delivered, source: str, batches: Mapping[date, str]) -> tuple[bool, str]:
    """Whether the batches of a source are those that the delivery was signed with, and the sentence that says so or why not."""
    try:
        signed = delivered.delivery
    except TenureError:
        return False, "They could NOT be held against the signed delivery, which does not hold: see the score."
    if signed is None:
        return True, "Which batches they are agrees with the lake's own notes, which nobody signed."
    named = signed.delivery.raw_of(source)
    if named is None:
        return False, "The signed delivery does NOT name this source, so nobody signed which batches they are."
    if named != digest_of_batches(batches):
        return False, (
            f"They are NOT the batches that {signed.signed_by} signed with the delivery: rows, receipts and notes were rewritten "
            "since. Restore the raw store and the lake from a backup."
        )
    return True, f"They are the batches that {signed.signed_by} signed with the delivery."


def other_sources(delivered: Delivered, walked: Mapping[str, OpenTable]) -> Iterator[str]:
    """Sources that the signed training statement names and the walk does not come by, whose batches are not those stated."""
    names = {delivered.source_of(name).name for name in walked}
    for source in delivered.workplace.project.sources:
        if source.name not in names and not _training_days(delivered, source.name)[0]:
            yield source.name


def _training_days(delivered: Delivered, source: str) -> tuple[bool, str]:
    """Whether the batches of the days that the model learnt from are those that its signed statement names."""
    try:
        training, until = statement_of(delivered).training, delivered.evidence.data.known_until
    except TenureError:
        return True, "They could not be held against the training statement, which does not hold: see the statement."
    stated = {one.name: one.value for one in training.data}.get(source)
    if stated is None:
        return True, "The signed training statement does not name this source."
    workplace = delivered.workplace
    days = [day for day in workplace.lake.days(verdicts_table(workplace.project.source(source))) if day <= until]
    found = workplace.raw.digests_during(
        workplace.project.name, source, days, began=training.finished - LONGEST_RUN, ended=training.finished + SKEW
    )
    if stated in found:
        return True, f"Those up to {until} are the ones that the signed training statement names."
    return False, (
        f"Those up to {until} are NOT the ones that the training statement signed on {training.finished:%Y-%m-%d} names: "
        "receipts were rewritten or removed since. Restore the raw store from a backup."
    )


def _is_whole(workplace: Workplace, receipt: Receipt) -> bool:
    """Whether the bytes are those received."""
    try:
        workplace.raw.path_of(receipt, verify=True)
    except SourceError:
        return False
    return True


def _n_own(table: OpenTable, customer: str, batches: Mapping[date, str]) -> str:
    """How many of the batches hold rows of a customer; none where a table knows no customers."""
    try:
        with views({"rows": table}) as connection:
            if "customer_id" not in {column[0] for column in connection.sql("DESCRIBE rows").fetchall()}:
                return "0"
            found = connection.execute("SELECT DISTINCT day FROM rows WHERE customer_id = ?", [customer]).fetchall()
    except duckdb.Error:
        # The bytes are verified all the same; that the validated rows cannot be read is told by their own step.
        return "not known"
    return str(len({day for (day,) in found} & set(batches)))
