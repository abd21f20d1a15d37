"""Reads the fit that lies beside a scenario, or beside the one whose parameters it takes over."""

from __future__ import annotations

from collections.abc import Collection

from qantar.scenario.checks_calibration import posterior_findings
from qantar.scenario.documents import Part, read_document
from qantar.scenario.mistakes import Mistakes
from qantar.scenario.parameters import Inheritance, Parameters
from qantar.scenario.posterior import Posterior, Provenance, read_particles
from qantar.scenario.reading import LARGEST_TABLE, Folder, read_text

POSTERIOR, PARTICLES = "posterior.yaml", "posterior.csv"


def read_fit(
    folder: Folder, part: Part[Provenance], parameters: Parameters | None, mistakes: Mistakes, *, own: Collection[str] = ()
) -> Posterior | None:
    """Return the fit that lies in a folder, `part` being its ``posterior.yaml``; its two files are there together or not at all.

    own : names of parameters that are left out of it
    """
    provenance = part.document
    text = read_text(folder, PARTICLES, LARGEST_TABLE, mistakes, needed=provenance is not None)
    if text is None:
        return None
    file = folder.shown_file(PARTICLES)
    if provenance is None:
        if part.node is None:
            mistakes.add(file, 1, 1, f"{POSTERIOR} is missing, which says where these parameter sets come from")
        return None
    before = mistakes.number
    found = read_particles(text, file, mistakes)
    if mistakes.number > before:
        return None
    posterior = _without(Posterior(provenance=provenance, **found._asdict()), own)
    for message in posterior_findings(posterior, parameters) if parameters is not None else ():
        mistakes.add(file, 1, 1, message)
    return posterior


def taken_over(origin: Folder, inheritance: Inheritance, parameters: Parameters | None, mistakes: Mistakes) -> Posterior | None:
    """Return the fit of the scenario whose parameters are taken over, without what is the country's own.

    Who takes over the numbers takes over how sure they are.
    """
    part = read_document(origin, POSTERIOR, Provenance, mistakes, needed=False)
    return read_fit(origin, part, parameters, mistakes, own=inheritance.own)


def _without(fit: Posterior, own: Collection[str]) -> Posterior:
    kept = [column for column, name in enumerate(fit.names) if name not in own]
    values = tuple(tuple(row[column] for column in kept) for row in fit.values)
    return fit.model_copy(update={"names": tuple(fit.names[column] for column in kept), "values": values})
