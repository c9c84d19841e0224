#!/bin/sh
# Makes the fonts for paper beside this script, and the table of the signs that they can print
# (hrd_cases/vocabularies/printable_signs.toml), against which every text is compared before it is typeset.
# The text fonts hold Latin, Cyrillic (every Kazakh, Russian, Kyrgyz, Tajik and Uzbek letter) and Greek in whole files,
# because WeasyPrint gives wrong Kazakh letters when one family is split over files by unicode-range; the others add
# one script or kind of sign each. TTF, because it loads at once where WOFF2 costs half a second for each file and run.
# Needs: npm, and fonttools (in the project's .venv). Usage: hrd_cases/static/fonts/make_fonts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python=python3
[ -x "$root/.venv/bin/python" ] && python="$root/.venv/bin/python"

text="U+0021-007E,U+00A1-036F,U+0370-03FF,U+0400-052F,U+1C80-1C8F,U+1E00-1FFF,U+2000-206F,U+2070-209F,U+20A0-20CF"
text="$text,U+2100-218F,U+2212,U+25CC,U+2DE0-2DFF,U+2E00-2E5D,U+A640-A69F,U+FB00-FB06,U+FE20-FE2F,U+FFFD"
text_features="kern,mark,mkmk,ccmp,locl,liga,calt,lnum,onum,pnum,tnum,sups,subs,frac,ordn"
# A space takes the font of the word before it: every font has one.
space="U+0020,U+00A0"
# Of other scripts everything that shapes a letter is kept.
all="*"

set -- noto-sans@0.4.2 noto-serif@0.4.2 noto-sans-georgian@0.4.3 noto-sans-armenian@0.4.2 noto-naskh-arabic@0.4.5 \
    noto-serif-hebrew@0.4.2 noto-sans-math@0.4.2 noto-sans-symbols@0.4.1 noto-sans-symbols-2@0.4.1 \
    noto-sans-mono@0.4.2 noto-emoji@0.4.7
(cd "$work" && npm init -y >/dev/null &&
    npm install --silent --ignore-scripts --no-audit --no-fund $(printf '@expo-google-fonts/%s ' "$@"))

# Stable dates: the same sources give the same bytes.
export SOURCE_DATE_EPOCH=0
cut() { # source, file, signs, features
    "$python" -m fontTools.subset "$work/node_modules/@expo-google-fonts/$1.ttf" --unicodes="$space,$3" \
        --layout-features="$4" --no-hinting --output-file="$here/$2.ttf"
}
cut noto-serif/400Regular/NotoSerif_400Regular NotoSerif-Regular "$text" "$text_features"
cut noto-serif/400Regular_Italic/NotoSerif_400Regular_Italic NotoSerif-Italic "$text" "$text_features"
cut noto-serif/700Bold/NotoSerif_700Bold NotoSerif-Bold "$text" "$text_features"
cut noto-sans/400Regular/NotoSans_400Regular NotoSans-Regular "$text" "$text_features"
cut noto-sans/700Bold/NotoSans_700Bold NotoSans-Bold "$text" "$text_features"
cut noto-sans-georgian/400Regular/NotoSansGeorgian_400Regular NotoSansGeorgian-Regular \
    "U+10A0-10FF,U+1C90-1CBF,U+2D00-2D2F" "$all"
cut noto-sans-armenian/400Regular/NotoSansArmenian_400Regular NotoSansArmenian-Regular \
    "U+0530-058F,U+FB13-FB17" "$all"
cut noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular NotoNaskhArabic-Regular \
    "U+0600-06FF,U+0750-077F,U+200C-200F,U+25CC,U+FB50-FDFF,U+FE70-FEFC" "$all"
cut noto-serif-hebrew/400Regular/NotoSerifHebrew_400Regular NotoSerifHebrew-Regular \
    "U+0590-05FF,U+200C-200F,U+25CC,U+FB1D-FB4F" "$all"
cut noto-sans-math/400Regular/NotoSansMath_400Regular NotoSansMath-Regular \
    "U+2190-23FF,U+27C0-27FF,U+2900-2AFF,U+1D400-1D7FF" "ccmp,mark,mkmk"
cut noto-sans-symbols/400Regular/NotoSansSymbols_400Regular NotoSansSymbols-Regular \
    "U+20D0-20FF,U+2150-218F,U+2300-23FF,U+2460-24FF,U+2600-27BF,U+1F100-1F1FF" "ccmp,mark,mkmk"
cut noto-sans-symbols-2/400Regular/NotoSansSymbols2_400Regular NotoSansSymbols2-Regular \
    "U+2190-23FF,U+2400-243F,U+25A0-27BF,U+2B00-2BFF" "ccmp"
cut noto-sans-mono/400Regular/NotoSansMono_400Regular NotoSansMono-Regular "U+2500-259F" "ccmp"
# Without the signs for private use. Its digits are only for keycaps: a text font comes first.
cut noto-emoji/400Regular/NotoEmoji_400Regular NotoEmoji-Regular \
    "U+0023,U+002A,U+0030-0039,U+00A9,U+00AE,U+200D,U+203C-3299,U+FE0F,U+1F000-1FAFF" "$all"
# It has no space that does not break: its space is that too.
"$python" - "$here/NotoEmoji-Regular.ttf" <<'PYTHON'
import sys
from fontTools.ttLib import TTFont

font = TTFont(sys.argv[1])
for table in font["cmap"].tables:
    if table.isUnicode() and 0x20 in table.cmap:
        table.cmap[0xA0] = table.cmap[0x20]
font.save(sys.argv[1])
PYTHON

# One licence; each family's own line of copyright stands above it.
families="$work/node_modules/@expo-google-fonts"
{
    for family in noto-sans noto-sans-georgian noto-sans-armenian noto-naskh-arabic noto-serif-hebrew noto-sans-math \
        noto-sans-symbols noto-emoji; do head -n 1 "$families/$family/LICENSE_FONT"; done
    tail -n +2 "$families/noto-serif/LICENSE_FONT"
} >"$here/OFL.txt"
for family in "$families"/*; do # the same licence for every family, but for its address and ends of lines
    for one in "$family" "$families/noto-serif"; do
        tail -n +2 "$one/LICENSE_FONT" | tr -d '\r' | sed -e '/^https\{0,1\}:/d' -e 's/ *$//' >"$work/$(basename "$one").txt"
    done
    cmp "$work/$(basename "$family").txt" "$work/noto-serif.txt"
done

# The table of the signs that these fonts can print.
"$python" - "$here" >"$work/signs.toml" <<'PYTHON'
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fontTools.ttLib import TTFont

HEAD = """\
# The signs that papers can print. Made by hrd_cases/static/fonts/make_fonts.sh from the fonts beside it: do not edit.
# Ranges of code points in hexadecimal.
"""
PER_LINE = 10
NO_SIGN = ("Cc", "Co", "Cs")  # controls, private use, halves


def ranges(codes: Iterable[int]) -> list[str]:
    """Code points as 'first-last', in order."""
    spans: list[list[int]] = []
    for code in sorted(codes):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return [f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in spans]


def table(folder: Path) -> str:
    """The fonts of a folder and the signs that one of them has."""
    lines, covered = [HEAD], set[int]()
    for path in sorted(folder.glob("*.ttf")):
        font = TTFont(path)
        signs = {code for code in font.getBestCmap() if unicodedata.category(chr(code)) not in NO_SIGN}
        covered |= signs
        version = str(font["name"].getDebugName(5)).removeprefix("Version ").split(";")[0]
        lines += ["[[font]]", f'file = "{path.name}"', f'name = "{font["name"].getDebugName(1)}"']
        lines += [f'version = "{version}"', f"bytes = {path.stat().st_size}", f"signs = {len(signs)}", ""]
    spans = ranges(covered)
    lines += ["[covered]", "ranges = ["]
    for at in range(0, len(spans), PER_LINE):
        lines.append("    " + " ".join(f'"{span}",' for span in spans[at : at + PER_LINE]))
    return "\n".join([*lines, "]", ""])


sys.stdout.write(table(Path(sys.argv[1])))
PYTHON
mv "$work/signs.toml" "$root/hrd_cases/vocabularies/printable_signs.toml"
