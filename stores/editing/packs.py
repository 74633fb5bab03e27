"""Ready lists of topics to begin with: what customers of a shop, of an after-sales
service and of a bank come for, in both languages. Plain values, no database."""

from __future__ import annotations

from stores.editing.topics import NewTopic
from stores.models import StoreKind

Words = tuple[str, str]
"""The same text in French and in English."""

ALL = ("video", "callback", "in_store")
FROM_AFAR = ("video", "callback")
TO_SEE = ("video", "in_store")
NO_VIDEO = ("callback", "in_store")


def _topic(
    slug: str,
    name: Words,
    minutes: int,
    channels: tuple[str, ...],
    *preparation: Words,
    is_sensitive: bool = False,
) -> NewTopic:
    return NewTopic(
        slug=slug,
        name={"fr": name[0], "en": name[1]},
        minutes=dict.fromkeys(channels, minutes),
        preparation={
            "fr": [french for french, _ in preparation],
            "en": [english for _, english in preparation],
        },
        is_sensitive=is_sensitive,
    )


_OTHER = _topic("autre-question", ("Autre question", "Another question"), 15, ALL)
_PURCHASE = (
    "Le ticket, ou la date et le lieu d’achat.",
    "The receipt, or when and where you bought it.",
)
_AT_HAND = ("L’article, à portée de main.", "The item, within reach.")
_BUDGET = ("Un budget, même à peu près.", "A budget, even a rough one.")
_IDENTITY = ("Une pièce d’identité en cours de validité.", "A valid identity document.")

ADVICE = (
    _topic(
        "trouver-un-produit",
        ("Trouver le bon produit", "Find the right product"),
        20,
        ALL,
        ("À quoi il doit servir, et où.", "What it is for, and where."),
        _BUDGET,
    ),
    _topic(
        "comparer",
        ("Comparer avant d’acheter", "Compare before buying"),
        20,
        ALL,
        ("Les modèles auxquels vous pensez.", "The models you have in mind."),
    ),
    _topic(
        "mesurer-essayer",
        ("Essayer, prendre les mesures", "Try on, take measurements"),
        30,
        TO_SEE,
        ("Vos mesures, ou un mètre ruban.", "Your measurements, or a tape measure."),
        ("Une photo de l’endroit, s’il y en a un.", "A photo of the place, if any."),
    ),
    _topic(
        "un-cadeau",
        ("Un cadeau à trouver", "Find a gift"),
        15,
        FROM_AFAR,
        ("Son âge, et ce qu’il ou elle aime.", "Their age, and what they like."),
        _BUDGET,
    ),
    _topic(
        "reparer-echanger",
        ("Réparer ou échanger", "Repair or exchange"),
        15,
        NO_VIDEO,
        _PURCHASE,
        _AT_HAND,
    ),
    _OTHER,
)

AFTER_SALES = (
    _topic(
        "panne",
        ("Un appareil ne marche plus", "Something stopped working"),
        20,
        ALL,
        ("Le modèle, lu sur l’étiquette.", "The model, as the label says."),
        ("L’appareil, à portée de main.", "The device, within reach."),
    ),
    _topic(
        "mise-en-service",
        ("Installer et mettre en route", "Install and get started"),
        30,
        FROM_AFAR,
        ("La notice, si vous l’avez.", "The manual, if you have it."),
        _AT_HAND,
    ),
    _topic(
        "retour-remboursement",
        ("Retour ou remboursement", "Return or refund"),
        15,
        NO_VIDEO,
        _PURCHASE,
    ),
    _topic(
        "suivi-reparation",
        ("Où en est ma réparation", "How my repair is getting on"),
        10,
        NO_VIDEO,
        ("Le numéro du dossier.", "The number of your case."),
    ),
    _OTHER,
)

BANK = (
    _topic(
        "ouvrir-un-compte",
        ("Ouvrir un compte", "Open an account"),
        45,
        TO_SEE,
        _IDENTITY,
        ("Un justificatif de domicile récent.", "A recent proof of address."),
    ),
    _topic(
        "credit-immobilier",
        ("Projet immobilier", "Buying a home"),
        60,
        TO_SEE,
        ("Vos trois derniers bulletins de salaire.", "Your last three payslips."),
        ("Le prix du bien, et votre apport.", "The price, and what you put in."),
    ),
    _topic(
        "credit-personnel",
        ("Crédit personnel", "Personal loan"),
        30,
        ALL,
        ("Le montant et l’usage prévus.", "The amount, and what it is for."),
    ),
    _topic(
        "epargne",
        ("Épargne et placements", "Savings and investments"),
        45,
        ALL,
        ("Ce que vous voulez mettre de côté.", "What you want to put aside."),
    ),
    _topic(
        "assurances",
        ("Assurances", "Insurance"),
        30,
        ALL,
        ("Vos contrats actuels.", "Your present contracts."),
    ),
    _topic(
        "difficulte-deces",
        ("Difficulté ou décès d’un proche", "Hardship or a death in the family"),
        45,
        ALL,
        (
            "Rien : venez comme vous êtes.",
            "Nothing: come as you are.",
        ),
        is_sensitive=True,
    ),
    _OTHER,
)

PACKS = {"advice": ADVICE, "after_sales": AFTER_SALES, "bank": BANK}
TOPICS = {topic.slug: topic for pack in PACKS.values() for topic in pack}


def pack_for(kind: str) -> str:
    """The list that suits a store of this kind."""
    return "bank" if kind == StoreKind.BRANCH else "advice"
