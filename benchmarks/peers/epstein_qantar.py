"""Epstein's grid in Qantar, with the parameters of Mesa's example. Usage: epstein_qantar.py [SIDE] [CPU_SECONDS] [LEAST_STEPS].

A step is the step and the count of the active, the jailed and the cops that the model keeps of it, as Mesa's collects its data.
"""

from itertools import count

from timing import Watch, arguments, repeat, tell

from qantar.classics.epstein import Rebellion, Society
from qantar.classics.epstein_agents import JAILED

MOST = 100_000

side, seconds, least = arguments(40, 10, 1)
warm_up = Rebellion(Society(), [0.8])
square = warm_up.init(0, 0)
warm_up.step(square, 0)
warm_up.observe(square, 0)
watch = Watch()
model = Rebellion(Society(height=int(side), width=int(side)), [0.8] * MOST)
state = model.init(1, 0)
_, setup = watch.read()
ticks = count()


def step() -> None:
    """Let everybody act, and count."""
    tick = next(ticks)
    model.step(state, tick)
    model.observe(state, tick)


found = repeat(step, seconds, most=MOST, least=int(least))
tell(agents=state.agents.size, setup_cpu_s=setup, **found, jailed=int((state.agents["state"] == JAILED).sum()))
