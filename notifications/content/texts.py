"""The words of text messages, from the fullest to the shortest that still says all.

Of each kind the first that fits into one message is sent. `{…}` are the only
placeholders, filled in one pass with what `notifications.content.texting` lists; what a
customer typed is never among them. French keeps to letters that a text message has:
no `ê`, `ç`, `â`, no typographic apostrophe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Kind
from stores.models import Channel

ANY = ""
Texts = Sequence[str | Promise]

TEXTS: Mapping[tuple[Kind, str], Texts] = {
    (Kind.REQUESTED, ANY): (
        _("{brand}: we have your request for {day} {hour} and will confirm it. "
          "Change or cancel: {link}"),
        _("{brand}: your request for {day} {hour} has arrived. {link}"),
    ),
    (Kind.CONFIRMED, Channel.VIDEO): (
        _("{brand}: video appointment {day} {hour} with {name}. "
          "If we call you: \"{words}\". {link}"),
        _("{brand}: video {day} {hour}. If we call you: \"{words}\". {link}"),
        _("{brand}: your video appointment is booked, {day} {hour} with {name}. "
          "Join, change or cancel: {link}"),
        _("{brand}: video appointment booked, {day} {hour}. {link}"),
    ),
    (Kind.CONFIRMED, Channel.CALLBACK): (
        _("{brand}: we will call you {day} around {hour}, number shown: {phone}, "
          "first words: \"{words}\". {link}"),
        _("{brand}: we call you {day} around {hour}, first words: \"{words}\". "
          "{link}"),
        _("{brand}: we will call you {day} around {hour}, number shown: {phone}. "
          "Change: {link}"),
        _("{brand}: we will call you {day} around {hour}. Change: {link}"),
    ),
    (Kind.CONFIRMED, Channel.IN_STORE): (
        _("{brand}: appointment {day} {hour}, {place}. "
          "If we call you: \"{words}\". {link}"),
        _("{brand}: appointment {day} {hour}. If we call you: \"{words}\". {link}"),
        _("{brand}: appointment booked, {day} {hour}, {place}. "
          "Change or cancel: {link}"),
        _("{brand}: appointment booked, {day} {hour}. {link}"),
    ),
    (Kind.CHANGED, Channel.CALLBACK): (
        _("{brand}: change of plan, we call you {day} around {hour}, "
          "number shown: {phone}, new first words: \"{words}\". {link}"),
        _("{brand}: change of plan, we will call you {day} around {hour}, "
          "new first words: \"{words}\". {link}"),
        _("{brand}: new, we call you {day} around {hour}, "
          "first words: \"{words}\". {link}"),
        _("{brand}: change of plan, we will call you {day} around {hour}, "
          "number shown: {phone}. {link}"),
        _("{brand}: change of plan, we will call you {day} around {hour}. "
          "Change: {link}"),
        _("{brand}: new, we call you {day} around {hour}. {link}"),
    ),
    (Kind.CHANGED, ANY): (
        _("{brand}: changed, now {day} {hour} with {name}. "
          "If we call you, new words: \"{words}\". {link}"),
        _("{brand}: changed, now {day} {hour}. If we call you: \"{words}\". {link}"),
        _("{brand}: your appointment has changed, now {day} {hour} with {name}. "
          "Change or cancel: {link}"),
        _("{brand}: appointment changed, now {day} {hour}. {link}"),
    ),
    (Kind.CANCELLED, ANY): (
        _("{brand}: we have to cancel your appointment of {day} {hour}, sorry. "
          "Choose another time: {link}"),
        _("{brand}: your appointment of {day} {hour} is off, sorry. {link}"),
    ),
    (Kind.DECLINED, ANY): (
        _("{brand}: sorry, we cannot confirm {day} {hour}. "
          "Choose another time: {link}"),
        _("{brand}: we cannot confirm {day} {hour}, sorry. {link}"),
    ),
    (Kind.REMINDER_DAY, Channel.VIDEO): (
        _("{brand}: reminder, video appointment {day} {hour} with {name}. "
          "Test your device or change it: {link}"),
        _("{brand}: reminder, video appointment {day} {hour}. {link}"),
    ),
    (Kind.REMINDER_DAY, Channel.CALLBACK): (
        _("{brand}: reminder, we call you {day} around {hour}, "
          "number shown: {phone}, first words: \"{words}\". {link}"),
        _("{brand}: reminder, we will call you {day} around {hour}, "
          "first words: \"{words}\". Change: {link}"),
        _("{brand}: reminder, we will call you {day} around {hour}, "
          "number shown: {phone}. {link}"),
        _("{brand}: reminder, we will call you {day} around {hour}. Change: {link}"),
        _("{brand}: reminder, we call you {day} around {hour}. {link}"),
    ),
    (Kind.REMINDER_DAY, Channel.IN_STORE): (
        _("{brand}: reminder, appointment {day} {hour}, {place}. "
          "Change or cancel: {link}"),
        _("{brand}: reminder, appointment {day} {hour}. {link}"),
    ),
    (Kind.REMINDER_SOON, Channel.VIDEO): (
        _("{brand}: starting in 15 min. {name} expects you at {hour}, "
          "open this link: {link}"),
        _("{brand}: starting at {hour}, open this link: {link}"),
    ),
    (Kind.REMINDER_SOON, Channel.CALLBACK): (
        _("{brand}: we call you in about 15 min, at {hour}, "
          "number shown: {phone}, first words: \"{words}\". {link}"),
        _("{brand}: we will call you in about 15 min, at {hour}, "
          "first words: \"{words}\". {link}"),
        _("{brand}: we will call you at {hour}, first words: \"{words}\". {link}"),
        _("{brand}: we will call you in about 15 min, at {hour}, "
          "number shown: {phone}. {link}"),
        _("{brand}: we will call you in about 15 min, at {hour}. Change: {link}"),
        _("{brand}: we will call you at {hour}. {link}"),
    ),
    (Kind.REMINDER_SOON, Channel.IN_STORE): (
        _("{brand}: {name} expects you at {hour}, {place}. Change: {link}"),
        _("{brand}: we expect you at {hour}. {link}"),
    ),
    (Kind.DELAYED, Channel.CALLBACK): (
        _("{brand}: we are running late and will call you around {late_hour}, "
          "first words: \"{words}\". {link}"),
        _("{brand}: we are running late and will call you around {late_hour}, "
          "number shown: {phone}. {link}"),
        _("{brand}: we are running late and will call you around {late_hour}. "
          "Change: {link}"),
        _("{brand}: we will call you around {late_hour}. {link}"),
    ),
    (Kind.DELAYED, ANY): (
        _("{brand}: {name} is running about {minutes} min late. "
          "Wait, get a call or move it: {link}"),
        _("{brand}: about {minutes} min late, sorry. Wait or move it: {link}"),
    ),
    (Kind.TURN_NEAR, Channel.IN_STORE): (
        _("{brand}: almost your turn, about 3 min. {name} expects you, {place}. "
          "{link}"),
        _("{brand}: almost your turn, about 3 min. {link}"),
    ),
    (Kind.TURN_NEAR, ANY): (
        _("{brand}: almost your turn, about 3 min. Come back here: {link}"),
        _("{brand}: almost your turn, about 3 min. {link}"),
    ),
    (Kind.CALL_TRIED, ANY): (
        _("{brand}: we called at {tried}, next try at {next_try}, "
          "first words: \"{words}\". {link}"),
        _("{brand}: we tried to reach you at {tried}. Next try at {next_try}. "
          "Change: {link}"),
        _("{brand}: we called at {tried}, next try at {next_try}. {link}"),
    ),
    (Kind.CALL_LAST, ANY): (
        _("{brand}: we called you three times and could not reach you. "
          "Choose another time: {link}"),
        _("{brand}: we could not reach you. Another time: {link}"),
    ),
    (Kind.AFTER, ANY): (
        _("{brand}: thank you for your visit. Book again with {name} in one tap: "
          "{link}"),
        _("{brand}: thank you. Book again in one tap: {link}"),
    ),
    (Kind.NOBODY_CAME, ANY): (
        _("{brand}: nobody joined you at {hour}, we are sorry. "
          "Be called or choose another time: {link}"),
        _("{brand}: nobody joined you, sorry. Be called or change: {link}"),
    ),
    (Kind.ANSWERED, ANY): (
        _("{brand}: we have answered your message. Read it and write back: {link}"),
        _("{brand}: we have answered you: {link}"),
    ),
    (Kind.FREED, ANY): (
        _("{brand}: a time has opened, {day} {hour} with {name}. "
          "Held for you until {until}: {link}"),
        _("{brand}: {day} {hour} is free, held for you until {until}: {link}"),
        _("{brand}: a time has opened, {day} {hour} with {name}. "
          "Three people are told, the first gets it: {link}"),
        _("{brand}: {day} {hour} is free, the first gets it: {link}"),
    ),
    (Kind.SUMMARY, ANY): (
        _("{brand}: the summary of your visit with {name} is ready to read: {link}"),
        _("{brand}: the summary of your visit is ready: {link}"),
    ),
    (Kind.RECOVERY, ANY): (
        _("{brand}: we are sorry. {name} calls you before {call_by} and says "
          "\"{words}\" first. Otherwise: {link}"),
        _("{brand}: sorry, we call before {call_by}, first words: \"{words}\". {link}"),
        _("{brand}: sorry. {name} calls you before {call_by}. Otherwise: {link}"),
        _("{brand}: sorry, we call you before {call_by}. {link}"),
    ),
    (Kind.OPENED, ANY): (
        _("{brand}: your file was opened at {opened} in one of our stores. "
          "Not by you? Close it: {link}"),
        _("{brand}: your file was opened at {opened}. Not you? Close it: {link}"),
    ),
    (Kind.LINK, ANY): (
        _("{brand}: the link of your appointment of {day} {hour}: {link}"),
        _("{brand}: your appointment: {link}"),
    ),
    (Kind.MISSED, ANY): (
        _("{brand}: we could not meet at {hour}. "
          "Choose another time in one tap: {link}"),
        _("{brand}: we could not meet at {hour}. {link}"),
    ),
}  # fmt: skip

OWN_CANCELLATION: Texts = (
    _("{brand}: your appointment of {day} {hour} is cancelled. "
      "Choose another time: {link}"),
    _("{brand}: appointment of {day} {hour} cancelled. {link}"),
)  # fmt: skip

ON_TIME_AGAIN: Texts = (
    _("{brand}: good news, we are on time after all, {hour}. {link}"),
)


def texts_of(kind: Kind, channel: str) -> Texts:
    return TEXTS.get((kind, channel)) or TEXTS[kind, ANY]
