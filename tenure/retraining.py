"""When a model is to be trained again because people whom it learnt from were erased: a company's policy."""

from dataclasses import dataclass

from tenure.errors import SpecError


@dataclass(frozen=True, kw_only=True)
class RetrainAfterErasures:
    """A model is due once more than so many people of its training snapshots were erased, or more than a share of its customers.

    What it learnt of them stays in it until then: a model is not anonymous by default (EDPB, opinion 28/2024).
    """

    people: int = 100
    share: float = 0.01

    def __post_init__(self) -> None:
        """Refuse a policy that cannot be meant."""
        if self.people < 0 or not 0 <= self.share <= 1:
            raise SpecError(
                f"RetrainAfterErasures says {self.people} people and a share of {self.share}; expected a count from 0 on and a "
                "share from 0 to 1."
            )

    def is_due(self, n_people: int, n_customers: int) -> bool:
        """Whether a model is to be trained again."""
        return n_people > self.people or n_people > self.share * n_customers

    @property
    def in_words(self) -> str:
        """The policy as a sentence."""
        return f"due once more than {self.people:,} people or {self.share:.1%} of the customers it learnt from were erased"


USUALLY = RetrainAfterErasures()
