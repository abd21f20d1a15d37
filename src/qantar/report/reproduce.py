"""How to get the same numbers again."""

from __future__ import annotations

import shlex

from qantar.report.material import Material


def command(material: Material) -> str:
    """The command line that makes this ensemble."""
    parts = ["qantar", "run", material.case.id, "--members", str(len(material.endings)), "--seed", str(material.seed)]
    parts += ["--palace", material.palace]
    if material.parameters != "point" or material.case.fit is not None:
        parts += ["--parameters", material.parameters.partition("-")[0]]
    for name, _ in material.case.interventions:
        parts += ["--intervention", name]
    for name in material.case.withheld:
        parts += ["--without", name]
    for change in material.case.changed:
        parts += ["--set", change.replace(" = ", "=")]
    return shlex.join(parts)


def facts(material: Material) -> tuple[tuple[str, str], ...]:
    """What identifies the runs."""
    return (
        ("Qantar", material.version),
        ("scenario", f"{material.case.id}, hash {material.scenario_hash}"),
        ("seed", str(material.seed)),
        ("members", str(len(material.endings))),
        ("palace", material.palace),
        ("parameters", material.parameters),
    )
