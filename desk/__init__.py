"""The staff desk: review, correct, answer, understand and export."""
