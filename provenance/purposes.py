"""The purpose of a model where its rows are chosen: the inputs that it really has, and the SQL of its outcome.

What is held against what, and what is said of it, is `tenure/purposes/reading.py`'s.
"""

from typing import TYPE_CHECKING

from tenure.conditions import columns
from tenure.errors import PurposeError
from tenure.features.plan import snapshot_plan
from tenure.history.prepared import quoted
from tenure.project import Project
from tenure.purposes.reading import check_model, check_sql, lists_all_that_is_shared
from tenure.scoring import ScoringFacts
from tenure.specs import Model
from tenure.training_set import KEY

if TYPE_CHECKING:
    import ibis

# The customers of a day with their inputs, as a query of their outcome names them.
SNAPSHOT = "snapshot"


def check_inputs(project: Project, spec: Model) -> None:
    """Refuse a model whose inputs, population or outcome read what its purpose does not list, by declaration and by their SQL.

    Raises
    ------
    PurposeError: naming the columns. SpecError: where it cannot be told what the SQL reads.
    """
    check_model(project, spec)
    purpose = project.purpose_of(spec)
    if purpose is not None and not purpose.is_in_words and not lists_all_that_is_shared(project, purpose):
        check_sql(project, (purpose,), _own_query(project, spec), f"The inputs of model {spec.name!r} read")


def check_champion(project: Project, spec: Model, facts: ScoringFacts) -> None:
    """Refuse a promoted model whose inputs or population, as its package names them, read what its purpose does not list.

    Raises
    ------
    PurposeError: naming the columns, or inputs of which nobody knows any more what they are made from.
    """
    purpose = project.purpose_of(spec)
    if purpose is None or purpose.is_in_words:
        return
    told = {feature.name: feature for feature in project.told}
    names = dict.fromkeys((*facts.feature_names, *columns(facts.population)))
    if lost := sorted(set(names) - set(told)):
        raise PurposeError(
            f"The champion of {spec.name!r} reads {', '.join(lost)}, which features.py does not declare any more, so nobody can "
            f"tell whether the purpose {purpose.name!r} allows it. Declare them again, or train and promote another."
        )
    check_model(project, spec, [told[name] for name in names])


def check_label(project: Project, spec: Model, told: "ibis.Table") -> None:
    """Refuse an outcome whose query of a day reads what the model's purpose does not list.

    Parameters
    ----------
    told: the query over the lake's tables and the customers of a snapshot. Of these it may read the key, and what the model's
        inputs and population are told by, which were held against the purpose before.
    """
    purpose = project.purpose_of(spec)
    if purpose is not None and not purpose.is_in_words:
        import ibis

        own = (*KEY, *(feature.name for feature in (*spec.inputs, *spec.population.features)))
        text = str(ibis.to_sql(told, dialect="duckdb"))
        check_sql(project, (purpose,), text, f"The outcome of model {spec.name!r} reads", beside={SNAPSHOT: own})


def _own_query(project: Project, spec: Model) -> str:
    """The query of a model's own features alone, what is known of histories inside it."""
    plan = snapshot_plan(
        tuple({feature.name: feature for feature in (*spec.inputs, *spec.population.features)}.values()),
        roster=tuple(history for history in project.roster if history in spec.population.histories),
        sources={source.name: source for source in project.sources},
        knows_people=project.people is not None,
    )
    known = ", ".join(f"{quoted(name)} AS ({query})" for name, query in plan.known)
    return f"WITH {known} SELECT * FROM ({plan.snapshot})"
