"""The steps of the walk below the model: what is in the lake and the raw store, held against what was recorded of it.

The record is the lineage behind the day's features (`lineage.py`); that it is what the scoring service signed is a step of its
own, and the others hold what is there against it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import duckdb
import pyarrow as pa

from adapters.lake import OpenTable, changed_contents, commits_by_day, views
from adapters.receipts import Receipt, digest_of_batches
from adapters.tables import CUSTOMER_KEY, FEATURES_TABLE, verdicts_table
from governance.records.delivery import SignedDay
from governance.records.erasure import NOTHING_LEFT, Erasures
from provenance.delivered import LONGEST_RUN, Delivered
from provenance.leaves import emptied_tree, tree_of
from provenance.lineage import RAW, VALIDATED
from provenance.people import ids_behind
from provenance.retention_seen import ended_in_words
from provenance.signed_steps import statement_of
from provenance.step import Found
from tenure.canonical import SKEW
from tenure.errors import TenureError, TraceError
from tenure.history.roll_up import KEY as ACTIVE_DAY
from tenure.people.ledger import ROWS as LEDGER_ROWS
from tenure.people.ledger import TABLE as LEDGER
from tenure.scoring import features_digest, scored_inputs


def training_set_step(delivered: Delivered) -> Found:
    """What the model learnt from."""
    data, lineage = delivered.evidence.data, delivered.shelf.lineage
    if not data.roll_ups:
        raise TraceError("The model's evidence does not name the versions that it learnt from. Train it again.")
    roll_ups = [lineage.table(name, version) for name, version in data.roll_ups]
    features = lineage.table(FEATURES_TABLE, data.features_version)
    snapshots = [day for p in data.periods for day in commits_by_day(features) if p.first_as_of <= day <= p.last_as_of]
    changed = list(_changed(delivered, features, snapshots, CUSTOMER_KEY))
    for table in roll_ups:
        known = [day for day in commits_by_day(table) if day <= data.known_until]
        changed += _changed(delivered, table, known, key_of(table))
    read = " and ".join(f"{table.version} of {table.name}" for table in (features, *roll_ups))
    # Sources that the walk itself does not come by.
    others = {source.name for source in delivered.workplace.project.sources} - set(map(_source, delivered.validated))
    unlike = [name for name in sorted(others) if not _training_days(delivered, name)[0]]
    sources = f" The batches of {' and '.join(unlike)} are NOT those that the signed statement names." if unlike else ""
    return Found(
        at=delivered.evidence.model.trained_at,
        digest=data.training_set_digest,
        verified=not changed and not unlike,
        words=f"{sum(p.n_rows for p in data.periods):,} rows of {sum(p.n_snapshots for p in data.periods)} snapshots, known "
        f"until {data.known_until}, from version {read}: "
        f"{_said(changed)}. `tenure rebuild` makes the set again, and holds it against the digest in its evidence.{sources}",
        link=delivered.rebuild_command,
    )


def key_of(table: OpenTable) -> tuple[str, ...]:
    """What names a row within a day of what features are made from: of a roll-up, or of the ledger of people."""
    return LEDGER_ROWS.key if table.name == LEDGER else ACTIVE_DAY


def features_step(delivered: Delivered) -> Found:
    """The inputs that were scored."""
    table, signed = delivered.features, delivered.signed
    commit = commits_by_day(table)[delivered.day]
    tree = tree_of(table, delivered.day, CUSTOMER_KEY)
    if tree is None and commit.emptied:
        tree = emptied_tree(table)
    if tree is None:
        raise TraceError(f"Version {table.version} of features has none of {delivered.day}. Restore the lake from a backup.")
    wanted, emptied = signed.features_root if signed else None, commit.emptied
    if wanted is not None:
        erasures = delivered.shelf.erasures
        is_whole = erasures.n_leaves(wanted) in (None, tree.rows.num_rows + len(emptied))
        is_same = tree.root(emptied) == wanted and is_whole and emptied.keys() == erasures.emptied(wanted)
    else:
        # Made before features had leaves, or signed by nobody: the rows name the digest of what was scored.
        inputs = scored_inputs(delivered.facts, delivered.scored_features(tree.rows), delivered.day)
        is_same = features_digest(inputs) == delivered.features_digest
    by_whom = f"{signed.signed_by} signed with the delivery" if signed else "nobody signed"
    gone = f"; {len(emptied)} more were erased since, as the log says" if emptied else ""
    return Found(
        at=commit.at,
        digest=wanted or delivered.features_digest,
        verified=is_same,
        words=f"Version {table.version} of features, written in version {commit.version}: those of {tree.rows.num_rows} customers"
        f" are {'' if is_same else 'NOT '}what the score names, which {by_whom}{gone}.",
    )


def lineage_step(delivered: Delivered) -> Found:
    """The record of what the features were made from, computed again and held against what was signed."""
    signed, lineage = delivered.signed, delivered.shelf.lineage
    digest = lineage.of(FEATURES_TABLE, delivered.features_version, delivered.day)
    versions = ", ".join(f"{name} {version}" for name, version in delivered.made.versions.items())
    is_signed, said = _as_signed(delivered, signed, digest)
    return Found(
        at=signed.at if signed else None,
        digest=digest,
        verified=is_signed,
        words=f"What the features were made from ({versions}), stage by stage down to the batches received: {said}",
    )


def _as_signed(delivered: Delivered, signed: SignedDay | None, digest: str) -> tuple[bool, str]:
    """Whether the lineage is what was signed, and how that is said."""
    if signed is None:
        return True, "as the lake's own notes have it, which nobody signed."
    if signed.lineage is not None:
        if digest == signed.lineage:
            return True, f"the record is what {signed.signed_by} signed with the delivery."
        return False, (
            f"the record is NOT what {signed.signed_by} signed with the delivery: rows, receipts or notes were rewritten since. "
            "Restore the raw store and the lake from a backup."
        )
    named, lineage = {one.name: one.value for one in signed.raw}, delivered.shelf.lineage
    found = {_source(name): digest_of_batches(lineage.batches(t, delivered.day)) for name, t in delivered.validated.items()}
    other = sorted(name for name, digest in found.items() if named.get(name) != digest)
    if other:
        return False, f"the batches of {' and '.join(other)} are NOT those that {signed.signed_by} signed with the delivery."
    return True, f"{signed.signed_by} signed the batches, and between them and the features the lake's own notes stand."


def table_step(delivered: Delivered, table: OpenTable, key: tuple[str, ...]) -> Found:
    """A table in the version that was read: every day up to the scored one held against the record."""
    commits = {day: commit for day, commit in commits_by_day(table).items() if day <= delivered.day}
    changed = _changed(delivered, table, commits, key)
    newest = max(commits.values(), key=lambda commit: commit.version, default=None)
    without = [day for day, commit in commits.items() if commit.content is None]
    ended = ended_in_words(delivered.shelf.retentions, table.name, without)
    return Found(
        at=newest.at if newest else None,
        verified=bool(commits) and not changed,
        words=f"Version {table.version} of {table.name}, days up to {delivered.day}: {len(commits)}; {_said(changed)}."
        + (f" Of these {ended}." if ended else ""),
    )


def raw_step(delivered: Delivered, table: OpenTable, customer: str) -> Found:
    """The batches of a source behind the score, read and hashed, and held against the record."""
    workplace, source = delivered.workplace, _source(table.name)
    recorded, receipts = receipts_behind(delivered, table)
    ended = [day for day, receipt in receipts.items() if workplace.raw.is_destroyed(receipt)]
    damaged = [day for day, receipt in receipts.items() if day not in ended and not workplace.raw.is_whole(receipt)]
    is_stated, stated = _training_days(delivered, source)
    n_rewritten = sum(receipts[day].sha256 != sha256 for day, sha256 in recorded.items())
    erased = f", {n_rewritten} of them rewritten for an erasure that the log names" if n_rewritten else ""
    unread = f", {len(ended)} of them closed for ever: the data key of their source was destroyed" if ended else ""
    return Found(
        at=max((receipt.landed_at for receipt in receipts.values()), default=None),
        digest=digest_of_batches(recorded),
        verified=bool(receipts) and not damaged and not ended and is_stated,
        words=f"Batches: {len(receipts)}, {sum(r.n_bytes for r in receipts.values()):,} bytes, read and hashed; "
        f"{_said(damaged, 'the bytes received')}{erased}{unread}. {stated} "
        f"Holding rows of this customer: {_n_own(table, _ids(delivered, customer), recorded)}.",
        link=str(workplace.settings.raw / "receipts" / workplace.project.name / source),
    )


def receipts_behind(delivered: Delivered, table: OpenTable) -> tuple[Mapping[date, str], Mapping[date, Receipt]]:
    """The batches that the record names behind a validated table, and a receipt of each as it stands, rewritten or not.

    Raises
    ------
    SourceError: when no receipt names the bytes.
    """
    raw, project, source = delivered.workplace.raw, delivered.workplace.project.name, _source(table.name)
    recorded, erasures = delivered.shelf.lineage.batches(table, delivered.day), delivered.shelf.erasures
    stands = {day: erasures.now(f"{RAW}{source}", day, sha256) or NOTHING_LEFT for day, sha256 in recorded.items()}
    return recorded, {day: raw.receipt_of(project, source, day, sha256) for day, sha256 in stands.items()}


def _changed(delivered: Delivered, table: OpenTable, days: Iterable[date], key: tuple[str, ...]) -> list[date]:
    """Days whose rows are neither as recorded nor rewritten for an erasure."""
    erasures = delivered.shelf.erasures
    return [*changed_contents(table, [*days], key, now=lambda day, digest: erasures.now(table.name, day, digest))]


def _said(unlike: list[date], record: str = "as recorded") -> str:
    """How many of the days are not what they should be."""
    return f"{len(unlike)} are NOT {record} (first: {min(unlike)})" if unlike else "each is as recorded"


def _training_days(delivered: Delivered, source: str) -> tuple[bool, str]:
    """Whether the batches of the days that the model learnt from are those that its signed statement names."""
    try:
        training, until = statement_of(delivered).training, delivered.evidence.data.known_until
    except TenureError:
        return True, "They could not be held against the training statement, which does not hold: see the statement."
    stated = {one.name: one.value for one in training.data}.get(source)
    if stated is None:
        return True, "The signed training statement does not name this source."
    workplace, erasures = delivered.workplace, delivered.shelf.erasures
    days = [day for day in workplace.lake.days(verdicts_table(workplace.project.source(source))) if day <= until]
    found = workplace.raw.digests_during(
        workplace.project.name,
        source,
        days,
        began=training.finished - LONGEST_RUN,
        ended=training.finished + SKEW,
        received=lambda receipt: _as_received(erasures, receipt),
    )
    if stated in found:
        return True, f"Those up to {until} are the ones that the signed training statement names."
    return False, (
        f"Those up to {until} are NOT the ones that the training statement signed on {training.finished:%Y-%m-%d} names: "
        "receipts were rewritten or removed since. Restore the raw store from a backup."
    )


def _as_received(erasures: Erasures, receipt: Receipt) -> str:
    """The digest of the bytes that were received, where the log says that those of today stand in their place."""
    stands = erasures.now(f"{RAW}{receipt.source}", receipt.key, receipt.received or None) or NOTHING_LEFT
    return receipt.received if receipt.received and stands == receipt.sha256 else receipt.sha256


def _n_own(table: OpenTable, ids: Sequence[str], batches: Mapping[date, str]) -> str:
    """How many of the batches hold rows of a customer; none where a table knows no customers."""
    try:
        # Not as a parameter, for which DuckDB loads pandas.
        with views({"rows": table, "one": pa.table({"customer_id": pa.array(ids, pa.string())})}) as connection:
            if "customer_id" not in connection.table("rows").columns:
                return "0"
            found = connection.sql("SELECT DISTINCT day FROM rows SEMI JOIN one USING (customer_id)").fetchall()
    except duckdb.Error:
        # The bytes are verified all the same; that the validated rows cannot be read is told by their own step.
        return "not known"
    return str(len({day for (day,) in found} & set(batches)))


def _ids(delivered: Delivered, customer: str) -> tuple[str, ...]:
    """All ids under which rows may be of a customer."""
    if delivered.workplace.project.people is None:
        return (customer,)
    return ids_behind(delivered.inputs, customer, delivered.day)


def _source(table: str) -> str:
    """The source of a validated table, by name."""
    return table.removeprefix(VALIDATED)
