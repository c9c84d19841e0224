"""Makes the three word lists: `python -m hrd_cases.crypto.core.words.make DIRECTORY`.

Words are invented: consonant, vowel, consonant, vowel, consonant, pronounceable in the language. The first four
letters are unique in a list, and the fifth follows from them so that two words never differ in one letter only.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

COUNT = 2048


@dataclass(frozen=True, kw_only=True)
class Sounds:
    """Letters that may stand in each of the five positions of a word."""

    first: str
    vowel: str
    middle: str
    second_vowel: str
    last: str


_PLAIN = "bdfgklmnprstvz"
LATIN = (Sounds(first=_PLAIN, vowel="aeiou", middle=_PLAIN, second_vowel="aeiou", last=_PLAIN),)
RUSSIAN = (
    Sounds(
        first="бвгджзклмнпрстфхшч",
        vowel="аеиоу",
        middle="бвгджзклмнпрстфхшч",
        second_vowel="аеиоу",
        last="бвгджзклмнпрстфхшч",
    ),
)
# Kazakh words have either back or front vowels throughout; қ and ғ stand with the first, к and г with the second.
KAZAKH = (
    Sounds(first="бджзқғлмнстш", vowel="аоұы", middle="бдзқлмнрстшж", second_vowel="аы", last="зқлмнңпрстшй"),
    Sounds(first="бджзкглмнстш", vowel="әеіөү", middle="бдзклмнрстшж", second_vowel="еі", last="зклмнңпрстшй"),
)

# Parts of words that are rude, hateful, violent or painful to meet, in any language that readers are likely to know.
UNWANTED = {
    "latin": """
        anal anus arab arse ased bal bas bich bied bit blad bled bob bog bom boob bug bul bum but
        cac cul dag dam ded del dem der det dev did die dik dil dod dog don dot dov dup dud
        fag fan fap far fas fat fek fel fet fik fil fis fit fob fog fok fop fot fuk ful fuz fut
        gad gag gas gay gebe gin git god gol gon gook gor gul gun
        homo huy jap kak kaf kal kan kek kid kik kil kob kok kom kon kop kot kre kun kur kut
        lef les lib lob lol lop lus maf mak mal mam mar mat med men mer mes min mis mof mol mon mor mud muf mul mum
        nab nag nak nar nat naz neg nek nig nip nob nud num nut
        pap ped peg pek pel pen per pet pid pig pik pil pim pin pip pis pit pod poke pop por pot pub puk pun pup put
        rab rap rat red rip rob rom rot rub rud rum run rus rut
        sad sak sal san sat sav sed sek ser sex sik sin sis sit sob sod sot suk sul sum sut
        tal tan tar tat ted ter tet tit tod tol tom ton tot tub tup tur tut
        vag val van vit vod vor zad zek zig zip zob zop zit zut""",
    "ru": """
        бал бат бек беж бес бит бич бог бож бом бор бот буд буз бух бэ вал ват вег виш вон вор вош вра вуз
        гад гаж гай ган гат гей гем ген гер гит глу гни гов год гол гом гон гоп горе гроб груб гуж гул
        дав дег дер деф дох дуб дуп дур дух дуч душ жал жат жер жид жир жоп жуд жут жуч
        зад зар зек зев зло зуб кад каз кака кал кат каф ках кач киш ког кол кон коп кос коч кош кур куч
        лаж лап леж лес лев лиж лиф лих лоб лог лох луч луп маж мал мар мат маш мен мер миж мин мор мох
        моч муд муж муз муч
        нал наг нац нар нег нех нег ник нит нож нос нуд пах пад пар пах пед пез пен пер пет печ пид пик пис пих
        пит пич пог под пож поз пок пол поп пор пот пох поч пош пуз пук пуп пус пут пуч
        раб раж рак ран рат реж рез рех рог рож рот руг рус рух руч
        сад сат сек сер сик сис сич сиф сох соч сос суд суж сук сум сут суч сыч
        таз тат таш тер тет тир тит тиш тош тра труп туп тур тух туш тюр ужас
        фак фаг фас фаш фер фиг фуф фук фут хав хам хан хар хат хах хач хед хер хил хит хоб хох хох хрен
        худ хуе хуи хуй хул хур
        чах чек чер чет чич чиф чмо чур чуч чух чур чуш шал шар шах шиз шиш шок шиз шлю шоб шот шуб шут шух""",
    "kk": """
        бас бок боқ бұқ быт бөс дол доң жал жар жау жоқ жұт жын жыр жез жек жер көт көк кек кес кін күн күл күм
        қал қан қар қас қот қоқ қос құл құр құс қыз қыл қыр
        мал мас мат мол мұң мүж надан нас нөш нем сайтан сас сат сек сің сік сіғ сор сос сот сөг сөк сүм сұм
        там тоз тоқ тұт тұл тіс түс шат шоқ шош шұқ шыр шің ғаж ғар зар заң зам зор зұл зын гей ген гер бит бет дін
        діл дұш дар дәр дүр мәз мұс көз көр тез терт дерт қорқ жаз
        сід зәр топа шір бұз жетім жесір""",
}


def bodies(sounds: Sounds) -> Iterator[str]:
    """Yield every word of one set of sounds."""
    for letters in product(sounds.first, sounds.vowel, sounds.middle, sounds.second_vowel):
        weight = sum(
            places.index(letter)
            for places, letter in zip(
                (sounds.first, sounds.vowel, sounds.middle, sounds.second_vowel), letters, strict=True
            )
        )
        yield "".join(letters) + sounds.last[weight % len(sounds.last)]


def make(sounds: tuple[Sounds, ...], unwanted: str) -> list[str]:
    """Return 2,048 words in alphabetical order, taken at even distances from all that are acceptable."""
    refused = tuple(unwanted.split())
    fit = sorted(word for sound in sounds for word in bodies(sound) if not any(part in word for part in refused))
    if len(fit) < COUNT:
        raise ValueError("too few words are left")
    return [fit[place * len(fit) // COUNT] for place in range(COUNT)]


def main() -> None:
    """Write latin.txt, ru.txt and kk.txt."""
    folder = Path(sys.argv[1])
    for name, sounds in (("latin", LATIN), ("ru", RUSSIAN), ("kk", KAZAKH)):
        words = make(sounds, UNWANTED[name])
        (folder / f"{name}.txt").write_text("\n".join(words) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
