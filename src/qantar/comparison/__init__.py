"""What if: twins that share every draw, the difference between them, and the ways it comes about."""
