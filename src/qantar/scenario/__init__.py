"""What is assumed: the scenario language and the countries that come with it."""
