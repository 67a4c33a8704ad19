"""Group sessions: the script, what a class stores, and the pages."""
