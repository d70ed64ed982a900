"""Which notifications hold a text: by the index of words on PostgreSQL, row by row on SQLite.

A word is what stands between spaces and punctuation; it is found by its beginning, whatever case. A
text in a script without spaces between words (or of symbols alone) has no such words: it is found
wherever it stands, and no index helps.

On PostgreSQL the column ``search`` holds the words of title and body: the database makes it from
them (see the migration), and no model knows of it.
"""

import re
import unicodedata

from django.db import connections

from notifications.conf import options
from notifications.inbox.where import Where

# What separates words, for both databases: PostgreSQL's own parser would keep a host name, a path
# or an address together, and find nothing within it. The migration of `search` has the same.
SEPARATORS = (
    " \t\r\n"
    + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    + "¡¿«»‹›“”„‚‘’–—…·•、。！？，；：（）「」【】《》"
)
_SPLIT = re.compile(f"[{re.escape(SEPARATORS)}]+")
_BEGIN, _BETWEEN, _END = (
    form.format(re.escape(SEPARATORS)) for form in ("(?:^|[{}])", "[{}]+", "(?:$|[{}])")
)
# Thai, Lao, Burmese, Khmer, Chinese and Japanese are written without spaces.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def holding(text: str, exact: bool = False) -> Where:
    """The condition that title or body hold the words of ``text``, one after the other.

    The last word may go on, unless ``exact``. Its ``seek`` is there where an index answers it.
    """
    words = [word for word in _SPLIT.split(text) if word]
    spaced = bool(words) and all(map(_is_word, words))
    if connections[options.DATABASE].vendor == "postgresql":
        return _indexed(words, exact) if spaced else _anywhere(text)
    pattern = _BETWEEN.join(map(re.escape, words))
    whole = f"{_BEGIN}{pattern}{_END if exact else ''}" if spaced else re.escape(text)
    return Where("(n.title || ' ' || n.body) REGEXP %s", (f"(?i){whole}",))


def _indexed(words: list[str], exact: bool) -> Where:
    # Separators are gone, quotes among them: a word in quotes has nothing that could end them.
    quoted = [f"'{word}'" for word in words]
    query = " <-> ".join(quoted) + ("" if exact else ":*")
    condition = "n.search @@ to_tsquery('simple', %s)"
    return Where(condition, (query,), seek=(condition, (query,)))


def _anywhere(text: str) -> Where:
    for special in ("\\", "%", "_"):
        text = text.replace(special, "\\" + special)
    like = f"%{text}%"
    return Where(r"(n.title ILIKE %s ESCAPE '\' OR n.body ILIKE %s ESCAPE '\')", (like, like))


def _is_word(word: str) -> bool:
    """Whether PostgreSQL's parser takes all of it: letters and digits, with their marks."""
    return not _UNSPACED.search(word) and all(
        unicodedata.category(each)[0] in "LNM" for each in word
    )
