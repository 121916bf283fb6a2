"""What a package was made from, as an in-toto statement."""

import json

import pytest
import rfc8785

from governance.records.signing import read_envelope, sign
from governance.records.statement import PREDICATE_TYPE, STATEMENT_TYPE, peek_package, read_statement, statement_bytes
from tenure.errors import RefusedError
from tenure.refusals import Refusal
from tests.unit.governance.sample import START, key, package, statement, training, trust_root


def test_statement_is_in_toto_v1_about_the_manifest() -> None:
    """Any in-toto reader knows type, subject and predicate."""
    content = json.loads(statement_bytes(package().digest, training(package())))

    assert content["_type"] == "https://in-toto.io/Statement/v1"
    assert content["subject"] == [{"name": "manifest.json", "digest": {"sha256": package().digest}}]
    assert content["predicateType"] == PREDICATE_TYPE
    assert content["predicate"]["seed"] == 20170101


def test_signed_statement_comes_back() -> None:
    """With who signed, and whom it keeps from approving."""
    said = read_statement(statement(package()), trust_root(), at=START)

    assert said.training == training(package())
    assert said.package_digest == package().digest == peek_package(statement(package()))
    assert said.trainers == {"staff-dora", "service-training"}
    assert said.envelope_digest == read_envelope(statement(package()), what="it").digest


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda c: c["subject"].append(c["subject"][0]), Refusal.OTHER_STATEMENT),
        (lambda c: c["subject"].clear(), Refusal.OTHER_STATEMENT),
        (lambda c: c["subject"][0].update(name="card.json"), Refusal.OTHER_STATEMENT),
        (lambda c: c["subject"][0]["digest"].update(sha256="AB" * 32), Refusal.OTHER_STATEMENT),
        (lambda c: c["subject"][0]["digest"].update(sha512="ab" * 64), Refusal.OTHER_STATEMENT),
        (lambda c: c.update(predicateType="https://slsa.dev/provenance/v1"), Refusal.OTHER_STATEMENT),
        (lambda c: c.update(_type="https://in-toto.io/Statement/v0.1"), Refusal.OTHER_STATEMENT),
        (lambda c: c.update(note="x"), Refusal.OTHER_STATEMENT),
        (lambda c: c["predicate"].update(note="x"), Refusal.NOT_CANONICAL),
        (lambda c: c["predicate"].pop("trainer"), Refusal.NOT_CANONICAL),
        (lambda c: c.update(predicate=None), Refusal.OTHER_STATEMENT),
    ],
)
def test_another_shape_is_refused(change, rule: Refusal) -> None:
    """Rightly signed, and still not a statement that this version reads."""
    content = json.loads(statement_bytes(package().digest, training(package())))
    change(content)
    signed = sign(rfc8785.dumps(content), STATEMENT_TYPE, [key("training")])

    with pytest.raises(RefusedError, match=r"training statement|in-toto statement") as error:
        read_statement(signed, trust_root(), at=START)
    assert error.value.refusal == rule.value
