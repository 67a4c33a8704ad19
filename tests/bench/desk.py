"""How long the desk's pages take on a hundred thousand contributions: median of the server's own time."""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, insert

from storage.database import open_engine
from storage.migrations import upgrade
from storage.models import Contribution, Tag
from storage.numbers import public_number
from tests.bench.figures import Figure
from tests.desk.site import open_desk_site

COUNT = 100_000
TIMES = 9
TARGET = "< 150 ms"
NOW = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)
FIELDS = ("citizens", "living", "environment", "mobility", "administration", "economy")
KINDS = ("problem", "opinion", "idea", "question", "praise", "defect")
STATUSES = ("received", "released", "answered", "rejected")
DISTRICTS = ("Barmen", "Elberfeld", "Vohwinkel", "Ronsdorf", "Cronenberg", "Langerfeld-Beyenburg")
TOPICS = ("cycling", "green_climate", "online_services", "safety", "networks")
WORDS = (
    *("Ampel", "Radweg", "Baum", "Straße", "Bus", "Schwebebahn", "Haltestelle", "Licht", "Park", "Bank", "Termin"),
    *("Amt", "Schule", "Kita", "Glasfaser", "WLAN", "Müll", "Lärm", "Treppe", "Trasse", "Laden", "Innenstadt"),
    *("Grün", "Hitze", "Wasser", "Spielplatz", "Bücherei", "Kurs", "Nachbarn", "Fest"),
)
PAGES = {
    "list, least certain first": "/desk/beitraege?stand=received&folge=uncertain",
    "list, newest first": "/desk/beitraege?folge=newest",
    "filter by field and district": "/desk/beitraege?stand=received&feld=mobility&bezirk=Barmen&folge=newest",
    "filter that finds nothing": "/desk/beitraege?sprache=el&bezirk=Barmen&art=praise&feld=economy&folge=uncertain",
    "filter by topic": "/desk/beitraege?thema=cycling&folge=newest",
    "search for a common word": "/desk/beitraege?suche=ampel&folge=newest",
    "search for two words": "/desk/beitraege?suche=ampel+schwebebahn&folge=uncertain",
    "search for a rare word": "/desk/beitraege?suche=zzselten&folge=newest",
    "search and filter": "/desk/beitraege?suche=radweg&feld=mobility&stand=received&folge=uncertain",
    "the first page": "/desk/",
    "the fiftieth page": f"/desk/beitraege?folge=newest&nach={COUNT - 2500}_0",
}


async def measure() -> list[Figure]:
    """Return the median of each page, from the request to its last byte, without a network."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'many.sqlite3'}"
        await asyncio.to_thread(_fill, url)
        medians = await _measured(url)
    how = f"SQLite, {COUNT:,} contributions, {TIMES} times each, wall time on the server"
    return [Figure(f"desk: {name}", f"{median:.0f} ms", TARGET, how) for name, median in medians.items()]


async def _measured(url: str) -> dict[str, float]:
    found = {}
    async with open_desk_site(url, NOW) as desk:
        clerk = await desk.clerk()
        first = public_number(COUNT // 2)
        for name, path in {**PAGES, "a contribution": f"/desk/beitrag/{first}"}.items():
            times = []
            for _ in range(TIMES):
                begun = time.perf_counter()
                page = await clerk.open(path)
                times.append((time.perf_counter() - begun) * 1000)
                assert page.status == 200
            found[name] = statistics.median(times)
    return found


def _fill(url: str) -> None:
    upgrade(url)
    engine = open_engine(url)
    chance = random.Random(7)
    vectors = np.random.default_rng(7)
    for start in range(1, COUNT + 1, 5000):
        with engine.begin() as connection:
            _portion(connection, start, chance, vectors)
    engine.dispose()


def _portion(connection: Connection, start: int, chance: random.Random, vectors: np.random.Generator) -> None:
    serials = range(start, start + 5000)
    rows = [_row(serial, chance, vectors.standard_normal(512).astype(np.float16).tobytes()) for serial in serials]
    connection.execute(insert(Contribution), rows)
    tags = [
        {"contribution_id": serial, "label_type": kind, "value": value, "source": "model:1", "score": chance.random()}
        for serial in serials
        for kind, value in (
            ("field", chance.choice(FIELDS)),
            ("kind", chance.choice(KINDS)),
            ("topic", chance.choice(TOPICS)),
        )
    ]
    connection.execute(insert(Tag), [{**tag, "created_at": NOW} for tag in tags])


def _row(serial: int, chance: random.Random, embedding: bytes) -> dict[str, object]:
    text = " ".join(chance.choices(WORDS, k=40)) + (" zzselten" if serial % 9973 == 0 else "")
    return {
        "id": serial,
        "number": public_number(serial),
        "draft": str(serial),
        "channel": chance.choice(("web", "telegram", "import")),
        "text": text,
        "redacted_text": text,
        "field": chance.choice(FIELDS),
        "kind": chance.choice(KINDS),
        "status": chance.choice(STATUSES),
        "district": chance.choice(DISTRICTS),
        "language": chance.choice(("de",) * 9 + ("tr", "ar")),
        "certainty": chance.random(),
        "created_at": NOW - timedelta(minutes=COUNT - serial),
        "analysed_at": NOW,
        "embedding": embedding,
    }
