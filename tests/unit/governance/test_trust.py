"""Who may do what, and the chain by which that changes."""

from dataclasses import replace

import pytest

from governance.records.signed_root import read_first_root, read_next_root, sign_root
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Quorum, Role
from tenure.errors import RefusedError
from tests.unit.governance.sample import DAY, PROJECT, START, key, public, signed_root, staff, trust_root

FIRST = trust_root()


def second(**changes):
    """A root that follows the first."""
    return replace(FIRST, version=2, previous=FIRST.digest, issued=START, **changes)


def refusal(do) -> str:
    """By which rule something is refused."""
    with pytest.raises(RefusedError) as error:
        do()
    return error.value.refusal


def test_a_chain_is_followed_from_the_pinned_root() -> None:
    """Two holders of three sign, and the last root is in force."""
    new_holders = second(root_keys=tuple(public(name) for name in ("root3", "root4", "root5")))
    signed = sign_root(new_holders, [key(n) for n in ("root1", "root2", "root4", "root5")])

    assert read_first_root(signed_root(FIRST), pinned=FIRST.digest) == FIRST
    assert read_next_root(signed, after=FIRST) == new_holders


def test_the_old_holders_alone_hand_over() -> None:
    """New holders cannot appoint themselves, nor old ones appoint people who did not sign."""
    new_holders = second(root_keys=tuple(public(name) for name in ("root4", "root5")))

    for holders in (("root4", "root5"), ("root1", "root4", "root5"), ("root1", "root2"), ("root1", "root2", "root4")):
        data = signed_root(new_holders, *holders)
        assert refusal(lambda data=data: read_next_root(data, after=FIRST)) == "too few root signatures"


def test_a_root_that_does_not_follow_is_refused() -> None:
    """A missing, repeated, foreign or back-dated version."""
    other_past = replace(second(), previous="ab" * 32)
    too_far = replace(second(), version=3)
    earlier = replace(second(), issued=FIRST.issued - DAY)

    for root in (other_past, too_far, earlier, FIRST):
        assert refusal(lambda root=root: read_next_root(signed_root(root), after=FIRST)) == "trust roots do not follow"
    assert refusal(lambda: read_first_root(signed_root(FIRST), pinned="ab" * 32)) == "trust roots do not follow"


def test_too_few_or_foreign_signatures_are_refused() -> None:
    """The threshold counts keys of the root, and a stranger's signature is not passed over."""
    stranger = sign(read_envelope(signed_root(FIRST), what="root").payload, "application/vnd.tenure.trust-root+json", [key("x")])

    assert refusal(lambda: read_first_root(signed_root(FIRST, "root1"), pinned=FIRST.digest)) == "too few root signatures"
    assert refusal(lambda: read_first_root(stranger, pinned=FIRST.digest)) == "unknown key"


# Under these "public keys" (order 1, 2, 4 and 8, canonically spelled or not) a signature of R = identity, S = 0 fits anything.
SMALL_ORDER = (
    "01" + "00" * 31,
    "01" + "00" * 30 + "80",
    "00" * 32,
    "ec" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ee" + "ff" * 30 + "7f",
    "ff" * 32,
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"threshold": 0}, "more root signatures than it has keys, or for none"),
        ({"threshold": 4}, "more root signatures than it has keys"),
        ({"root_keys": (public("root1"),) * 3}, "lists a root key twice"),
        ({"root_keys": ("AB" * 32, public("root1"), public("root2"))}, "no Ed25519 public key"),
        *(({"staff": (staff("anna", public_key=text),)}, "anybody can sign for") for text in SMALL_ORDER),
        ({"staff": (staff("anna"), staff("anna", staff_id="staff-other"))}, "one key to two people"),
        *(
            ({"staff": (staff("anna", staff_id=name),)}, "two could look alike")
            for name in ("Staff-anna", " staff-anna", "ѕtaff")
        ),
        ({"staff": (staff("anna", public_key=public("root1")),)}, "root key for daily work"),
        ({"staff": (staff("anna", roles=()),)}, "without a role"),
        ({"staff": (staff("anna", roles=(Role.REVIEWER, Role.REVIEWER)),)}, "a role twice"),
        ({"staff": (staff("anna"), staff("promoter", staff_id="staff-anna"))}, "review and promote"),
        ({"staff": (staff("log"), staff("witness", staff_id="service-log"))}, "a witness is somebody else"),
        ({"staff": (staff("anna", valid_until=START - DAY),)}, "without time"),
        ({"quorums": (Quorum(project=PROJECT, reviewers=0),)}, "without any reviewer"),
        ({"quorums": (Quorum(project=PROJECT, reviewers=1), Quorum(project=PROJECT, reviewers=2))}, "two quorums"),
        ({"version": 2}, "must name the version before it"),
    ],
)
def test_an_unsound_root_is_refused_in_words(changes, words) -> None:
    """Nobody can sign a root that contradicts itself."""
    with pytest.raises(RefusedError, match=words) as error:
        signed_root(trust_root(**changes))
    assert error.value.refusal == "unsound trust root"


def test_quorum_is_by_project() -> None:
    """A project without one cannot promote."""
    assert FIRST.quorum(PROJECT) == 2
    assert refusal(lambda: FIRST.quorum("other")) == "no quorum set for the project"


def test_a_signer_needs_the_role_and_a_valid_key() -> None:
    """Known, entitled and in time; the end of validity is excluded."""
    envelope = read_envelope(sign(b"x", "t", [key("anna")]), what="a note")
    end = staff("anna").valid_until

    assert FIRST.signer(envelope, "t", [Role.REVIEWER], at=START, what="a note").staff_id == "staff-anna"
    for at in (FIRST.issued - DAY, end):
        assert refusal(lambda at=at: FIRST.signer(envelope, "t", [Role.REVIEWER], at=at, what="a note")) == (
            "key not valid at that time"
        )
    assert refusal(lambda: FIRST.signer(envelope, "t", [Role.PROMOTER], at=START, what="a note")) == "wrong role"
    with pytest.raises(RefusedError, match="signed a note, being reviewer; expected promoter or scorer"):
        FIRST.signer(envelope, "t", [Role.PROMOTER, Role.SCORER], at=START, what="a note")


def test_one_record_has_one_signer() -> None:
    """Two signatures on one record would leave open whose it is."""
    envelope = read_envelope(sign(b"x", "t", [key("anna"), key("ben")]), what="a note")

    assert refusal(lambda: FIRST.signer(envelope, "t", [Role.REVIEWER], at=START, what="a note")) == "not an envelope"
