"""The walk from one delivered score back to the bytes that were received, each step checked again as it is taken.

A step that does not hold says so, and the walk goes on with what can still be read. What stands behind a day is gathered in
`delivered.py`, and the steps that rest on signatures are `signed_steps.py`; making scores or models again is `assets/replay.py`
and `assets/rebuild.py`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import duckdb

from adapters.delivered import SCORE_KEY, Delivered, noted
from adapters.lake import OpenTable, changed_contents, commits_by_day, read_rows, views
from adapters.raw_store import Receipt
from adapters.signed_steps import approvals_step, card_step, promotion_step, statement_step
from adapters.tables import ACTIVITY_TABLE, BATCHES, FEATURES_TABLE, RUN_ID
from adapters.workplace import Workplace
from tenure.activity import KEY as ACTIVITY_KEY
from tenure.errors import SourceError, TenureError
from tenure.scoring import features_digest, scored_inputs
from tenure.trace import Step, Trace


def trace(workplace: Workplace, model: str, customer: str, day: date) -> Trace:
    """Walk from a customer's score of a day back to the bytes received.

    Raises
    ------
    TraceError: when the customer has no score of that model and day. Anything else that does not hold is a step that says so.
    """
    delivered = Delivered(workplace, workplace.project.model(model), day)
    delivered.row(customer)
    steps = [
        _step("Score", lambda: _score(delivered, customer)),
        _step("Model", lambda: _model(delivered)),
        _step("Statement", lambda: statement_step(delivered)),
        _step("Approvals", lambda: approvals_step(delivered)),
        _step("Promotion", lambda: promotion_step(delivered)),
        _step("Card", lambda: card_step(delivered)),
        _step("Training set", lambda: _training_set(delivered)),
        _step("Features", lambda: _features(delivered)),
        _step("Activity", lambda: _table("Activity", delivered.inputs[ACTIVITY_TABLE], ACTIVITY_KEY, delivered.day)),
        *_sources(delivered, customer),
    ]
    return Trace(model=model, day=day, steps=tuple(steps))


def _step(title: str, look: Callable[[], Step]) -> Step:
    """Take a step; one that cannot be taken is a step that says why."""
    try:
        return look()
    except Exception as error:  # the edge: a damaged file raises whatever its reader raises, and the walk goes on
        return _broken(title, error)


def _broken(title: str, error: Exception) -> Step:
    """A step that could not be taken. What other libraries say may quote a row, so of theirs the kind alone is told."""
    words = str(error) if isinstance(error, TenureError) else f"It cannot be read ({type(error).__name__})."
    return Step(title=title, at=None, digest=None, verified=False, words=words, link=None)


def _score(delivered: Delivered, customer: str) -> Step:
    """The row as it was delivered."""
    row, commit = delivered.row(customer), delivered.commit
    is_as_written = not changed_contents(delivered.table, [delivered.day], SCORE_KEY)
    run = noted(commit, RUN_ID, delivered.table.name) or "none"
    found = "are as their commit wrote them" if is_as_written else "are NOT what their commit wrote: rows were changed since"
    return Step(
        title="Score",
        at=commit.at,
        digest=commit.content,
        verified=is_as_written,
        words=f"{row['score']:.4f}, band {row['band']}, by model {row['model_digest'][:12]} on features "
        f"{row['features_digest'][:12]}. All {delivered.rows.num_rows} scores of the day {found} "
        f"(version {commit.version}, run {run}).",
        link=f"tenure replay --model {delivered.spec.name} --day {delivered.day}",
    )


def _model(delivered: Delivered) -> Step:
    """The package whose model scored."""
    package = delivered.package
    n_bytes = sum(map(len, package.files.values()))
    return Step(
        title="Model",
        at=delivered.evidence.model.trained_at,
        digest=package.model_digest,
        verified=True,
        words=f"Package {package.digest[:12]}: {len(package.files)} files, {n_bytes:,} bytes, each compared with the manifest; "
        "its model is the one that the score names.",
        link=f"tenure rebuild --model {delivered.spec.name} --candidate {package.digest[:12]}",
    )


def _training_set(delivered: Delivered) -> Step:
    """What the model learnt from."""
    data, lake = delivered.evidence.data, delivered.workplace.lake
    activity = lake.open(ACTIVITY_TABLE, version=data.activity_version)
    known = [day for day in commits_by_day(activity) if day <= data.known_until]
    changed = changed_contents(activity, known, ACTIVITY_KEY)
    features = lake.open(FEATURES_TABLE, version=data.features_version)
    snapshots = [day for p in data.periods for day in commits_by_day(features) if p.first_as_of <= day <= p.last_as_of]
    changed += changed_contents(features, snapshots, SCORE_KEY)
    rows = sum(period.n_rows for period in data.periods)
    found = f"NOT as written on {len(changed)} days (first: {min(changed)})" if changed else "still as their commits wrote them"
    return Step(
        title="Training set",
        at=delivered.evidence.model.trained_at,
        digest=data.training_set_digest,
        verified=not changed,
        words=f"{rows:,} rows of {sum(p.n_snapshots for p in data.periods)} snapshots, known until {data.known_until}, from "
        f"version {data.features_version} of features and {data.activity_version} of activity; both are {found}.",
        link=f"tenure rebuild --model {delivered.spec.name} --candidate {delivered.package.digest[:12]}",
    )


def _features(delivered: Delivered) -> Step:
    """The inputs that were scored."""
    table = delivered.features
    commit = commits_by_day(table)[delivered.day]
    rows = read_rows(table, days=[delivered.day])
    found = None if rows is None else features_digest(scored_inputs(delivered.facts, rows, delivered.day))
    is_same = found == delivered.features_digest
    versions = ", ".join(f"{name} {version}" for name, version in delivered.made_from["versions"].items())
    said = (
        "their content has the digest that the score names"
        if is_same
        else "their content has ANOTHER digest than the score names"
    )
    return Step(
        title="Features",
        at=commit.at,
        digest=delivered.features_digest,
        verified=is_same,
        words=f"Version {table.version} of features, written in version {commit.version} from {versions}; the inputs {said}.",
        link=None,
    )


def _table(title: str, table: OpenTable, key: tuple[str, ...], until: date) -> Step:
    """A table in the version that was read: every day up to `until` compared with what its commit noted."""
    commits = {day: commit for day, commit in commits_by_day(table).items() if day <= until}
    changed = changed_contents(table, list(commits), key)
    newest = max(commits.values(), key=lambda commit: commit.version, default=None)
    found = f"{len(changed)} are NOT as written (first: {changed[0]})" if changed else "each is as its commit wrote it"
    return Step(
        title=title,
        at=newest.at if newest else None,
        digest=None,
        verified=bool(commits) and not changed,
        words=f"Version {table.version} of {table.name}, days up to {until}: {len(commits)}; {found}.",
        link=None,
    )


def _sources(delivered: Delivered, customer: str) -> Iterator[Step]:
    """The validated rows of each source, then the bytes that they came from."""
    try:
        tables = delivered.validated
    except Exception as error:  # the same edge
        yield _broken("Validated", error)
        return
    for name, table in tables.items():
        source = delivered.source_of(name)
        yield _step(f"Validated {source.name}", lambda: _table(f"Validated {source.name}", table, source.key, delivered.day))  # noqa: B023
    for name, table in tables.items():
        title = f"Raw {delivered.source_of(name).name}"
        yield _step(title, lambda: _raw(delivered, title, table, customer))  # noqa: B023


def _raw(delivered: Delivered, title: str, table: OpenTable, customer: str) -> Step:
    """The bytes as received, read and hashed."""
    batches = _batches(table, delivered.day)
    receipts = {day: _receipt(delivered, table, day, sha256) for day, sha256 in batches.items()}
    damaged = [day for day, receipt in receipts.items() if not _is_whole(delivered.workplace, receipt)]
    n_bytes = sum(receipt.n_bytes for receipt in receipts.values())
    found = (
        f"{len(damaged)} are NOT the bytes received (first: {damaged[0]})" if damaged else "each has the SHA-256 of its receipt"
    )
    combined = hashlib.sha256("".join(batches[day] for day in sorted(batches)).encode()).hexdigest()
    return Step(
        title=title,
        at=max((receipt.landed_at for receipt in receipts.values()), default=None),
        digest=combined,
        verified=bool(receipts) and not damaged,
        words=f"Batches: {len(receipts)}, {n_bytes:,} bytes, read and hashed; {found}. "
        f"Holding rows of this customer: {_n_own(table, customer, batches)}.",
        link=str(delivered.workplace.settings.raw / "receipts" / delivered.workplace.project.name / title.removeprefix("Raw ")),
    )


def _batches(table: OpenTable, until: date) -> dict[date, str]:
    """The batch, by digest, that each day of a validated table was made from."""
    commits = {day: commit for day, commit in commits_by_day(table).items() if day <= until}
    named = {c.version: json.loads(noted(c, BATCHES, table.name)) for c in {c.version: c for c in commits.values()}.values()}
    return {day: named[commit.version][day.isoformat()] for day, commit in commits.items()}


def _receipt(delivered: Delivered, table: OpenTable, day: date, sha256: str) -> Receipt:
    """The receipt of a batch: the one that holds, or one that a later delivery replaced."""
    raw, project, source = delivered.workplace.raw, delivered.workplace.project.name, delivered.source_of(table.name)
    holding = raw.receipt(project, source.name, day)
    for receipt in (*([holding] if holding else []), *raw.history(project, source.name, day)):
        if receipt.sha256 == sha256:
            return receipt
    raise SourceError(
        f"No receipt of {source.name}, batch {day}, names the bytes {sha256[:12]}. Restore the store from a backup."
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
