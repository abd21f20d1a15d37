"""What can be fitted: everything, one half, everything but a region, or without a mechanism."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.ensembles.design import with_parameters
from qantar.errors import UsageError
from qantar.inference.priors import Priors, calibration_of, priors_of
from qantar.inference.targets import Targets, targets_of
from qantar.scenario.calibration import QuietTarget
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
        """Whether it is fitted by regression on runs from its priors, which needs few runs to be read."""
        return self.name.startswith(WITHOUT)

    @property
    def of_the_fit(self) -> bool:
        """Whether it is found among the runs of the fit of all targets: it leaves out few of them, and switches nothing off."""
        return self.name.startswith(REGION)

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
        own = tuple(target.id for target in targets if target.region == region)
        rest = tuple(name for name in weighted if name not in own)
        studies.append(Study(f"{REGION}{region}", f"all targets but those of {region}", rest, own))
    if calibration.mechanisms:
        studies.append(Study(WITHOUT_NOTHING, "with every mechanism, at the budget of the refits", weighted, tuple(t.id for t in targets)))
    for mechanism in calibration.mechanisms:
        off = tuple(mechanism.off.items())
        studies.append(Study(f"{WITHOUT}{mechanism.id}", f"without {mechanism.id}", weighted, tuple(t.id for t in targets), off))
    return {study.name: study for study in studies}


STEPS = {
    "fit": "fit all targets; its posterior is the one to ship",
    "half": "fit one half of the targets, judge on the other",
    "regions": "leave one region out at a time, among the runs of the fit",
    "mechanisms": "refit without each mechanism, and with all of them, by regression on as many runs from the priors",
    "switched-off": "members of the fit without each mechanism: the same draws, nothing refitted",
    "prior": "a table of runs drawn from the priors: recovery, calibration of the method, what the record informs, sensitivity",
    "quiet": "the fitted country without its shocks",
    "ignition": "the chance of a cascade over the base propensity and the number of police",
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
