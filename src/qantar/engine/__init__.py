"""How a model runs: clock, keyed randomness, endings, saving, the loop. It knows no politics."""
