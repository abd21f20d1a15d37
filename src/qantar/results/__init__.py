"""What came out: the written schema of results, the store that keeps it, and how it is read."""
