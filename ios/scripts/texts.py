#!/usr/bin/env python3
"""Makes Sources/ShellCore/Texts.swift out of Localizable.xcstrings, where every sentence of the screens stands in both languages.

The core says everything in both languages at once and the officer chooses one in the app, so the app's own sentences are pairs,
too, and none can be missing when it runs. A key is `name` or `screen.name`; `%1$lld` and `%2$lld` are numbers, `%1$@` is another sentence.
What is said of one thing otherwise than of several is a plural variation on the first number.

    texts.py          writes Texts.swift
    texts.py --check  fails when Texts.swift is not what the catalogue says
"""

import json
import pathlib
import re
import sys

SHELL = pathlib.Path(__file__).resolve().parent.parent / "Sources/ShellCore"
LANGS = ("zh-Hans", "en")
PLACE = re.compile(r"%(\d)\$(lld|@)")
NAMES = {("1", "lld"): "count", ("2", "lld"): "whole"}
GIVEN = {
    (): "",
    (("1", "lld"),): "_ count: Int",
    (("1", "lld"), ("2", "lld")): "_ count: Int, of whole: Int",
    (("1", "@"),): "_ words: Sentence",
}
HEAD = """// swift-format-ignore-file
// Made by scripts/texts.py out of Localizable.xcstrings: change the catalogue and run it.

/// Every sentence that a screen says by itself, as the Android app says it. What belongs to the rules comes from the core.
public enum Texts {
"""


def forms(key, lang, said):
    """What an entry says in a language: one form, or that of one thing and that of several."""
    plural = said.get("variations", {}).get("plural")
    if plural is not None and set(plural) != {"one", "other"}:
        sys.exit(f"{key} in {lang}: a plural has the forms one and other")
    units = [form.get("stringUnit", {}) for form in ([plural["one"], plural["other"]] if plural else [said])]
    if any(unit.get("state") != "translated" or not unit.get("value") for unit in units):
        sys.exit(f"{key} is not said in {lang}")
    return [unit["value"] for unit in units]


def sentence(key, entry):
    """Both languages of an entry and what is put into them, or an end of the program that says what is wrong with it."""
    said = [forms(key, lang, entry.get("localizations", {}).get(lang, {})) for lang in LANGS]
    takes = {tuple(sorted(set(PLACE.findall(value)))) for values in said for value in values}
    given = takes.pop()
    if takes or given not in GIVEN or (max(map(len, said)) > 1 and ("1", "lld") not in given):
        sys.exit(f"{key} does not take the same in both languages")
    return said, GIVEN[given]


def literal(values, lang):
    if len(values) > 1:
        one, other = (literal([value], lang) for value in values)
        return f"count == 1 ? {one} : {other}"
    text = values[0].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + PLACE.sub(lambda found: f"\\({NAMES.get(found.groups(), 'words.' + lang)})", text) + '"'


def member(name, said, given, indent):
    pair = f"Sentence({literal(said[0], 'zh')}, {literal(said[1], 'en')})"
    if not given:
        return f"{indent}public static let {name} = {pair}\n"
    return f"{indent}public static func {name}({given}) -> Sentence {{ {pair} }}\n"


def source(catalogue):
    screens = {}
    for key, entry in sorted(catalogue["strings"].items()):
        screen, _, name = key.rpartition(".")
        said, given = sentence(key, entry)
        screens.setdefault(screen, []).append((name, said, given))
    text = HEAD
    for screen, members in sorted(screens.items()):
        indent = "        " if screen else "    "
        if screen:
            text += f"    public enum {screen[0].upper()}{screen[1:]} {{\n"
        text += "".join(member(name, said, given, indent) for name, said, given in members)
        if screen:
            text += "    }\n"
    return text + "}\n"


def main():
    made = source(json.loads((SHELL / "Localizable.xcstrings").read_text("utf-8")))
    at = SHELL / "Texts.swift"
    if "--check" not in sys.argv[1:]:
        at.write_text(made, "utf-8")
    elif at.read_text("utf-8") != made:
        sys.exit("Texts.swift is not what Localizable.xcstrings says; run ios/scripts/texts.py")


if __name__ == "__main__":
    main()
