"""The walk from one delivered score back to the bytes that were received, each step checked again as it is taken.

A step that does not hold says so, and the walk goes on with what can still be read. Each step says on what it rests: a signature,
or the lake's own notes, which nobody signed. What stands behind a day is gathered in `delivered.py`; the score itself is
`score_step.py`, the raw bytes are `raw_steps.py`, and what rests on the promotion log is `signed_steps.py`. Making scores or
models again is `provenance/replay.py` and `provenance/rebuild.py`.
"""

from collections.abc import Callable, Iterator
from datetime import date

from adapters.lake import OpenTable, changed_contents, commits_by_day, read_rows
from adapters.tables import ACTIVITY_TABLE, FEATURES_TABLE
from home.workplace import Workplace
from provenance.delivered import SCORE_KEY, Delivered
from provenance.raw_steps import other_sources, raw_step
from provenance.score_step import score_step
from provenance.signed_steps import approvals_step, card_step, promotion_step, statement_step
from provenance.step import Step, Trace
from tenure.activity import KEY as ACTIVITY_KEY
from tenure.errors import TenureError
from tenure.scoring import features_digest, scored_inputs

UNSIGNED = "agrees with the lake's own notes, which nobody signed"


def trace(workplace: Workplace, model: str, customer: str, day: date) -> Trace:
    """Walk from a customer's score of a day back to the bytes received.

    Raises
    ------
    TraceError: when the customer has no score of that model and day. Anything else that does not hold is a step that says so.
    """
    delivered = Delivered(workplace, workplace.project.model(model), day)
    delivered.row(customer)
    steps = [
        _step("Score", lambda: score_step(delivered, customer)),
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
    found = f"They are NOT as written on {len(changed)} days (first: {min(changed)})." if changed else f"Each day {UNSIGNED}."
    unlike = list(other_sources(delivered, delivered.validated))
    sources = f" The batches of {' and '.join(unlike)} are NOT those that the signed statement names." if unlike else ""
    return Step(
        title="Training set",
        at=delivered.evidence.model.trained_at,
        digest=data.training_set_digest,
        verified=not changed and not unlike,
        words=f"{rows:,} rows of {sum(p.n_snapshots for p in data.periods)} snapshots, known until {data.known_until}, from "
        f"version {data.features_version} of features and {data.activity_version} of activity. {found} "
        f"`tenure rebuild` makes the set again, and holds it against the digest in its evidence.{sources}",
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
        f"have the digest that the score names, which {_by_whom(delivered)}"
        if is_same
        else "have ANOTHER digest than the score names"
    )
    return Step(
        title="Features",
        at=commit.at,
        digest=delivered.features_digest,
        verified=is_same,
        words=f"Version {table.version} of features, written in version {commit.version} from {versions}; the inputs {said}.",
        link=None,
    )


def _by_whom(delivered: Delivered) -> str:
    """Who vouches for the digest of the inputs."""
    signed = delivered.delivery if delivered.signed_by else None
    if signed is None:
        return "nobody signed"
    is_named = signed.delivery.features_digest == delivered.features_digest
    return f"{signed.signed_by} signed with the delivery" if is_named else f"is NOT what {signed.signed_by} signed"


def _table(title: str, table: OpenTable, key: tuple[str, ...], until: date) -> Step:
    """A table in the version that was read: every day up to `until` compared with what its commit noted."""
    commits = {day: commit for day, commit in commits_by_day(table).items() if day <= until}
    changed = changed_contents(table, list(commits), key)
    newest = max(commits.values(), key=lambda commit: commit.version, default=None)
    found = f"{len(changed)} are NOT as written (first: {changed[0]})" if changed else f"each {UNSIGNED}"
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
        yield _step(title, lambda: raw_step(delivered, title, table, customer))  # noqa: B023
