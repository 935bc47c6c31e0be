"""Recognizes common passwords: the words of which leaked passwords consist, and keyboard rows. Imported only where a
password is set.

Lists of complete passwords have few of 12 or more characters, and those are short ones that are doubled, joined or
decorated. So this module has their parts, and `is_common` splits a password into them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

ENOUGH_POINTS: Final = 10
"""Minimum points of an uncommon password: three different common words with spaces, for example."""
_WORD_POINTS: Final = 3
"""Points of a common word's first occurrence; a letter outside of words has the same. A digit or symbol has one; years,
keyboard rows and repetitions have none."""

_WORDS: Final = """
aaliyah aaron abcd abcdef access account action adam adidas admin administrator adrian airborne alabama alaska albert
alex alexander alexandra alexis alice alicia alison allison alpha always alyssa amanda amazing amazon amber america
american amor amour anaconda anderson andrea andrew android angel angela angelica angelina angels animal anime anna
annie anthony apollo apple apples april aquarius archie arizona arsenal arthur ashley ashton asshole athena atlanta
august austin australia autumn avatar awesome azerty babe babies baby babyboy babydoll babygirl backdoor bailey
balance ball ballet banana bandit barbara barbie barcelona barney baseball basketball bastard batman bayern beach bear
beautiful beauty beaver beckham bella benjamin berlin bernard best bestfriend bethany betty beyonce bianca bigboy
bigdaddy bigdog bigmac bill billy bird birthday bitch black blackberry blackcat blackie blackjack blessed blessing
blink blonde blood blowme blue bobby bonjour bonnie booboo boobs boomer boss boston bowling bradley brandon brandy
brasil bravo brazil brian bridge britney brittany broncos brooke brooklyn brother brown brownie bruce bubba bubble
bubbles buddy buffalo buffy bulldog bullshit bunny business buster butter butterfly butthead button calvin camaro
cameron campbell canada cancer candy captain cardinal carlos carmen carolina caroline carpediem cars carter casanova
casey casper cassandra cassie catch caterina catherine cats chance change changeit changeme changethis channel chaos
charles charlie charlotte cheese chelsea cherry chester chevrolet chevy chicago chicken chinese chocolate chris christ
christian christina christine christmas christopher church cinderella claire classic claudia clinton cloud clover
cobra cocacola coffee colorado columbia comcast common company compaq computer confidential contrasena control cookie
cookies cool copper corporate corvette cosmos country courtney cowboy cowboys coyote crazy cream creative cricket
cristian crystal customer cutie daddy daddysgirl daisy dakota dallas dance dancer daniel danielle danny darkness
database david death december default delete deliver demo denise dennis denver desire destiny detroit deutschland
developer diablo diamond diana diego diesel digital dilbert dirty discover disney doctor dodgers dollar dolphin
dolphins domain dominic donald donkey donna dont doom dorothy dragon dragonball dream dreamer dreams dude eagle eagles
earth easter eclipse edward einstein elephant elizabeth emerald emily eminem emma empire energy enter enterprise eric
erica estrella eternity ethan europe evelyn ever everton everything example explorer extreme facebook faith falcon
family fantasy fashion february felix fender ferrari fire fireball firebird firefox firewall fish fishing flamingo
florida flower flowers football ford forest forever formula forum france francesca francis frank frankie franklin
freak freddy free freedom freeman friday friend friends friendship front fruehling fuck fucker fuckme fuckoff fuckyou
funny fussball futbol future gabriel gabriela galaxies galaxy games gandalf garden garfield gatehouse gateway geheim
gemini general george georgia gerald germany ghost giants gibson ginger giovanni girl girls global gloria goddess
godisgood godzilla gold golden goldfish golf golfer good goodboy goodluck goodmorning google gordon gorgeous grace
grandma green gregory guest guitar guitarist gunner hacker hahaha hallo hamburg hammer hannah happiness happy hardcore
harley harry harrypotter harvey hawaii head health heart hearts heather heaven hector helen helena hello hellokitty
helloworld help helpme henry herbst hercules heroes hockey hola holiday holland hollywood home homer honda honey horny
horses hotdog hotmail house houston hunter hunting iam iceman ilove iloveme iloveu iloveyou iloveyoubaby imagine india
indian indiana infinity inside insurance internet ireland isabel isabella island israel italia jackass jackie jackson
jacob jaguar jake jamaica james jamie january japan jasmine jason jasper jeffrey jennifer jenny jeremy jerome jessica
jessie jesus jesuschrist johanna john johncena johnny johnson jonathan jordan joseph joshua judith julia julian
juliana julie july june junior jupiter justice justin justme karate karen karina katherine kathleen katie kayla keeper
kelly kenneth kennwort kevin keyboard killer king kingdom kings kirsten kitten kitty knight kristen kristina lacrosse
ladies ladybug lakers laura lauren laurie lawrence leader legend lemon leonardo leopard lesbian letme letmein lewis
liberty lieb liebe liebling life light lightning lillian lincoln linda link lisa little liverpool lizard local login
lollipop lollol london loser losers louis louise love lovelife lovely loveme lover lovers loves loveyou lucas lucky
lucy madison madonna maggie magic magnolia mallory manager manchester mandarin manuela march marcus margaret maria
marie marina mario marissa mark marketing marlboro marley marseille marshall martha martin martina mary maryjane
master masters matrix matthew maurice maverick maxwell mazda mein melanie melissa member memory mercedes mercury
merlin mexico michael michaela michelle michigan mickey microsoft midnight mike miller millie million mine minecraft
minnie miracle miranda mission mistress mitchell mnbvcxz mobile molly monday money monica monika monkey monkeys
monster montana moon morgan moscow motdepasse mother motherfucker motorola mountain muenchen music mustang mylove
mypassword myspace naruto nascar natalie natasha nathan nature naughty network never newpass newpassword newyork
nicholas nicole nightmare nintendo nirvana nissan nobody nothing november number october office oliver olivia online
opensesame operator oracle orange orchid orlando oscar packers palace pamela panda panther panthers paradise paris
parker party pascal pass passcode passion passme passpass passphrase passw passwd passwoerd password passwords
passwort passwortpasswort patience patricia patrick paul peace peaches peanut pearl penguin penis people pepper
perfect peter phantom phillip phoenix phone photo picture pieces pikachu pink pirate pizza planet platinum playboy
player please pokemon police poohbear pookie poop popcorn popstar porn porsche portugal power powers precious
president pretty prince princesa princess private production profile project promise property purple pussy qwert
qwerty qwertyuiop qwertz rabbit rachel racing raiders rainbow ranger rangers raphael raymond real rebecca rebel red
redskins redsox register remember renault reset richard ricky robbie robert robin robinson rocket rockstar rockyou
roman romance ronaldo ronnie rooster root rosebud roses rosie router royal running russell russia sabrina safety
sailor saints sakura salasana samantha saml sammy samson samsung samuel sandra santiago saphire sarah saturday saturn
savage savannah scarface schalke schatz school science scooter scorpio scorpion scotland scott sebastian secret
secrets secure security senha sephiroth september serena server service seven sexy sexylady shadow shadows shalom
shannon sharon sheila shelby shopping sierra signin signup silver simple simpson simpsons single sister skate
skateboard skittles skyline slayer slipknot smile smith smokey smoking smooth snickers snoopy snowball snowboard
snowman soccer softball soldier soleil something sommer sophia sophie spain spanish sparkle sparky speed spencer
spider spiderman spirit spongebob sports spring squirrel sso staff stanley star stargate stars start startrek starwars
steelers stella stephanie stephen steve steven sticky stinky storm strawberry strong student stupid success sugar
summer sunday sunflower sunny sunrise sunset sunshine super supergirl superman superstar support supreme surfer susan
suzanne swimming swordfish sydney sylvester sylvia system tamara tanner target tattoo taurus taylor teacher team teamo
technology teddy teddybear telephone temp temporary tennis tequiero teresa test tester testing testtest texas thanks
theking theman theresa thomas thuglife thunder thursday tiffany tiger tigers tigger timothy tinker tinkerbell titanic
together tomcat tootsie topgun toronto tottenham toyota travel travis treasure trinity tropical trouble truelove trust
trustme trustno tucker tuesday turtle tweety twilight twister twitter umbrella undertaker unicorn united universal
universe unknown unlock user username valentina valentine valerie vampire vanessa vanilla verizon veronica victor
victoria victory video vincent violet viper virginia virus vision volcano volkswagen volleyball voyager walter
warcraft warren warrior warriors washington water watermelon webmaster website wednesday weed welcome welcomes
wellcome western whatever whitney wicked wildcats william williams willie willkommen willow wilson windows winner
winston winter wizard wolf wolfgang wolverine wolves woman wonder wonderful work worker world wrestling wrinkles wwe
xavier xbox yahoo yamaha yankee yankees yellow you young yourself youtube yvonne zachary zebra zombie zxcvbn
"""
_ROWS: Final = (
    "1234567890123456789012345678901234567890",
    "qwertyuiop[]\\",
    "asdfghjkl;'#",
    "zxcvbnm,./",
    "qwertzuiopü+",
    "yxcvbnm,.-",
    "azertyuiop^$",
    "qsdfghjklmù",
    "wxcvbn,;:!",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaqxswcdevfrbgtnhymjukilop",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "1a2b3c4d5e6f7g8h9i0j",
    "a1s2d3f4g5h6j7k8l9",
    "1029384756",
    "147258369",
    "159753",
    "741852963",
    "!@#$%^&*()_+",
    '!"§$%&/()=',
)
_SHORTEST_RUN: Final = 3
_LONGEST_WORD: Final = 16
_YEARS: Final = frozenset(str(year) for year in range(1940, 2060))
_NO_SEPARATORS: Final = str.maketrans("", "", " -_.,")
_LOOKALIKES: Final = str.maketrans("0134578@$!€", "oieastbasie")


def is_common(password: str, known: Iterable[str] = ()) -> bool:
    """Returns True if a password consists of a few common words, keyboard rows or repetitions, which attackers try
    first.

    Args:
        known: further guessable words: parts of the address, names.
    """
    plain = password.lower()
    if _is_repetition(plain) or _is_repetition(plain.translate(_NO_SEPARATORS)):
        return True
    words = _words() | {word.lower() for word in known if len(word) >= _SHORTEST_RUN}
    return _fewest_points(plain, words) < ENOUGH_POINTS


@cache
def _words() -> frozenset[str]:
    return frozenset(_WORDS.split())


@cache
def _runs() -> frozenset[str]:
    """Returns three adjacent keys of every row, in both directions."""
    rows = (*_ROWS, *(row[::-1] for row in _ROWS))
    return frozenset(row[i : i + _SHORTEST_RUN] for row in rows for i in range(len(row) - _SHORTEST_RUN + 1))


def _is_repetition(text: str) -> bool:
    """Returns True if at least the last third repeats the text before it."""
    return bool(text) and _period(text) * 3 <= len(text) * 2


def _period(text: str) -> int:
    """Returns the length of the shortest text whose repetition this is; the last repetition may be cut off."""
    borders = [0] * len(text)
    for end in range(1, len(text)):
        length = borders[end - 1]
        while length and text[end] != text[length]:
            length = borders[length - 1]
        borders[end] = length + (text[end] == text[length])
    return len(text) - (borders[-1] if borders else 0)


def _in_run(text: str) -> list[bool]:
    """Returns for each character whether it belongs to a keyboard row, a repetition or a year."""
    marks = [False] * len(text)
    for first in range(len(text) - _SHORTEST_RUN + 1):
        piece = text[first : first + _SHORTEST_RUN]
        if piece in _runs() or len(set(piece)) == 1:
            marks[first : first + _SHORTEST_RUN] = [True] * _SHORTEST_RUN
        is_apart = not (text[first - 1 : first].isdigit() or text[first + 4 : first + 5].isdigit())
        if is_apart and text[first : first + 4] in _YEARS:
            marks[first : first + 4] = [True] * 4
    return marks


def _fewest_points(text: str, words: frozenset[str]) -> int:
    """Returns the minimum points of the text over all ways to split it."""
    in_run, spelled = _in_run(text), text.translate(_LOOKALIKES)
    one = spelled.replace("i", "l")
    best: list[tuple[int, frozenset[str]]] = [(0, frozenset())]
    for end in range(1, len(text) + 1):
        points, used = best[end - 1]
        alone = 0 if in_run[end - 1] else _WORD_POINTS if text[end - 1].isalpha() else 1
        found = (points + alone, used)
        for first in range(max(0, end - _LONGEST_WORD), end - _SHORTEST_RUN + 1):
            word = next((w for w in (text[first:end], spelled[first:end], one[first:end]) if w in words), None)
            if word is not None:
                before, used = best[first]
                found = min(found, (before + _WORD_POINTS * (word not in used), used | {word}), key=lambda it: it[0])
        best.append(found)
    return best[-1][0]
