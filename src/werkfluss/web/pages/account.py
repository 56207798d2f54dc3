"""Log-in and account security by django-allauth: the wanted addresses one by one, each through the gate."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpRequest, HttpResponseBase

from werkfluss.web.access import FORM, personal_page, public_page


def logout(request: HttpRequest) -> HttpResponseBase:
    """Signing out, on whatever page, also takes away what the portal kept on this device."""
    response: HttpResponseBase = account.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"storage"'
    return response


urlpatterns = [
    public_page("account/login/", account.login, name="account_login", methods=FORM),
    public_page("account/logout/", logout, name="account_logout", methods=FORM),
    public_page("account/inactive/", account.account_inactive, name="account_inactive"),
    # allauth redirects and refers to this name; the account adapter keeps it closed.
    public_page("account/signup/", account.signup, name="account_signup"),
    public_page("account/reset/", account.password_reset, name="account_reset_password", methods=FORM),
    public_page("account/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    public_page(
        "account/reset/<str:uidb36>-<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
        methods=FORM,
    ),
    public_page(
        "account/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    public_page(
        "account/confirm-email/",
        account.email_verification_sent,
        name="account_email_verification_sent",
        methods=FORM,
    ),
    public_page("account/second-factor/", mfa.authenticate, name="mfa_authenticate", methods=FORM),
    public_page("account/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn", methods=FORM),
    personal_page("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate", methods=FORM),
    personal_page("account/email/", account.email, name="account_email", methods=FORM),
    personal_page("account/password/", account.password_change, name="account_change_password", methods=FORM),
    personal_page("account/password/set/", account.password_set, name="account_set_password", methods=FORM),
    personal_page("account/security/", mfa.index, name="mfa_index"),
    personal_page("account/security/confirm/", mfa.reauthenticate, name="mfa_reauthenticate", methods=FORM),
    personal_page("account/security/app/", totp.activate_totp, name="mfa_activate_totp", methods=FORM),
    personal_page("account/security/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp", methods=FORM),
    personal_page("account/security/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    personal_page(
        "account/security/codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
        methods=FORM,
    ),
    personal_page("account/security/codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    personal_page("account/security/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    personal_page("account/security/keys/new/", webauthn.add_webauthn, name="mfa_add_webauthn", methods=FORM),
    personal_page(
        "account/security/keys/confirm/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
        methods=FORM,
    ),
    personal_page("account/security/keys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn", methods=FORM),
    personal_page(
        "account/security/keys/<int:pk>/remove/",
        webauthn.remove_webauthn,
        name="mfa_remove_webauthn",
        methods=FORM,
    ),
]
