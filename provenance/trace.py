"""The walk from one delivered score back to the bytes that were received, each step checked again as it is taken.

A step that does not hold says so, and the walk goes on with what can still be read. What stands behind a day is gathered in
`delivered.py`; the score itself is `score_step.py`, what rests on the promotion log `signed_steps.py`, and what is in the lake
and the raw store `recorded_steps.py`. Making scores or models again is `replay.py` and `rebuild.py`.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from adapters.tables import ACTIVITY_TABLE
from home.workplace import Workplace
from provenance.delivered import Delivered, open_day
from provenance.lineage import VALIDATED
from provenance.recorded_steps import features_step, lineage_step, raw_step, table_step, training_set_step
from provenance.score_step import score_step
from provenance.signed_steps import approvals_step, card_step, promotion_step, statement_step
from provenance.step import Step, Trace
from tenure.activity import KEY as ACTIVITY_KEY
from tenure.errors import TenureError


def steps_to_take(delivered: Delivered, customer: str) -> list[Callable[[], Step]]:
    """The steps of the walk from a customer's score back to the bytes received, none of them taken yet."""
    return [
        _step("Score", lambda: score_step(delivered, customer)),
        _step("Model", lambda: _model(delivered)),
        _step("Statement", lambda: statement_step(delivered)),
        _step("Approvals", lambda: approvals_step(delivered)),
        _step("Promotion", lambda: promotion_step(delivered)),
        _step("Card", lambda: card_step(delivered)),
        _step("Training set", lambda: training_set_step(delivered)),
        _step("Features", lambda: features_step(delivered)),
        _step("Lineage", lambda: lineage_step(delivered)),
        _step("Activity", lambda: table_step(delivered, "Activity", delivered.inputs[ACTIVITY_TABLE], ACTIVITY_KEY)),
        *_sources(delivered, customer),
    ]


def trace(workplace: Workplace, model: str, customer: str, day: date) -> Trace:
    """Walk from a customer's score of a day back to the bytes received.

    Raises
    ------
    TraceError: when the customer has no score of that model and day. Anything else that does not hold is a step that says so.
    """
    delivered = open_day(workplace, workplace.project.model(model), day)
    delivered.row(customer)
    return Trace(model=model, day=day, steps=tuple(take() for take in steps_to_take(delivered, customer)))


def why_not(error: Exception) -> str:
    """Why something could not be read. What other libraries say may quote a row, so of theirs the kind alone is told."""
    return str(error) if isinstance(error, TenureError) else f"It cannot be read ({type(error).__name__})."


def _step(title: str, look: Callable[[], Step]) -> Callable[[], Step]:
    """A step to take; one that cannot be taken is a step that says why."""

    def take() -> Step:
        try:
            return look()
        except Exception as error:  # the edge: a damaged file raises whatever its reader raises, and the walk goes on
            return Step(title=title, at=None, digest=None, verified=False, words=why_not(error), link=None)

    return take


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


def _sources(delivered: Delivered, customer: str) -> Iterator[Callable[[], Step]]:
    """The validated rows of each source, then the bytes that they came from."""
    try:
        tables = delivered.validated
    except Exception as error:  # the same edge
        reason = why_not(error)
        yield lambda: Step(title="Validated", at=None, digest=None, verified=False, words=reason, link=None)
        return
    for name, table in tables.items():
        source = delivered.workplace.project.source(name.removeprefix(VALIDATED))
        title = f"Validated {source.name}"
        yield _step(title, partial(table_step, delivered, title, table, source.key))
    for name, table in tables.items():
        title = f"Raw {name.removeprefix(VALIDATED)}"
        yield _step(title, partial(raw_step, delivered, title, table, customer))
