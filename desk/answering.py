"""Answering: templates in several languages, how a decision will read, and reasons that wait for a translation.

Law of this file: what is previewed is made by what will tell it.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection
from starlette.responses import Response

from desk.contribution import reached
from desk.deeds import DECISIONS
from desk.doors import Door
from desk.filters import options
from desk.papers import Case, case_paper
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from storage import answers, items, notes
from storage.models.contribution import ANSWERED, REJECTED, RELEASED

TEMPLATES = f"{ROOT}/vorlagen"
_STATUSES = (RELEASED, ANSWERED, REJECTED)
_LONGEST = 2000
_CHANGES_ON_PAPER = 200


async def preview(visit: Visit) -> Response:
    """Show how a decision will read, in German and in each language of those who will be told."""
    found = await reached(visit)
    status = visit.typed("status") or ANSWERED
    languages = await visit.desk.store.read(answers.languages_of, found.number)
    template = await _template(visit)
    told = {
        language: visit.desk.preview(found, status, *_reason(visit, template, language))
        for language in ("de", *languages)
        if status in DECISIONS
    }
    return visit.page("preview.html", item=found, told=told)


async def _template(visit: Visit) -> answers.Template | None:
    found = await visit.desk.store.read(answers.templates)
    return next((each for each in found if str(each.id) == visit.typed("template")), None)


def _reason(visit: Visit, template: answers.Template | None, language: str) -> tuple[str | None, str, bool]:
    """Return the reason for readers of a language, that language, and whether the reason is in it."""
    texts = template.texts if template and visit.typed("reason") in ("", template.text()) else {}
    own = visit.typed(f"reason:{language}") or texts.get(language)
    return own or visit.typed("reason") or texts.get("de"), language, bool(own)


async def templates(visit: Visit) -> Response:
    """List the templates."""
    found = await visit.desk.store.read(answers.templates)
    return visit.page("templates.html", found=found, statuses=_STATUSES, languages=options("sprache"))


async def keep(visit: Visit) -> Response:
    """Add, change or drop a template."""
    name, status, number = visit.typed("name")[:120], visit.typed("status"), visit.typed("id")
    texts = {language: visit.typed(f"text:{language}")[:_LONGEST] for language in options("sprache")}
    texts = {language: text for language, text in texts.items() if text}
    if visit.typed("deed") == "drop" and number.isdecimal():
        await visit.desk.store.write(answers.drop_template, int(number))
        return visit.go(TEMPLATES)
    if not name or not texts.get("de") or status not in _STATUSES:
        raise Refused(400, "incomplete")
    if number.isdecimal():
        await visit.desk.store.write(answers.change_template, int(number), name, texts)
    else:
        await visit.desk.store.write(answers.keep_template, name, status, texts, now=visit.now)
    return visit.go(TEMPLATES)


async def queue(visit: Visit) -> Response:
    """List reasons that wait for a translation."""
    found = await visit.desk.store.read(answers.untranslated)
    return visit.page("translations.html", found=[each for each in found if visit.who.works_on(each.field)])


async def translate(visit: Visit) -> Response:
    """Keep the translation of a reason."""
    found, language, text = await reached(visit), visit.typed("language"), visit.typed("text")[:_LONGEST]
    if language not in options("sprache") or not text:
        raise Refused(400, "incomplete")
    await visit.desk.store.write(answers.translate, found.number, language, text)
    return visit.go(f"{ROOT}/uebersetzen")


async def case(visit: Visit) -> Response:
    """Hand out a contribution as PDF for the e-file."""
    found = await reached(visit)
    words = visit.words
    told = await visit.desk.store.read(_case, found.id)
    test = words("desk.test") if visit.desk.choices.is_test else ""
    made = await asyncio.to_thread(case_paper, words, found, told, test=test, made_on=words.moment(visit.now))
    headers = {"content-disposition": f'inline; filename="{found.number}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


def _case(connection: Connection, row_id: int) -> Case:
    changes = items.changes_of(connection, row_id, limit=_CHANGES_ON_PAPER)
    return Case(notes.remarks_of(connection, row_id), changes[::-1])


DOORS = (
    Door("POST", "/beitrag/{number}/vorschau", preview, Right.REVIEW),
    Door("GET", "/beitrag/{number}/akte.pdf", case, Right.REVIEW),
    Door("GET", "/vorlagen", templates, Right.REVIEW),
    Door("POST", "/vorlagen", keep, Right.REVIEW),
    Door("GET", "/uebersetzen", queue, Right.REVIEW),
    Door("POST", "/uebersetzen/{number}", translate, Right.REVIEW),
)
