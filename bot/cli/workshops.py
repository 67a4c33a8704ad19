"""`workshops …` and `qr`: planning without the desk, who comes, what they need, and codes for posters and doors."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import Connection

from bot.cli.exchange import actor
from bot.cli.frame import Complaint, said, settings, told
from bot.cli.opening import opened
from bot.edition import load_edition
from storage import needs, registrations, workshops
from storage.calendars import calendar
from storage.city import CITY_TIME, german_moment
from storage.models.meetings import STANDING, STATUSES
from storage.places import Attendance, attendance
from storage.workshops import Workshop

workshops_app = typer.Typer(no_args_is_help=True, help="Plan workshops without the desk; each change is audited.")

Code = Annotated[str, typer.Argument(help="The code that `workshops list` shows.")]
Output = Annotated[Path, typer.Option(help="The file to write.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    commands: dict[str, Callable[..., None]] = {
        "import": bring_in,
        "list": show_all,
        "show": show,
        "move": move,
        "cancel": cancel,
        "export": export,
    }
    for name, command in commands.items():
        workshops_app.command(name)(command)
    app.add_typer(workshops_app, name="workshops")
    app.command()(qr)


def bring_in(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or ICS with workshops.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Bring in workshops; reading a file again makes no doubles, another time moves a workshop."""
    from storage.imports.workshops import bring_in as write
    from storage.imports.workshops import read_workshops

    fields = load_edition(settings()).dialogues
    read = read_workshops(file, known_fields=fields, today=datetime.now(CITY_TIME).date())
    for problem in read.problems:
        told.print(f"{file.name}, {problem}", markup=False)
    if not read.workshops:
        raise Complaint(f"{file.name}: holds no workshop that can be read; correct the lines named above.")
    with opened() as (_, engine), engine.connect() as connection:
        brought = write(connection, read.workshops, actor(), now=datetime.now(UTC))
        connection.rollback() if dry_run else connection.commit()
    would = "would be " if dry_run else ""
    counts = f"{would}new {brought.new}, moved {brought.moved}, changed {brought.changed}"
    told.print(f"{file}: {len(read.workshops)} read, {counts}")


def show_all(as_json: AsJson = False) -> None:
    """List the workshops in the order in which they begin."""
    with opened() as (_, engine), engine.begin() as connection:
        found = workshops.listed(connection, statuses=STATUSES)
        counts = attendance(connection, [each.id for each in found])
    if as_json:
        _print_json([_plain(each, counts[each.id]) for each in found])
        return
    table = Table("code", "begins", "title", "field", "status", "places", "waiting")
    for each in found:
        table.add_row(*_row(each, counts[each.id]))
    said.print(table)


def show(code: Code, as_json: AsJson = False) -> None:
    """Show one workshop: who comes in which order, what is needed, where it was before, and its codes."""
    with opened() as (chosen, engine), engine.begin() as connection:
        found = _found(connection, code)
        shown = _plain(found, attendance(connection, [found.id])[found.id]) | _inside(connection, found)
    links = {"link": _link(chosen.web.public_url, f"w-{found.code}")}
    links["door"] = _link(chosen.web.public_url, f"c-{found.site_code}")
    if as_json:
        _print_json(shown | links)
        return
    for name, value in (shown | links).items():
        said.print(f"{name}: {value}", markup=False, soft_wrap=True)


def move(
    code: Code,
    starts_at: Annotated[datetime, typer.Option("--to", formats=_MOMENT, help="The city's time: 2027-05-16T17:00")],
    place: Annotated[str | None, typer.Option(help="Another place.")] = None,
    reason: Annotated[str | None, typer.Option(help="Told to those who are registered.")] = None,
) -> None:
    """Move a workshop, as long as it was; who is registered is told."""
    start = starts_at.replace(tzinfo=CITY_TIME)
    with opened() as (_, engine), engine.begin() as connection:
        found = _found(connection, code)
        end = start + (found.ends_at - found.starts_at)
        done = workshops.move(
            connection,
            found.id,
            actor(),
            starts_at=start,
            ends_at=end,
            place=place,
            reason=reason,
            now=datetime.now(UTC),
        )
    told.print(f"{code}: {'moved' if done else 'is there already'}")


def cancel(
    code: Code, reason: Annotated[str | None, typer.Option(help="Told to those who are registered.")] = None
) -> None:
    """Cancel a workshop; who is registered is told."""
    with opened() as (_, engine), engine.begin() as connection:
        found = _found(connection, code)
        done = workshops.cancel(connection, found.id, actor(), reason=reason, now=datetime.now(UTC))
    told.print(f"{code}: {'cancelled' if done else 'was cancelled already'}")


def export(output: Output, ics: Annotated[bool, typer.Option("--ics", help="As a calendar.")] = True) -> None:
    """Write all workshops to a calendar file."""
    del ics  # the one format there is; the option says so
    with opened() as (chosen, engine), engine.begin() as connection:
        found = workshops.listed(connection)
    output.write_bytes(calendar(found, address=chosen.web.public_url))
    told.print(f"{output}: {len(found)} workshops")


def qr(
    output: Annotated[Path, typer.Option(help="The file to write: .png or .svg.")],
    workshop: Annotated[str | None, typer.Option(help="A workshop's code.")] = None,
    door: Annotated[str | None, typer.Option(help="A workshop's code: its sign at the door, to check in.")] = None,
    field: Annotated[str | None, typer.Option(help="The key of an action field.")] = None,
    poster: Annotated[str | None, typer.Option(help="A name for a poster, to count who came by it.")] = None,
    telegram: Annotated[str | None, typer.Option(help="The bot's user name; without it the web chat opens.")] = None,
) -> None:
    """Write a QR code that opens a workshop, its door, a field, or the start of the conversation."""
    import segno

    if output.suffix.lower() not in (".png", ".svg"):
        raise Complaint(f"{output.name}: is no picture; name a file that ends in .png or .svg.")
    named = [each for each in (workshop, door, field, poster) if each]
    if len(named) != 1:
        raise Complaint("name exactly one of --workshop, --door, --field and --poster.")
    payload = _payload(workshop, door, field, poster)
    address = f"https://t.me/{telegram.lstrip('@')}?start={payload}" if telegram else _web_link(payload)
    # Level Q still reads when a quarter of the sign is dirty; four modules of quiet are what ISO 18004 asks for.
    segno.make_qr(address, error="q").save(str(output), scale=10, border=4)
    told.print(f"{output}: {address}", markup=False)


def _payload(workshop: str | None, door: str | None, field: str | None, poster: str | None) -> str:
    if workshop or door:
        with opened() as (_, engine), engine.begin() as connection:
            found = _found(connection, workshop or door or "")
        return f"w-{found.code}" if workshop else f"c-{found.site_code}"
    if field:
        if field not in load_edition(settings()).dialogues:
            raise Complaint(f"--field {field}: is no field; `talstimme check` names the dialogues.")
        return f"field_{field}"
    payload = f"plakat_{poster}"
    if not payload.replace("_", "").replace("-", "").isascii() or len(payload) > 64 or not _is_plain(payload):
        raise Complaint("--poster: use at most 57 letters a-z, digits, - and _.")
    return payload


def _is_plain(payload: str) -> bool:
    return all(sign.isalnum() or sign in "-_" for sign in payload)


def _web_link(payload: str) -> str:
    return _link(settings().web.public_url, payload)


def _link(public_url: str, payload: str) -> str:
    return f"{public_url.rstrip('/')}/?start={payload}"


def _found(connection: Connection, code: str) -> Workshop:
    found = workshops.find(connection, code)
    if found is None:
        raise Complaint(f"{code}: there is no such workshop; `talstimme workshops list` shows the codes.")
    return found


def _inside(connection: Connection, found: Workshop) -> dict[str, Any]:
    line = registrations.of_workshop(connection, found.id)
    return {
        "line": [{"number": each.arrival, "status": each.status} for each in line if each.status in STANDING],
        "needs": [{"number": each.number, "text": each.text} for each in needs.of_workshop(connection, found.id)],
        "moves": [
            {"starts_at": _local(each.starts_at), "place": each.place}
            for each in workshops.moves_of(connection, found.id)
        ],
    }


def _plain(found: Workshop, counts: Attendance) -> dict[str, Any]:
    return {
        "id": found.id,
        "code": found.code,
        "title": found.title(),
        "kind": found.kind,
        "field": found.field,
        "district": found.district,
        "place": found.place,
        "starts_at": _local(found.starts_at),
        "ends_at": _local(found.ends_at),
        "capacity": found.capacity,
        "status": found.status,
        "taken": counts.taken,
        "waiting": counts.waiting,
        "came": counts.came,
    }


def _row(found: Workshop, counts: Attendance) -> tuple[str, ...]:
    places = f"{counts.taken}/{found.capacity or '∞'}"
    begins = german_moment(found.starts_at)
    return found.code, begins, found.title(), found.field or "", found.status, places, str(counts.waiting)


def _local(moment: datetime) -> str:
    return moment.astimezone(CITY_TIME).isoformat(timespec="minutes")


def _print_json(rows: object) -> None:
    said.print(json.dumps(rows, ensure_ascii=False, indent=2), markup=False, soft_wrap=True)
