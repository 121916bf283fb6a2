"""The promotion log in real databases, the witness's file and people's keys on a real disk."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from governance.records.log import Kind, head_of, peek_checkpoint
from governance.records.request import Asked, sign_request
from governance.records.serving import sign_promotion
from governance.rules.propose import propose
from governance.rules.verify import authorise, champion, verify_history
from governance.stores.promotion_log import PromotionLog
from governance.stores.witness import Witness
from tenure.canonical import sha256
from tenure.errors import HeadMovedError, RefusedError
from tenure.promotions import Action
from tests.unit.governance.sample import (
    MODEL,
    ORIGIN,
    PROJECT,
    START,
    approve,
    key,
    manifest,
    package,
    policy,
    request,
    signed_root,
    statement,
    trust_root,
)

EMPTY = head_of(())


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/promotion_log.db"
    import sqlalchemy as sa

    found = request.getfixturevalue("postgres")
    name = f"log_{sha256(request.node.name.encode())[:12]}"
    engine = sa.create_engine(found, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    return sa.make_url(found).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def log(address: str) -> PromotionLog:
    """A log that holds the trust root alone."""
    made = PromotionLog(address, origin=ORIGIN, pinned=trust_root().digest)
    add(made, Kind.ROOT, signed_root(trust_root()))
    return made


def add(log: PromotionLog, kind: Kind, envelope: bytes, *, minute: int = 0) -> bytes:
    """Append at the head that stands."""
    now = START + timedelta(minutes=minute)
    return log.append(log.ledger(now).head, kind, envelope, now=now, log_key=key("log"))


def ask(log: PromotionLog, asked: Asked = Asked.TRAIN, **changes: object) -> str:
    """Append a request of Dora's, and return its digest."""
    made = request(asked, "dora", at=START, nonce=sha256(str(log.ledger(START).size).encode())[:32], **changes)
    envelope = sign_request(made, key("dora"))
    add(log, Kind.REQUEST, envelope)
    return sha256(envelope)


def train(log: PromotionLog, content: str = "tree one") -> bytes:
    """Append a statement on a request; returns the checkpoint."""
    return add(log, Kind.STATEMENT, statement(package(content), request=ask(log)))


def trained_and_approved(log: PromotionLog, content: str = "tree one") -> None:
    """A package on its way."""
    of = package(content)
    train(log, content)
    for who in ("anna", "ben"):
        add(log, Kind.APPROVAL, approve(of, who, at=START))


def promotion(log: PromotionLog, content: str = "tree one") -> bytes:
    """What the promoter signs."""
    asked = ask(log, Asked.PROMOTE, package=package(content).digest, reason="as agreed")
    made = propose(
        log.ledger(START),
        package(content),
        policy(),
        action=Action.PROMOTE,
        request=asked,
        reason="as agreed",
        identity="service-promoter",
        now=START,
    )
    return sign_promotion(made, key("promoter"))


def test_a_package_comes_to_serve_through_the_log(log: PromotionLog) -> None:
    """Trained, approved, promoted, read back and authorised; the whole history holds."""
    trained_and_approved(log)
    add(log, Kind.PROMOTED, promotion(log))
    ledger = log.ledger(START)

    found = champion(ledger, PROJECT, MODEL, now=START)
    assert authorise(found, package().files, manifest(package())) == package()
    assert verify_history(ledger).is_sound
    assert ledger.size == 7


def test_an_empty_log_is_read_as_empty(address: str) -> None:
    """Nothing is created by reading."""
    ledger = PromotionLog(address, origin=ORIGIN, pinned=trust_root().digest).ledger(START)

    assert (ledger.size, ledger.head) == (0, EMPTY)


def test_only_the_pinned_root_begins_a_log(address: str) -> None:
    """And nothing may come before it."""
    log = PromotionLog(address, origin=ORIGIN, pinned="ab" * 32)
    first = {
        Kind.ROOT: (signed_root(trust_root()), "trust roots do not follow"),
        Kind.STATEMENT: (statement(package()), "old trust root"),
    }

    for kind, (envelope, rule) in first.items():
        with pytest.raises(RefusedError) as error:
            log.append(EMPTY, kind, envelope, now=START, log_key=key("log"))
        assert error.value.refusal == rule
    assert log.entries() == ((), None)


def test_what_the_rules_refuse_is_not_written(log: PromotionLog) -> None:
    """The transaction leaves no trace of it."""
    before = log.entries()

    with pytest.raises(RefusedError, match="no signed training statement"):
        add(log, Kind.APPROVAL, approve(package(), "anna", at=START))
    assert log.entries() == before


def test_a_key_that_is_not_the_log_s_leaves_the_log_as_it_was(log: PromotionLog) -> None:
    """A checkpoint that nobody would accept is not kept."""
    stated = statement(package(), request=ask(log))
    before = log.entries()

    with pytest.raises(RefusedError, match="service-promoter signed the checkpoint"):
        log.append(log.ledger(START).head, Kind.STATEMENT, stated, now=START, log_key=key("promoter"))
    assert log.entries() == before


def test_a_head_that_moved_is_told(log: PromotionLog) -> None:
    """What was decided on an older state is decided anew."""
    old = log.ledger(START).head
    train(log)

    with pytest.raises(HeadMovedError, match="Look again at what stands"):
        log.append(old, Kind.APPROVAL, approve(package(), "anna", at=START), now=START, log_key=key("log"))


def test_first_records_at_one_time_make_one_log(address: str) -> None:
    """Tables that several make at once exist once."""
    log = PromotionLog(address, origin=ORIGIN, pinned=trust_root().digest)
    root = signed_root(trust_root())

    def attempt(_: int) -> str:
        try:
            log.append(EMPTY, Kind.ROOT, root, now=START, log_key=key("log"))
        except HeadMovedError:
            return "moved"
        return "won"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == ["moved"] * 7 + ["won"]
    assert log.ledger(START).size == 1


def test_the_witness_signs_where_the_log_ends(log: PromotionLog, tmp_path: Path) -> None:
    """In order, once each, by its own key: not even the holder of the log's key can make a copy."""
    witness = Witness(tmp_path / "second place")
    for _ in range(2):
        witness.see(log.ledger(START), now=START, key=key("witness"))
    checkpoint = train(log)
    witness.see(log.ledger(START), now=START, key=key("witness"))
    copies = witness.copies()

    assert [peek_checkpoint(copy).size for copy in copies] == [1, 3]
    assert verify_history(log.ledger(START), witnessed=copies).n_witnessed == 3
    with pytest.raises(RefusedError, match="expected witness"):
        verify_history(log.ledger(START), witnessed=[checkpoint])


def test_the_witness_refuses_a_log_that_was_rewritten(log: PromotionLog, tmp_path: Path) -> None:
    """Nothing of it is kept."""
    witness = Witness(tmp_path / "second place")
    train(log)
    witness.see(log.ledger(START), now=START, key=key("witness"))
    kept = witness.copies()
    other = PromotionLog(f"sqlite:///{tmp_path}/other.db", origin=ORIGIN, pinned=trust_root().digest)
    add(other, Kind.ROOT, signed_root(trust_root()))

    with pytest.raises(RefusedError, match="cut back"):
        witness.see(other.ledger(START), now=START, key=key("witness"))
    train(other, "tree two")
    with pytest.raises(RefusedError, match="rewritten and signed anew"):
        witness.see(other.ledger(START), now=START, key=key("witness"))
    assert witness.copies() == kept
