"""The country: systems that meet only in the World."""
