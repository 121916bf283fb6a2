"""A log that is not as it was signed: cut, rewritten, edited, of another place or time."""

from governance.records.approval import Verdict
from governance.records.ledger import check_witnessed
from governance.records.log import Kind, new_entry
from governance.records.serving import sign_promotion
from governance.rules import counting
from governance.rules.verify import verify_history
from tests.unit.governance.abuse import ONE, attempt, load, ready
from tests.unit.governance.book import opened, served
from tests.unit.governance.sample import DAY, MINUTE, approve, key, package


@attempt("root hash differs")
def test_record_changed_with_its_leaf() -> None:
    """A row was edited and its leaf hash with it."""
    book = served(ONE)
    book.entries[3] = new_entry(3, Kind.APPROVAL, approve(package(), "carla", at=book.now), at=book.now, salt=b"x" * 32)
    load(book)


@attempt("root hash differs")
def test_record_added_past_the_log_key() -> None:
    """A row was added to the table; the checkpoint could not be signed."""
    book = served(ONE)
    book.entries.append(new_entry(7, Kind.REVOKED, b"{}", at=book.now, salt=b"x" * 32))
    load(book)


@attempt("wrong role")
def test_checkpoint_signed_by_another() -> None:
    """The promoter signs for the log."""
    book = served(ONE)
    book.resign(signer="promoter")
    load(book)


@attempt("time runs back")
def test_clock_turned_back() -> None:
    """A record dated an hour before the one that it follows."""
    book = ready()
    book.now -= 60 * MINUTE
    book.force(Kind.APPROVAL, approve(package(), "carla", at=book.now))
    book.now += DAY
    load(book)


@attempt("not yet issued")
def test_log_from_the_future() -> None:
    """The scorer's clock says it is yesterday."""
    book = served(ONE)
    book.now -= DAY
    load(book)


def test_history_names_every_record_that_must_not_stand() -> None:
    """A forced record is reported with its rule, and the records around it are not."""
    book = opened()
    book.trained(package())
    book.force(Kind.PROMOTED, sign_promotion(book.asked(package()), key("promoter")))
    report = verify_history(book.ledger)

    assert [(found.sequence, found.refusal) for found in report.findings] == [(4, "too few approvals")]
    assert "1 of 5 records must not stand" in report.in_words


def test_history_says_what_the_witness_adds() -> None:
    """Without a copy, with an older one, with the newest."""
    book = opened()
    older = book.seen
    book.trained(package())

    assert "could have rewritten all of it" in verify_history(book.ledger).in_words
    assert "first 1; the last 2 it has not seen" in verify_history(book.ledger, witnessed=[older]).in_words
    assert "saw all of them" in verify_history(book.ledger, witnessed=[older, book.seen]).in_words
    assert "first 0; the last 3" in verify_history(book.ledger, witnessed=[]).in_words


@attempt("wrong role")
def test_witness_s_copy_signed_by_the_log_s_key() -> None:
    """Whoever keeps the log and can write where the witness writes has still not the witness's key."""
    book = served(ONE)
    check_witnessed(book.ledger, [book.checkpoint])


def test_proving_a_log_takes_each_signature_a_few_times_however_long_it_is(monkeypatch) -> None:
    """Reviewers who change their minds again and again make no later record dearer to prove than an earlier one."""
    book, verified, read = opened(), [], counting.read_approval
    book.trained(package())
    for _ in range(6):
        book.add(Kind.REJECTION, approve(package(), "anna", at=book.now, verdict=Verdict.REJECT))
        book.approved(package(), "anna")
    monkeypatch.setattr(counting, "read_approval", lambda *args, **known: verified.append(args) or read(*args, **known))

    assert verify_history(book.ledger).is_sound
    assert len(verified) == 11  # the one before each, but for the first
