"""A comparison in words and figures: the answer first, then figures, assumptions, and how to reproduce it."""
