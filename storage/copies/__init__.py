"""How the whole database becomes one file and comes back, once for each kind of database."""
