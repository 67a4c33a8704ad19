"""Which contributions a page of figures is about: the filters of the list, as its address says them.

Law of this file: figures count contributions, never the work of people: whose task something is does not filter them.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.datastructures import QueryParams

from desk.filters import COLUMNS, view_of
from storage.staff import Account
from storage.worklist import Wanted

# The filters that the page offers as lists, by their name in the address.
LISTS = {name: column for name, column in COLUMNS.items() if name != "von"}


def wanted_of(asked: QueryParams | str, account: Account) -> Wanted:
    """Return the filter of an address; numbers about all fields are for everybody at the desk."""
    return replace(view_of(asked, account).wanted, within=frozenset(), assignees=frozenset(), follow_up_until=None)
