"""Epstein's grid as Mesa's own example has it. Usage: epstein_mesa.py [SIDE] [CPU_SECONDS] [LEAST_STEPS]."""

from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence
from timing import Watch, arguments, repeat, tell

side, seconds, least = arguments(40, 10, 1)
watch = Watch()
model = EpsteinCivilViolence(width=int(side), height=int(side), seed=1)
_, setup = watch.read()
tell(agents=len(model.agents), setup_cpu_s=setup, **repeat(model.step, seconds, least=int(least)), jailed=model.ARRESTED)
