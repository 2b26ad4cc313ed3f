"""What may be prescribed at an institution, as its catalogue describes it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from xinglin.care.prescribing import rules
from xinglin.kernel import ids


class MedicinalProduct(models.Model):
    """One medicine of one strength, form and pack, known in its institution by `code`.

    `category`: of `rules.CATEGORIES`, empty while nobody has said it. `control`: of `rules.CONTROLS`.
    `pinyin`: the Chinese name spelt without tones or gaps; `initials`: the first letters of it.
    `ingredients`: [{"en", "zh"}], the substances that checks recognise. `strength_value` of
    `strength_unit` (UCUM) in one `dose_unit` (UCUM); null: no such fact. `frequencies`: codes that
    may be ordered; empty: all. `fact_status`: demonstration means that strength, dose and approval
    number prove nothing; `fact_source` says where they are from.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    institution = models.ForeignKey("people.Institution", on_delete=models.PROTECT)
    code = models.CharField(max_length=32)
    generic_name_zh = models.CharField(max_length=120)
    generic_name_en = models.CharField(max_length=160)
    pinyin = models.CharField(max_length=480, blank=True)
    initials = models.CharField(max_length=120, blank=True)
    ingredients = models.JSONField(default=list)
    strength = models.CharField(max_length=80, blank=True)
    strength_value = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    strength_unit = models.CharField(max_length=16, blank=True)
    form = models.CharField(max_length=40, blank=True)
    pack = models.CharField(max_length=80, blank=True)
    routes = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    frequencies = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    category = models.CharField(max_length=16, blank=True)
    antibiotic = models.BooleanField(default=False)
    special_use_antibacterial = models.BooleanField(default=False)
    injection = models.BooleanField(default=False)
    high_alert = models.BooleanField(default=False)
    control = models.CharField(max_length=16, default="none")
    storage = models.CharField(max_length=24, blank=True)
    approval_number = models.CharField(max_length=40, blank=True)
    dose_unit = models.CharField(max_length=16, blank=True)
    fact_source = models.CharField(max_length=200, blank=True)
    fact_status = models.CharField(max_length=16, default="demonstration")
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "prescribing_medicinal_product"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["institution", "code"], name="a_medicine_has_one_code_in_its_house"
            ),
            models.CheckConstraint(
                name="a_medicine_is_of_a_known_category",
                condition=models.Q(category__in=["", *rules.CATEGORIES]),
            ),
            models.CheckConstraint(
                name="a_medicine_is_of_a_known_control_class",
                condition=models.Q(control__in=tuple(rules.CONTROLS)),
            ),
            models.CheckConstraint(
                name="the_facts_of_a_medicine_have_a_status",
                condition=models.Q(fact_status__in=tuple(rules.STATUSES)),
            ),
            models.CheckConstraint(
                name="a_sourced_fact_names_its_source",
                condition=~models.Q(fact_status="sourced") | ~models.Q(fact_source=""),
            ),
            models.CheckConstraint(
                name="a_strength_has_a_value_and_a_unit",
                condition=models.Q(strength_value__isnull=True, strength_unit="")
                | (
                    models.Q(strength_value__isnull=False)
                    & models.Q(strength_value__gt=0)
                    & ~models.Q(strength_unit="")
                ),
            ),
        ]
