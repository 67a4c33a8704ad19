"""Quality does not drop unnoticed: the small sets are measured again and compared with the page that is published."""

from pathlib import Path

from nlp.evaluation import SECOND, evaluate, worse
from nlp.metrics import average_precision, calibration_error, macro_f1, overlap
from nlp.pipeline import Tagger
from nlp.quality_report import read_figures

PAGE = Path(__file__).parents[2] / "docs" / "nlp-quality.md"


def test_no_figure_drops_by_more_than_two_points(tagger: Tagger) -> None:
    published, now = read_figures(PAGE), evaluate(tagger, second=SECOND)
    assert published.second is not None
    assert now.second is not None
    for here, there in ((now, published), (now.second, published.second)):
        assert worse(here, there) == ()
        assert here.test_set == there.test_set, (
            "the test set changed: write the page anew with `talstimme evaluate --report`"
        )


def test_metrics_on_cases_done_by_hand() -> None:
    assert macro_f1(["a", "a", "b"], ["a", "b", "b"], ("a", "b")) == (2 / 3 + 2 / 3) / 2
    assert average_precision([0.9, 0.8, 0.1], [True, False, True]) == (1 + 2 / 3) / 2
    assert calibration_error([0.75, 0.75], [True, False]) == 0.25
    assert overlap([[(0, 4)], []], [[(3, 6)], [(0, 1)]])[:2] == (0.5, 1.0)
