"""Which parameters, which story: fits to a record, and how far they can be trusted."""
