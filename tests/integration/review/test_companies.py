"""A room of a home that holds two companies, and a third whose folder is gone."""

from dataclasses import replace

import pytest

from governance.doors.demonstration import ROOT_KEY, ask_as_demo, demo_key
from governance.doors.promotion import Promotions
from governance.doors.trust_roots import following, next_root
from governance.records.trust_root import Quorum
from home.links import room_card, room_data, room_exception, room_model
from home.opened import Opened
from home.workplace import Workplace
from review.access import RoomRole
from review.addresses import address
from review.app import create_app
from tests import company
from tests.review_room import NAMES, SHOP, ReviewRoom, csrf_of, decide, says
from tests.shop import evidence_of, files_of

KIOSK = "/companies/kiosk"
REVIEWER = NAMES[RoomRole.REVIEWER]
GONE = "The home holds company 'gone', but /companies/gone is not there."


class TwoCompanies(ReviewRoom):
    """The shop and a kiosk, of whose models one waits."""

    @property
    def kiosk(self) -> Workplace:
        """The kiosk's workplace."""
        return Workplace(replace(self.workplace.project, name="kiosk", title="Kiosk"), self.shop.settings, lambda: self.shop.now)

    def founded(self) -> str:
        """Let the trust root ask for a reviewer of the kiosk, and train a candidate there; returns its digest."""
        settings, gates = self.shop.settings, self.shop.gates
        root = self.shop.doors.ledger().root
        quorums = (*root.quorums, Quorum(project="kiosk", reviewers=1))
        next_root(settings, following(root, self.shop.now, quorums=quorums), (demo_key(settings, ROOT_KEY),), self.kiosk.clock)
        doors = Promotions(settings, self.kiosk.project, self.kiosk.clock)
        files = files_of("kiosk", company.PROPENSITY, gates, None, project="kiosk")
        package = self.kiosk.packages.keep_candidate("kiosk", company.PROPENSITY, files)
        known = evidence_of("kiosk", company.PROPENSITY, gates, None, project="kiosk")
        doors.state(package, known, run_id="run-1", request=ask_as_demo(doors, settings, [company.PROPENSITY]))
        return package.digest


@pytest.fixture
def both(room) -> TwoCompanies:
    """The room of all three."""
    made = TwoCompanies(room.shop)
    made.digest = made.founded()
    home = Opened(
        settings=made.shop.settings,
        workplaces={"shop": made.workplace, "kiosk": made.kiosk},
        refused={"gone": GONE},
        clock=lambda: made.shop.now,
    )
    made.app = create_app(home)
    return made


def test_the_first_page_says_what_waits_in_each_company_and_which_cannot_be_shown(both):
    """And every page leads to the other companies."""
    client = both.visitor(REVIEWER)
    page = client.get("/")

    assert says(page).count("1 candidate waits for you") == 2
    assert "Cannot be shown. The home holds company &#39;gone&#39;" in says(page)
    assert all(f'href="{where}"' in client.get(f"{KIOSK}/log").text for where in (SHOP, KIOSK, "/"))
    assert GONE.replace("'", "&#39;") in says(client.get("/companies/gone"))
    assert client.get("/companies/gone").status_code == 503
    assert client.get("/companies/nothing").status_code == 404
    assert both.stranger().get("/companies/nothing").headers["location"] == "/login?next=/companies/nothing"


def test_what_is_decided_in_one_company_stands_in_its_log_alone(both):
    """Neither its package nor its records are found below the other's address; they prove one log."""
    client, place = both.visitor(REVIEWER), both.shop.doors.ledger().size
    token = csrf_of(client)
    form = {"csrf": token, "verdict": "reject", "reason": "not in a kiosk", "passphrase": both.passphrase}
    page = client.get(f"{KIOSK}/candidates/{both.digest}").text
    once = page.split('name="once" value="')[1].split('"')[0]
    assert client.post(f"{SHOP}/candidates/{both.digest}/decide", data={**form, "once": once}).status_code == 404
    receipt = client.post(f"{KIOSK}/candidates/{both.digest}/decide", data={**form, "once": once}).headers["location"]

    assert receipt == f"{KIOSK}/log/{place}?receipt=yes"
    assert client.get(receipt).status_code == 200
    assert client.get(f"{SHOP}/log/{place}").status_code == 404
    assert "not in a kiosk" in client.get(f"{KIOSK}/log").text
    assert "not in a kiosk" not in client.get(f"{SHOP}/log").text + client.get(f"{SHOP}/log/export").text
    assert client.get(f"{SHOP}/candidates/{both.digest}").status_code == 404
    assert (
        client.post(f"{SHOP}/candidates/{both.digest}/notes", data={"csrf": token, "kind": "question", "text": "x"}).status_code
        == 404
    )
    assert decide(both, client, both.waiting, verdict="reject", reason="unfair").status_code == 303


def test_a_role_holds_in_the_companies_that_it_was_given_in(both):
    """Who is a reviewer of one is none of another, and finds nothing of a third: also not by an address or a form."""
    accounts = both.lobby.accounts
    accounts.new("kim", None, role=RoomRole.REVIEWER, staff_id=REVIEWER, company="kiosk")
    kim = both.visitor("kim")
    assert kim.get("/").headers["location"] == KIOSK
    assert "Approve" in kim.get(f"{KIOSK}/candidates/{both.digest}").text
    assert decide(both, kim, both.waiting, once="x").status_code == 404
    assert [kim.get(path).status_code for path in (SHOP, f"{SHOP}/log", "/companies/gone")] == [404] * 3
    assert kim.get(f"/reports/shop/{company.PROPENSITY}/drift/1/2017-11-14.html").status_code == 404
    assert kim.get(f"{KIOSK}/log/whole.json").status_code == 403

    accounts.change_role("kim", RoomRole.ENGINEER, company="shop")
    assert kim.get(KIOSK).headers["location"].startswith("/login")
    kim = both.visitor("kim")
    assert "Approve</button>" not in kim.get(f"{SHOP}/candidates/{both.waiting}").text
    assert decide(both, kim, both.waiting).status_code == 403
    assert [kim.get(f"{where}/trace").status_code for where in (SHOP, KIOSK)] == [403, 200]
    accounts.change_role("kim", RoomRole.AUDITOR)
    assert {both.visitor("kim").get(f"{where}/trace").status_code for where in (SHOP, KIOSK)} == {200}


def test_an_address_of_before_leads_to_the_company_that_it_can_only_mean(both, shared_room):
    """By its package; what may be of several leads to the first page, and in a home of one company to the page itself."""
    one, several = shared_room.as_role(RoomRole.AUDITOR), both.visitor(REVIEWER)

    def led(client, where: str) -> str:
        return client.get(where).headers["location"]

    assert led(several, f"/candidates/{both.digest}") == f"{KIOSK}/candidates/{both.digest}"
    assert led(several, f"/candidates/{both.waiting}") == f"{SHOP}/candidates/{both.waiting}"
    assert {led(several, where) for where in ("/log", "/data", f"/models/{company.PROPENSITY}")} == {"/"}
    assert led(one, "/log?kind=approval") == f"{SHOP}/log?kind=approval"
    assert [led(one, where) for where in ("/", "/log/3", "/trace")] == [SHOP, f"{SHOP}/log/3", f"{SHOP}/trace"]
    assert both.stranger().get("/log").headers["location"] == "/login?next=/log"


def test_alarms_of_like_names_are_seen_apart(both):
    """Two companies may call a model alike."""
    client = both.visitor(REVIEWER)
    answer = client.post(f"{KIOSK}/alarms/acknowledge", data={"csrf": csrf_of(client), "name": "drift soon"})

    assert answer.headers["location"] == f"{KIOSK}#alarms"
    assert list(both.lobby.notes.seen()) == ["kiosk: drift soon"]


def test_links_from_elsewhere_are_addresses_of_the_room(shared_room):
    """What alerts, Dagster and the catalogue name is where the room's own links lead."""
    workplace = shared_room.workplace
    linked = (
        room_card(workplace, "ab12"),
        room_exception(workplace, "ab12"),
        room_model(workplace, "soon"),
        room_data(workplace),
    )
    pages = (
        ("show_candidate", {"digest": "ab12"}),
        ("show_exception", {"digest": "ab12"}),
        ("show_model", {"model": "soon"}),
        ("show_data", {}),
    )

    assert linked == tuple(workplace.settings.review_address + address(name, company="shop", **given) for name, given in pages)
