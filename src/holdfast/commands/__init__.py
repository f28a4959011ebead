"""The commands of `holdfast`, one module each, imported when a command is asked for."""
