"""Records of the promotion log as lines that people read: who said what about which package, and whether it holds.

What a record must fulfil is `tenure/promotion/rules.py`; here it is only put into words.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenure.promotion.ledger import Ledger
from tenure.promotion.log import Kind, Record
from tenure.promotion.signing import read_envelope
from tenure.promotion.verify import HistoryReport

WORDS = {
    Kind.ROOT: "trust root",
    Kind.STATEMENT: "trained",
    Kind.APPROVAL: "approved",
    Kind.REJECTION: "rejected",
    Kind.PROMOTED: "promoted",
    Kind.ROLLED_BACK: "rolled back",
    Kind.REVOKED: "revoked",
}
ERASED = "content erased"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One place of the log. `kind` is None where the content was erased; `problem` says what is wrong with it, if anything."""

    sequence: int
    kind: Kind | None
    at: datetime | None
    who: str
    model: str
    package_digest: str
    reason: str
    envelope_digest: str
    leaf: str
    problem: str

    @property
    def in_words(self) -> str:
        """What kind of record it is."""
        return WORDS[self.kind] if self.kind else ERASED

    def as_json(self) -> str:
        """The line for programs."""
        content = {**vars(self), "kind": self.kind and self.kind.value, "at": self.at and self.at.isoformat()}
        return json.dumps({**content, "verified": not self.problem})


def lines(ledger: Ledger, report: HistoryReport) -> tuple[Line, ...]:
    """Every place of the log, oldest first."""
    problems = {finding.sequence: finding.message for finding in report.findings}
    models = _models(ledger)
    return tuple(
        _line(place, record, ledger.entries[place].leaf.hex(), problems.get(place, ""), models)
        for place, record in enumerate(ledger.records)
    )


def content_of(record: Record) -> dict[str, Any]:
    """What was signed, as it was signed."""
    content: dict[str, Any] = json.loads(read_envelope(record.signed, what="the record").payload)
    return content


def matching(found: Sequence[Line], *, kind: str, model: str, who: str) -> tuple[Line, ...]:
    """Lines that a filter leaves; an empty word asks for nothing."""
    return tuple(
        line
        for line in found
        if (not kind or (line.kind and line.kind.value) == kind)
        and (not model or line.model == model)
        and (not who or line.who == who)
    )


def _models(ledger: Ledger) -> dict[str, str]:
    """The model of every package of which a statement or promotion speaks; decisions name the package alone."""
    found = {}
    for record in ledger.of_kind(Kind.STATEMENT, Kind.PROMOTED, Kind.ROLLED_BACK, before=ledger.size):
        content = content_of(record)
        about = content.get("predicate", content)
        found[_package(content)] = f"{about['project']}.{about['model']}"
    return found


def _line(place: int, record: Record | None, leaf: str, problem: str, models: Mapping[str, str]) -> Line:
    """One line."""
    if record is None:
        nothing = {"kind": None, "at": None, "who": "", "model": "", "package_digest": "", "reason": "", "envelope_digest": ""}
        return Line(sequence=place, leaf=leaf, problem=problem, **nothing)  # type: ignore[arg-type]
    content = content_of(record)
    package = _package(content)
    about = content.get("predicate", content)
    return Line(
        sequence=place,
        kind=record.kind,
        at=record.at,
        who=str(about.get("identity") or about.get("trainer") or ""),
        model=models.get(package, ""),
        package_digest=package,
        reason=_reason(record.kind, content),
        envelope_digest=record.envelope_digest,
        leaf=leaf,
        problem=problem,
    )


def _package(content: Mapping[str, Any]) -> str:
    """The package that a record is about; empty where it is about none."""
    subject = content.get("subject")
    if isinstance(subject, list):  # an in-toto statement
        return str(subject[0]["digest"]["sha256"])
    return str(content.get("package_digest") or (subject or {}).get("package_digest", ""))


def _reason(kind: Kind, content: Mapping[str, Any]) -> str:
    """Why, in the words of who signed."""
    if kind is Kind.ROOT:
        quorums = ", ".join(f"{q['project']}: {q['reviewers']}" for q in content["quorums"])
        return f"version {content['version']}, {len(content['staff'])} keys; reviewers needed: {quorums}"
    if kind is Kind.STATEMENT:
        return f"run {content['predicate']['run_id']}"
    return str(content.get("reason", ""))
