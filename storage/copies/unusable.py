"""The one error of this package."""


class UnusableBackup(ValueError):
    """The file is no backup that can be restored here; the text says why."""
