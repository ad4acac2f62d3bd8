"""Known names, blotted out wherever somebody wrote them into a note or a caption (pure).

A note says «Cleo asked him», not «Cleo Example asked him»; so besides whole names their parts are
found. A part is hidden only where it stands as a word of its own, written as a name is, for some
names are words too: «Will you help me?» and «하나도 없었다» stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

HIDDEN_NAME = "[…]"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: First names and surnames that begin sentences as words.
_WORDS = _words(
    """al angel april art august autumn bill black bob brown bush case cash chase chance cook day
    dawn dean drew earl east faith flora forest frank gene good grace grant green guy hall hope
    hunter iris ivy jack jasmine jewel joy june king lane long major mark may mercy miles moon
    north olive page pat pearl penny price queen ray rice rich rob robin rose ruby sandy short
    skip south star sue summer sunny victor wade ward west white will wood worth young"""
)
#: What people are called by in an account, and no one by name: never hidden alone.
_NEVER = _words(
    """account admin administrator analyst area assistant audit auditor branch cashier chief city
    deputy director district duty floor head leader lead manager market mall office officer owner
    region regional shift shop staff store supervisor team test trainee
    da de del den der di du el la las le los mac bin bint ibn van von the
    miss mr mrs ms dr sir madam"""
)
#: Korean and Chinese given names that are words as well: hidden only before an honorific.
_CJK_WORDS = _words(
    """가람 가을 겨울 고운 기쁨 나라 나리 나무 다정 다해 대리 마음 무지 미래 미리 미소 민원 바다
    방울 보람 보라 보배 사랑 상품 새봄 성실 세일 소라 소리 소망 수정 수지 슬기 신선 아람 아름 여름
    영수 온유 우리 유리 은혜 이유 이슬 정도 정수 정리 조은 주의 지수 지원 지혜 진실 진주 초롱 태양
    평화 하나 하늘 하루 한결 한별 한솔 행복 화영 환희
    光明 自然 健康 文明 大方 美麗 吉祥 如意 平安 開心 明白 天然 小心 安全 安心 方便 新鮮 清楚 明亮
    友善 親切 和平 永久 正直"""
)
_TWO_SYLLABLES = tuple(
    _words(
        """남궁 황보 제갈 사공 선우 서문 독고 동방
        歐陽 司馬 諸葛 上官 司徒 張簡 范姜 夏侯 皇甫 尉遲 公孫 東方"""
    )
)
_HANGUL = "가-힣"
_HONORIFIC = "씨|님|군|양|先生|小姐|女士|太太|店長|經理"
#: What may follow a Korean name within its word.
_PARTICLE = (
    "이가|이는|이를|이의|이와|이도|이랑|이한테|이에게|이만|이네|이|가|은|는|을|를|의|에게서|에게|한테서|한테|"
    "께서|께|입니다|이었|였|이에요|예요|과|와|도|만|랑|하고|보다|처럼|아|야|라고|라는|씨|님|군|양|점장|점원|직원|매니저|대리|과장|주임"
)
_MOST_PARTICLES = 3
"""Without a bound, a note of sixty letters would take minutes."""


class NameHider:
    """`names` are people's, hidden whole, turned round and in parts; `signed` are what somebody
    wrote beside a signature, which may be anything, and is hidden whole."""

    def __init__(self, names: Iterable[str | None], signed: Iterable[str | None] = ()) -> None:
        people, others = _clean(names), _clean(signed)
        whole = sorted({*people, *others}, key=len, reverse=True)
        parts = dict.fromkeys(part for name in sorted(people) for part in _parts(name))
        patterns = [*(f"(?i:{_spelling(name)})" for name in whole), *parts]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def __call__(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._pattern.sub(HIDDEN_NAME, value) if self._pattern else value
        if isinstance(value, Mapping):
            return {key: self(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self(part) for part in value]
        return value


def _clean(names: Iterable[str | None]) -> set[str]:
    return {name.strip() for name in names if name and name.strip()}


def _spelling(name: str) -> str:
    """Alphabets part words with spaces; in Korean and Chinese a particle may follow at once."""
    pattern = r"\s+".join(map(re.escape, name.split()))
    alphabetic = all(ord(letter) < 0x1100 for letter in name)
    return rf"(?<!\w){pattern}(?!\w)" if alphabetic else pattern


def _parts(name: str) -> Iterator[str]:
    """Patterns of what else the person is called, as it is written."""
    words = name.split()
    if re.fullmatch(rf"[{_HANGUL}\u4e00-\u9fff]+", "".join(words)):
        yield from _of_cjk(words)
    elif len(words) > 1:
        turned = [*words[1:], words[0]], [words[-1], *words[:-1]]
        for order in turned:
            yield f"(?i:{_spelling(' '.join(order))})"
            yield f"(?i:{_spelling(f'{order[0]}, ' + ' '.join(order[1:]))})"
        for word in words:
            yield from _of_alphabet(word)


def _of_alphabet(word: str) -> Iterator[str]:
    """A part of a name, as names are written and in capitals. One that is a word too is hidden
    only within a sentence, where no word has a capital."""
    known = word.strip(".,'’()").casefold()
    if len(known) < 2 or not word[0].isupper() or known in _NEVER:
        return
    within = r"(?<=[a-z0-9,;)] )" if known in _WORDS else ""
    spellings = {word} if known in _WORDS or len(word) < 3 else {word, word.upper()}
    yield rf"{within}(?<!\w)(?:{'|'.join(map(re.escape, sorted(spellings)))})(?!\w)"


def _of_cjk(words: list[str]) -> Iterator[str]:
    """With a space between surname and given name, turned round, and the given name alone."""
    surname, given = _cut("".join(words)) if len(words) == 1 else (words[0], "".join(words[1:]))
    if not given:
        return
    if re.fullmatch(f"[{_HANGUL}]+", surname + given):
        # Apart, they begin a word of their own: «상품이 준비되었다» names nobody.
        yield rf"{surname}{given}"
        yield rf"(?<![{_HANGUL}]){surname}\s+{given}"
    else:
        yield rf"{surname}\s*{given}"
    yield rf"(?<![{_HANGUL}]){given}\s+{surname}(?![{_HANGUL}])"
    if len(given) < 2:
        return
    if given in _CJK_WORDS:
        yield rf"(?<![{_HANGUL}]){given}(?=\s?(?:{_HONORIFIC}))"
    elif re.fullmatch(f"[{_HANGUL}]+", given):
        yield rf"(?<![{_HANGUL}]){given}(?=(?:{_PARTICLE}){{0,{_MOST_PARTICLES}}}(?![{_HANGUL}]))"
    else:
        yield given


def _cut(name: str) -> tuple[str, str]:
    """Surname and given name of one written together."""
    long = len(name) > 2 and name.startswith(_TWO_SYLLABLES)
    return (name[:2], name[2:]) if long else (name[:1], name[1:])
