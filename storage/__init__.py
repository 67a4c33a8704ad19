"""The database: tables, migrations and one small set of functions per noun. It knows nobody of the other packages."""
