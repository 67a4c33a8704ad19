"""Figures: counted by written rules, frozen as snapshots with a number.

Law of this package: what was given out under a number stays as it was given out; nobody is counted so finely that they
could be recognised.
"""
