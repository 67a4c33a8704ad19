"""The pages of a class: `pupil` takes part, `board` shows, `cockpit` leads, `results` looks back."""
