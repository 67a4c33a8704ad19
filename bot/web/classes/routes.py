"""The addresses of a class's pages."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from bot.web.classes import board, cockpit, papers, pupil, results


def routes() -> list[BaseRoute]:
    """Return the routes of entrance, participants, board, cockpit and results."""
    return [
        Route("/klasse", pupil.entrance),
        Route("/klasse/ergebnisse", results.page),
        Route("/klasse/ergebnisse", results.act, methods=["POST"]),
        Route("/klasse/{code}", pupil.page),
        Route("/klasse/{code}", pupil.act, methods=["POST"]),
        Route("/klasse/{code}/stand", pupil.news),
        Route("/board/{code}", board.page),
        Route("/board/{code}/stand", board.news),
        Route("/board/{code}/qr.svg", board.qr),
        Route("/lehrkraft/{secret}", cockpit.page),
        Route("/lehrkraft/{secret}", cockpit.act, methods=["POST"]),
        Route("/lehrkraft/{secret}/stand", cockpit.news),
        Route("/lehrkraft/{secret}/plakat.pdf", papers.poster),
        Route("/lehrkraft/{secret}/ergebnis.pdf", papers.result_pdf),
        Route("/lehrkraft/{secret}/ergebnis.png", papers.result_png),
    ]
