"""A yardstick: an SIR epidemic in Starsim, random contacts. Usage: sir_starsim.py [PEOPLE] [STEPS]."""

import starsim as ss
from timing import Watch, arguments, tell

people, steps = (int(number) for number in arguments(1_000_000, 40))
watch = Watch()
sim = ss.Sim(
    n_agents=people, start=2000, stop=2000 + steps - 1, dt=1, verbose=0, rand_seed=1,
    diseases=ss.SIR(init_prev=ss.bernoulli(0.01), beta=ss.peryear(0.1)), networks=ss.RandomNet(n_contacts=ss.poisson(4)),
)  # fmt: skip
sim.init()
_, setup = watch.read()
watch = Watch()
sim.run()
wall, cpu = watch.read()
tell(people=people, setup_cpu_s=setup, steps=steps, wall_s=wall, cpu_s=cpu, recovered=float(sim.results.sir.n_recovered[-1]))
