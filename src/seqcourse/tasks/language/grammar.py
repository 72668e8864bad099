"""The little English that `Sentences` speaks; `pattern` says how to read it.

Five families of sentences, each a list of patterns with their weights.
"""

from __future__ import annotations

#: The language of each country: what the country family turns on.
LANGUAGES: dict[str, str] = {
    "France": "French",
    "Germany": "German",
    "Greece": "Greek",
    "Italy": "Italian",
    "Japan": "Japanese",
    "Poland": "Polish",
    "Spain": "Spanish",
    "Turkey": "Turkish",
}

# Where things are. One word settles the rest only in part.
_SKY = {
    "the clouds are (in the sky:12 | in the mountains:2 | in the picture "
    "| over the sea:2 | over the hills:3)": 5,
    "the birds are (in the sky:5 | in the trees:8 | in the garden:2 "
    "| over the sea:2)": 4,
    "the stars are (in the sky:9 | in the picture)": 2,
    "the moon is (in the sky:5 | over the sea:2 | over the hills:2)": 2,
    "the sun is (in the sky:5 | over the hills:2)": 2,
    "the book is (on the table:5 | on the chair:2 | in the bag:3)": 2,
    "the books are (on the table:5 | on the chair | in the bag:3)": 2,
    "the key is (in the bag:5 | on the table:3)": 2,
    "the keys are (in the bag:4 | on the table:5)": 2,
    "the boat is (on the sea:3 | on the river:5)": 1,
    "the boats are (on the sea:5 | on the river:3)": 1,
    "the fish are (in the sea:5 | in the river:4 | on the table)": 1,
    "the child is (in the garden:3 | in the house:4)": 1,
    "the children are (in the garden:5 | in the house:3)": 2,
    "the dog is (in the garden:3 | in the house:2 | under the table:3)": 2,
    "the cat is (on the chair:4 | under the table:2 | in the trees)": 2,
}

_WEATHER = {
    "it is (raining:3 | cold:2 | warm:2) "
    "(:3 | today:2 | in the mountains | in the garden)": 3,
    "the sky is (blue:4 | grey:3 | dark:2) (:3 | today | at night)": 2,
    "the clouds are (grey:4 | dark:2)": 2,
}

# One does, many do.
_EVERYDAY = {
    "the (dog | cat | child) (sleeps | plays | waits) "
    "(:2 | in the garden:2 | in the house:2 | every day)": 3,
    "the (dogs | cats | children) (sleep | play | wait) "
    "(:2 | in the garden:2 | in the house:2 | every day)": 3,
    "(she:2 | the woman | the man) (reads a book:2 | works) "
    "(:2 | at night | every day)": 2,
    "(they:2 | the women | the men) (read a book:2 | work) "
    "(:2 | at night | every day)": 2,
}

# The verb agrees with the first noun, not with the nearest.
_AGREEMENT = {
    "the (key | book | cat | dog) (on the chair | on the chairs "
    "| under the table | under the tables) is (old | mine)": 1,
    "the (keys | books | cats | dogs) (on the chair | on the chairs "
    "| under the table | under the tables) are (old | mine)": 1,
}

# The language is the country's, however much is said in between.
_COUNTRY = (
    "(I grew up in:3 | I was born in:2 | my family comes from) {country} "
    "(and:6 | , so:5"
    "| , but I left as a child , and:3"
    "| , and although I have lived abroad for years ,:4"
    "| , and although I have lived in the hills for many years ,:2"
    "| , and although I moved abroad as a child and have not been home "
    "for many years ,)"
    "(I speak:2 | I still speak fluent:4 | I still dream in) {language}"
)

# Most sentences of these families may be set in time.
_WHEN = "(:4 | today)"

#: The families of sentences: patterns and their weights within the family.
FAMILIES: dict[str, dict[str, float]] = {
    "sky": {f"{_WHEN} {p}.": weight for p, weight in _SKY.items()},
    "weather": {f"{p}.": weight for p, weight in _WEATHER.items()},
    "everyday": {f"{p}.": weight for p, weight in _EVERYDAY.items()},
    "agreement": {f"{p}.": weight for p, weight in _AGREEMENT.items()},
    "country": {
        _COUNTRY.format(country=country, language=language) + ".": 1
        for country, language in LANGUAGES.items()
    },
}

#: How often each family is drawn from, before any is left out.
SHARES: dict[str, float] = {
    "sky": 0.35,
    "weather": 0.1,
    "everyday": 0.2,
    "agreement": 0.1,
    "country": 0.25,
}
