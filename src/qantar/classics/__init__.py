"""Published models, one short file each, on the engine alone: the yardsticks."""
