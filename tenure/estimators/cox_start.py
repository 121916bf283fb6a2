"""Where the trees of a hazard model start: at a share of a Cox model, which leaves them what is not nearly linear."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tenure.estimators.cox import CoxModel
from tenure.estimators.outcome import Floats

FOLDER = "start/"


@dataclass(frozen=True, kw_only=True)
class CoxStart:
    """A share (0 to 1) of the log hazard ratio of a Cox model, the same in every period."""

    share: float
    cox: CoxModel

    def log_odds(self, X: Floats) -> Floats:
        """What it adds to the log-odds of the daily hazard, (n,)."""
        return self.share * self.cox.log_hazard_ratio(X)

    def contributions(self, X: Floats) -> Floats:
        """What each feature adds to them against the average fit row, (n, n_features)."""
        return self.share * self.cox.contributions(X)

    def to_files(self) -> dict[str, bytes]:
        """The Cox model as native files; the share is for whoever starts from it to keep."""
        return {FOLDER + name: content for name, content in self.cox.to_files().items()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], share: float) -> Self:
        """Read what `to_files` wrote; raises PackageError when a file is missing or of another format."""
        own = {name.removeprefix(FOLDER): content for name, content in files.items() if name.startswith(FOLDER)}
        return cls(share=share, cox=CoxModel.from_files(own))
