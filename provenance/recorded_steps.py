"""The steps of the walk below the model: what is in the lake and the raw store, held against what was recorded of it.

The record is the lineage behind the day's features (`lineage.py`); that it is what the scoring service signed is a step of its
own, and the others hold what is there against it.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import duckdb

from adapters.lake import OpenTable, changed_contents, commits_by_day, views
from adapters.raw_store import RawStore, Receipt, digest_of_batches
from adapters.tables import ACTIVITY_TABLE, CUSTOMER_KEY, FEATURES_TABLE, verdicts_table
from governance.records.delivery import SignedDay
from home.workplace import Workplace
from provenance.delivered import LONGEST_RUN, Delivered
from provenance.leaves import tree_of
from provenance.lineage import RAW, VALIDATED
from provenance.signed_steps import statement_of
from provenance.step import Step
from tenure.activity import KEY as ACTIVITY_KEY
from tenure.canonical import SKEW
from tenure.errors import SourceError, TenureError, TraceError
from tenure.scoring import features_digest, scored_inputs

AS_RECORDED = "as recorded"


def training_set_step(delivered: Delivered) -> Step:
    """What the model learnt from."""
    data, lineage = delivered.evidence.data, delivered.shelf.lineage
    read = {ACTIVITY_TABLE: data.activity_version, FEATURES_TABLE: data.features_version}
    if None in read.values():
        raise TraceError("The model's evidence does not name the versions that it learnt from. Train it again.")
    activity, features = (lineage.table(name, version) for name, version in read.items() if version is not None)
    known = [day for day in commits_by_day(activity) if day <= data.known_until]
    snapshots = [day for p in data.periods for day in commits_by_day(features) if p.first_as_of <= day <= p.last_as_of]
    changed = [*_changed(delivered, activity, known, ACTIVITY_KEY), *_changed(delivered, features, snapshots, CUSTOMER_KEY)]
    unlike = list(_other_sources(delivered))
    found = (
        f"They are NOT as written on {len(changed)} days (first: {min(changed)})." if changed else f"Each day is {AS_RECORDED}."
    )
    sources = f" The batches of {' and '.join(unlike)} are NOT those that the signed statement names." if unlike else ""
    rebuild = f"tenure rebuild --model {delivered.spec.name} --candidate {delivered.package.digest[:12]}"
    return Step(
        title="Training set",
        at=delivered.evidence.model.trained_at,
        digest=data.training_set_digest,
        verified=not changed and not unlike,
        words=f"{sum(p.n_rows for p in data.periods):,} rows of {sum(p.n_snapshots for p in data.periods)} snapshots, known "
        f"until {data.known_until}, from version {features.version} of features and {activity.version} of activity. {found} "
        f"`tenure rebuild` makes the set again, and holds it against the digest in its evidence.{sources}",
        link=rebuild,
    )


def features_step(delivered: Delivered) -> Step:
    """The inputs that were scored."""
    table, signed = delivered.features, delivered.signed
    commit = commits_by_day(table)[delivered.day]
    tree = tree_of(table, delivered.day, CUSTOMER_KEY)
    if tree is None:
        raise TraceError(f"Version {table.version} of features has none of {delivered.day}. Restore the lake from a backup.")
    wanted, emptied = signed.features_root if signed else None, commit.emptied
    if wanted is not None:
        erasures = delivered.shelf.erasures
        is_whole = erasures.n_leaves(wanted) in (None, tree.rows.num_rows + len(emptied))
        is_same = tree.root(emptied) == wanted and is_whole and emptied.keys() == erasures.emptied(wanted)
    else:
        # Made before features had leaves, or signed by nobody: the rows name the digest of what was scored.
        inputs = scored_inputs(delivered.facts, tree.rows, delivered.day)
        is_same = features_digest(inputs) == delivered.features_digest
    by_whom = f"{signed.signed_by} signed with the delivery" if signed else "nobody signed"
    said = f"are what the score names, which {by_whom}" if is_same else f"are NOT what the score names, which {by_whom}"
    gone = f"; {len(emptied)} more were erased since, as the log says" if emptied else ""
    return Step(
        title="Features",
        at=commit.at,
        digest=wanted or delivered.features_digest,
        verified=is_same,
        words=f"Version {table.version} of features, written in version {commit.version}: those of {tree.rows.num_rows} customers"
        f" {said}{gone}.",
        link=None,
    )


def lineage_step(delivered: Delivered) -> Step:
    """The record of what the features were made from, computed again and held against what was signed."""
    signed, lineage = delivered.signed, delivered.shelf.lineage
    made = lineage.made(FEATURES_TABLE, delivered.features_version, delivered.day)
    digest = lineage.of(FEATURES_TABLE, delivered.features_version, delivered.day)
    versions = ", ".join(f"{name} {version}" for name, version in made.versions.items())
    is_signed, said = _as_signed(delivered, signed, digest)
    return Step(
        title="Lineage",
        at=signed.at if signed else None,
        digest=digest,
        verified=is_signed,
        words=f"What the features were made from ({versions}), stage by stage down to the batches received: {said}",
        link=None,
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


def table_step(delivered: Delivered, title: str, table: OpenTable, key: tuple[str, ...]) -> Step:
    """A table in the version that was read: every day up to the scored one held against the record."""
    commits = {day: commit for day, commit in commits_by_day(table).items() if day <= delivered.day}
    changed = _changed(delivered, table, list(commits), key)
    newest = max(commits.values(), key=lambda commit: commit.version, default=None)
    found = f"{len(changed)} are NOT {AS_RECORDED} (first: {changed[0]})" if changed else f"each is {AS_RECORDED}"
    return Step(
        title=title,
        at=newest.at if newest else None,
        digest=None,
        verified=bool(commits) and not changed,
        words=f"Version {table.version} of {table.name}, days up to {delivered.day}: {len(commits)}; {found}.",
        link=None,
    )


def raw_step(delivered: Delivered, title: str, table: OpenTable, customer: str) -> Step:
    """The batches of a source behind the score, read and hashed, and held against the record."""
    workplace, source = delivered.workplace, _source(table.name)
    recorded = delivered.shelf.lineage.batches(table, delivered.day)
    stands = {day: delivered.shelf.erasures.now(f"{RAW}{source}", day, sha256) or sha256 for day, sha256 in recorded.items()}
    receipts = receipts_of(workplace.raw, workplace.project.name, source, stands)
    damaged = [day for day, receipt in receipts.items() if not _is_whole(workplace, receipt)]
    is_stated, stated = _training_days(delivered, source)
    n_bytes, n_rewritten = sum(r.n_bytes for r in receipts.values()), sum(stands[day] != recorded[day] for day in recorded)
    found = f"{len(damaged)} are NOT the bytes received (first: {damaged[0]})" if damaged else f"each is {AS_RECORDED}"
    erased = f", {n_rewritten} of them rewritten for an erasure that the log names" if n_rewritten else ""
    return Step(
        title=title,
        at=max((receipt.landed_at for receipt in receipts.values()), default=None),
        digest=digest_of_batches(recorded),
        verified=bool(receipts) and not damaged and is_stated,
        words=f"Batches: {len(receipts)}, {n_bytes:,} bytes, read and hashed; {found}{erased}. {stated} "
        f"Holding rows of this customer: {_n_own(table, customer, recorded)}.",
        link=str(workplace.settings.raw / "receipts" / workplace.project.name / source),
    )


def receipts_of(raw: RawStore, project: str, source: str, batches: Mapping[date, str]) -> dict[date, Receipt]:
    """The receipts of batches: for each the one that holds, or one that a later delivery replaced.

    Raises
    ------
    SourceError: when no receipt names the bytes.
    """
    found = {}
    for day, sha256 in batches.items():
        holding = raw.receipt(project, source, day)
        named = holding if holding and holding.sha256 == sha256 else None
        named = named or next((r for r in raw.history(project, source, day) if r.sha256 == sha256), None)
        if named is None:
            raise SourceError(
                f"No receipt of {source}, batch {day}, names the bytes {sha256[:12]}. Restore the store from a backup."
            )
        found[day] = named
    return found


def _changed(delivered: Delivered, table: OpenTable, days: list[date], key: tuple[str, ...]) -> list[date]:
    """Days whose rows are neither as recorded nor rewritten for an erasure."""
    erasures = delivered.shelf.erasures
    return [*changed_contents(table, days, key, now=lambda day, digest: erasures.now(table.name, day, digest))]


def _other_sources(delivered: Delivered) -> Iterator[str]:
    """Sources that the signed training statement names and the walk does not come by, whose batches are not those stated."""
    names = {_source(name) for name in delivered.validated}
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
    workplace, erasures = delivered.workplace, delivered.shelf.erasures
    days = [day for day in workplace.lake.days(verdicts_table(workplace.project.source(source))) if day <= until]
    found = workplace.raw.digests_during(
        workplace.project.name,
        source,
        days,
        began=training.finished - LONGEST_RUN,
        ended=training.finished + SKEW,
        received=lambda day, sha256: erasures.before(f"{RAW}{source}", day, sha256),
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


def _source(table: str) -> str:
    """The source of a validated table, by name."""
    return table.removeprefix(VALIDATED)
