"""What citizens do and how tests steer, in process and over HTTP alike."""

from tests.emulator.deeds import gathering, speaking, steering, tapping
from tests.emulator.deeds.registry import DEEDS, Impossible, perform

__all__ = ["DEEDS", "Impossible", "gathering", "perform", "speaking", "steering", "tapping"]
