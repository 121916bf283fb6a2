"""Approval as a scheduler and a board meet it: what nobody approved does not land, train or score; one command approves all."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assets.raw import land
from assets.scores import open_champion, score_days
from assets.training_set import build
from assets.validated import judge_and_write
from cli.data import decide
from governance.doors.demonstration import REVIEWERS, as_engineer, demo_key
from governance.doors.promotion import Promotions
from governance.records.approval import Verdict
from governance.records.log import Kind
from governance.rules.data_standing import DataState
from home.approved import not_approved, waiting_in_words
from home.workplace import Workplace
from pipelines.run import run_job
from provenance.checking_data import of_data
from provenance.held import look
from tenure.consent import Consents
from tenure.errors import PurposeError, RefusedError
from tenure.findings import Weight
from tenure.project import Project
from tests import company
from tests.premises import AS_OF, Premises
from tests.shop import Shop, shop_project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def premises(established: Premises, tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """A copy of the company in which everything is approved."""
    return established.copy(tmp_path_factory.mktemp("approved"))


def another(premises: Premises, project: Project) -> Workplace:
    """The company as it is declared otherwise, in the same home."""
    return Workplace(project, premises.settings)


def approve(place: Workplace, capsys: pytest.CaptureFixture[str]) -> str:
    """The engineer proposes, both reviewers approve all that waits, a command each; returns what is printed."""
    place.promotions.propose_data((), "the board agreed", **as_engineer(place.settings))
    for name in REVIEWERS:
        decide(place, (), Verdict.APPROVE, "read, and agreed", name)
    return capsys.readouterr().out


def test_a_changed_contract_does_not_land_until_it_is_approved(premises: Premises, capsys: pytest.CaptureFixture[str]) -> None:
    """The step, the job, the schedule and the check say so; nothing is received before."""
    known = premises.project
    changed = replace(known.source(company.LINES), unread=("password",))
    place = another(premises, replace(known, sources=tuple(changed if s.name == changed.name else s for s in known.sources)))
    said = f"the source '{company.LINES}' of subscribers: changed since it was approved"
    held = place.raw.keys(known.name, company.LINES)

    for refused in (
        lambda: land(place, changed, [AS_OF]),
        lambda: judge_and_write(place, changed, [AS_OF]),
        lambda: run_job(place.project, place.settings, "history", days=[AS_OF + timedelta(days=1)]),
        lambda: run_job(place.project, place.settings, "daily", days=[AS_OF + timedelta(days=1)]),
    ):
        with pytest.raises(RefusedError, match=said) as error:
            refused()
        assert error.value.refusal == "data not approved"
        assert "tenure data approve --reason '…'" in str(error.value)
    (finding,) = of_data(place.project, place, has_faults=False)
    assert (finding.weight, said.split(" of ")[0] in finding.says) == (Weight.NO_LANDING, True)
    assert "left unread: nothing -> password" in finding.says
    assert said in not_approved(place)
    (line,) = waiting_in_words(place)
    assert line == f"waiting for approval: the source '{company.LINES}'. Look: tenure data list"
    assert place.raw.keys(known.name, company.LINES) == held

    printed = approve(place, capsys)

    assert f"approved the source '{company.LINES}'" in printed
    assert "(1 of 2)" in printed
    assert not_approved(place) == ""
    assert land(place, changed, [AS_OF])[1] == {}
    assert list(of_data(place.project, place, has_faults=False)) == []
    # The contract of before has ended.
    with pytest.raises(RefusedError, match="changed since it was approved"):
        land(premises.workplace, known.source(company.LINES), [AS_OF])
    assert look(place).faults == ()
    assert place.promotions.history().is_sound


def test_a_model_of_another_purpose_neither_trains_nor_scores_until_that_is_approved(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    """And then reads what that purpose lists, and no more, whatever its package was promoted with."""
    known = premises.project
    narrower = replace(known.purpose("retention"), columns=("subscriptions.*", "logins.*", "devices.*", "tickets.*"))
    wider = replace(known.purpose("retention"), kept_days=365)
    place = another(premises, replace(known, purposes=(wider, known.purpose("audit"))))
    spec = place.project.model(company.PROPENSITY)
    scorer = open_champion(place, spec)
    for refused in (
        lambda: build(place, spec, AS_OF),
        lambda: score_days(place, spec, scorer, [AS_OF], signer=None),
        lambda: run_job(place.project, place.settings, f"train_{spec.name}"),
    ):
        with pytest.raises(RefusedError, match=f"{spec.name} is neither trained nor scored: the purpose 'retention'"):
            refused()

    approve(place, capsys)

    assert build(place, spec, AS_OF).rows.num_rows > 0
    place = another(premises, replace(known, purposes=(narrower, known.purpose("audit"))))
    approve(place, capsys)
    for refused in (lambda: build(place, spec, AS_OF), lambda: score_days(place, spec, scorer, [AS_OF], signer=None)):
        with pytest.raises(PurposeError, match=r"reads payments\.amount, .* the purpose 'retention' does not list"):
            refused()


def shop_of_before(home: Path, names: tuple[str, ...]) -> tuple[Shop, Promotions]:
    """A log of an earlier Tenure: a training is signed for, and nobody approved data; the company has sources of these names."""
    shop = Shop(home).founded()
    shop.train("one")
    known = shop_project(shop.gates)
    bare = replace(known, purposes={"retention": "words"}, models=(), features=(), histories=(), attributes=())
    sources = tuple(replace(known.source(company.LINES), name=name) for name in names)
    return shop, Promotions(shop.settings, replace(bare, sources=sources), lambda: shop.now)


def test_sources_of_an_older_home_count_until_their_contract_changes(tmp_path: Path) -> None:
    """Those that a signed training had read are noted when first asked about; one that came since is not."""
    shop, doors = shop_of_before(tmp_path / "home", ("transactions", "planted"))

    doors.require_sources(["transactions"])
    with pytest.raises(RefusedError, match="the source 'planted' of shop: nobody proposed it"):
        doors.require_sources(["planted"])

    noted, planted = sorted(doors.data_stands(), key=lambda one: one.declaration.name, reverse=True)
    assert (noted.state, planted.state) == (DataState.NOTED, DataState.NEW)
    assert "nobody signed it" in noted.in_words
    assert [record.kind for record in doors.ledger().records].count(Kind.DATA_NOTED) == 1
    assert doors.history().is_sound
    key = demo_key(shop.settings, REVIEWERS[0])
    doors.propose_data(["transactions"], "now for good", **shop.engineer)
    doors.decide_data(["transactions"], Verdict.REJECT, "we hold it no more", staff_id=REVIEWERS[0], key=key)
    with pytest.raises(RefusedError, match="rejected by demo-reviewer-1: we hold it no more"):
        doors.require_sources(["transactions"])


def test_sources_of_an_older_home_are_noted_before_the_first_proposal(tmp_path: Path) -> None:
    """Proposing one thing ends the time of notes, and stops no source that was there."""
    shop, doors = shop_of_before(tmp_path / "home", ("transactions", "planted"))

    doors.propose_data(["planted"], "it is new", **shop.engineer)

    doors.require_sources(["transactions"])
    assert {one.declaration.name: one.state for one in doors.data_stands()} == {
        "transactions": DataState.NOTED, "planted": DataState.PROPOSED,
    }  # fmt: skip
    assert doors.history().is_sound


def test_purposes_are_not_said_in_words_any_more_once_they_listed_columns(premises: Premises) -> None:
    """Nobody signed that they end; the check says so too. Nor that nobody's consent is asked, or another's."""
    known = premises.project
    spec = known.model(company.PROPENSITY)
    in_words = another(premises, replace(known, purposes={"retention": "to keep them", "audit": "to see who loses"}))
    unnamed = another(premises, replace(known, purposes=()))
    asked = another(premises, replace(known, consents=Consents()))
    for place in (in_words, unnamed) if not spec.purpose else (in_words,):
        with pytest.raises(RefusedError, match="are words alone, and the log holds purposes that list columns") as error:
            place.promotions.require_purpose(spec.name)
        assert error.value.refusal == "data not approved"
        assert Weight.NO_TRAINING in {finding.weight for finding in of_data(place.project, place, has_faults=True)}
    with pytest.raises(RefusedError, match=f"{spec.name} is neither trained nor scored: the purpose 'retention' of"):
        asked.promotions.require_purpose(spec.name)


def test_a_home_without_a_trust_root_lands_nothing_and_says_what_to_do(established: Premises, tmp_path: Path) -> None:
    """Nobody could have approved anything there."""
    place = Workplace(established.project, replace(established.settings, home=tmp_path))

    with pytest.raises(RefusedError, match=r"no trust root yet.* Then: tenure data approve --reason '…'\."):
        land(place, place.project.source(company.LINES), [AS_OF])
