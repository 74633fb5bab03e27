"""Banque du Port: four branches, where customers read family names."""

import datetime as dt

from visavis.demo.recipe import (
    WEEKDAYS,
    BrandRecipe,
    PersonRecipe,
    StoreRecipe,
    Stretch,
    TopicRecipe,
)

CHANNELS = ("video", "callback", "in_store")
OPEN = (
    Stretch(WEEKDAYS, dt.time(9), 9 * 60),
    Stretch((5,), dt.time(9), 3 * 60 + 30),
)
HERS = ("Votre conseillère", "Your adviser")
HIS = ("Votre conseiller", "Your adviser")
LEADS = ("Directrice de l’agence", "Branch manager")

IDENTITY = ("Une pièce d’identité en cours.", "A valid identity document.")

TOPICS = (
    TopicRecipe(
        "pret-et-projet",
        ("Prêt et projet", "Loan and project"),
        ("Un logement, une voiture, des travaux", "A home, a car, building work"),
        {"video": 30, "callback": 30, "in_store": 45},
        (
            ("Vos trois dernières fiches de paie.", "Your last three payslips."),
            ("Le prix du projet et votre apport.", "Its price and your deposit."),
            IDENTITY,
        ),
    ),
    TopicRecipe(
        "ouvrir-un-compte",
        ("Ouvrir un compte", "Open an account"),
        ("Pour vous, un enfant, une association", "For you, a child, a club"),
        {"video": 30, "callback": 30, "in_store": 30},
        (
            IDENTITY,
            ("Un justificatif de domicile récent.", "A recent proof of address."),
        ),
    ),
    TopicRecipe(
        "epargne",
        ("Épargne et placements", "Savings and investments"),
        ("Mettre de côté, préparer la suite", "Put aside, prepare what comes"),
        {"video": 45, "callback": 45, "in_store": 45},
        (("Ce que vous épargnez par mois.", "What you save each month."),),
    ),
    TopicRecipe(
        "carte-ou-operation",
        ("Une carte, une opération", "A card or a payment"),
        ("Refusée, inconnue, perdue", "Refused, unknown, lost"),
        {"video": 15, "callback": 15, "in_store": 15},
    ),
    TopicRecipe(
        "fin-de-mois",
        ("Fins de mois difficiles", "Making ends meet"),
        ("En parler tôt, sans jugement", "Talk early, without judgement"),
        {"video": 30, "callback": 30, "in_store": 30},
        is_sensitive=True,
    ),
    TopicRecipe(
        "un-proche-est-decede",
        ("Un proche est décédé", "Someone close has died"),
        ("Les démarches, une à une", "What to do, one step at a time"),
        {"video": 45, "callback": 45, "in_store": 45},
        (
            ("L’acte de décès, si vous l’avez.", "The death certificate, if you can."),
            ("Le nom du notaire, s’il y en a un.", "The notary’s name, if any."),
        ),
        is_sensitive=True,
    ),
    TopicRecipe(
        "autre-question",
        ("Autre question", "Another question"),
        ("", ""),
        {"video": 15, "callback": 15, "in_store": 15},
    ),
)


def adviser(
    first_name: str, last_name: str, *, formal: str, leads: bool = False
) -> PersonRecipe:
    """Somebody whom customers call by courtesy title and family name."""
    title = LEADS if leads else (HERS if formal == "Mme" else HIS)
    return PersonRecipe(
        login=last_name.lower(),
        first_name=first_name,
        last_name=last_name,
        title=title,
        formal_name=f"{formal} {last_name}",
        languages=("fr", "en"),
        is_manager=leads,
    )


BANQUE_DU_PORT = BrandRecipe(
    slug="banque-du-port",
    name="Banque du Port",
    short_name="Banque Port",
    emblem="port",
    phone="+33353010100",
    calls_from="+33353010100",
    admin=("reynaud", "Hélène Reynaud"),
    theme={
        "brand": "#0A5A5C",
        "hover": "#063F41",
        "soft": "#E0F0EF",
        "on": "#FFFFFF",
        "brand-d": "#86D3CE",
        "hover-d": "#A9E3DF",
        "soft-d": "#123536",
        "on-d": "#06302F",
        "plate-d": "#0D7C7A",
    },
    regions=(("littoral", "Littoral"),),
    topics=TOPICS,
    steps={"video": 10, "callback": 15, "in_store": 30},
    notice=120,
    stores=(
        StoreRecipe(
            slug="vieux-bassin",
            name="Agence du Vieux-Bassin",
            kind="branch",
            staff=(
                adviser("Claire", "Kessler", formal="Mme"),
                adviser("Samir", "Ouali", formal="M."),
                adviser("Brigitte", "Lenoir", formal="Mme", leads=True),
            ),
            hours=OPEN,
            channels=CHANNELS,
            region="littoral",
            street="2 quai du Vieux-Bassin",
            postcode="62200",
            city="Boulogne-sur-Mer",
            point=(50.7264, 1.6014),
            phone="+33353010102",
        ),
        StoreRecipe(
            slug="calais",
            name="Agence de Calais",
            kind="branch",
            staff=(
                adviser("Étienne", "Masson", formal="M."),
                adviser("Rosa", "Ferreira", formal="Mme"),
            ),
            hours=OPEN,
            channels=CHANNELS,
            region="littoral",
            street="18 rue des Dentelliers",
            postcode="62100",
            city="Calais",
            point=(50.9513, 1.8587),
            phone="+33353010118",
        ),
        StoreRecipe(
            slug="dunkerque",
            name="Agence de Dunkerque",
            kind="branch",
            staff=(
                adviser("Pascal", "Vermeersch", formal="M."),
                adviser("Leïla", "Amrani", formal="Mme"),
            ),
            hours=OPEN,
            channels=CHANNELS,
            region="littoral",
            street="5 place du Carillon",
            postcode="59140",
            city="Dunkerque",
            point=(51.0344, 2.3768),
            phone="+33353010105",
        ),
        StoreRecipe(
            slug="le-havre",
            name="Agence du Havre",
            kind="branch",
            staff=(
                adviser("Agnès", "Tellier", formal="Mme"),
                adviser("Julien", "Barbier", formal="M."),
            ),
            hours=OPEN,
            channels=CHANNELS,
            region="littoral",
            street="40 quai des Long-Courriers",
            postcode="76600",
            city="Le Havre",
            point=(49.4892, 0.1079),
            phone="+33353010140",
        ),
    ),
)
