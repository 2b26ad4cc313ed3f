"""Accounts: one row per person who can sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from xinglin.kernel import ids

PHONE = "accounts_user|phone"  # what the sealed number and its index are bound to


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """`phone_sealed` opens with the key ring; `phone_index` finds it. Staff have a username.

    `closed_at`: by the person; nobody signs in any more, and what named the person is gone.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True, unique=True)
    phone_verified = models.BooleanField(default=False)
    roles = ArrayField(models.CharField(max_length=32), default=list)
    institution_id = models.UUIDField(null=True)
    locale = models.CharField(max_length=8, default="zh")
    is_active = models.BooleanField(default=True)
    is_service = models.BooleanField(default=False)
    synthetic = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_service_account_is_no_doctor",
                condition=models.Q(is_service=False) | ~models.Q(roles__contains=["doctor"]),
            ),
            models.CheckConstraint(
                name="a_closed_account_names_nobody",
                condition=models.Q(closed_at__isnull=True)
                | models.Q(
                    is_active=False, phone_index__isnull=True, display_name="", email="", roles=[]
                ),
            ),
        ]


class Confirmation(models.Model):
    """A code that was sent to the person's phone for one act; the newest for that act counts."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=32)
    code_index = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "purpose"], name="one_confirmation_for_each_act"
            ),
        ]
