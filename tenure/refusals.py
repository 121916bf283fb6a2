"""Refusals: every rule of governed promotion that can be broken, by a short name that programs may rely on.

The sentence that a person reads is written where the rule is kept, for there it is known what was expected and found.
"""

from enum import StrEnum

from tenure.errors import RefusedError


class Refusal(StrEnum):
    """Which rule was broken."""

    # Spelling and signatures
    NOT_CANONICAL = "not canonical"
    NOT_AN_ENVELOPE = "not an envelope"
    OTHER_PAYLOAD_TYPE = "other payload type"
    BAD_SIGNATURE = "bad signature"
    # Keys, people and the trust root
    UNKNOWN_KEY = "unknown key"
    WRONG_ROLE = "wrong role"
    KEY_NOT_VALID = "key not valid at that time"
    OTHER_PERSON = "signed by another person"
    UNSOUND_ROOT = "unsound trust root"
    TOO_FEW_ROOT_KEYS = "too few root signatures"
    BROKEN_ROOT_CHAIN = "trust roots do not follow"
    OLD_TRUST_ROOT = "old trust root"
    NO_QUORUM_SET = "no quorum set for the project"
    # Package, statement and policy
    MISSING_EVIDENCE = "missing evidence"
    UNREADABLE_EVIDENCE = "unreadable evidence"
    OTHER_MODEL_EVIDENCE = "evidence of another model"
    CONTRADICTING_EVIDENCE = "contradicting evidence"
    STALE_CARD = "stale card"
    AUDIT_DIFFERS = "audit differs from recount"
    NO_TEST_ROWS = "no test rows"
    MEASURED_OTHERWISE = "figures differ from the test rows"
    DECISION_DIFFERS = "decision differs from recomputation"
    GATES_REFUSED = "gates refused"
    NO_STATEMENT = "no statement"
    OTHER_STATEMENT = "statement of another package"
    OTHER_POLICY = "other policy"
    # Requests
    NO_REQUEST = "no request"
    OTHER_REQUEST = "other request"
    # Deliveries
    OTHER_DELIVERY = "other delivery"
    # Approvals
    OTHER_ACTION = "approval of another action"
    OTHER_INSTALLATION = "approval for another installation"
    ALREADY_DECIDED = "already decided"
    ENDED = "ended by a promotion"
    EARLIER_FORM = "earlier form"
    OTHER_NAME = "approval under another name"
    OTHER_PACKAGE = "approval of another package"
    OTHER_MODEL = "approval of another model"
    OTHER_CARD = "approval of another card"
    OTHER_AUDIT = "approval of another audit"
    SELF_APPROVAL = "self approval"
    NOT_YET_ISSUED = "not yet issued"
    EXPIRED = "expired"
    COUNTS_TOO_LONG = "counts too long"
    REPLAYED = "replayed"
    NO_REASON = "no reason"
    REJECTED = "rejected"
    ONE_PERSON_TWICE = "one person twice"
    TOO_FEW_APPROVALS = "too few approvals"
    # Exceptions
    NEVER_EXCEPTED = "never excepted"
    NO_EXCEPTION = "no exception"
    EXCEPTION_ENDED = "exception ended"
    OTHER_EXCEPTION = "other exception"
    # Purposes and sources
    NOT_APPROVED = "data not approved"
    NO_PROPOSAL = "data not proposed"
    NOT_EARLIER = "data was not there before approvals"
    # The log
    ALTERED_RECORD = "altered record"
    MISSING_RECORD = "missing record"
    ROOT_HASH_DIFFERS = "root hash differs"
    OTHER_LOG = "other log"
    TIME_RUNS_BACK = "time runs back"
    LOG_CUT_BACK = "log cut back"
    LOG_REWRITTEN = "log rewritten"
    NOT_WITNESSED = "not witnessed"
    # Who serves
    NEVER_PROMOTED = "never promoted"
    PREVIOUS_DIFFERS = "previous champion differs"
    ALREADY_SERVES = "already serves"
    NEVER_SERVED = "never served"
    OTHER_CHAMPION = "other champion"
    APPROVAL_NOT_IN_LOG = "approval not in the log"
    REVOKED = "revoked"
    REVIEW_OVERDUE = "review overdue"
    REVIEW_TOO_FAR = "review date too far"


def refused(refusal: Refusal, message: str) -> RefusedError:
    """The error to raise: the rule's name and the sentence."""
    return RefusedError(refusal.value, message)
