"""Bugs of writing: greedy, sampling, beam search."""

import pytest

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "targets not shifted",
        "numpy.decoding.greedy",
        "given = np.concatenate([prefix, tokens[:, :-1]], 1)",
        "given = np.concatenate([prefix[:, 1:], tokens], 1)",
        "numpy/decoding/greedy: "
        "the_alignment_is_what_each_token_was_written_from",
        {"prefix": "a token"},
    ),
    Mutant(
        "writing goes on after the end",
        "numpy.decoding.greedy",
        "lengths[~ended] += 1",
        "lengths += 1",
        "numpy/decoding/greedy: nothing_is_written_after_the_end",
        {"attention": None},
    ),
    Mutant(
        "the likelihood of what comes after the end counted",
        "numpy.decoding.greedy",
        "total[~ended] += log_p[~ended]",
        "total += log_p",
        "numpy/decoding/greedy: it_is_the_loop_by_hand_for_each_source_alone",
        {"attention": "additive"},
    ),
    Mutant(
        "the last token read is always the first",
        "numpy.decoding.greedy",
        "next_token_model.step(tokens, state)",
        "next_token_model.step(begun.tokens[:, 0], state)",
        "numpy/decoding/greedy: it_is_the_loop_by_hand_for_each_source_alone",
        {"attention": "dot"},
    ),
    Mutant(
        "scores multiplied by the temperature",
        "numpy.decoding.next_token_distribution",
        "(ranked - ranked[:, :1]) / temperature",
        "(ranked - ranked[:, :1]) * temperature",
        "numpy/decoding/next_token_distribution: "
        "each_filter_is_its_definition",
        {"temperature": 0.4, "top_k": None, "top_p": None, "min_p": None},
    ),
    Mutant(
        "the token that crosses top_p left out",
        "numpy.decoding.next_token_distribution",
        "p[np.cumsum(p, -1) - p >= top_p] = 0",
        "p[np.cumsum(p, -1) > top_p] = 0",
        "numpy/decoding/next_token_distribution: "
        "each_filter_is_its_definition",
        {"temperature": 1.0, "top_k": 4, "top_p": 0.9, "min_p": None},
    ),
    Mutant(
        "negative scores divided by the penalty",
        "numpy.decoding.next_token_distribution",
        "np.where(scores > 0, scores / penalty, scores * penalty)",
        "scores / penalty",
        "numpy/decoding/next_token_distribution: a_penalty_makes_less_likely",
        {"penalty": 1.2},
    ),
    Mutant(
        "min_p taken for a probability",
        "numpy.decoding.next_token_distribution",
        "p[p < min_p * p[:, :1]] = 0",
        "p[p < min_p] = 0",
        "numpy/decoding/next_token_distribution: "
        "each_filter_is_its_definition",
        {"temperature": 1.0, "top_k": None, "top_p": None, "min_p": 0.15},
    ),
    Mutant(
        "the token that crosses top_p left out of the reference",
        "numpy.decoding.filtered_reference",
        "q = q[np.cumsum(q) - q < top_p]",
        "q = q[np.cumsum(q) <= max(top_p, q[0])]",
        "numpy/decoding/filtered_reference: the_reference_is_the_fast_one",
        {"temperature": 1.0, "top_k": None, "top_p": 0.9, "min_p": 0.0},
    ),
    Mutant(
        "what was written not counted as seen",
        "numpy.decoding.sampling",
        "self.seen[np.arange(len(tokens)), tokens] = True",
        "",
        "numpy/decoding/sampling: what_was_written_is_penalised",
    ),
    Mutant(
        "padding of the prefix counted as seen",
        "numpy.decoding.sampling",
        "real = np.arange(begun.tokens.shape[1]) < begun.lengths[:, None]",
        "real = np.ones(begun.tokens.shape, bool)",
        "numpy/decoding/sampling: only_real_tokens_of_a_prefix_are_penalised",
    ),
    Mutant(
        "a rank taken for a token",
        "numpy.decoding.sampling",
        "np.take_along_axis(order, rank, -1)[:, 0]",
        "rank[:, 0]",
        "numpy/decoding/sampling: top_k_keeps_the_likeliest",
    ),
    Mutant(
        "the beam's memories not reordered",
        "numpy.decoding.beam_search",
        "token.reshape(-1), next_token_model.rows(state, kept_rows)",
        "token.reshape(-1), state",
        "numpy/decoding/beam_search: it_is_the_search_by_hand",
        {"kind": "what remembers all", "width": 3},
    ),
    Mutant(
        "the beam's memories taken from another sequence",
        "numpy.decoding.beam_search",
        "np.arange(B)[:, None] * K + parent",
        "np.zeros((B, 1), int) * K + parent",
        "numpy/decoding/beam_search: a_batch_is_each_alone",
        {"backwards": None},
    ),
    Mutant(
        "a sequence of the beam goes on after its end",
        "numpy.decoding.beam_search",
        "longer[ended] = -np.inf",
        "pass",
        "numpy/decoding/beam_search: "
        "wide_enough_it_finds_all_there_is_in_order",
        {"kind": "LSTM", "penalty": 0.0, "seed": 0},
    ),
    Mutant(
        "places that hold nothing taken for sequences that have ended",
        "numpy.decoding.beam_search",
        "kept = ended & (token == end)",
        "kept = ended",
        "numpy/decoding/beam_search: "
        "wide_enough_it_finds_all_there_is_in_order",
        {"kind": "LSTM", "penalty": 0.0, "seed": 0},
    ),
    Mutant(
        "the length penalty's sign turned",
        "numpy.decoding.beam_search",
        "((5 + lengths) / 6) ** length_penalty",
        "((5 + lengths) / 6) ** -length_penalty",
        "numpy/decoding/beam_search: a_larger_penalty_favours_what_is_long",
    ),
    Mutant(
        "the same beginning followed many times",
        "numpy.decoding.beam_search",
        "total[:, 0] = 0",
        "total[:] = 0",
        "numpy/decoding/beam_search: it_is_the_search_by_hand",
        {"kind": "LSTM", "width": 3},
    ),
    Mutant(
        "a padded prompt read to its end",
        "numpy.decoding.beginning",
        "tokens = np.where(padded, 0, tokens)[:, : lengths.max()]",
        "lengths[:] = tokens.shape[1]",
        "numpy/decoding/beginning: each_prompt_is_read_as_alone",
        {"name": "GRU"},
    ),
    Mutant(
        "the last token to write counted as read",
        "numpy.decoding.beginning",
        "if max_length - 1 > room:",
        "if max_length > room:",
        "numpy/decoding/beginning: all_that_can_be_read_is",
        {"most": 6},
        ValueError,
    ),
    Mutant(
        "the scores after the padding taken",
        "numpy.decoding.next_token",
        "at = T - 1 if lengths is None else lengths - 1",
        "at = T - 1",
        "numpy/decoding/next_token: "
        "the_scores_are_those_after_the_last_real_token",
    ),
    Mutant(
        "what was written attended to from the padding on",
        "numpy.decoding.greedy",
        "at = np.where(at > before[:, None], at + padding, at)",
        "at = at + 0 * padding",
        "numpy/decoding/greedy: "
        "the_alignment_is_what_each_token_was_written_from",
        {"prefix": "of several lengths"},
    ),
    Mutant(
        "a token written from scores that are not finite",
        "numpy.decoding.greedy",
        "wrong = np.flatnonzero(going & ~finite)",
        "wrong = []",
        "numpy/decoding/greedy: "
        "no_token_is_written_from_scores_that_are_not_finite",
        {"wrong": float("nan")},
        pytest.fail.Exception,
    ),
]
