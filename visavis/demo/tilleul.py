"""Maison Tilleul, toys and baby goods: six shops, and a team that never closes."""

import datetime as dt

from visavis.demo.recipe import (
    EVERY_DAY,
    MONDAY_TO_SATURDAY,
    BrandRecipe,
    PersonRecipe,
    StoreRecipe,
    Stretch,
    TopicRecipe,
)

VISITS = {"video": 20, "callback": 20, "in_store": 20}
SHORT_VISITS = {"video": 15, "callback": 15, "in_store": 15}
ALL_CHANNELS = ("video", "callback", "in_store")
FROM_AFAR = ("video", "callback")
FR_EN = ("fr", "en")
SHOP_DAYS = (Stretch(MONDAY_TO_SATURDAY, dt.time(10), 9 * 60),)
LONG_SHOP_DAYS = (Stretch(MONDAY_TO_SATURDAY, dt.time(10), 10 * 60),)
DAY_AND_NIGHT = (Stretch(EVERY_DAY, dt.time(0), 24 * 60),)

CYCLES = ("Vélos et premiers pas", "Bikes and first steps")
BABIES = ("Puériculture", "Baby goods")
GIFTS = ("Jouets et cadeaux", "Toys and gifts")
MANAGER = ("Responsable du magasin", "Store manager")

TOPICS = (
    TopicRecipe(
        "premier-velo",
        ("Premier vélo", "First bike"),
        ("Draisienne, tricycle, casque", "Balance bike, tricycle, helmet"),
        VISITS,
        (
            (
                "La taille de l’enfant, et la longueur de sa jambe.",
                "The child’s height, and the length of a leg.",
            ),
            ("Une photo de l’endroit où il roulera.", "A photo of where they’ll ride."),
            ("Sa couleur préférée.", "Their favourite colour."),
        ),
    ),
    TopicRecipe(
        "poussette-siege-auto",
        ("Poussette et siège auto", "Pushchair and car seat"),
        ("Choisir, essayer, installer", "Choose, try, fit"),
        {"video": 30, "callback": 30, "in_store": 45},
        (
            ("Le modèle et l’année de la voiture.", "The car’s model and year."),
            ("Le poids et la taille de l’enfant.", "The child’s weight and height."),
            ("Une photo du coffre.", "A photo of the boot."),
        ),
    ),
    TopicRecipe(
        "liste-de-naissance",
        ("Liste de naissance", "Birth list"),
        ("La préparer ensemble", "Prepare it together"),
        {"video": 45, "callback": 45, "in_store": 45},
        (
            ("Le mois où bébé est attendu.", "The month the baby is due."),
            ("Ce que vous avez déjà.", "What you already have."),
            ("Un budget, même à peu près.", "A budget, even a rough one."),
        ),
    ),
    TopicRecipe(
        "chambre-et-sommeil",
        ("Chambre et sommeil", "Bedroom and sleep"),
        ("Lit, matelas, veilleuse", "Bed, mattress, night light"),
        VISITS,
        (
            ("Les mesures de la chambre.", "The room’s measurements."),
            ("L’âge de l’enfant.", "The child’s age."),
        ),
    ),
    TopicRecipe(
        "un-cadeau",
        ("Un cadeau à trouver", "Find a gift"),
        ("Par âge et par budget", "By age and budget"),
        SHORT_VISITS,
        (
            ("L’âge de l’enfant, et ce qu’il aime.", "The child’s age and tastes."),
            ("Votre budget.", "Your budget."),
        ),
    ),
    TopicRecipe(
        "reparer-echanger",
        ("Réparer ou échanger", "Repair or exchange"),
        ("Un achat qui ne va pas", "A purchase that is not right"),
        SHORT_VISITS,
        (
            ("Le ticket ou la date d’achat.", "The receipt or date of purchase."),
            ("L’article, à portée de main.", "The item, within reach."),
        ),
    ),
    TopicRecipe(
        "autre-question",
        ("Autre question", "Another question"),
        ("", ""),
        SHORT_VISITS,
    ),
)

TEAM = (
    PersonRecipe("ines", "Inès", "Benali", CYCLES, languages=FR_EN),
    PersonRecipe("maud", "Maud", "Verhaeghe", BABIES, languages=FR_EN),
    PersonRecipe("karim", "Karim", "Saïdi", GIFTS),
    PersonRecipe("louise", "Louise", "Descamps", BABIES, is_manager=True),
    PersonRecipe("noe", "Noé", "Lambert", CYCLES, languages=FR_EN),
    PersonRecipe("aya", "Aya", "Konaté", GIFTS),
    PersonRecipe("paul", "Paul", "Vasseur", BABIES),
    PersonRecipe("octave", "Octave", "Legrand", CYCLES),
    PersonRecipe("ilyes", "Ilyès", "Ferhat", GIFTS, languages=FR_EN),
    PersonRecipe("mahaut", "Mahaut", "Courtois", BABIES),
    PersonRecipe("rosalie", "Rosalie", "Roussel", CYCLES),
)
"""Enough that several visits tried in a row each find somebody free at once."""

LILLE = (
    PersonRecipe("sarah", "Sarah", "Delattre", MANAGER, is_manager=True),
    PersonRecipe("tom", "Tom", "Leclercq", CYCLES, languages=FR_EN),
    PersonRecipe("jean", "Jean", "Caron", GIFTS),
    PersonRecipe("nadia", "Nadia", "Haddad", BABIES, languages=("fr", "ar")),
)


def shop_staff(
    first: tuple[str, str], second: tuple[str, str], lead: tuple[str, str]
) -> tuple[PersonRecipe, ...]:
    """A small shop's people: one for cycles, one for babies, and who leads it."""
    people = ((first, CYCLES), (second, BABIES), (lead, MANAGER))
    return tuple(
        PersonRecipe(
            login=plain(name[0]),
            first_name=name[0],
            last_name=name[1],
            title=title,
            is_manager=title is MANAGER,
        )
        for name, title in people
    )


def plain(name: str) -> str:
    """A first name as the part of an address before the @."""
    return name.lower().translate(str.maketrans("éèêëïîôçà", "eeeeiioca"))


TILLEUL = BrandRecipe(
    slug="tilleul",
    name="Maison Tilleul",
    short_name="Tilleul",
    emblem="leaf",
    phone="+33353010000",
    calls_from="+33353010000",
    admin=("camille", "Camille Roussel"),
    theme={
        "brand": "#17408B",
        "hover": "#0F2E68",
        "soft": "#E5ECF8",
        "on": "#FFFFFF",
        "brand-d": "#9DBBF5",
        "hover-d": "#BCD1FA",
        "soft-d": "#1B2A47",
        "on-d": "#0B1B3B",
        "plate-d": "#2F66D0",
    },
    regions=(("nord", "Nord"), ("artois-picardie", "Artois et Picardie")),
    topics=TOPICS,
    steps={"video": 10, "callback": 15, "in_store": 15},
    breath=10,
    stores=(
        StoreRecipe(
            slug="lille",
            name="Lille, rue de Metz",
            kind="shop",
            staff=LILLE,
            hours=SHOP_DAYS,
            channels=ALL_CHANNELS,
            region="nord",
            street="12 rue de Metz",
            postcode="59000",
            city="Lille",
            point=(50.6330, 3.0668),
            phone="+33353010012",
        ),
        StoreRecipe(
            slug="villeneuve",
            name="Villeneuve, la Ferme",
            kind="shop",
            staff=shop_staff(
                ("Bastien", "Morel"), ("Salomé", "Dubois"), ("Hugues", "Petit")
            ),
            hours=LONG_SHOP_DAYS,
            channels=ALL_CHANNELS,
            region="nord",
            street="4 allée de la Ferme",
            postcode="59650",
            city="Villeneuve-d’Ascq",
            point=(50.6219, 3.1437),
            phone="+33353010004",
            calls_from="+33353010004",
        ),
        StoreRecipe(
            slug="roubaix",
            name="Roubaix, quai du Sartel",
            kind="shop",
            staff=shop_staff(
                ("Yanis", "Brahimi"), ("Clémence", "Roux"), ("Odile", "Marchand")
            ),
            hours=SHOP_DAYS,
            channels=ALL_CHANNELS,
            region="nord",
            street="31 quai du Sartel",
            postcode="59100",
            city="Roubaix",
            point=(50.6961, 3.2016),
            phone="+33353010031",
        ),
        StoreRecipe(
            slug="dunkerque",
            name="Dunkerque, quai des Voiliers",
            kind="shop",
            staff=shop_staff(
                ("Gaëtan", "Vandamme"), ("Fatou", "Sow"), ("Élise", "Carlier")
            ),
            hours=SHOP_DAYS,
            channels=ALL_CHANNELS,
            region="nord",
            street="9 quai des Voiliers",
            postcode="59140",
            city="Dunkerque",
            point=(51.0372, 2.3752),
            phone="+33353010009",
        ),
        StoreRecipe(
            slug="arras",
            name="Arras, place des Filatiers",
            kind="shop",
            staff=shop_staff(
                ("Lucas", "Fournier"), ("Anaïs", "Blondel"), ("Martine", "Sauvage")
            ),
            hours=SHOP_DAYS,
            channels=ALL_CHANNELS,
            region="artois-picardie",
            street="8 place des Filatiers",
            postcode="62000",
            city="Arras",
            point=(50.2898, 2.7785),
            phone="+33353010008",
        ),
        StoreRecipe(
            slug="amiens",
            name="Amiens, rue des Tisserands",
            kind="shop",
            staff=shop_staff(
                ("Rémi", "Delcourt"), ("Jeanne", "Prévost"), ("Victor", "Lesage")
            ),
            hours=SHOP_DAYS,
            channels=ALL_CHANNELS,
            region="artois-picardie",
            street="27 rue des Tisserands",
            postcode="80000",
            city="Amiens",
            point=(49.8951, 2.3022),
            phone="+33353010027",
        ),
        StoreRecipe(
            slug="a-distance",
            name="Nos conseillers à distance",
            kind="remote",
            staff=TEAM,
            hours=DAY_AND_NIGHT,
            channels=FROM_AFAR,
            phone="+33353010000",
            step=5,
        ),
    ),
)
