"""A text is there in every language, or not at all."""

import pytest

from xinglin.kernel.text import LOCALES, Text

HELLO = Text("您好，{name}", "Hello, {name}")


@pytest.mark.parametrize(("zh", "en"), [("", "x"), ("好", " "), ("", "")])
def test_a_text_needs_both_languages(zh, en):
    with pytest.raises(ValueError, match="both languages"):
        Text(zh, en)


@pytest.mark.parametrize(
    ("locale", "chinese"),
    [("zh", True), ("zh-CN", True), ("en", False), ("EN-gb", False), ("fr", True), ("", True)],
)
def test_chinese_is_spoken_unless_english_is_asked_for(locale, chinese):
    assert HELLO.spoken(locale) == (HELLO.zh if chinese else HELLO.en)


def test_every_locale_of_the_house_is_in_the_dictionary():
    assert HELLO.as_dict() == {"zh": HELLO.zh, "en": HELLO.en}
    assert set(HELLO.as_dict()) == set(LOCALES)


def test_both_languages_are_filled():
    assert HELLO.filled(name="林", spare=1) == Text("您好，林", "Hello, 林")
    with pytest.raises(KeyError):
        HELLO.filled()
