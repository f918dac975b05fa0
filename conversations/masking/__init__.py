"""Masking of personal data in what companies write (個人情報保護法)."""

from conversations.masking.found import Found, Masked, kinds, label, never_kept, placeholder
from conversations.masking.masker import PersonalDataMasker, mask, mask_numbers, masker, plug
from conversations.masking.neutral import neutral

__all__ = [
    "Found",
    "Masked",
    "PersonalDataMasker",
    "kinds",
    "label",
    "mask",
    "mask_numbers",
    "masker",
    "neutral",
    "never_kept",
    "placeholder",
    "plug",
]
