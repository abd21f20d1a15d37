"""Who lives there: integer counts of people per place, stratum and propensity class."""
