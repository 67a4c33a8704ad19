"""Where the city speaks first: announcements, workshops, classes."""
