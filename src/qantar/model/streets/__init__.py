"""Who joins, leaves, turns violent, is held or hurt (model page *streets*)."""
