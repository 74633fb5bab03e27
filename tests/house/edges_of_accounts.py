"""Forms of accounts and keys, each beside its use case; the rest is in `edges`."""

from __future__ import annotations

from booking.desk.company import CompanyForm, SwitchForm
from booking.desk.offer_forms import ApiKeyForm
from booking.desk.security import RulesForm
from booking.services.api_keys import create_api_key
from stores.accounts.company import switch_company, write_company
from stores.accounts.rules import set_rules
from stores.editing.brands import NewAdmin, open_installation
from tests.house.edge import Edge
from visavis.accounts.factors.forms import (
    AppForm,
    CodeForm,
    PasskeyNameForm,
    PasswordProofForm,
)
from visavis.accounts.factors.services import (
    add_app,
    add_passkey,
    authenticator_of,
    is_password,
)
from visavis.accounts.forms import AddressForm, ResetForm
from visavis.accounts.services import ask_new_address, ask_reset
from visavis.setup.forms import OpeningForm, PasswordForm

EDGES_OF_ACCOUNTS = [
    Edge(ApiKeyForm, create_api_key, found={"brand", "secret"}),
    Edge(ResetForm, ask_reset),
    Edge(AddressForm, ask_new_address, found={"user"}, extra={"password"}),
    Edge(CompanyForm, write_company, found={"brand"}, renamed={"secret": "sealed"}),
    Edge(SwitchForm, switch_company, found={"brand"}),
    Edge(RulesForm, set_rules, found={"brand"}),
    Edge(CodeForm, authenticator_of, found={"user"}),
    Edge(PasswordProofForm, is_password, found={"user"}),
    Edge(
        AppForm, add_app, found={"user"}, renamed={"sealed": "secret"}, extra={"code"}
    ),
    Edge(PasskeyNameForm, add_passkey, found={"user", "credential"}),
    # A code that fits is carried on as its proof.
    Edge(OpeningForm, open_installation, renamed={"code": "proof", "email": "admin"}),
    Edge(PasswordForm, NewAdmin, found={"email", "language"}, extra={"again"}),
]
