"""Reports: what an ensemble says, in plain words, in figures and beside the record. Reads results only."""
