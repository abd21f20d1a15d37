"""The command line: one file a command; each reads what was asked, then delegates."""
