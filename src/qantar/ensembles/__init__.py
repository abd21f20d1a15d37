"""Many runs: which ones, where they are computed, and how they go on after an interruption."""
