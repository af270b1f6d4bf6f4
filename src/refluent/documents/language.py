"""Whether a file says that its text is English."""

from __future__ import annotations

import re

from refluent.errors import DocumentError

__all__ = ["check_english"]


def check_english(language: str, subject: str) -> None:
    """Refuse a file whose text is in another language.

    Raises:
        DocumentError: the code of the language is not that of English.
    """
    if language and not re.match(r"en\b|en_|eng\b", language, re.IGNORECASE):
        remedy = "Refluent repairs English"
        raise DocumentError(f"has text in the language {language}", subject=subject, remedy=remedy)
