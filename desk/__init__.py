"""The staff desk: where contributions are reviewed, corrected and answered."""

# Its address on this machine.
ROOT = "/desk"
