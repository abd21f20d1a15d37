"""The figures of a report, each drawn from what was gathered, each with words for those who cannot see it."""
