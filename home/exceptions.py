"""Exceptions in words: what may fail and until when, and what a model that serves rests on before and after the end of it.

When one is in force is `governance/rules/exceptions.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.rules.exceptions import ExceptionStands, State
from home.sight import Sight
from tenure.evidence import Evidence

WARN_BEFORE = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One exception as people read it: where it stands, what serves on it, and whether somebody should act by now."""

    stands: ExceptionStands
    in_words: str
    is_urgent: bool


def told(sight: Sight, model: str, evidence: Evidence | None) -> tuple[Told, ...]:
    """The exceptions of a model, newest first; `evidence` is that of the package that serves, None where none does."""
    rests_on = {one.digest for one in evidence.exceptions} if evidence else set()
    record, now = sight.champion(model), sight.workplace.clock()
    serves = f"version {record.version}" if record else ""
    found = [_told(one, serves if one.digest in rests_on else "", now) for one in sight.exceptions(model)]
    return tuple(reversed(found))


def urgent(found: Sequence[Told]) -> Iterator[str]:
    """What somebody should act on: what serves by an exception that ends soon, or is not in force any more."""
    return (one.in_words for one in found if one.is_urgent)


def _told(one: ExceptionStands, serves: str, now: datetime) -> Told:
    """One exception."""
    said, until = one.exception, f"{one.exception.ends:%Y-%m-%d}"
    what = f"Exception {one.digest[:12]} to the gate {said.gate.replace('_', ' ')}"
    goes_on = f" {serves.capitalize()} rests on it and serves on until its review" if serves else ""
    again = "train one that passes the gate, or have another exception signed and train again"
    if one.state is State.IN_FORCE:
        is_soon = bool(serves) and said.ends - now <= WARN_BEFORE
        then = f"{goes_on}; once it has ended nothing is promoted or renewed on it: {again}." if serves else ""
        return Told(stands=one, in_words=f"{what} is in force until {until}.{then}", is_urgent=is_soon)
    if one.state is State.PROPOSED:
        words = f"{what} is proposed, until {until}: {len(one.signed_by)} of {one.needed} reviewers signed it."
        return Told(stands=one, in_words=words, is_urgent=False)
    how = f"ended on {until}" if one.state is State.ENDED else f"was rejected by {' and '.join(one.rejected_by)}"
    then = f"{goes_on}, but nothing is promoted or renewed on it any more: {again}." if serves else ""
    return Told(stands=one, in_words=f"{what} {how}.{then}", is_urgent=bool(serves))
