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
    """`phone_sealed` opens with the key ring; `phone_index` finds it. Staff have a username."""

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
        ]
