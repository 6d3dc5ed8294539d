"""The scenes: skies, land, plants, buildings, rooms and weather, painted on a stage from far to near."""
