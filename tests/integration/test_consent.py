"""Consent from what people said to scores: who is scored, what a delivered day stands on, what comes of words that come late."""

import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.performance import compare_days
from assets.raw import recorded
from assets.scores import open_champion
from assets.validated import judge_and_write
from cli.consent import _landed
from governance.doors.demonstration import approve_data_as_demo
from home.workplace import Workplace
from provenance.answer import answer
from provenance.consent import Register
from provenance.consent_at_export import left_out_since
from provenance.consent_at_scoring import asked, counts_of, open_consented
from provenance.consent_heard import require_heard
from provenance.consent_published import publish
from provenance.consent_recorded import record, stated
from provenance.consent_seen import courses, look, of_person, unknown
from provenance.consent_status import consent_status
from provenance.delivered import open_day
from provenance.lineage import Lineage
from provenance.outdated import outdated_days
from provenance.replay import replay
from provenance.score_export import about_scores, deliveries, hand_out
from provenance.signed_scores import check_signed
from tenure.consent.recorded import RECORDED
from tenure.consent.rule import Said, State
from tenure.errors import ConsentError, SpecError, TraceError
from tenure.loading import load_project
from tenure.people import People, identifier
from tenure.people.ledger import Did, Entry, as_rows
from tenure.privacy.published import PrivacyBudget
from tenure.purposes import Basis
from tests.company import PACKAGE
from tests.consenting import CONSENTS, LONG_AGO, PURPOSE, SOURCE, ConsentingOffice, asking_of
from tests.office import DAY, MODEL, Office

NEXT, LATER = DAY + timedelta(days=1), DAY + timedelta(days=2)


@pytest.fixture
def asking(office: Office) -> ConsentingOffice:
    """Most have consented."""
    return asking_of(office)


def scored(office: ConsentingOffice, day=NEXT):
    """The customers who were scored."""
    return set(open_day(office.workplace, office.workplace.project.model(MODEL), day).rows["customer_id"].to_pylist())


def test_who_has_not_consented_or_withdrew_is_not_scored(asking):
    """No record is no consent; a withdrawal counts from the next day, and each row says under which consent it was made."""
    asking.hear("no", asking.customers[3:5], on=DAY)
    asking.score(NEXT)
    rows = open_day(asking.workplace, asking.workplace.project.model(MODEL), NEXT).rows

    assert not scored(asking) & set(asking.customers[:5])
    assert set(rows["consent"].to_pylist()) == {f"given {LONG_AGO}T12:00:00Z"}
    counts = counts_of(asking.workplace, asking.workplace.project.model(MODEL), NEXT)
    assert counts[State.NONE] == 3
    assert counts[State.WITHDRAWN] == 2
    assert counts[State.GIVEN] == rows.num_rows


def test_a_delivered_day_stands_as_it_was_delivered_whatever_is_said_later(asking):
    """Made again to the bit under the consent of then, traced with whether it still stands, and not out of date."""
    asking.score(NEXT)
    asking.hear("stop", asking.customers[5:6], on=NEXT)
    place, spec = asking.workplace, asking.workplace.project.model(MODEL)
    again, told = replay(place, spec, NEXT), answer(place, MODEL, asking.customers[5], NEXT).trace

    assert again.is_equal, again.differences
    assert check_signed(open_day(place, spec, NEXT))
    assert outdated_days(place, spec, NEXT) == ()
    assert [step.title for step in told.steps if not step.verified] == []
    (consent,) = (step for step in told.steps if step.title == "Consent")
    assert f"given {LONG_AGO}" in consent.words
    assert "objected since" in consent.words


def test_an_objection_counts_at_the_next_run_also_of_a_day_before_it(asking):
    """The same day made again after it, and a day that is scored late, leave out who is out by now: the stricter of both."""
    asking.score(NEXT)
    before = scored(asking)
    asking.hear("stop", asking.customers[5:7], on=NEXT)
    asking.score(NEXT)
    asking.score(LATER)

    assert before - scored(asking) == set(asking.customers[5:7])
    assert not scored(asking, LATER) & set(asking.customers[5:7])
    assert replay(asking.workplace, asking.workplace.project.model(MODEL), NEXT).is_equal


def test_consent_that_came_later_scores_no_day_before_it(asking):
    """Who consents afterwards had not then, however late the day is scored."""
    asking.hear("yes", asking.customers[:3], on=NEXT)
    asking.score(NEXT)
    asking.score(LATER)

    assert not scored(asking) & set(asking.customers[:3])
    assert set(asking.customers[:3]) <= scored(asking, LATER)


def test_a_backdated_withdrawal_takes_effect_from_when_it_is_known(asking):
    """What was done before it was known stands; a batch of that day that comes late makes its scores out of date."""
    asking.score(NEXT)
    asking.hear("no", asking.customers[7:8], on=LONG_AGO + timedelta(days=1), known_on=LATER)

    assert asking.customers[7] in scored(asking)
    asking.score(LATER)
    assert asking.customers[7] not in scored(asking, LATER)
    spec = asking.workplace.project.model(MODEL)
    asking.hear("no", asking.customers[8:9], on=LONG_AGO)
    assert NEXT in outdated_days(asking.workplace, spec, NEXT)


def test_days_from_before_consents_were_declared_read_on(asking):
    """They have no such column, are made again to the bit, and are not out of date."""
    spec = asking.workplace.project.model(MODEL)
    asking.score(NEXT)

    assert "consent" not in open_day(asking.workplace, spec, DAY).rows.column_names
    assert replay(asking.workplace, spec, DAY).is_equal
    assert outdated_days(asking.workplace, spec, DAY) == ()


def test_on_another_basis_only_an_objection_leaves_somebody_out(asking):
    """Legitimate interests ask nobody for consent; a withdrawal of what was not needed changes nothing."""
    here = replace(asking, basis=Basis.LEGITIMATE_INTERESTS)
    here.hear("no", here.customers[3:4], on=DAY)
    here.hear("stop", here.customers[4:5], on=DAY)
    here.score(NEXT)
    rows = open_day(here.workplace, here.workplace.project.model(MODEL), NEXT).rows

    assert set(here.customers[:4]) <= scored(here)
    assert here.customers[4] not in scored(here)
    assert set(rows["consent"].to_pylist()) == {"no objection"}


def test_a_person_without_a_file_objects_by_command(asking):
    """Recorded now, with a receipt; the next run and any export from now on leave them out, the delivered day stays."""
    asking.score(NEXT)
    place, spec, who = asking.workplace, asking.workplace.project.model(MODEL), asking.customers[6]
    said = stated(place, who, ["letters"], Said.OBJECTED, happened_at=None, evidence="letter, file 7731")
    found = record(place, said, land=_landed)

    def refuses(*_: object) -> None:
        """A landing that cannot be, as of a lake that somebody else holds."""
        raise SpecError("Somebody else writes.")

    with pytest.raises(ConsentError, match=r"lies in the inbox .* is not lost, .*: Somebody else writes\. The next run"):
        record(place, said, land=refuses)
    assert place.raw.is_whole(found.receipt)
    assert record(place, said, land=_landed).receipt == found.receipt
    assert recorded(place, place.project.source(RECORDED), [found.known_on]) == {}
    told = of_person(place, who)
    assert [event.said for event in told.events] == [Said.GIVEN, Said.OBJECTED]
    assert told.events[1].evidence == "letter, file 7731"
    assert told.standings[0][1].state is State.OBJECTED
    assert of_person(place, who, as_of=NEXT).standings[0][1].state is State.GIVEN
    assert replay(place, spec, NEXT).is_equal
    asking.score(LATER)
    assert who not in scored(asking, LATER)


def test_what_is_recorded_later_is_said_later_also_where_the_data_are_history(asking):
    """All of it is said at the end of the last day; an objection that is taken back is no longer one."""
    place, who = asking.workplace, asking.customers[6]
    for said in (Said.OBJECTED, Said.OBJECTION_WITHDRAWN, Said.WITHDRAWN, Said.GIVEN):
        record(place, stated(place, who, ["letters"], said, happened_at=None, evidence="call"), land=_landed)

    assert place.project.is_history
    assert of_person(place, who).standings[0][1].state is State.GIVEN


def test_an_export_leaves_out_who_has_objected_since_and_is_verified_all_the_same(asking, tmp_path):
    """The file says nothing of them; what was handed out before is still what was delivered."""
    asking.score(NEXT)
    place, spec = asking.workplace, asking.workplace.project.model(MODEL)
    day = open_day(place, spec, NEXT)
    first = hand_out(day, tmp_path / "before.csv")
    (judged,) = compare_days(place, spec, [NEXT])[1]
    asking.hear("stop", asking.customers[6:8], on=LATER)
    second = hand_out(day, tmp_path / "after.csv")
    known = deliveries(place.lake, day.table.name, NEXT, ".csv", about_scores(day), [*left_out_since(day, day.rows), frozenset()])

    assert (first.n_left_out, second.n_left_out) == (0, 2)
    assert [one.n_rows for one in compare_days(place, spec, [NEXT])[1]] == [judged.n_rows - 2]
    assert second.n_rows == first.n_rows - 2
    for name in ("before.csv", "after.csv"):
        known.check(name, (tmp_path / name).read_bytes())
    with pytest.raises(TraceError, match="not what was delivered"):
        known.check("other.csv", (tmp_path / "after.csv").read_bytes()[:-9])


def test_consent_is_counted_by_purpose_and_over_time(asking):
    """As known on each day: who was without a record then is so in the past of the page too."""
    asking.hear("stop", asking.customers[6:8], on=DAY)
    (now,) = look(asking.workplace).by_purpose
    (course,) = courses(asking.workplace)
    status = consent_status(asking.workplace, asking.workplace.project.model(MODEL), DAY)

    assert now.counts[State.OBJECTED] == 2
    assert now.counts[State.GIVEN] == len(asking.customers) - 5
    assert course.counts[-1] == now.counts
    assert course.counts[0][State.OBJECTED] == 0
    assert status is None
    assert unknown(asking.workplace, {asking.customers[6], "mistyped"}) == {"mistyped"}


def received(office: ConsentingOffice, day, *rows):
    """A batch of what people said, each as who, of what, and what, at noon of the day before; what came of it."""
    at = datetime.combine(day - timedelta(days=1), time(12))
    names = ("customer_id", "topic", "said")
    told = {name: pa.array(cells, pa.string()) for name, cells in zip(names, zip(*rows, strict=True), strict=True)}
    kept, place = io.BytesIO(), office.workplace
    pq.write_table(pa.table({**told, "said_at": pa.array([at] * len(rows), pa.timestamp("us"))}), kept)
    approve_data_as_demo(place.promotions, place.settings)
    place.raw.land(place.project.name, "consents", day, kept.getvalue(), "parquet", office.now)
    return judge_and_write(place, place.project.source("consents"), [day])[0].days[0]


def test_nobody_is_scored_while_an_objection_may_lie_unread(asking):
    """One row that breaks a rule may be one: until the day is delivered again nobody knows who objects."""
    bad, many = NEXT - timedelta(days=1), [(one, "post", "yes") for one in asking.customers[7:]]
    assert not received(asking, bad, *many, (asking.customers[6], None, "stop")).is_released
    assert received(asking, NEXT, many[0]).is_released
    for act in (lambda: asking.score(NEXT), lambda: require_heard(asking.workplace, until=bad)):
        with pytest.raises(ConsentError, match=rf"withheld on 1 days \(first: {bad}: .*so nobody knows who objects"):
            act()
    require_heard(asking.workplace, until=bad - timedelta(days=1))

    assert received(asking, bad, *many, (asking.customers[6], "post", "stop")).is_released
    asking.score(NEXT)
    assert asking.customers[6] not in scored(asking, NEXT)


def test_published_counts_stay_within_the_budget(asking):
    """What each costs is kept before it is told; it comes back once it is old enough."""
    place = asking.workplace
    with pytest.raises(ConsentError, match="declares no budget"):
        publish(place, epsilon=0.2)
    project = replace(place.project, privacy_budget=PrivacyBudget(epsilon=0.3, days=30))
    published = publish(Workplace(project, place.settings, clock=place.clock), epsilon=0.2)

    assert len(published.counts) == len(State)
    assert published.left == pytest.approx(0.1)
    with pytest.raises(ConsentError, match=r"0\.1 of 0\.3 in 30 days is left"):
        publish(Workplace(project, place.settings, clock=place.clock), epsilon=0.2)
    later = Workplace(project, place.settings, clock=lambda: place.clock() + timedelta(days=31))
    assert publish(later, epsilon=0.3).left == pytest.approx(0.0)


def test_an_event_that_lands_during_a_run_counts_in_the_next(asking):
    """A run goes by what it opened, and the commit names that version."""
    place, spec, who = asking.workplace, asking.workplace.project.model(MODEL), asking.customers[6]
    asking.features(NEXT)
    begun = open_consented(place, spec)
    asking.hear("stop", [who], on=DAY)
    rows, facts = place.lake.rows("features", days=[NEXT]), open_champion(place, spec).facts
    with asked(begun) as those_of, asked(open_consented(place, spec)) as those_of_next:
        assert who in those_of(rows, NEXT, facts)["customer_id"].to_pylist()
        assert who not in those_of_next(rows, NEXT, facts)["customer_id"].to_pylist()

    asking.score(NEXT)
    table = place.lake.open(f"{MODEL}/scores")
    assert Lineage(place.lake).made(table.name, table.version, NEXT).versions["validated/consents"] == 1


def test_an_objection_under_another_id_counts_from_when_the_two_are_one_person():
    """As of the day, and of a day that is done late also as known now."""
    day = [DAY + timedelta(days=n) for n in range(6)]
    entries = [
        Entry(number=0, day=day[0], did=Did.GIVEN, customer_id="a"),
        Entry(number=1, day=day[0], did=Did.GIVEN, customer_id="b"),
        Entry(number=2, day=day[3], did=Did.MERGED, customer_id="b", with_id="a", rule="card"),
    ]
    project = replace(load_project(PACKAGE), people=People(identifier("card", "logins.device")), sources=(SOURCE,))
    project = replace(project, purposes=(PURPOSE,), consents=CONSENTS, models=(), attributes=(), features=(), histories=())
    told = pa.Table.from_pylist([of_row("a", "yes", day[0]), of_row("b", "stop", day[1])])
    register = Register(project, {"validated/consents": told, "people": as_rows(entries)})
    customer, found = pa.table({"customer_id": ["a"]}), {}
    with register.asking() as asking:
        for on, until in ((1, None), (2, None), (3, None), (2, 4)):
            heard = asking.of_day(customer, PURPOSE, day[on], until=until and day[until])
            found[on, until] = heard.rows.num_rows

    assert found == {(1, None): 1, (2, None): 1, (3, None): 0, (2, 4): 0}


def of_row(who: str, said: str, key: date) -> dict[str, object]:
    """A validated row that is known with the batch of a day."""
    known = datetime.combine(key, time()) - timedelta(microseconds=1)
    return {
        "customer_id": who,
        "said_at": known - timedelta(hours=1),
        "topic": "post",
        "said": said,
        "day": key,
        "available_at": known,
    }
