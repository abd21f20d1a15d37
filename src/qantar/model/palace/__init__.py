"""The palace: actors, offices, loyalties, and the game that they play."""
