"""Texts as bytes: encodings, byte order marks, line ends, and how the last line ends."""

import codecs

from fuzz.dice import Dice

_ENCODINGS = (
    "latin-1",
    "iso-8859-15",
    "cp1252",
    "cp437",
    "koi8-r",
    "mac-roman",
    "shift_jis",
    "euc_jp",
    "iso2022_jp",
    "gb18030",
    "big5",
    "euc_kr",
    "utf-8",
    "ascii",
    "utf_8_sig",
    "utf-7",
    "no-such-encoding",
)
_COOKIES = (
    "# -*- coding: {} -*-",
    "# vim: set fileencoding={} :",
    "#coding={}",
    "#!/usr/bin/python\n# coding: {}",
    "\f# coding: {}",
)
_ENDS = ("", "\n\n", "\\\n", " ", "    # the end", "\t\n ", "\f", "\r", "\n\r", "\x1a", "\0")


def encoded(dice: Dice, text: str) -> bytes:
    """The bytes of a file with the text."""
    if dice.chance(0.3):
        text = text.rstrip("\n") + dice.choice(_ENDS)
    encoding = "utf-8"
    if dice.chance(0.3):
        encoding = dice.choice(_ENCODINGS)
        text = f"{dice.choice(_COOKIES).format(encoding)}\n{text}"
    text = _with_ends(dice, text)
    data = _encoded(text, encoding)
    if dice.chance(0.15):
        data = codecs.BOM_UTF8 + data
    if dice.chance(0.02):
        at = dice.randrange(len(data) + 1)
        data = data[:at] + bytes([dice.randrange(256)]) + data[at:]
    return data


def _with_ends(dice: Dice, text: str) -> str:
    kind = dice.pick("\n", "\n", "\n", "\r\n", "\r", "mixed")
    if kind != "mixed":
        return text.replace("\n", kind)
    return "".join(dice.pick("\n", "\r\n", "\r") if one == "\n" else one for one in text)


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding, errors="replace")
    except LookupError:
        return text.encode()
