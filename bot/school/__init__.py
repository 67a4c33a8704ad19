"""Smart4School: a class collects, votes and sees its ideas. `script` is pure; the rest shows and stores it."""
