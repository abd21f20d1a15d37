"""Documented experiments with the simulated palace, each a command that anybody can run again."""
