"""Firms, users, memberships and the chain. Users are global, everything else belongs to a firm."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from werkfluss.kernel.ids import new_id
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import TenantModel


class Organisation(models.Model):
    """A firm: only what must be known before one is inside it (address in the browser, name, language)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class FirmProfile(TenantModel):
    """What the firm says of itself: on invoices, in law checks, on documents."""

    street = models.CharField(max_length=200)
    postcode = models.CharField(max_length=20)
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=2, default="DE")
    subdivision = models.CharField(max_length=3, blank=True, help_text="ISO 3166-2, e.g. HE for Hessen")
    vat_id = models.CharField(max_length=20, blank=True)
    tax_number = models.CharField(max_length=30, blank=True)
    email = models.EmailField()
    chart_of_accounts = models.CharField(max_length=5, choices=[("SKR03", "SKR03"), ("SKR04", "SKR04")])
    datev_consultant = models.PositiveIntegerField(null=True, blank=True)
    datev_client = models.PositiveIntegerField(null=True, blank=True)
    has_works_council = models.BooleanField(default=False)
    works_agreement_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org"], name="one_profile_per_firm")]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: str) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who can log in; belongs to no firm by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="de")
    time_zone = models.CharField(max_length=64, default="Europe/Berlin")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name


class Membership(TenantModel):
    """The role of a user in a firm; end-dated, not deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "user", "role"], condition=models.Q(ended_at=None), name="one_open_membership_per_role"
            )
        ]


class Invitation(TenantModel):
    """Somebody asked by mail to become a member: single use, short-lived, the link kept only as a digest."""

    email = models.EmailField()
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="de")
    roles = models.JSONField(default=list)
    digest = models.BinaryField(unique=True, max_length=32)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_per_address",
            )
        ]


class Counter(TenantModel):
    """The last human number given out per kind of object."""

    name = models.CharField(max_length=40)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "name"], name="one_counter_per_name")]


class LoginLink(TenantModel):
    """A way in by mail for one person: single use, short-lived, kept only as a digest."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(unique=True, max_length=32)
    target = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class FeedToken(TenantModel):
    """The secret in the address of a person's calendar feed, kept only as a digest; can be revoked at any time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(unique=True, max_length=32)
    revoked_at = models.DateTimeField(null=True, blank=True)


class OutgoingMail(models.Model):
    """A mail on its way out: of a firm or of the log-in, so it belongs to an address. Its text goes once it is sent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    to = models.JSONField()
    sender = models.CharField(max_length=200)
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)


class Entry(TenantModel):
    """One link of the chain. The application's login can add entries, not change or delete them."""

    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["org", "seq"], name="one_entry_per_seq")]
        indexes = [models.Index(fields=["org", "object_type", "object_id"], name="entry_by_object")]


class Payload(TenantModel):
    """What an entry says, apart from it, so that it can be erased while the chain still holds."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="payload")
    salt = models.BinaryField(max_length=16, null=True)
    data = models.JSONField(null=True)
    erased_at = models.DateTimeField(null=True)


class Anchor(TenantModel):
    """The head of the chain on one day; also written outside the database."""

    day = models.DateField()
    seq = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "day"], name="one_anchor_per_day")]
