"""The read-only API at `/api`: what everybody may read, as JSON, for systems that were given a token."""
