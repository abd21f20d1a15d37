"""Epstein's grid as Mesa's own example has it. Usage: epstein_mesa.py [SIDE] [CPU_SECONDS]."""

from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence
from timing import Watch, arguments, repeat, tell

side, seconds = arguments(40, 10)
watch = Watch()
model = EpsteinCivilViolence(width=int(side), height=int(side), seed=1)
_, setup = watch.read()
tell(agents=len(model.agents), setup_cpu_s=setup, **repeat(model.step, seconds), jailed=model.ARRESTED)
