"""Checks of an installation: of the machine, of the settings, of the services."""
