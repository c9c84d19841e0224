#!/bin/sh
# Makes the fonts for paper beside this script: one whole file for each style, Latin and Cyrillic (every Kazakh,
# Russian, Kyrgyz, Tajik and Uzbek letter), with the signs legal papers need (№ § ₸ ₽ € « » „ “ — − …). Whole files, because WeasyPrint gives
# wrong Kazakh letters when one family is split over files by unicode-range; TTF, because it loads at once where
# WOFF2 costs half a second for each file and each run.
# Needs: npm, and fonttools (in the project's .venv). Usage: hrd_cases/static/fonts/make_fonts.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

subset=pyftsubset
[ -x "$here/../../../.venv/bin/pyftsubset" ] && subset="$here/../../../.venv/bin/pyftsubset"

# Noto's text fonts have no arrows, boxes or check marks: on paper those are drawn, not typed.
letters="U+0020-007E,U+00A0-024F,U+02B0-02FF,U+0300-036F,U+0400-052F"
signs="U+2000-206F,U+2070-208E,U+20A0-20CF,U+2100-214F,U+2212,U+25CC,U+FFFD"
features="kern,mark,mkmk,ccmp,locl,liga,calt,lnum,onum,pnum,tnum,sups,subs,frac,ordn"

(cd "$work" && npm init -y >/dev/null &&
    npm install --silent --ignore-scripts --no-audit --no-fund \
        @expo-google-fonts/noto-sans@0.4.2 @expo-google-fonts/noto-serif@0.4.2)

# Stable dates: the same sources give the same bytes.
export SOURCE_DATE_EPOCH=0
for style in \
    noto-serif/400Regular/NotoSerif_400Regular noto-serif/400Regular_Italic/NotoSerif_400Regular_Italic \
    noto-serif/700Bold/NotoSerif_700Bold noto-sans/400Regular/NotoSans_400Regular noto-sans/700Bold/NotoSans_700Bold
do
    name=$(basename "$style" | sed -e 's/_400Regular_Italic/-Italic/' -e 's/_400/-/' -e 's/_700/-/')
    "$subset" "$work/node_modules/@expo-google-fonts/$style.ttf" --unicodes="$letters,$signs" \
        --layout-features="$features" --no-hinting --output-file="$here/$name.ttf"
done
cp "$work/node_modules/@expo-google-fonts/noto-serif/LICENSE_FONT" "$here/OFL.txt"
cmp "$here/OFL.txt" "$work/node_modules/@expo-google-fonts/noto-sans/LICENSE_FONT"
