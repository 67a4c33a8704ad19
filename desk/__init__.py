"""The staff desk: where contributions are reviewed, corrected and answered."""
