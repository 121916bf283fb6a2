"""Who is told ids: reviewers and auditors, by the key that the trust root names and that is valid now."""

import pytest

from governance.records.signing import public_bytes
from governance.rules.resolving import check_may_resolve
from tenure.errors import RefusedError
from tests.unit.governance.sample import DAY, START, key, staff, trust_root


def test_a_reviewer_is_told_by_their_own_key():
    """And not by somebody else's."""
    root = trust_root(staff=(staff("anna"), staff("ben")))
    check_may_resolve(root, staff("anna").staff_id, public_bytes(key("anna")), START)

    with pytest.raises(RefusedError, match=r"names no key of .* that is the one here"):
        check_may_resolve(root, staff("anna").staff_id, public_bytes(key("ben")), START)


def test_an_engineer_is_not_told_and_no_key_that_has_ended_counts():
    """The sentence says who may, or how to renew."""
    ended = staff("anna", valid_from=START - 300 * DAY, valid_until=START - DAY)

    with pytest.raises(RefusedError, match=r"reviewers and auditors alone, and service-scorer is scorer"):
        check_may_resolve(trust_root(staff=(staff("scorer"),)), "service-scorer", public_bytes(key("scorer")), START)
    with pytest.raises(RefusedError, match=r"key of .* is not valid now. Renew it: tenure trust renew "):
        check_may_resolve(trust_root(staff=(ended,)), ended.staff_id, public_bytes(key("anna")), START)
