"""The grammar's probabilities, against brute force over its sentences."""

import math
from collections import defaultdict

import numpy as np
import pytest

from seqcourse.tasks import LANGUAGES, START, Sentences
from seqcourse.tasks.language.grammar import FAMILIES, SHARES

SKY = "the clouds are in the sky ."
FRENCH = (
    "I grew up in France , and although I have lived abroad for years , "
    "I still speak fluent French ."
)
UNLIKELY = -50.0


@pytest.fixture(scope="module")
def task():
    return Sentences()


@pytest.fixture(scope="module")
def every(task):
    return {tuple(text.split()): p for text, p in task.sentences().items()}


@pytest.fixture(scope="module")
def counted(every):
    """What comes next, counted over the list of sentences alone."""
    after = defaultdict(lambda: defaultdict(float))
    for words, p in every.items():
        for t, word in enumerate(words):
            after[words[:t]][word] += p
    return after


def per_word(every, context):
    """The best nats per word of whoever sees context(words, t) alone."""
    joint = defaultdict(lambda: defaultdict(float))
    for words, p in every.items():
        for t, word in enumerate(words):
            joint[context(words, t)][word] += p
    nats = sum(
        -p * math.log(p / sum(after.values()))
        for after in joint.values()
        for p in after.values()
    )
    return nats / sum(p * len(words) for words, p in every.items())


def oracle(task, batch):
    """Scores that are the true log-probabilities."""
    scores = np.full((*batch.targets.shape, task.vocab_size), UNLIKELY)
    known = {}
    for row, (targets, length) in enumerate(
        zip(batch.targets, batch.lengths, strict=True)
    ):
        for t in range(length):
            prefix = task.decode(targets[:t])
            if prefix not in known:
                known[prefix] = task.next_words(prefix)
            for word, p in known[prefix].items():
                scores[row, t, task.encode(word)] = math.log(p)
    return scores


@pytest.fixture(scope="module")
def drawn(task):
    batch = task.batch(np.random.default_rng(3), 2500)
    return batch, oracle(task, batch)


def test_the_size_of_the_language(task, every):
    assert 40 <= task.vocab_size <= 120
    assert 500 <= len(every) <= 5000


def test_probabilities_add_to_one(every):
    assert math.fsum(every.values()) == pytest.approx(1, abs=1e-12)
    assert min(every.values()) > 0


def test_the_seed_sentences_are_in_the_language(task):
    for sentence in (SKY, FRENCH):
        assert task.probability(sentence) > 0


def test_the_sky_is_likeliest_and_not_certain(task):
    words = task.next_words("the clouds are in the")
    (first, p), (_, second) = list(words.items())[:2]
    assert first == "sky"
    assert 0.7 < p < 0.9
    assert p > 3 * second


def test_every_sentence_ends_once(every):
    for words in every:
        assert words[-1] == "."
        assert "." not in words[:-1]


def test_no_word_is_outside_the_vocabulary(task, every):
    used = {word for words in every for word in words}
    assert used | {START} == set(task.words)
    assert START not in used
    assert task.words[0] == START


def test_next_words_agrees_with_counting(task, counted):
    for prefix, after in counted.items():
        total = sum(after.values())
        found = task.next_words(" ".join(prefix))
        assert found == pytest.approx(
            {w: p / total for w, p in after.items()}
        )
        assert list(found.values()) == sorted(found.values(), reverse=True)


def test_entropy_agrees_with_counting(task, counted):
    for prefix, after in counted.items():
        shares = np.array(list(after.values()))
        shares /= shares.sum()
        expected = -(shares * np.log(shares)).sum()
        found = task.entropy(" ".join(prefix))
        assert found == pytest.approx(expected, abs=1e-12)


def test_probability_agrees_with_the_list(task, every):
    for words, p in every.items():
        assert task.probability(" ".join(words)) == pytest.approx(p)


def test_probability_of_a_beginning_is_that_of_its_sentences(task, every):
    for start in ("the clouds", "I grew up in France", ""):
        n = len(start.split())
        expected = sum(
            p for w, p in every.items() if " ".join(w[:n]) == start
        )
        assert task.probability(start) == pytest.approx(expected)


def test_a_shuffle_is_not_in_the_language(task):
    assert task.probability("sky the in clouds are the .") == 0
    assert task.probability(SKY + " the") == 0


def test_best_is_what_counting_gives(task, every):
    everything = per_word(every, lambda words, t: words[:t])
    assert task.best == pytest.approx(everything, abs=1e-12)


def test_best_is_the_entropy_of_a_sentence_over_its_length(task, every):
    p = np.array(list(every.values()))
    lengths = np.array([len(words) for words in every])
    entropy = -(p * np.log(p)).sum()
    assert task.best == pytest.approx(entropy / (p * lengths).sum())


def test_the_oracle_reaches_best(task, drawn):
    batch, scores = drawn
    log_p = np.take_along_axis(scores, batch.targets[..., None], -1)[..., 0]
    apart = -(log_p * batch.weights).sum(1) - task.best * batch.lengths
    # The standard error of a ratio of means.
    error = apart.std() / batch.lengths.mean() / math.sqrt(len(apart))
    assert error < 0.01
    reached = task.metric(scores, batch)
    assert reached == pytest.approx(task.best, abs=4 * error)


def test_another_prediction_than_the_oracles_is_worse(task, drawn):
    batch, scores = drawn
    reached = task.metric(scores, batch)
    for sharper in (0.7, 1.4):
        assert task.metric(sharper * scores, batch) > reached


@pytest.mark.parametrize("window", [0, 1, 2, 5, 14, 40])
def test_best_within_a_window_is_what_counting_gives(task, every, window):
    def seen(words, t):
        return ((START, *words[:t]))[max(0, t + 1 - window) :]

    expected = per_word(every, seen)
    assert task.best_within(window) == pytest.approx(expected, abs=1e-12)


def test_a_longer_window_is_never_worse(task):
    scores = [task.best_within(n) for n in range(31)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] == pytest.approx(task.best, abs=1e-12)
    assert scores[0] == task.chance < math.log(task.vocab_size)


def test_the_country_alone_settles_the_language():
    task = Sentences(("country",))
    sentences = task.sentences()
    for sentence, p in sentences.items():
        words = sentence.split()
        [country] = [word for word in words if word in LANGUAGES]
        [language] = [word for word in words if word in LANGUAGES.values()]
        assert LANGUAGES[country] == language
        before = " ".join(words[: words.index(language)])
        assert task.next_words(before) == {language: 1.0}
        # In another country's place all else is as likely: nothing but the
        # country says anything about the language.
        for other, spoken in LANGUAGES.items():
            swap = {country: other, language: spoken}
            moved = " ".join(swap.get(word, word) for word in words)
            assert sentences[moved] == pytest.approx(p)


def test_the_country_lies_near_or_far_behind():
    apart = set()
    for sentence in Sentences(("country",)).sentences():
        words = sentence.split()
        [country] = [i for i, word in enumerate(words) if word in LANGUAGES]
        apart.add(len(words) - 2 - country)
    assert min(apart) == 4
    assert max(apart) == 23
    assert 15 in apart
    assert len(set(LANGUAGES.values())) == len(LANGUAGES) >= 6


MANY = {
    "dogs", "cats", "children", "keys", "books", "clouds", "birds", "stars",
    "boats", "fish", "they", "women", "men",
}  # fmt: skip
ONE_DOES = {"is", "sleeps", "plays", "waits", "reads", "works"}
MANY_DO = {"are", "sleep", "play", "wait", "read", "work"}


@pytest.mark.parametrize(
    "family", ["sky", "weather", "everyday", "agreement"]
)
def test_the_verb_agrees_with_the_first_noun(family):
    for sentence in Sentences((family,)).sentences():
        words = sentence.removeprefix("today ").split()
        subject = words[1] if words[0] == "the" else words[0]
        [verb] = [word for word in words if word in ONE_DOES | MANY_DO]
        assert (verb in MANY_DO) == (subject in MANY)


def test_agreement_has_nouns_of_the_other_number_in_between():
    task = Sentences(("agreement",))
    assert task.next_words("the keys on the chair") == {"are": 1.0}
    assert task.next_words("the key on the chairs") == {"is": 1.0}


@pytest.mark.parametrize("family", FAMILIES)
def test_families_come_in_their_shares(task, every, family):
    alone = Sentences((family,))
    own = {tuple(text.split()) for text in alone.sentences()}
    share = sum(p for words, p in every.items() if words in own)
    assert share == pytest.approx(SHARES[family])
    assert alone.words == task.words


def test_shares_add_to_one():
    assert set(SHARES) == set(FAMILIES)
    assert sum(SHARES.values()) == pytest.approx(1)


def test_fewer_families_have_probabilities_of_their_own():
    task = Sentences(("sky", "country"))
    expected = SHARES["sky"] / (SHARES["sky"] + SHARES["country"])
    alone = Sentences(("sky",))
    sentence = SKY
    assert task.probability(sentence) == pytest.approx(
        expected * alone.probability(sentence)
    )
    assert task.probability("it is cold .") == 0
    with pytest.raises(ValueError, match="prefix: expected the beginning"):
        task.next_words("it is")


def test_the_order_of_the_families_does_not_matter():
    one = Sentences(("sky", "country"))
    other = Sentences(("country", "sky"))
    assert one.best == pytest.approx(other.best, abs=1e-12)


def test_inputs_are_the_targets_one_step_later(task):
    batch = task.batch(np.random.default_rng(0), 50)
    for inputs, targets, length in zip(
        batch.inputs, batch.targets, batch.lengths, strict=True
    ):
        assert task.words[inputs[0]] == START
        np.testing.assert_array_equal(inputs[1:length], targets[: length - 1])
        assert task.words[targets[length - 1]] == "."
        assert not inputs[length:].any()
        assert not targets[length:].any()


def test_sentences_are_drawn_as_often_as_they_should_be(task, every):
    size = 40_000
    batch = task.batch(np.random.default_rng(0), size)
    counts = defaultdict(int)
    for targets, length in zip(batch.targets, batch.lengths, strict=True):
        counts[tuple(task.decode(targets[:length]).split())] += 1
    assert set(counts) <= set(every)
    squares = sum(
        (counts[words] - size * p) ** 2 / (size * p)
        for words, p in every.items()
    )
    # Chi-squared with so many degrees of freedom is near normal.
    degrees = len(every) - 1
    assert abs(squares - degrees) < 5 * math.sqrt(2 * degrees)


def test_sample_draws_a_sentence(task):
    rng = np.random.default_rng(0)
    drawn = {task.sample(rng) for _ in range(40)}
    assert len(drawn) > 20
    assert all(task.probability(text) > 0 for text in drawn)
    assert not any(START in text for text in drawn)


@pytest.mark.parametrize(
    ("families", "sentence"),
    [
        ((), r"families: expected at least one name, got \(\)"),
        ("sky", "families: expected a tuple, got 'sky'"),
        (("sea",), "families: expected one of sky, weather, .* got 'sea'"),
        (("sky", "sky"), "families: expected each once"),
    ],
)
def test_wrong_families_are_refused(families, sentence):
    with pytest.raises(ValueError, match=sentence):
        Sentences(families)


@pytest.mark.parametrize("prefix", [SKY, "clouds the", "."])
def test_what_cannot_go_on_is_refused(task, prefix):
    for ask in (task.next_words, task.entropy):
        with pytest.raises(
            ValueError, match="prefix: expected the beginning"
        ):
            ask(prefix)


def test_unknown_words_are_refused(task):
    for ask in (task.next_words, task.entropy, task.probability):
        with pytest.raises(ValueError, match=r"^\w+: 'zebra' is none of"):
            ask("the zebra")


@pytest.mark.parametrize("window", [-1, 1.5, None])
def test_a_window_below_nothing_is_refused(task, window):
    with pytest.raises(ValueError, match="window: expected a whole number"):
        task.best_within(window)
