#!/usr/bin/env python3
"""Makes letters.txt: how often each letter follows another, by language.

Sources: the n-gram counts of Nakatani Shuyo's language-detection (Apache License 2.0), counted over
Wikipedia, as the package langdetect 1.0.9 brings them (MIT); for languages that it lacks, the n-gram
models of Peter M. Stahl's lingua 1.3.5 (Apache License 2.0), counted over the Leipzig corpora, which know
nothing of the starts and ends of words. Run from the root of the project:

    python3 -m venv /tmp/venv
    /tmp/venv/bin/pip install langdetect==1.0.9 lingua-language-detector==1.3.5 brotli
    /tmp/venv/bin/python src/language/make_letters.py > src/language/letters.txt

Letters are in lower case; everything that is no letter is `_`. A cost is -ln(probability) in quarters.
Languages of many letters have no pairs. The counts of kana and Han characters stand for groups there, so
that those are ranked by hand below.
"""
import fractions
import json
import math
import pathlib
import unicodedata

import brotli
import langdetect
import lingua

# Languages that were written in encodings other than Unicode's.
LANGUAGES = (
    "af ar bg ca cs cy da de el en es et fa fi fr he hr hu id it ko lt lv mk nl no pl pt ro ru sk sl sq sv "
    "th tl tr uk ur vi"
).split()
STEPS = 4
WITHOUT_WORDS = "az be eo eu ga is sr".split()
# What share of the letters ends a word, where the source does not say.
WORD_ENDS = 0.17
# Languages with more letters than a table of pairs is good for.
WITHOUT_PAIRS = {"ko"}
# Kana and Han characters by how common they are in running text: a guess at the cost of each group.
RANKED = {
    "ja": {
        13: "のにたいるをはとがして",
        16: "でなりられまこもさっか",
        19: "んあくうすどきよだそけおえ",
        23: "せわつめみやじちばほろゃょゅー",
        24: "年日人大一本国中出時行月分学前見者事会上部生地長東自",
        26: "ンスルトリラクイアドレジロマタシプコカフテニ",
        28: "げごびべひぎぐずぜぞふへむゆねぬぼメサバブグパキウデナムミォェャョュッダエオソノハボポホモヤワガビ",
        32: "ぱぽぷぺぴづぢゐゑァィゥケゲゴザズゼセチツネヒピヘベペユヨヌゾギヂヅヴヲヰヱ",
    },
    "zh-cn": {
        13: "的",
        17: "一是不了在",
        19: "人有我他这中大来上国个到说们为和",
        22: "地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都三小军二无同"
        "么经法当起与好看学进种将还分此心前面又定见只主没公从",
    },
    "zh-tw": {
        13: "的",
        17: "一是不了在",
        19: "人有我他這中大來上國個到說們為和",
        22: "地也子時道出而要於就下得可你年生自會那後能對著事其裡所去行過家十用發天如然作方成者多日都三小軍二無同"
        "麼經法當起與好看學進種將還分此心前面又定見只主沒公從",
    },
}
# A letter below this share of a language's text is foreign to it.
MIN_SHARE = 8e-6
# A pair counts if it is at least this share of what follows its first letter.
MIN_CONDITIONAL = 1e-4


def letter(char):
    """The letter in lower case, or `_`."""
    if unicodedata.category(char)[0] not in "LM":
        return "_"
    lower = char.lower()
    return lower if len(lower) == 1 else char


def is_kept(char, language):
    """Whether a model of the language knows the letter: Han characters are too many, and their counts
    stand for groups."""
    if char == "_":
        return True
    if unicodedata.name(char, "").startswith("CJK"):
        return False
    return language in WITHOUT_PAIRS or ord(char) < 0x1100 or 0x1E00 <= ord(char) < 0x1F00


def alphabet(char):
    """The first word of the character's name: `LATIN`, `CYRILLIC`."""
    return unicodedata.name(char, "").split()[0]


def cost(share):
    return round(-math.log(share) * STEPS)


def counts(language, length):
    folder = pathlib.Path(langdetect.__file__).parent / "profiles"
    grams = json.loads((folder / language).read_text(encoding="utf-8"))["freq"]
    found = {}
    for gram, count in grams.items():
        if len(gram) != length:
            continue
        # The counts of capitals come on top: a capital starts a word as its small letter does.
        key = "".join(letter(char) for char in gram)
        if all(is_kept(char, language) for char in key):
            found[key] = found.get(key, 0) + count
    return found


def groups(costs):
    """Lines of `cost keys`, the cheapest first."""
    by_cost = {}
    for key, value in sorted(costs.items()):
        by_cost.setdefault(value, []).append(key)
    for value in sorted(by_cost):
        yield f"{value} {''.join(by_cost[value])}"


def main():
    print("# Made by make_letters.py; see there for the source and its licence.")
    for language in LANGUAGES:
        single = {key: count for key, count in counts(language, 1).items() if key != "_"}
        script = alphabet(max(single, key=single.get))
        single = {key: count for key, count in single.items() if alphabet(key) == script}
        total = sum(single.values())
        single = {key: count for key, count in single.items() if count / total >= MIN_SHARE}
        print(f"language {language}")
        print("letters")
        print("\n".join(groups({key: cost(count / total) for key, count in single.items()})))
        if language not in WITHOUT_PAIRS:
            print("pairs")
            print("\n".join(groups(pair_costs(language, single))))
    for language in WITHOUT_WORDS:
        single, pairs = without_words(language)
        print(f"language {language}")
        print("letters")
        print("\n".join(groups(single)))
        print("pairs")
        print("\n".join(groups(pairs)))
    for language, ranked in RANKED.items():
        print(f"language {language}")
        print("letters")
        print("\n".join(f"{value} {keys}" for value, keys in ranked.items()))


def without_words(language):
    """Costs of letters and pairs of a language of lingua's."""

    def shares(length):
        path = pathlib.Path(lingua.__file__).parent / "language-models" / language / f"{length}grams.json.br"
        grams = json.loads(brotli.decompress(path.read_bytes()))["ngrams"]
        return {gram: float(fractions.Fraction(share)) for share, keys in grams.items() for gram in keys.split()}

    single = shares("uni")
    script = alphabet(max(single, key=single.get))
    single = {key: share for key, share in single.items() if alphabet(key) == script and share >= MIN_SHARE}
    pairs = {key: share for key, share in shares("bi").items() if all(char in single for char in key)}
    pairs = {key: share * (1 - WORD_ENDS) for key, share in pairs.items() if share >= MIN_CONDITIONAL}
    pairs |= {"_" + key: share for key, share in single.items()}
    pairs |= {key + "_": WORD_ENDS for key in single}
    return {key: cost(share) for key, share in single.items()}, {key: cost(share) for key, share in pairs.items()}


def pair_costs(language, letters):
    pairs = {
        key: count
        for key, count in counts(language, 2).items()
        if key != "__" and all(char == "_" or char in letters for char in key)
    }
    after = {}
    for key, count in pairs.items():
        after[key[0]] = after.get(key[0], 0) + count
    shares = {key: count / after[key[0]] for key, count in pairs.items()}
    return {key: cost(share) for key, share in shares.items() if share >= MIN_CONDITIONAL}


main()
