"""The tables of floor 1, one file per noun."""

from stores.models.agenda import (
    Absence,
    AbsenceRequest,
    Agenda,
    DayOverride,
    WorkingHours,
)
from stores.models.brand import Brand
from stores.models.company import CompanySignIn
from stores.models.file import LooseFile, StoredFile
from stores.models.invitation import Invitation
from stores.models.legal import Conformity, LegalKind, LegalText
from stores.models.offer import Channel, Offer, Topic, TopicQuestion
from stores.models.session import BrowserSession, FactorRemoval
from stores.models.setup import BrandSetup, SetupCode
from stores.models.sign_in import Level, WhoNeedsFactor
from stores.models.staff import (
    Competence,
    Departure,
    Posting,
    Resource,
    StaffMember,
)
from stores.models.store import Access, Closure, Region, Store, StoreKind
from stores.models.store_edit import StoreEdit
from stores.models.tombstone import Tombstone
from stores.models.user import Membership, Role, User

__all__ = [
    "Absence",
    "AbsenceRequest",
    "Access",
    "Agenda",
    "Brand",
    "BrandSetup",
    "BrowserSession",
    "Channel",
    "Closure",
    "CompanySignIn",
    "Competence",
    "Conformity",
    "DayOverride",
    "Departure",
    "FactorRemoval",
    "Invitation",
    "LegalKind",
    "LegalText",
    "Level",
    "LooseFile",
    "Membership",
    "Offer",
    "Posting",
    "Region",
    "Resource",
    "Role",
    "SetupCode",
    "StaffMember",
    "Store",
    "StoreEdit",
    "StoreKind",
    "StoredFile",
    "Tombstone",
    "Topic",
    "TopicQuestion",
    "User",
    "WhoNeedsFactor",
    "WorkingHours",
]
