"""What a verified package holds, as records: its evidence, what its gates decided, the page of its card."""

import json

from governance.records.approval import CARD, EVIDENCE, signed_file
from governance.rules.policy import REQUIRED
from tenure.canonical import record_reader
from tenure.errors import PackageError
from tenure.evidence import Evidence
from tenure.gates import Decision
from tenure.package import Package


def decision_of(package: Package) -> Decision:
    """What the gates decided; raises PackageError when the evidence has another shape, or holds no decision."""
    decision = evidence_of(package).decision
    if decision is None:
        raise PackageError(
            f"The evidence of package {package.digest[:12]} holds no decision of the gates. Train the model again."
        )
    return decision


def evidence_of(package: Package) -> Evidence:
    """All figures behind the card; raises PackageError when they have another shape."""
    from pydantic import ValidationError

    try:
        return record_reader(Evidence).validate_json(package.file(EVIDENCE))
    except ValidationError as error:
        raise PackageError(
            f"Expected Evidence in {EVIDENCE} of package {package.digest[:12]}, found another shape "
            f"({error.error_count()} faults): another version of Tenure wrote it. Train the model again."
        ) from None


def asking(package: Package) -> Evidence:
    """The evidence of a candidate, which also holds what people read and sign; raises PackageError when it does not."""
    for name in REQUIRED:
        package.file(name)
    return evidence_of(package)


def card_of(package: Package) -> str:
    """The page of the card as it was read and signed; of a package before pages were kept, the words that were."""
    from jinja2 import TemplateError

    from model_cards.html import render_first_layout

    content = signed_file(package, CARD)
    try:
        return content.decode() if CARD in package.files else render_first_layout(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, TemplateError) as error:
        raise PackageError(
            f"Expected a card in package {package.digest[:12]}, found another shape ({type(error).__name__}). Train again."
        ) from None
