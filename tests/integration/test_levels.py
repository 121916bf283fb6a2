"""From one person to two and to the full ceremony, and back: what serves goes on, and what comes after keeps the new level."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.settings import Settings
from assets.decision import policy_facts
from governance.doors.levels import ALONE, above, moved
from governance.doors.proposals import complete, missing, propose_root, read_proposal, sign_proposal
from governance.doors.trust_roots import Person, first_root, next_root
from governance.records.approval import Verdict
from governance.records.signing import public_bytes
from governance.records.trust_root import Role, TrustRoot
from governance.rules.levels import check_level_told, level_of
from governance.stores.package_reading import card_of
from home.sight import look
from home.workplace import Workplace
from model_cards.card import as_bytes, card_page
from model_cards.html import render_standing
from model_cards.standing import Status
from provenance.status import trust_status
from provenance.status_records import TrustStatus
from tenure.errors import RefusedError, SpecError
from tenure.gates import Outcome
from tenure.levels import Level
from tenure.package import Package
from tests import company, shop
from tests.shop import NOW, RANKS, WORDS, keep_rows, model_files, settings_at, shop_project

MODEL, GATES, REASON = company.PROPENSITY, (RANKS,), "ranks well and was read by both"
REVIEWER, ENGINEER = (Role.REVIEWER,), (Role.ENGINEER,)
BOTH = (Role.ENGINEER, Role.REVIEWER)
KEYS = {name: Ed25519PrivateKey.generate() for name in ("ann", "ben", "cid", "dan", "root-1", "root-2", "root-3")}
PUBLIC = {name: public_bytes(key).hex() for name, key in KEYS.items()}
HOLDERS = tuple(PUBLIC[name] for name in ("root-1", "root-2", "root-3"))


def person(name: str, roles: tuple[Role, ...]) -> Person:
    """Somebody with a key."""
    return Person(staff_id=name, public_key=PUBLIC[name], roles=roles)


def clock():
    """A clock that stands still."""
    return NOW


@dataclass(frozen=True)
class House:
    """A home that one person began."""

    home: Path

    @cached_property
    def settings(self) -> Settings:
        """Its places."""
        return settings_at(self.home)

    @property
    def workplace(self) -> Workplace:
        """Its company."""
        return Workplace(shop_project(GATES), self.settings, clock=clock)

    @property
    def root(self) -> TrustRoot:
        """The trust root in force."""
        return self.workplace.promotions.ledger().root

    def begun(self) -> "House":
        """With Ann alone."""
        first_root(
            self.settings,
            quorums={"shop": 1},
            people=[person("ann", ALONE)],
            root_keys=[KEYS["root-1"]],
            threshold=1,
            clock=clock,
        )
        keep_rows(self.home)
        return self

    def move(self, level: Level, *people: Person, leaving: tuple[str, ...] = (), signs=("root-1", "root-2")) -> None:
        """Draft the trust root of a level and put it in force."""
        terms = {"project": "shop", "quorum": None, "holders": HOLDERS, "threshold": 2, "now": NOW}
        draft = moved(self.root, level, people=people, leaving=leaving, **terms)
        next_root(self.settings, draft, [KEYS[name] for name in signs], clock)

    def train(self, content: str, who: str) -> Package:
        """A candidate as training makes it: judged under the policy in force, and asked for by somebody."""
        place, spec = self.workplace, shop_project(GATES).model(MODEL)
        known = replace(shop.evidence_of(content, MODEL, GATES, None), policy=policy_facts(place, spec))
        told = as_bytes(known)
        files = {
            **model_files(content),
            "evidence.json": told,
            "words.json": WORDS,
            "card.html": card_page(told, WORDS, None),
        }
        package = place.packages.keep_candidate("shop", MODEL, files)
        asked = place.promotions.ask_to_train([MODEL], staff_id=who, key=KEYS[who])
        place.promotions.state(package, known, run_id="run-1", request=asked)
        return package

    def approve(self, package: Package, *who: str) -> None:
        """Let people approve."""
        for name in who:
            self.workplace.promotions.decide(package.digest, Verdict.APPROVE, REASON, staff_id=name, key=KEYS[name])

    def promote(self, package: Package, who: str) -> None:
        """Let somebody ask for a promotion."""
        self.workplace.promotions.promote(package.digest, REASON, staff_id=who, key=KEYS[who])

    def serving(self) -> str:
        """Who scores, proved and opened as the scorer does."""
        place = self.workplace
        return place.promotions.champion("shop", MODEL).digest

    def stands(self, package: Package) -> tuple[Status, Level | None]:
        """Where a package stands, and under which level it was approved."""
        found = look(self.workplace).standing(MODEL, package.digest, Outcome.ACCEPTED)
        return found.status, found.level


@pytest.mark.slow
def test_what_one_person_let_serve_serves_on_while_people_join(tmp_path: Path) -> None:
    """Each promotion keeps the level of its day, each card says which, and the whole history is proved under all three."""
    house = House(tmp_path).begun()
    first = house.train("trained by Ann alone", "ann")
    house.approve(first, "ann")
    house.promote(first, "ann")
    waiting = house.train("trained before Ben came", "ann")

    house.move(Level.TWO, person("ben", BOTH))
    assert (level_of(house.root, "shop"), house.serving()) == (Level.TWO, first.digest)
    with pytest.raises(RefusedError, match="lets nobody approve their own"):
        house.promote(waiting, "ann")
    with pytest.raises(RefusedError, match=r"ann trained package .* and cannot approve it"):
        house.approve(first, "ann")
    house.approve(first, "ben")
    house.promote(first, "ann")
    assert house.stands(first) == (Status.CHAMPION, Level.TWO)
    second = house.train("trained by Ann", "ann")
    with pytest.raises(RefusedError, match=r"ann trained package .* and cannot approve it"):
        house.approve(second, "ann")
    with pytest.raises(RefusedError, match="one reviewer is needed"):
        house.promote(second, "ann")
    house.approve(second, "ben")
    house.promote(second, "ann")

    house.move(Level.FULL, person("ann", ENGINEER), person("ben", REVIEWER), person("cid", REVIEWER))
    assert (level_of(house.root, "shop"), house.serving()) == (Level.FULL, second.digest)
    third = house.train("trained by Ann, again", "ann")
    house.approve(third, "ben")
    with pytest.raises(RefusedError, match="2 different reviewers are needed"):
        house.promote(third, "ann")
    house.approve(third, "cid")
    house.promote(third, "ann")

    assert [house.stands(one) for one in (first, second, third)] == [
        (Status.RETIRED, Level.TWO),
        (Status.RETIRED, Level.TWO),
        (Status.CHAMPION, Level.FULL),
    ]
    assert "Trained at the level of one person" in card_of(first)
    assert "Trained at the level of the full ceremony" in card_of(third)
    shown = render_standing(look(house.workplace).standing(MODEL, first.digest, Outcome.ACCEPTED))
    assert "one was needed, at the level of two people" in shown
    report = house.workplace.promotions.history()
    assert (report.is_sound, report.trust_root_version) == (True, 3)


def test_a_second_company_of_a_home_is_governed_once_the_trust_root_names_it(tmp_path: Path) -> None:
    """Until then nobody approves there, and it is said; approving is refused with the command that names it."""
    first = shop.Shop(tmp_path).founded()
    second = look(Workplace(replace(shop_project(GATES), name="club"), first.settings))

    assert (second.is_governed, second.level, second.quorum) == (False, None, 1)
    assert trust_status(second) is TrustStatus.OTHERS
    assert second.root is not None
    with pytest.raises(RefusedError, match=r"sets no quorum for project 'club', .*tenure trust move one, two or full"):
        second.root.quorum("club")


def test_a_move_down_takes_the_signatures_of_the_level_above(tmp_path: Path) -> None:
    """One of two people cannot make themselves the only one; both can, and cards say so from then on."""
    house = House(tmp_path).begun()
    house.move(Level.TWO, person("ben", BOTH))
    at_two = policy_facts(house.workplace, shop_project(GATES).model(MODEL))
    draft = moved(
        house.root, Level.ONE, project="shop", people=(), leaving=["ben"], quorum=None, holders=(), threshold=1, now=NOW
    )
    proposal = sign_proposal(propose_root(tmp_path / "down.json", draft), "root-1", KEYS["root-1"])

    assert (missing(house.settings, proposal, clock), complete(house.settings, proposal, clock)) == (1, False)
    assert level_of(house.root, "shop") is Level.TWO
    assert [above(house.root, level) for level in Level] == [Level.TWO, None, None]
    sign_proposal(proposal, "root-3", KEYS["root-3"])
    assert complete(house.settings, read_proposal(tmp_path / "down.json"), clock)
    assert level_of(house.root, "shop") is Level.ONE
    told = replace(shop.evidence_of("x", MODEL, GATES, None), policy=at_two)
    with pytest.raises(RefusedError, match="says that it is governed at the level of two people"):
        check_level_told(told, house.root, "shop", "ab" * 32)


@pytest.mark.parametrize(
    ("level", "people", "leaving", "says"),
    [
        (Level.TWO, (), (), "What ann trains takes 1 other reviewer, and there are none"),
        (Level.FULL, (person("ben", REVIEWER), person("cid", REVIEWER)), (), "ann would be both"),
        (Level.FULL, (person("ann", ENGINEER), person("ben", REVIEWER)), (), "takes 2 other reviewers, and there is 1"),
        (Level.ONE, (person("ben", BOTH),), (), "there is one, found ann, ben"),
        (Level.TWO, (person("ben", BOTH),), ("eve",), "no person called eve"),
        (Level.TWO, (person("ben", BOTH),), ("service-log",), "no person called service-log"),
        (Level.TWO, (replace(person("ben", BOTH), staff_id="ann"),), (), "ann is in the trust root with another key"),
        (Level.FULL, (person("ann", REVIEWER), person("ben", REVIEWER)), (), "Nobody could ask for training"),
    ],
)
def test_a_level_that_its_people_cannot_keep_is_refused(house: House, level, people, leaving, says) -> None:
    """Before anybody signs."""
    terms = {"project": "shop", "quorum": None, "holders": HOLDERS, "threshold": 2, "now": NOW}
    with pytest.raises(SpecError, match=says):
        moved(house.root, level, people=people, leaving=leaving, **terms)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Ann's."""
    return House(tmp_path_factory.mktemp("house")).begun()
