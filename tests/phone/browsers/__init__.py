"""The app in the other two engines: the same short road, driven each in its own way."""
