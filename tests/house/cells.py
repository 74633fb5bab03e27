"""The matrix of rights, written by hand: role × scope × level, per group of addresses.

A cell is `in`, `403`, `404` or `sign in`. The scene's visits, agendas and people are of
Lille, a store of the north; its keys, topics and webhooks are of the whole brand. A new
address must be put into a group here, or a test fails.
"""

from __future__ import annotations

from dataclasses import dataclass

IN, NO, NONE, SIGN_IN = "in", "403", "404", "sign in"


@dataclass(frozen=True)
class Group:
    """Addresses with the same cells. `pin` and `device` are the cells of a lesser
    session, whoever's it is."""

    name: str
    addresses: tuple[str, ...]
    adviser_of_store: str
    adviser_of_other_store: str
    manager_of_store: str
    manager_of_region: str
    manager_of_other_region: str
    admin_of_brand: str
    adviser_of_other_brand: str
    pin: str = SIGN_IN
    device: str = SIGN_IN


def _in(space: str, names: str) -> tuple[str, ...]:
    return tuple(f"{space}{name}" for name in names.split())


GROUPS = (
    Group(
        "one's own account",
        (
            "account",
            *_in(
                "account_",
                "change_password email send_confirmation logout factors add_app "
                "factor_needed add_passkey new_passkey_options remove_factor codes "
                "prove sessions end_session join_company leave_company",
            ),
        ),
        *(IN, IN),
        *(IN, IN, IN),
        *(IN, IN),
    ),
    Group(
        "the day of one's own store",
        _in("booking:", "board board_lanes"),
        *(IN, IN),
        *(IN, IN, IN),
        *(IN, IN),
        pin=IN,
    ),
    Group(
        "callbacks, search, notices and paper",
        (
            *_in(
                "booking:",
                "callbacks search setup_notice print_week open_week_words case_entry",
            ),
            "notifications:webhook_notice",
        ),
        *(IN, IN),
        *(IN, IN, IN),
        *(IN, IN),
    ),
    Group(
        "the calendar of somebody who is met",
        _in("booking:", "my_calendar open_calendar close_calendar my_absences"),
        *(IN, IN),
        *(NONE, NONE, NONE),
        *(NONE, IN),
    ),
    Group(
        "that one has read what was answered",
        ("booking:answers_seen",),
        *(IN, IN),
        *(NONE, NONE, NONE),
        *(NONE, IN),
        pin=IN,
    ),
    Group(
        "an absence that one asks for",
        ("booking:withdraw_absence",),
        *(IN, NONE),
        *(NONE, NONE, NONE),
        *(NONE, NONE),
    ),
    Group(
        "a photograph that nobody sent",
        _in("booking:", "staff_photo staff_message_photo"),
        *(NONE, NONE),
        *(NONE, NONE, NONE),
        *(NONE, NONE),
    ),
    Group(
        "a visit",
        (
            *_in(
                "booking:",
                "staff_appointment confirm_visit decline_visit record_arrival "
                "start_visit outcome mark_missed turn_into_callback record_call "
                "open_words "
                "move_visit overlap_visit cancel_visit undo_cancel reopen "
                "announce_delay same_person not_same_person say_stock note_recovery "
                "write_summary answer_message",
            ),
            "notifications:for_appointment",
            "video:enter_staff",
        ),
        *(IN, NONE),
        *(IN, IN, NONE),
        *(IN, NONE),
    ),
    Group(
        "the desk of one's own stores",
        (
            *_in(
                "booking:",
                "week day_list hours absences add_absence closures offers team",
            ),
            *("booking:new_person", "measures", "measures_file"),
        ),
        *(NO, NO),
        *(IN, IN, IN),
        *(IN, NO),
    ),
    Group(
        "a person and an agenda",
        _in(
            "booking:",
            "person person_roles person_photo remove_photo "
            "copy_hours invite_person revoke_invitation "
            "send_reset leaving staying ill_today competences edit_hours edit_day "
            "clock_changes remove_absence remove_closure answer_absence",
        ),
        *(NO, NONE),
        *(IN, IN, NONE),
        *(IN, NONE),
    ),
    Group(
        "a person, for the whole brand",
        _in("booking:", "postings lost_factor"),
        *(NO, NONE),
        *(NO, NO, NONE),
        *(IN, NONE),
    ),
    Group(
        "a store's offer of a topic",
        ("booking:edit_offer",),
        *(NO, NO),
        *(IN, IN, IN),
        *(IN, NONE),
    ),
    Group(
        "the brand",
        (
            *_in("booking:", "api_keys setup setup_store setup_hours setup_topics"),
            *_in("booking:", "setup_colleague setup_trial setup_trial_lines"),
            *_in("booking:", "security end_session brand_topics new_topic"),
            *_in("booking:", "imports export brand brand_preview brand_colours"),
            "booking:towns",
            *_in("booking:", "brand_logo remove_logo restore_legal"),
            *_in("booking:", "legal_pages legal_page legal_version preview_legal"),
            *_in("booking:", "company switch_company widget"),
            *_in("notifications:", "webhooks texts text_sender text text_preview"),
            *_in("notifications:", "text_trial text_restore"),
        ),
        *(NO, NO),
        *(NO, NO, NO),
        *(IN, NO),
    ),
    Group(
        "a key, an offer and a topic of the brand",
        _in(
            "booking:",
            "revoke_key edit_brand_offer brand_topic place_topic retire_topic "
            "restore_topic preview_topic",
        ),
        *(NO, NO),
        *(NO, NO, NO),
        *(IN, NONE),
    ),
    Group(
        "the stores that one answers for",
        ("booking:places",),
        *(NO, NO),
        *(IN, IN, IN),
        *(IN, NO),
    ),
    Group(
        "stores, for the whole brand",
        _in("booking:", "new_place edit_places short_links"),
        *(NO, NO),
        *(NO, NO, NO),
        *(IN, NO),
    ),
    Group(
        "what was changed in many stores",
        _in("booking:", "undo_places short_link_page retire_short_link"),
        *(NO, NO),
        *(NO, NO, NO),
        *(IN, NONE),
    ),
    Group(
        "a store and its rooms",
        _in("booking:", "place poster new_room room retire_room restore_room"),
        *(NO, NONE),
        *(IN, IN, NONE),
        *(IN, NONE),
    ),
    Group(
        "a store, closed and opened",
        _in("booking:", "close_place open_place"),
        *(NO, NONE),
        *(NO, NO, NONE),
        *(IN, NONE),
    ),
    Group(
        "a list that is imported",
        _in(
            "booking:",
            "import import_progress import_columns write_import stop_import "
            "invite_imported undo_import import_refused",
        ),
        *(NO, NO),
        *(NO, NO, NO),
        *(IN, NONE),
    ),
    Group(
        "a webhook",
        _in("notifications:", "webhook webhook_test webhook_resume webhook_rotate"),
        *(NONE, NONE),
        *(NONE, NONE, NONE),
        *(IN, NONE),
    ),
    Group(
        "a workplace that is named by nothing",
        ("booking:choose_workplace",),
        *(NONE, NONE),
        *(NONE, NONE, NONE),
        *(NONE, NONE),
    ),
    Group(
        "the room of a visit",
        _in("video:", "staff_room door support hold refuse remove staff_by_phone"),
        *(IN, NONE),
        *(IN, IN, NONE),
        *(IN, NONE),
    ),
    Group(
        "a door that is not open yet",
        _in("video:", "admit staff_invite"),
        *(NO, NONE),
        *(NO, NO, NONE),
        *(NO, NONE),
    ),
)

LIKE_A_STRANGER = {
    *("api_docs", "healthz", "metrics", "readyz", "schema", "setup", "setup_password"),
    *_in("stores:", "home theme file legal"),
    # The sign-in itself, and the links of mails.
    *("account_login", "account_passkey", "account_passkey_options"),
    *("mfa_authenticate", "account_company", "openid_connect_callback"),
    *_in(
        "account_", "confirm_email open_address open_invitation open_reset invitation"
    ),
    *_in("account_", "reset_password reset_password_done reset_password_from_key"),
    "account_reset_password_from_key_done",
    # What a customer's link opens.
    *_in("booking:", "permanent_link open_trial feed grid_stylesheet store_door"),
    *_in("booking:", "appointment booked cancel calendar to_callback move answered"),
    *_in("booking:", "appointment_state call_now no_call case rate recover summary"),
    *_in("booking:", "brought visit_photo hold_photos hold_photo"),
    *_in("booking:", "write_message message_photo my_data erase_data"),
    *_in("booking:", "arrive details extend_hold stores topics channels times"),
    *_in("booking:", "card kept kept_worker"),
    # For pages of others.
    *_in("booking:", "widget_script widget_hours widget_frame widget_open"),
    *_in("booking:", "front short_link earlier earlier_link earlier_offer"),
    *_in("video:", "invitation guest guest_here guest_join guest_room guest_state"),
    *_in("video:", "by_phone device here invite join room waiting waiting_state"),
    *_in("notifications:", "contact lost unsubscribe"),
    # Programs, by a key, a signature or a customer's token.
    *_in("booking_api:", "appointment appointments book brands cancel confirm"),
    *_in("booking_api:", "decline first hold move near offers starts stores topics"),
    *_in("notifications_api:", "mail_notice sms_notice"),
    *_in("video_api:", "quality session sessions"),
    # The mailbox of a development copy.
    *_in("notifications:", "mail mail_attachment mail_html mails"),
}
"""Addresses that take no notice of who of the staff asks."""
