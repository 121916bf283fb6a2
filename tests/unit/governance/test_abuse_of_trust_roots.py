"""Trust roots that would let in whom nobody appointed, and what a trust root leaves to the project."""

from dataclasses import replace

from governance.records.log import Kind
from governance.records.trust_root import Role
from tests.unit.governance.abuse import attempt, load, ready
from tests.unit.governance.book import Book
from tests.unit.governance.sample import package, signed_root, trust_root


@attempt("old trust root")
def test_forged_earlier_trust_root() -> None:
    """A trust root of the attacker's own, with their own root keys, in front of a log."""
    mine = trust_root(threshold=1, root_keys=trust_root().root_keys[:1])
    book = Book(pinned=mine.digest)
    book.add(Kind.ROOT, signed_root(mine, "root1"))
    book.pinned = trust_root().digest
    load(book)


@attempt("unknown key")
def test_reviewer_removed_since() -> None:
    """Ben left between his approval and the promotion: the trust root in force does not name him."""
    book = ready()
    people = tuple(person for person in trust_root().staff if person.staff_id != "staff-ben")
    book.add(Kind.ROOT, signed_root(trust_root(version=2, previous=trust_root().digest, staff=people)))
    book.promote(package())


@attempt("no quorum set for the project")
def test_project_without_a_quorum() -> None:
    """A trust root that says nothing about the project lets nothing through."""
    root = trust_root(quorums=())
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    book.approved(package(), "anna", "ben")
    book.promote(package())


def test_quorum_of_one_is_a_project_s_choice() -> None:
    """A small project may ask for one reviewer; its trainer is still none."""
    root = trust_root(quorums=(replace(trust_root().quorums[0], reviewers=1),))
    book = Book(pinned=root.digest)
    book.add(Kind.ROOT, signed_root(root))
    book.trained(package())
    book.approved(package(), "carla")
    book.promote(package())

    load(book)


def test_roles_are_all_used() -> None:
    """The house of these tests has somebody in every role, but nobody who may approve their own."""
    assert {role for person in trust_root().staff for role in person.roles} == {*Role} - {Role.OWN_REVIEWER}
