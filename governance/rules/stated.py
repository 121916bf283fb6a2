"""What a record is about: a package that training stated, under its own name and policy."""

from contextlib import suppress

from governance.records.approval import Subject
from governance.records.statement import Statement
from tenure.errors import RefusedError
from tenure.refusals import Refusal, refused


def fits(statement: Statement, subject: Subject) -> bool:
    """Whether a statement speaks of the subject's package, model and policy."""
    with suppress(RefusedError):
        check_about(statement, subject)
        return True
    return False


def check_about(statement: Statement, subject: Subject) -> None:
    """A statement speaks of the subject's package, model and policy."""
    training = statement.training
    if (training.project, training.model) != (subject.project, subject.model):
        raise refused(
            Refusal.OTHER_NAME,
            f"The package was trained as {training.project}.{training.model}, but the decision is about {subject.project}."
            f"{subject.model}. Decide on it under its own name.",
        )
    if (statement.package_digest, training.model_digest) != (subject.package_digest, subject.model_digest):
        raise refused(
            Refusal.OTHER_STATEMENT,
            f"The training statement speaks of package {statement.package_digest[:12]} with model {training.model_digest[:12]}, "
            f"not of {subject.package_digest[:12]} with {subject.model_digest[:12]}. Bring the package's own statement.",
        )
    if training.policy_digest != subject.policy_digest:
        raise refused(
            Refusal.OTHER_POLICY,
            f"Package {subject.package_digest[:12]} was judged under policy {training.policy_digest[:12]}, but "
            f"{subject.policy_digest[:12]} is asked for. Train it again under the policy in force.",
        )


def no_statement(package_digest: str) -> RefusedError:
    """Nobody has signed for where a package comes from."""
    return refused(
        Refusal.NO_STATEMENT,
        f"Package {package_digest[:12]} is a draft: the log holds no signed training statement that somebody asked for. Whoever "
        "answers for its training signs for it (tenure sign DIGEST), or trains again.",
    )
