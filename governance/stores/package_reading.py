"""What a verified package holds, as records: the decision of its gates, its evidence, its card."""

import json
from typing import Any, TypeVar

from governance.records.approval import CARD
from governance.rules.policy import EVIDENCE
from tenure.canonical import record_reader
from tenure.errors import PackageError
from tenure.evidence import Evidence
from tenure.gates import Decision
from tenure.package import DECISION_NAME, Package

T = TypeVar("T")


def decision_of(package: Package) -> Decision:
    """What the gates decided; raises PackageError when it has another shape."""
    return _read(Decision, package, DECISION_NAME)


def evidence_of(package: Package) -> Evidence:
    """All figures behind the card; raises PackageError when they have another shape."""
    return _read(Evidence, package, EVIDENCE)


def card_of(package: Package) -> dict[str, Any]:
    """The content of the card, not yet held against its evidence; raises PackageError when it is no JSON object."""
    return read_card(package.file(CARD))


def read_card(content: bytes) -> dict[str, Any]:
    """The content of a card's bytes.

    Raises
    ------
    PackageError: when they are no JSON object, or one that is nested without end.
    """
    try:
        card = json.loads(content)
    except (ValueError, RecursionError):
        card = None
    if not isinstance(card, dict):
        raise PackageError(f"Expected a JSON object in {CARD}, found something else. Train the model again.")
    return card


def _read(kind: type[T], package: Package, path: str) -> T:
    """Read a record from one file of a package."""
    from pydantic import ValidationError

    try:
        return record_reader(kind).validate_json(package.file(path))
    except ValidationError as error:
        raise PackageError(
            f"Expected {kind.__name__} in {path} of package {package.digest[:12]}, found another shape "
            f"({error.error_count()} faults): another version of Tenure wrote it. Train the model again."
        ) from None
