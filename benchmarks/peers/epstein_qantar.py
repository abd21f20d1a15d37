"""Epstein's grid in Qantar, with the parameters of Mesa's example. Usage: epstein_qantar.py [SIDE] [CPU_SECONDS]."""

from itertools import count

from timing import Watch, arguments, repeat, tell

from qantar.classics.epstein import Rebellion, Society
from qantar.classics.epstein_agents import JAILED

MOST = 100_000

side, seconds = arguments(40, 10)
warm_up = Rebellion(Society(), [0.8])
warm_up.step(warm_up.init(0, 0), 0)
watch = Watch()
model = Rebellion(Society(height=int(side), width=int(side)), [0.8] * MOST)
state = model.init(1, 0)
_, setup = watch.read()
tick = count()
found = repeat(lambda: model.step(state, next(tick)), seconds, most=MOST)
tell(agents=state.agents.size, setup_cpu_s=setup, **found, jailed=int((state.agents["state"] == JAILED).sum()))
