"""What can be fitted: everything, one half, everything but a region, or without a mechanism."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.ensembles.design import with_parameters
from qantar.errors import UsageError
from qantar.inference.priors import Priors, calibration_of, priors_of
from qantar.inference.targets import Targets, targets_of
from qantar.scenario.calibration import LargestTarget, QuietTarget, RegionsTarget, RestTarget, Target
from qantar.scenario.mistakes import quoted
from qantar.scenario.schema import Scenario
from qantar.scenario.wording import nearest

FIT, HALF = "fit", "half"
REGION, WITHOUT = "region-", "without-"
WITHOUT_NOTHING = f"{WITHOUT}nothing"
"""The yardstick of the refits without a mechanism: the same budget, everything there."""


@dataclass(frozen=True)
class Study:
    """One fit: which targets are fitted and which are judged, and what is switched off."""

    name: str
    title: str
    fitted: tuple[str, ...]
    judged: tuple[str, ...]
    off: tuple[tuple[str, float], ...] = ()

    @property
    def by_regression(self) -> bool:
        """Whether it is fitted by regression on runs from its priors, which needs few runs to be read; only the fit itself is not."""
        return self.name != FIT

    def scenario(self, scenario: Scenario) -> Scenario:
        """Return the scenario without what the study switches off."""
        return with_parameters(scenario, dict(self.off))

    def asks_for_quiet(self, scenario: Scenario) -> bool:
        """Whether the country without its shocks has to stay without a wave."""
        declared = calibration_of(scenario).targets
        quiet = (one.id for one in declared if isinstance(one, QuietTarget) and one.key == "wave" and one.value == 0)
        return any(name in self.fitted for name in quiet)

    def priors(self, scenario: Scenario) -> Priors:
        """Return the parameters that stay free."""
        return priors_of(scenario, frozenset(name for name, _ in self.off))

    def targets(self, scenario: Scenario) -> Targets:
        """Return the targets that are fitted."""
        return targets_of(scenario, self.priors(scenario)).only(self.fitted)


def studies_of(scenario: Scenario) -> dict[str, Study]:
    """Return every study of a scenario by its name."""
    calibration = calibration_of(scenario)
    targets = targets_of(scenario, priors_of(scenario)).listed
    weighted = tuple(target.id for target in targets if target.weight > 0)
    fitted = tuple(target.id for target in targets if target.weight > 0 and target.half == "fit")
    studies = [
        Study(FIT, "all targets", weighted, tuple(target.id for target in targets)),
        Study(HALF, "one half of the targets, judged on the other", fitted, tuple(t.id for t in targets if t.half == "judge")),
    ]
    for region in sorted({target.region for target in targets if target.region in {row.id for row in scenario.regions}}):
        telling = {declared.id for declared in calibration.targets if _tells_of(declared, region, scenario)}
        own = tuple(t.id for t in targets if t.region == region or (t.id in telling and t.rule == "differs"))
        rest = tuple(name for name in weighted if name not in own and name not in telling)
        studies.append(Study(f"{REGION}{region}", f"all targets but those that tell of {region}", rest, own))
    if calibration.mechanisms:
        studies.append(Study(WITHOUT_NOTHING, "with every mechanism, at the budget of the refits", weighted, tuple(t.id for t in targets)))
    for mechanism in calibration.mechanisms:
        off = tuple(mechanism.off.items())
        studies.append(Study(f"{WITHOUT}{mechanism.id}", f"without {mechanism.id}", weighted, tuple(t.id for t in targets), off))
    return {study.name: study for study in studies}


def _tells_of(declared: Target, region: str, scenario: Scenario) -> bool:
    """Return whether a target that is not the region's own gives it away: by a place, a name, or what is left over of a sum."""
    match declared:
        case RestTarget():
            return True
        case LargestTarget():
            return any(place.id == declared.place and place.region == region for place in scenario.places)
        case RegionsTarget():
            return region in declared.regions
    return False


STEPS = {
    "fit": "fit all targets; its posterior is the one to ship",
    "half": "fit one half of the targets by regression on runs from the priors, judge on the other",
    "regions": "leave out, one region at a time, every target that tells of it; by regression on runs from the priors",
    "mechanisms": "refit without each mechanism, and with all of them, by regression on as many runs from the priors",
    "switched-off": "members of the fit without each mechanism: the same draws, nothing refitted",
    "flat": "members of the fit with a column of regions.csv the same everywhere: what of the map was put in",
    "prior": "a table of runs drawn from the priors: recovery, calibration of the method, what the record informs, sensitivity",
    "quiet": "the fitted country without its shocks",
    "ignition": "the chance of a cascade over the base propensity and the number of police, with the whole shock and parts of it",
    "endings": "a table of runs drawn from the priors with a simulated palace: sensitivity of the endings",
    "simulated": "the fitted country with a simulated palace, and the fit weighed again by its distance",
}
"""What `qantar calibrate --step` accepts, in the order in which `all` does it."""


def studies_in(step: str, studies: dict[str, Study]) -> list[Study]:
    """Return the studies that a step stands for; none for a step that is a table of runs.

    Raises UsageError for a word that is neither a step nor a study.
    """
    if step in studies:
        return [studies[step]]
    prefix = {"regions": REGION, "mechanisms": WITHOUT}.get(step)
    if prefix is not None:
        return [study for name, study in studies.items() if name.startswith(prefix)]
    if step not in STEPS:
        known = list(dict.fromkeys([*STEPS, "all", *studies]))
        raise UsageError(f"the step {quoted(step)} is not known{nearest(step, known)}; expected one of {', '.join(known)}")
    return []
