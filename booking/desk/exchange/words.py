"""The words for what a file is not, and why a row is refused."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from booking.desk.hours.stretch_forms import WEEKDAYS
from booking.exchange.hours_sheet import DAYS
from booking.fields import EmailField
from stores.exchange.tables import MOST_ROWS

KINDS = {"stores": _("Stores"), "topics": _("Topics"), "people": _("People"),
         "hours": _("Weekly hours"), "absences": _("Absences")}  # fmt: skip
COLUMNS = {
    "number": _("Your number"),
    "name": _("Name"),
    "kind": _("Kind"),
    "region": _("Region"),
    "address": _("Address of its page"),
    "street": _("Address"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "country": _("Country"),
    "territory": _("Public holidays of"),
    "time_zone": _("Time zone"),
    "phone": _("Telephone"),
    "calls_from": _("Number that it calls from"),
    "latitude": _("Degrees north"),
    "longitude": _("Degrees east"),
    "access": _("What there is"),
    "directions": _("How to find it"),
    "topic": _("Address of the topic"),
    "summary": _("In a few words"),
    "preparation": _("To prepare"),
    "steps": _("Steps of the adviser"),
    "priority": _("Priority topic"),
    "kept": _("Hours kept"),
    "video": _("Minutes by video"),
    "callback": _("Minutes by telephone"),
    "in_store": _("Minutes in store"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "formal_name": _("Formal name"),
    "title": _("Title"),
    "languages": _("Languages"),
    "email": _("E-mail"),
    "stores": _("Stores"),
    "topics": _("Topics"),
    "role": _("Role"),
    "role_at": _("Where they have it"),
    "store": _("Store"),
    **{DAYS[number]: name for number, name in WEEKDAYS},
    "first": _("First day"),
    "last": _("Last day"),
    "reason": _("Reason"),
}
LANGUAGES = {"fr": _("French"), "en": _("English")}
NO_TABLE = {
    "no_file": _("Choose a file first."),
    "no_table": _("This is no table: send a workbook or a CSV file."),
    "workbook": _("This workbook cannot be read: save it as CSV, and send that."),
    "header": _("The first line names the columns, sixty at most."),
    "twice": _("Two columns have the same name."),
    "empty": _("The file has no row below its first line."),
    "wide": _("Line %(line)s has more cells than the first line."),
    "rows": _("The file has more than %(most)s rows: send it in parts."),
}
WHY = {
    "no_key": _("Empty: the row is known by it."),
    "twice": _("Stands in line %(detail)s already."),
    "required": _("Empty, and needed."),
    "unknown_key": _("Nobody and nothing has it."),
    "unknown_person": _("Nobody has this number."),
    "unknown_store": _("There is no store %(detail)s."),
    "unknown_topic": _("There is no topic %(detail)s."),
    "not_posted": _("The person does not work in this store."),
    "known": _("Somebody here has this address already."),
    "stays": _("The address is changed on the person’s own page."),
    "leaves": _("This person leaves: their stores stay until then."),
    "left": _("This person has left: who comes back is a new one."),
    "role_needed": _("Say which role: adviser, manager or admin."),
    "unknown_role": _(
        "No role is called “%(detail)s”: adviser, manager, admin, or none to take all."
    ),
    "role_above": _("Roles are given by admins of the brand, and you are none."),
    "last_admin": _("Nobody else administers the brand: give the role first."),
    "role_groups": _("Say where for each role, with a semicolon between."),
    "role_nowhere": _("Say where: brand, region:Name or numbers of stores."),
    "admin_place": _("Somebody administers the whole brand."),
    "one_role": _("One place, one role."),
    "unknown_region": _("There is no region %(detail)s."),
    "taken": _("Another store has it."),
    "choice": _("There is no such choice."),
    "channel": _("No channel is called %(detail)s."),
    "retired": _("It is offered no more: bring it back on its page first."),
    "no_channel": _("A topic is offered by one channel at least."),
    "figure": _("Minutes in figures, please: 30. Empty or 0: not offered."),
    "minutes": _("A visit lasts 5 minutes to 8 hours."),
    "many": _("More than there may be."),
    "range": _("There may be four at most."),
    "span": _("“%(detail)s” is no open time: 09:00-12:00, 14:00-18:00"),
    "day": _("“%(detail)s” is no day: 2026-12-24, or 2026-12-24 14:00"),
    "order": _("The end comes after the start."),
    "far": _("An absence begins within five years, and lasts at most a year."),
    "hours": _("This week does not hold together."),
    "half": _("A point has both figures."),
    "form": _("Small letters, digits and dashes, please."),
    "number": _("This is no figure."),
    "phone": _("This is no telephone number."),
    "postcode": _("There is no such postcode in this country."),
    "towns": _("Several towns have this postcode: write which one."),
    "too_long": _("It is too long."),
    "long": _("It is too long."),
    "max_length": _("It is too long."),
    "visits": _("Booked visits stand against it: %(detail)s."),
}
OTHER = _("It cannot be written like that.")


def column_name(name: str) -> str:
    """The words for a column; the headers of files stay as they are."""
    base, _sign, language = name.rpartition("_")
    if language in LANGUAGES:
        return f"{COLUMNS[base]} ({LANGUAGES[language]})"
    return str(COLUMNS[name])


def said_of_file(why: str, line: int) -> str:
    return str(NO_TABLE[why]) % {"line": line, "most": MOST_ROWS}


def said_of(reason: Sequence[str]) -> str:
    """A refusal in words; empty for none."""
    if not reason:
        return ""
    column, code, detail = reason
    if (column, code) == ("email", "invalid"):
        return str(EmailField.default_error_messages["invalid"])
    return str(WHY.get(code, OTHER)) % {"detail": detail}
