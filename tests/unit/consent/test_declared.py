"""What a company declares of consent: what a sentence must say, and how it fits the project."""

from dataclasses import replace

import pytest

from tenure.consent import Consents
from tenure.consent.fits import check_consents
from tenure.consent.recorded import RECORDED
from tenure.errors import SpecError
from tenure.loading import load_project
from tests.company import PACKAGE
from tests.consenting import CONSENTS, PURPOSE, SOURCE

PROJECT = load_project(PACKAGE)


def project(consents: Consents = CONSENTS, **change: object):
    """The company with consents."""
    models = tuple(replace(spec, purpose="") for spec in PROJECT.models)
    told = {"sources": (*PROJECT.sources, SOURCE), "purposes": (PURPOSE,), "models": models, **change}
    return replace(PROJECT, consents=consents, **told)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"did": "", "given": (), "withdrawn": (), "objected": (), "objection_withdrawn": ()}, "do not say how they are read"),
        ({"withdrawn": ("no", "Yes ")}, "the word 'yes' two meanings"),
        ({"purpose": "", "purposes": {}}, "do not say of which purpose"),
        ({"purposes": {"": "letters"}}, "do not say of which purpose"),
    ],
)
def test_a_sentence_that_says_nothing_is_refused(said, words):
    """In the words of who wrote it."""
    with pytest.raises(SpecError, match=words):
        replace(CONSENTS, **said)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: project(replace(CONSENTS, did="topics")), "no such column"),
        (lambda: project(replace(CONSENTS, purposes={"post": "leters"})), "Did you mean 'letters'"),
        (lambda: project(purposes=()), "nobody knows whose consent"),
        (lambda: project(replace(CONSENTS, source="consent")), "no source 'consent'"),
    ],
)
def test_what_does_not_fit_the_project_is_refused(made, words):
    """Columns, purposes and the source itself."""
    with pytest.raises(SpecError, match=words):
        check_consents(made())


def test_a_word_that_a_column_may_hold_and_nobody_explains_is_refused():
    """It would count as an objection."""
    table = """
        customer_id  text                pseudonym  who
        said_at      time                behaviour  when
        topic        text                none       of what
        said         text{yes|no|maybe}  behaviour  what
    """
    source = replace(SOURCE, columns=table)

    with pytest.raises(SpecError, match="may hold 'maybe'"):
        check_consents(project(sources=(*PROJECT.sources, source)))


def test_a_company_without_a_source_records_by_command():
    """It has one source more, of what is recorded; a company without consents has none."""
    assert [one.name for one in project(Consents()).sources].count(RECORDED) == 1
    assert RECORDED not in [one.name for one in PROJECT.sources]
    check_consents(project(Consents()))
