"""A yardstick: a well-mixed SIR epidemic in mesa-frames on Polars. Usage: sir_mesa_frames.py [PEOPLE] [CPU_SECONDS]."""

import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from timing import Watch, arguments, repeat, tell

INFECTION, RECOVERY, FIRST = 0.4, 0.1, 0.01


class People(AgentSetPolars):
    """People who are susceptible (0), infected (1) or recovered (2)."""

    def __init__(self, model: ModelDF, people: int) -> None:
        super().__init__(model)
        first = model.random.random(people) < FIRST
        self += pl.DataFrame({"unique_id": pl.int_range(people, eager=True), "state": pl.Series(first).cast(pl.Int8)})

    def step(self) -> None:
        """Let everybody be infected by chance or recover."""
        state = self.agents["state"]
        infect = INFECTION * float((state == 1).mean() or 0.0)
        drawn = pl.Series(self.model.random.random(len(state)))
        changes = ((state == 0) & (drawn < infect)) | ((state == 1) & (drawn < RECOVERY))
        self["state"] = state + changes.cast(pl.Int8)


class Epidemic(ModelDF):
    """The model."""

    def __init__(self, people: int) -> None:
        super().__init__(seed=1)
        self.agents += People(self, people)

    def step(self) -> None:
        """Carry everybody through a step."""
        self.agents.do("step")


people, seconds = arguments(1_000_000, 20)
watch = Watch()
model = Epidemic(int(people))
_, setup = watch.read()
found = repeat(model.step, seconds, most=100)
infected = int((model.agents["state"][next(iter(model.agents["state"]))] == 1).sum())
tell(people=int(people), setup_cpu_s=setup, **found, infected=infected)
