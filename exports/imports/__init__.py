"""Foreign archives into picks."""
