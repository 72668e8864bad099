"""Bugs that live in other people's tutorials, planted one at a time.

Each row changes one piece of the source; the test that it names must pass
before and fail after. A row whose text is no longer in the source fails.
"""

import dataclasses
import importlib.util
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import seqcourse.numpy


@dataclasses.dataclass(frozen=True)
class Mutant:
    bug: str
    where: str  # the module, without "seqcourse."
    old: str
    new: str
    test: str  # the file (tests/test_<file>.py) and its test
    given: dict[str, Any] = dataclasses.field(default_factory=dict)
    error: type[Exception] = AssertionError


SLOPES = "contract: gradients_are_the_slopes_of_finite_differences"
ALONE = "contract: a_padded_batch_is_each_sequence_alone"
SPLIT = "contract: split_anywhere"
STEPS = "contract: forward_is_the_loop_of_step"
APART = "contract: sequences_are_independent"
CALLER = "contract: what_was_returned_belongs_to_the_caller"
OWN_END = (
    "numpy/containers/bidirectional: "
    "a_reversed_sequence_starts_at_its_own_last_step"
)
CUT = {"cuts": "classifier", "bptt_length": 2}
RNN = {"row": "RNN"}
FULL = {"row": "RNN", "lengths": None}
PADDED = {"row": "RNN", "lengths": "padded"}
LSTM = {"row": "LSTM", "lengths": None}
LSTM_STEPS = {"row": "LSTM", "begun": True}
GRU = {"row": "GRU", "lengths": None}
GRU_STEPS = {"row": "GRU", "begun": True}


def of(row: str, lengths: str | None = None) -> dict[str, Any]:
    return {"row": row, "lengths": lengths}


ATTENTION = "numpy/attention/scaled_dot_product: attend_is_the_equation"
ATTENTION_BACK = (
    "numpy/attention/scaled_dot_product: the_way_back_is_the_slope"
)
ONE_GROUP = {"heads": 2, "cap": None, "dropout": 0.0}

BLOCKS = (
    "numpy/attention/blocked_attention: "
    "blocks_give_what_the_whole_table_gives"
)
TWO_AND_TWO = {"features": {}, "case": (6, 2, False, None)}
LEFT_OUT = "numpy/attention/block_mask: what_nobody_sees_is_left_out"

MUTANTS = [
    # Attention in blocks.
    Mutant(
        "the sum so far not shrunk where a larger score turns up",
        "numpy.attention.blocked_attention",
        "taken *= np.exp(highest - higher)",
        "taken[..., :-1] *= np.exp(highest - higher)",
        BLOCKS,
        TWO_AND_TWO,
    ),
    Mutant(
        "what was taken so far not shrunk",
        "numpy.attention.blocked_attention",
        "taken *= np.exp(highest - higher)",
        "taken[..., -1:] *= np.exp(highest - higher)",
        BLOCKS,
        TWO_AND_TWO,
    ),
    Mutant(
        "the largest score of the block for the largest so far",
        "numpy.attention.blocked_attention",
        "higher = np.maximum(highest, higher)",
        "pass",
        "numpy/attention/blocked_attention: "
        "the_largest_score_may_come_first_or_last",
        {"order": -1},
        FloatingPointError,
    ),
    Mutant(
        "a logarithm of the sum without the largest score",
        "numpy.attention.blocked_attention",
        "highest + np.log(total)",
        "np.log(total)",
        BLOCKS,
        TWO_AND_TWO,
    ),
    Mutant(
        "blocks gone back through as if the sum were fixed",
        "numpy.attention.blocked_attention",
        "-given], -1",
        "0 * given], -1",
        BLOCKS,
        TWO_AND_TWO,
    ),
    Mutant(
        "only the last block of keys is answered for",
        "numpy.attention.blocked_attention",
        "dq[:, i] += mixed",
        "dq[:, i] = mixed",
        BLOCKS,
        TWO_AND_TWO,
    ),
    Mutant(
        "no number in blocks for a query that may look nowhere",
        "numpy.attention.blocked_attention",
        "np.where(total == 0, 1, total)",
        "total",
        "numpy/attention/blocked_attention: "
        "a_query_that_may_look_nowhere_gets_zeros",
        {"block": 3},
        ArithmeticError,
    ),
    Mutant(
        "a block left out whose last queries see it",
        "numpy.attention.block_mask",
        "some & (first <= high), every",
        "some & (first <= low), every",
        "numpy/attention/block_mask: a_cache_moves_the_diagonal",
        {"read": 4, "window": None},
    ),
    Mutant(
        "the block on the diagonal without a mask",
        "numpy.attention.block_mask",
        "every & (last <= low)",
        "every & (last <= high)",
        LEFT_OUT,
        {"T": 7, "block": 3, "window": None, "causal": True},
    ),
    Mutant(
        "a block in sight of its first query alone left out",
        "numpy.attention.block_mask",
        "(last > low - self.window)",
        "(last > low - self.window + 1)",
        LEFT_OUT,
        {"T": 12, "block": 3, "window": 2, "causal": True},
    ),
    Mutant(
        "a window's far end without a mask",
        "numpy.attention.block_mask",
        "(first > high - self.window)",
        "(first > high - self.window - 1)",
        LEFT_OUT,
        {"T": 12, "block": 2, "window": 3, "causal": True},
    ),
    Mutant(
        "the last keys dropped where they fill no block",
        "numpy.attention.block_mask",
        "starts = np.arange(0, T, size)",
        "starts = np.arange(0, max(T - size + 1, 1), size)",
        LEFT_OUT,
        {"T": 7, "block": 2, "window": None, "causal": True},
    ),
    Mutant(
        "keys that are not real hide nothing",
        "numpy.attention.block_mask",
        "every = last > -far, all_real",
        "every = last > -far, last > -far",
        "numpy/attention/block_mask: padding_needs_a_mask",
    ),
    # Attention.
    Mutant(
        "future seen from a cache",
        "numpy.attention.multi_head_attention",
        "BlockMask(at, self.causal,",
        "BlockMask(at, self.causal and not slots,",
        "numpy/attention/multi_head_attention: "
        "nobody_sees_the_future_from_a_cache",
        {"options": {}},
    ),
    Mutant(
        "masked by multiplying",
        "numpy.attention.scaled_dot_product",
        "each += added[at]",
        "each *= np.isfinite(added[at])",
        ATTENTION,
        ONE_GROUP,
    ),
    Mutant(
        "scores over the width and not its root",
        "numpy.attention.scaled_dot_product",
        "K**-0.5 if scale",
        "1 / K if scale",
        "numpy/attention/scaled_dot_product: "
        "the_root_of_the_width_keeps_the_softmax_open",
    ),
    Mutant(
        "softmax over the queries",
        "numpy.attention.scaled_dot_product",
        "np.matmul(ones, s, out=total[at])",
        "total[at] = s.sum(3)[:, :, None]",
        "numpy/attention/scaled_dot_product: a_mask_stretches",
        {"shape": (7, 7)},
    ),
    Mutant(
        "padding masked on the axis of the queries",
        "numpy.attention.masks",
        "real[:, None, None, :]",
        "real[:, None, :, None]",
        "numpy/attention/masks: a_mask_is_its_sentence",
        {"causal": False, "window": None, "padded": True},
        ValueError,
    ),
    Mutant(
        "no number for a query that may look nowhere",
        "numpy.attention.scaled_dot_product",
        "total[total == 0] = 1",
        "pass",
        "numpy/attention/scaled_dot_product: "
        "a_query_that_may_look_nowhere_gets_zeros",
        {"cap": None},
        FloatingPointError,
    ),
    Mutant(
        "no number where the largest score is none",
        "numpy.attention.scaled_dot_product",
        "s.max(2, keepdims=True, initial=lowest)",
        "s.max(2, keepdims=True)",
        "numpy/attention/scaled_dot_product: "
        "a_query_that_may_look_nowhere_gets_zeros",
        {"cap": None},
        FloatingPointError,
    ),
    Mutant(
        "exponentials that overflow",
        "numpy.attention.scaled_dot_product",
        "s -= s.max(2, keepdims=True, initial=lowest)",
        "pass",
        "numpy/attention/scaled_dot_product: huge_scores_stay_finite",
        {"size": 1e4},
        FloatingPointError,
    ),
    Mutant(
        "window one step too wide",
        "numpy.attention.masks",
        "j > i - window",
        "j >= i - window",
        "numpy/attention/masks: a_mask_is_its_sentence",
        {"causal": True, "window": 2, "padded": False},
    ),
    Mutant(
        "window one key short in the memory",
        "numpy.attention.key_value_cache",
        "np.minimum(seen, window - 1)",
        "np.minimum(seen, max(window - 2, 0))",
        "numpy/attention/key_value_cache: "
        "what_is_carried_on_is_the_end_of_each_list",
        {"window": 4, "ragged": True},
    ),
    Mutant(
        "keys appended after the longest sequence",
        "numpy.attention.key_value_cache",
        "(count[:, None] - left)[rows, found]",
        "found",
        "numpy/attention/key_value_cache: "
        "what_is_carried_on_is_the_end_of_each_list",
        {"window": None, "ragged": True},
        IndexError,
    ),
    Mutant(
        "turning begins again with each chunk",
        "numpy.attention.multi_head_attention",
        "self.position_encoding.rotated(part, at.queries)",
        "self.position_encoding.rotated(part, at.queries - at.queries[:, :1])",
        SPLIT,
        of("attention with RotaryPositionEmbedding"),
    ),
    Mutant(
        "not turned back",
        "numpy.attention.multi_head_attention",
        "self.position_encoding.rotated(d, -at.queries)",
        "self.position_encoding.rotated(d, at.queries)",
        SLOPES,
        of("attention with RotaryPositionEmbedding"),
    ),
    Mutant(
        "places counted from zero again",
        "numpy.layers.position_embeddings",
        "seen[:, None] + np.arange(T), 0)",
        "0 * seen[:, None] + np.arange(T), 0)",
        SPLIT,
        of("SinusoidalPositionEmbedding"),
    ),
    Mutant(
        "a place learns from one sequence alone",
        "numpy.layers.position_embeddings",
        "np.add.at(dweight, at[real], dy[real])",
        "dweight[at[real]] = dy[real]",
        SLOPES,
        of("Learned"),
    ),
    Mutant(
        "gradient of the keys carried on dropped",
        "numpy.attention.multi_head_attention",
        "updated_cache_backward(whole, d, which)",
        "pass",
        SLOPES,
        of("attention"),
    ),
    Mutant(
        "gradient of the keys of a state dropped",
        "numpy.attention.multi_head_attention",
        "dkeys.copy(), dvalues.copy(), None",
        "0 * dkeys, dvalues.copy(), None",
        SPLIT,
        of("attention"),
    ),
    Mutant(
        "gradient of a state left in memory that is used again",
        "numpy.attention.multi_head_attention",
        "dkeys.copy(), dvalues.copy(), None",
        "dkeys, dvalues, None",
        "contract: gradients_outlast_the_next_way_back",
        of("attention"),
    ),
    Mutant(
        "heads that share keys in another order",
        "numpy.attention.scaled_dot_product",
        "q = q.reshape(B, heads, group * S, K)",
        "q = q.reshape(B, group, heads, S, K).swapaxes(1, 2)"
        ".reshape(B, heads, group * S, K)",
        ATTENTION,
        ONE_GROUP,
    ),
    Mutant(
        "softmax gone back through as if its sum were fixed",
        "numpy.attention.scaled_dot_product",
        "ds -= given[at]",
        "pass",
        ATTENTION_BACK,
        ONE_GROUP,
    ),
    Mutant(
        "the slope of the soft cap forgotten",
        "numpy.attention.scaled_dot_product",
        "ds *= 1 - capped[at] * capped[at]",
        "pass",
        ATTENTION_BACK,
        {**ONE_GROUP, "cap": 0.7},
    ),
    Mutant(
        "what was left out comes back",
        "numpy.attention.scaled_dot_product",
        "ds *= kept[at]",
        "pass",
        ATTENTION_BACK,
        {**ONE_GROUP, "dropout": 0.4},
    ),
    Mutant(
        "what was left out is answered for",
        "numpy.attention.scaled_dot_product",
        "p[at] if kept is None else p[at] * kept[at]",
        "p[at]",
        ATTENTION_BACK,
        {**ONE_GROUP, "dropout": 0.4},
    ),
    Mutant(
        "the keys' gradient without the root of the width",
        "numpy.attention.scaled_dot_product",
        "np.multiply(q, scale, out=buffer(old_q, q.shape, q.dtype))",
        "np.array(q); k = k * scale",
        ATTENTION_BACK,
        ONE_GROUP,
    ),
    Mutant(
        "ALiBi that rewards distance",
        "numpy.attention.position_encodings",
        "return -slope[:, None, None] * distance",
        "return slope[:, None, None] * distance",
        "numpy/attention/position_encodings: alibi_is_its_formula",
        {"heads": 3},
    ),
    Mutant(
        "both halves turned the same way",
        "numpy.attention.position_encodings",
        "x[..., :half] * cos - x[..., half:] * sin",
        "x[..., :half] * cos + x[..., half:] * sin",
        "numpy/attention/position_encodings: "
        "a_rotary_score_depends_on_the_distance_alone",
    ),
    # The memory.
    Mutant(
        "state not carried from step to step",
        "numpy.recurrent.recurrent_layer",
        "            before = after\n",
        "            before = first\n",
        STEPS,
        {**RNN, "begun": True},
    ),
    Mutant(
        "first state ignored",
        "numpy.recurrent.recurrent_layer",
        "validation.state(state, self.initial_state(B, x.dtype))",
        "self.initial_state(B, x.dtype)",
        SPLIT,
        FULL,
    ),
    Mutant(
        "state of one step too early handed on",
        "numpy.recurrent.recurrent_layer",
        "part[T].copy() for part",
        "part[T - 1].copy() for part",
        SPLIT,
        FULL,
    ),
    Mutant(
        "state kept one step too long at the end of a sequence",
        "numpy.recurrent.recurrent_layer",
        "where=padding_mask[:, t, None]",
        "where=padding_mask[:, max(t - 1, 0), None]",
        ALONE,
        RNN,
    ),
    Mutant(
        "state goes on through the padding",
        "numpy.recurrent.recurrent_layer",
        "np.copyto(part[t + 1], part[t], where=padding_mask[:, t, None])",
        "pass",
        ALONE,
        RNN,
    ),
    Mutant(
        "slots counted from zero again in the second half",
        "numpy.layers.fixed_window",
        "at = b, filled[b] + t",
        "at = b, t",
        SPLIT,
        of("FixedWindow"),
    ),
    Mutant(
        "count of the steps not carried",
        "numpy.layers.bag_of_words",
        "counts = count[:, None] + np.cumsum(real, 1)",
        "counts = 0 * count[:, None] + np.cumsum(real, 1)",
        SPLIT,
        of("BagOfWords"),
    ),
    Mutant(
        "a model begins anew at every call",
        "numpy.models.sequence_classifier",
        'child(params, "core"), x, state, lengths, rng, old[1]',
        'child(params, "core"), x, None, lengths, rng, old[1]',
        SPLIT,
        of("tagger of embedded numbers, RNN"),
    ),
    # Layers of layers.
    Mutant(
        "state of the wrong layer handed on",
        "numpy.containers.stack",
        "last += after\n            read",
        "last = after + last\n            read",
        SPLIT,
        of("stack of three RNNs"),
        ValueError,
    ),
    Mutant(
        "the layer's first state taken for its last",
        "numpy.containers.stack",
        "last += after\n            read",
        "last += after if part is None else part\n            read",
        SPLIT,
        of("stack of three RNNs"),
    ),
    Mutant(
        "every layer begun from nothing",
        "numpy.containers.stack",
        "                    x,\n                    part,",
        "                    x,\n                    None,",
        SPLIT,
        of("stack of two RNNs"),
    ),
    Mutant(
        "gradients of the first states in the wrong order",
        "numpy.containers.stack",
        "first = before + first",
        "first = first + before",
        SLOPES,
        of("stack of two RNNs"),
        ValueError,
    ),
    Mutant(
        "layers gone back through from the bottom",
        "numpy.containers.stack",
        "for i in reversed(range(len(self.layers)))",
        "for i in range(len(self.layers))",
        SLOPES,
        of("stack of three RNNs"),
        ValueError,
    ),
    Mutant(
        "gradients under another layer's name",
        "numpy.containers.stack",
        "grads |= prefixed(of_layer, name)",
        'grads |= prefixed(of_layer, f"layers.{len(parts) - 1 - i}")',
        SLOPES,
        of("stack of two RNNs"),
        ValueError,
    ),
    Mutant(
        "a layer's gradient for its own last state forgotten",
        "numpy.containers.stack",
        "child(params, name), d, parts[i], read[i]",
        "child(params, name), d, None, read[i]",
        SLOPES,
        of("stack of two RNNs"),
    ),
    Mutant(
        "padding forgotten above the first layer",
        "numpy.containers.stack",
        "                    lengths,\n                    rng,",
        "                    None if i else lengths,\n"
        "                    rng,",
        ALONE,
        of("stack of two RNNs"),
    ),
    Mutant(
        "dropout after the last layer",
        "numpy.containers.stack",
        "            masks.append(mask)\n",
        "            masks.append(mask)\n"
        "        x, _ = dropout(x, self.dropout, rng)\n",
        "numpy/containers/stack: "
        "dropout_acts_between_layers_and_not_after_the_last",
    ),
    Mutant(
        "dropout before the first layer",
        "numpy.containers.stack",
        "if i > 0:",
        "if i >= 0:",
        "numpy/containers/stack: one_layer_alone_has_no_dropout",
    ),
    Mutant(
        "the dropout's mask forgotten on the way back",
        "numpy.containers.stack",
        "d = d * masks[i]",
        "pass",
        "numpy/containers/stack: "
        "what_was_left_out_sends_no_gradient_and_the_rest_the_right_one",
    ),
    Mutant(
        "reversal that ignores lengths",
        "numpy.containers.bidirectional",
        "if lengths is None:\n        return",
        "if True:\n        return",
        ALONE,
        of("RNNs from both ends"),
    ),
    Mutant(
        "the reader from the back reads from the front",
        "numpy.containers.bidirectional",
        "x = reverse_sequences(x, lengths)",
        "pass",
        OWN_END,
    ),
    Mutant(
        "what was read backwards not turned again",
        "numpy.containers.bidirectional",
        "np.concatenate([a, reverse_sequences(b, lengths)], -1)",
        "np.concatenate([a, b], -1)",
        OWN_END,
    ),
    Mutant(
        "the gradient not turned on its way back",
        "numpy.containers.bidirectional",
        "db = reverse_sequences(db, lengths)",
        "pass",
        SLOPES,
        of("RNNs from both ends"),
    ),
    Mutant(
        "the gradient not turned again at the end",
        "numpy.containers.bidirectional",
        "dx + reverse_sequences(dx_b, lengths)",
        "dx + dx_b",
        SLOPES,
        of("RNNs from both ends"),
    ),
    Mutant(
        "output halves swapped",
        "numpy.containers.bidirectional",
        "np.concatenate([a, reverse_sequences(b, lengths)], -1)",
        "np.concatenate([reverse_sequences(b, lengths), a], -1)",
        OWN_END,
    ),
    Mutant(
        "states of the two readers swapped",
        "numpy.containers.bidirectional",
        "return y, a_last + b_last,",
        "return y, b_last + a_last,",
        OWN_END,
    ),
    Mutant(
        "both readers begun from the same state",
        "numpy.containers.bidirectional",
        'child(params, "backward_layer"), x, back, lengths, rng, old[1]',
        'child(params, "backward_layer"), x, None, lengths, rng, old[1]',
        SLOPES,
        of("RNNs from both ends"),
    ),
    Mutant(
        "a checkpoint read again from the wrong state",
        "numpy.containers.gradient_checkpointing",
        "params, x[rows, span], first, left, deepcopy(rng), scratch",
        "params, x[rows, span], kept[0][3], left, deepcopy(rng), scratch",
        SLOPES,
        of("RNN read again"),
    ),
    Mutant(
        "a checkpoint read again with other dropout",
        "numpy.containers.gradient_checkpointing",
        "begin = first, deepcopy(rng)",
        "begin = first, rng",
        "numpy/containers/gradient_checkpointing: "
        "what_is_read_again_has_the_same_dropout",
    ),
    Mutant(
        "the gradient lost between two pieces",
        "numpy.containers.gradient_checkpointing",
        "d = _replaced(d, rows, before, len(x))",
        "pass",
        SLOPES,
        of("RNN read again"),
    ),
    Mutant(
        "only the first piece's gradient of the weights",
        "numpy.containers.gradient_checkpointing",
        "grads[name] + g if name in grads else g",
        "g",
        SLOPES,
        of("RNN read again"),
    ),
    Mutant(
        "a sequence that has ended read on in the next piece",
        "numpy.contract.chunks",
        "> start)):",
        ">= start)):",
        "numpy/contract/chunks: spans_cover_every_real_step_once",
    ),
    # Looking, reading, writing.
    Mutant(
        "attending to padding",
        "numpy.attention.attention_mechanism",
        "softmax(scores, hidden[:, None])",
        "softmax(scores)",
        "numpy/attention/attention_mechanism: "
        "what_lies_beyond_a_memory_is_not_seen",
        {"garbage": 1e30},
    ),
    Mutant(
        "what is not seen multiplied by nothing",
        "numpy.attention.attention_mechanism",
        "memory = np.where(hidden[..., None], 0, memory)",
        "pass",
        "numpy/attention/attention_mechanism: "
        "what_lies_beyond_a_memory_is_not_seen",
        {"garbage": np.nan},
    ),
    Mutant(
        "the weights of a place made to sum to one",
        "numpy.attention.attention_mechanism",
        "softmax(scores, hidden[:, None])",
        "softmax(scores.swapaxes(1, 2)).swapaxes(1, 2)",
        "numpy/attention/attention_mechanism: "
        "the_weights_of_a_query_sum_to_one",
    ),
    Mutant(
        "a fully masked row gives NaN",
        "numpy.functional.softmax",
        "x = np.where(nothing, 0, x)",
        "pass",
        "numpy/functional/functional: what_is_hidden_gets_nothing",
        error=FloatingPointError,
    ),
    Mutant(
        "the slope of tanh forgotten in additive attention",
        "numpy.attention.additive_attention",
        "slope = 1 - a[s] * a[s]",
        "slope = np.ones_like(a[s])",
        SLOPES,
        of("GRU that looks additively"),
    ),
    Mutant(
        "divided by d instead of its root",
        "numpy.attention.dot_attention",
        "query / np.sqrt(self.key_size)",
        "query / np.float64(self.key_size)",
        SLOPES,
        of("stack that looks by scaled dot product"),
    ),
    Mutant(
        "the memory's own gradient lost",
        "numpy.seq2seq.attention_decoder",
        "dmemory += 0 if dstate[-2] is None else dstate[-2]",
        "pass",
        SPLIT,
        of("GRU that looks additively"),
    ),
    Mutant(
        "the gradient through the query lost",
        "numpy.seq2seq.attention_decoder",
        'child(params, "core"), dh + dquery,',
        'child(params, "core"), dh,',
        SLOPES,
        of("LSTM that looks by dot product"),
    ),
    Mutant(
        "one core's memory seen by all",
        "numpy.seq2seq.attention_decoder",
        'child(params, "attention"), h, memory, seen, old[1]',
        'child(params, "attention"), h, memory[1:2] + 0 * memory, seen, None',
        APART,
        of("RNN that looks through a weight"),
    ),
    Mutant(
        "the encoder's gradient through the attention dropped",
        "numpy.seq2seq.encoder_decoder",
        "dmemory = dmemory if dattention is None else dattention",
        "pass",
        "numpy/seq2seq/encoder_decoder: every_weight_has_its_slope",
        {"encoder": "both ends", "attention": "additive", "padded": True},
    ),
    Mutant(
        "the encoder's last state taken at the padded end",
        "numpy.seq2seq.encoder_decoder",
        'child(params, "encoder"), x, None, lengths, rng, old[1]',
        'child(params, "encoder"), x, None, None, rng, old[1]',
        "numpy/seq2seq/encoder_decoder: "
        "a_batch_padded_on_both_sides_is_each_pair_alone",
        {"encoder": "the same state", "attention": None},
    ),
    Mutant(
        "the source's lengths forgotten by the attention",
        "numpy.seq2seq.encoder_decoder",
        "if lengths is None else np.array(lengths)",
        "if True else lengths",
        "numpy/seq2seq/encoder_decoder: "
        "a_batch_padded_on_both_sides_is_each_pair_alone",
        {"encoder": "both ends", "attention": "general"},
    ),
    Mutant(
        "nothing goes back over the bridge",
        "numpy.seq2seq.encoder_decoder",
        'child(params, "bridge"), dstate, bridged',
        'child(params, "bridge"), [0 * d for d in dstate], bridged',
        "numpy/seq2seq/encoder_decoder: every_weight_has_its_slope",
        {"encoder": "another kind", "attention": None, "padded": False},
    ),
    Mutant(
        "one gradient of a tied weight for both",
        "numpy.seq2seq.decoder",
        'of_words["weight"] += of_readout.pop("weight")',
        'of_words["weight"] = of_readout.pop("weight")',
        "numpy/seq2seq/decoder: both_gradients_of_the_vectors_are_added",
        {"tied": True},
    ),
    Mutant(
        "the source's gradient left out of training",
        "numpy.training.loss",
        "grads |= of_source",
        "pass",
        "numpy/training/loss: the_source_is_learned_from",
    ),
    Mutant(
        "loss over the padding of what is written",
        "numpy.training.loss",
        "loss_of(outputs, piece.targets, piece.weights)",
        "loss_of(outputs, piece.targets)",
        "numpy/training/loss: padding_of_what_is_written_does_not_count",
    ),
    Mutant(
        "targets not shifted",
        "numpy.decoding.greedy",
        "given = np.concatenate([prefix, tokens[:, :-1]], 1)",
        "given = np.concatenate([prefix[:, 1:], tokens], 1)",
        "numpy/decoding/greedy: "
        "the_alignment_is_what_each_token_was_written_from",
        {"prefix": 1},
    ),
    Mutant(
        "writing goes on after the end",
        "numpy.decoding.greedy",
        "ended |= tokens[:, t] == end",
        "pass",
        "numpy/decoding/greedy: nothing_is_written_after_the_end",
        {"attention": None},
    ),
    Mutant(
        "the likelihood of what comes after the end counted",
        "numpy.decoding.greedy",
        "total[going] += log_p[going, chosen[going]]",
        "total += log_p[np.arange(B), chosen]",
        "numpy/decoding/greedy: it_is_the_loop_by_hand_for_each_source_alone",
        {"attention": "additive"},
    ),
    Mutant(
        "the last token read is always the first",
        "numpy.decoding.greedy",
        "next_token_model.step(tokens[:, t], state)",
        "next_token_model.step(tokens[:, 0], state)",
        "numpy/decoding/greedy: it_is_the_loop_by_hand_for_each_source_alone",
        {"attention": "dot"},
    ),
    Mutant(
        "scores multiplied by the temperature",
        "numpy.decoding.sampling",
        "(ranked - ranked[:, :1]) / temperature",
        "(ranked - ranked[:, :1]) * temperature",
        "numpy/decoding/sampling: tokens_come_as_often_as_they_should",
        {"temperature": 0.5},
    ),
    Mutant(
        "the token that crosses top_p left out",
        "numpy.decoding.sampling",
        "p[np.cumsum(p, -1) - p >= top_p] = 0",
        "p[np.cumsum(p, -1) > top_p] = 0",
        "numpy/decoding/sampling: "
        "top_p_looks_at_what_temperature_and_top_k_left",
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
        "token.reshape(-1), next_token_model.rows(state, rows)",
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
    # The way back.
    Mutant(
        "derivative of tanh forgotten",
        "numpy.recurrent.rnn",
        "activation_backward(dh, h)",
        "dh",
        SLOPES,
        FULL,
    ),
    Mutant(
        "derivative taken at the step before",
        "numpy.recurrent.rnn",
        "activation_backward(dh, h)",
        "activation_backward(dh, state[0])",
        SLOPES,
        FULL,
    ),
    Mutant(
        "gradient from the next step dropped",
        "numpy.recurrent.recurrent_layer",
        "dh_t = dy[:, t] + d[0]",
        "dh_t = dy[:, t] + 0",
        SLOPES,
        FULL,
    ),
    Mutant(
        "gradient for the final state dropped",
        "numpy.recurrent.recurrent_layer",
        "end.astype(part.dtype)",
        "0 * end",
        SLOPES,
        FULL,
    ),
    Mutant(
        "gradient for the final state lost in the padding",
        "numpy.recurrent.recurrent_layer",
        "np.where(padding_mask[:, t, None], old, part)",
        "np.where(padding_mask[:, t, None], 0, part)",
        SLOPES,
        PADDED,
    ),
    Mutant(
        "dstate not handed to the core",
        "numpy.models.sequence_classifier",
        'child(params, "core"), d, dstate, read',
        'child(params, "core"), d, None, read',
        SLOPES,
        of("tagger of embedded numbers, RNN"),
    ),
    Mutant(
        "weights transposed on the way back",
        "numpy.recurrent.rnn",
        '(da[0] @ params["weight_hh"],)',
        '(da[0] @ params["weight_hh"].T,)',
        SLOPES,
        FULL,
    ),
    Mutant(
        "recurrent weight credited with the memory after the step",
        "numpy.recurrent.recurrent_layer",
        "rows(states[0][:-1])",
        "rows(states[0][1:])",
        SLOPES,
        FULL,
    ),
    Mutant(
        "relu passes gradients as tanh does",
        "numpy.recurrent.rnn",
        "_, activation_backward = NONLINEARITIES[self.nonlinearity]",
        '_, activation_backward = NONLINEARITIES["tanh"]',
        SLOPES,
        of("RNN with relu"),
    ),
    Mutant(
        "gradient of the bias averaged over the batch",
        "numpy.layers.linear",
        'grads["bias"] = dy.sum(0)',
        'grads["bias"] = dy.mean(0)',
        SLOPES,
        of("Linear"),
    ),
    Mutant(
        "a token that comes twice is learned from once",
        "numpy.layers.embedding",
        "np.add.at(dweight, x[real], dy[real])",
        "dweight[x[real]] += dy[real]",
        SLOPES,
        of("Embedding"),
    ),
    Mutant(
        "a word helps only the answer at its own step",
        "numpy.layers.bag_of_words",
        "later = np.cumsum(dsums[:, ::-1], 1)[:, ::-1]",
        "later = dsums",
        SLOPES,
        of("BagOfWords"),
    ),
    Mutant(
        "a slot that was written over still credits the first state",
        "numpy.layers.fixed_window",
        "dslots[at] = 0",
        "pass",
        SLOPES,
        of("FixedWindow"),
    ),
    Mutant(
        "all-zero gradient from a buffer never written",
        "numpy.recurrent.recurrent_layer",
        "rows(da).T @ rows(states[0][:-1])",
        "0 * rows(da).T @ rows(states[0][:-1])",
        "contract: no_gradient_is_zero_by_neglect",
        FULL,
    ),
    # Axes.
    Mutant(
        "view where a transpose was meant, in the output",
        "numpy.recurrent.recurrent_layer",
        "states[0][1:].swapaxes(0, 1).copy()",
        "states[0][1:].reshape(B, T, -1).copy()",
        APART,
        FULL,
    ),
    Mutant(
        "view where a transpose was meant, in the input",
        "numpy.recurrent.recurrent_layer",
        "inputs[...] = x.swapaxes(0, 1)",
        "inputs[...] = x.reshape(T, B, D)",
        APART,
        FULL,
    ),
    Mutant(
        "view where a transpose was meant, on the way back",
        "numpy.recurrent.recurrent_layer",
        ".reshape(T, B, -1).swapaxes(0, 1)",
        ".reshape(B, T, -1)",
        APART,
        FULL,
    ),
    Mutant(
        "sum over the batch where over time was meant",
        "numpy.layers.bag_of_words",
        "np.cumsum(real, 1)",
        "np.cumsum(real, 0)",
        "contract: the_order_of_the_sequences_is_only_an_order",
        of("BagOfWords"),
    ),
    Mutant(
        "softmax over the wrong axis",
        "numpy.functional.softmax",
        "e / e.sum(-1, keepdims=True)",
        "e / e.sum(0, keepdims=True)",
        "numpy/functional/functional: "
        "softmax_sums_to_one_over_the_last_axis_alone",
    ),
    # The future.
    Mutant(
        "the average of the whole sentence at every step",
        "numpy.layers.bag_of_words",
        "mean = sums / counts",
        "mean = np.broadcast_to(sums[:, -1:], sums.shape) / counts",
        "contract: the_future_changes_nothing_before_it",
        of("BagOfWords"),
    ),
    Mutant(
        "a slot seen before it is filled",
        "numpy.layers.fixed_window",
        "tanh(a[at])",
        "tanh(a[:, -1:].repeat(T, 1)[real])",
        "contract: the_future_changes_nothing_before_it",
        of("FixedWindow"),
    ),
    # Padding.
    Mutant(
        "padding counted in the average",
        "numpy.layers.bag_of_words",
        "real[padding_mask] = 0",
        "pass",
        ALONE,
        of("BagOfWords"),
    ),
    Mutant(
        "padding taken for tokens to learn from",
        "numpy.layers.embedding",
        "np.ones(x.shape, bool) if padding_mask is None else ~padding_mask",
        "np.ones(x.shape, bool)",
        "contract: a_gradient_beyond_the_end_has_no_effect",
        {"row": "Embedding", "garbage": 1e30},
    ),
    Mutant(
        "padding masked by multiplying",
        "numpy.layers.linear",
        "dy = np.where(padding_mask[..., None], 0, dy)",
        "dy = dy * ~padding_mask[..., None]",
        "contract: a_gradient_beyond_the_end_has_no_effect",
        {"row": "Linear", "garbage": float("inf")},
    ),
    Mutant(
        "answers given beyond the end",
        "numpy.layers.linear",
        "y[padding_mask] = 0",
        "pass",
        ALONE,
        of("Linear"),
    ),
    Mutant(
        "the answer read after the padding",
        "numpy.models.sequence_classifier",
        "np.full(B, T) if lengths is None else np.asarray(lengths)",
        "np.full(B, T)",
        ALONE,
        of("classifier of tokens, RNN"),
    ),
    Mutant(
        "loss over padding",
        "numpy.functional.losses",
        "weights = weights.astype(logits.dtype)",
        "weights = np.ones_like(weights, logits.dtype)",
        "numpy/functional/functional: padding_does_not_thin_the_mean",
        {"kind": "cross_entropy"},
    ),
    Mutant(
        "padding thins the mean",
        "numpy.functional.losses",
        "loss = (share * (error * error).mean(-1)).sum()",
        "loss = (weights * (error * error).mean(-1)).mean()",
        "numpy/functional/functional: padding_does_not_thin_the_mean",
        {"kind": "squared_error"},
    ),
    Mutant(
        "the loss's mean left out of its gradient",
        "numpy.functional.losses",
        "d *= share[..., None]",
        "d *= share[..., None] > 0",
        "numpy/functional/functional: a_loss_gradient_is_the_slope",
        {"kind": "cross_entropy"},
    ),
    # Memory that two names share.
    Mutant(
        "the output is the cached activation itself",
        "numpy.recurrent.recurrent_layer",
        "states[0][1:].swapaxes(0, 1).copy()",
        "states[0][1:].swapaxes(0, 1)",
        CALLER,
        FULL,
    ),
    Mutant(
        "the last state is the cached activation itself",
        "numpy.recurrent.recurrent_layer",
        "part[T].copy() for part",
        "part[T] for part",
        "contract: an_old_cache_may_be_written_again",
        {**FULL, "shape": (3, 5)},
    ),
    Mutant(
        "the slots handed on are the cached ones",
        "numpy.layers.fixed_window",
        "state = (slots.copy(), filled",
        "state = (slots, filled",
        CALLER,
        of("FixedWindow"),
    ),
    Mutant(
        "both biases share one gradient",
        "numpy.recurrent.recurrent_layer",
        "b.copy() if",
        "b if",
        "contract: no_two_results_share_memory",
        FULL,
    ),
    Mutant(
        "a cached activation overwritten on the way back",
        "numpy.recurrent.rnn",
        "da[0] = activation_backward(",
        "da[0] = a[0] = activation_backward(",
        "contract: inputs_are_never_written_to",
        FULL,
        ValueError,
    ),
    Mutant(
        "a gradient that came in is written to",
        "numpy.layers.linear",
        "dy = np.where(padding_mask[..., None], 0, dy)",
        "dy[padding_mask] = 0",
        "contract: inputs_are_never_written_to",
        of("Linear", "padded"),
        ValueError,
    ),
    Mutant(
        "the state that came in is written to",
        "numpy.layers.fixed_window",
        "slots = first.copy()",
        "slots = first",
        "contract: inputs_are_never_written_to",
        of("FixedWindow"),
        ValueError,
    ),
    Mutant(
        "the first slot of a buffer never written",
        "numpy.recurrent.recurrent_layer",
        "part[0] = begun",
        "pass",
        "contract: every_output_is_written",
        FULL,
    ),
    # Types.
    Mutant(
        "gradients computed in float64 whatever the weights",
        "numpy.recurrent.recurrent_layer",
        "da = np.empty((T, B, self.gates, H), inputs.dtype)",
        "da = np.empty((T, B, self.gates, H))",
        "contract: the_weights_type_rules",
        {**FULL, "dtype": "float32"},
    ),
    Mutant(
        "first weights drawn in float64 whatever was asked",
        "numpy.layers.embedding",
        "rng.standard_normal(shape).astype(dtype)",
        "rng.standard_normal(shape)",
        "contract: the_weights_type_rules",
        {**of("Embedding"), "dtype": "float32"},
    ),
    # Training.
    Mutant(
        "momentum forgotten",
        "numpy.optimizers.adam",
        'self.momentum * state["velocity"][name] + g',
        "self.momentum * 0 + g",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "SGD with momentum"},
    ),
    Mutant(
        "Adam forgets how many steps it took",
        "numpy.optimizers.adam",
        'n = state["n"] + 1',
        "n = 1",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "Adam"},
    ),
    Mutant(
        "each array clipped for itself",
        "numpy.optimizers.adam",
        "g * np.asarray(max_norm / norm, g.dtype)",
        "g * (max_norm / np.linalg.norm(g))",
        "numpy/optimizers/adam: "
        "a_long_gradient_is_shortened_and_keeps_its_direction",
    ),
    Mutant(
        "weights and batches from one stream",
        "numpy.training.fit",
        "batch = task.batch(for_batches, batch_size)",
        "batch = task.batch(for_weights, batch_size)",
        "numpy/training/fit: the_batches_depend_on_the_seed_alone",
        {"classifier": "classifier"},
    ),
    Mutant(
        "the same batch at every step",
        "numpy.training.fit",
        "batch = task.batch(for_batches, batch_size)",
        "batch = task.batch(streams(seed)[1], batch_size)",
        "numpy/training/fit: every_batch_is_a_new_one_of_the_size_asked_for",
        {"classifier": "classifier"},
    ),
    Mutant(
        "the clipped gradient not used",
        "numpy.training.fit",
        "grads, norms[n] = clip_by_global_norm(grads, max_grad_norm)",
        "_, norms[n] = clip_by_global_norm(grads, max_grad_norm)",
        "numpy/training/fit: "
        "the_norm_is_taken_before_clipping_and_bounds_the_step",
        {"lesson": "tagger"},
    ),
    Mutant(
        "the score taken on a batch that was trained on",
        "numpy.training.fit",
        "task.batch(evaluation_stream(seed), size)",
        "task.batch(streams(seed)[1], size)",
        "numpy/training/fit: no_batch_that_was_trained_on_is_scored_on",
        {"classifier": "classifier"},
    ),
    Mutant(
        "lengths not given to the model",
        "numpy.training.loss",
        "params, piece.inputs, state, piece.lengths, rng, out",
        "params, piece.inputs, state, None, rng, out",
        "numpy/training/loss: a_cut_padded_batch_is_each_sequence_alone",
        CUT,
    ),
    Mutant(
        "the state not carried across the cut",
        "numpy.training.loss",
        "params, piece.inputs, state, piece.lengths, rng, out",
        "params, piece.inputs, None, piece.lengths, rng, out",
        "numpy/training/loss: the_state_does_cross_the_cut",
    ),
    Mutant(
        "the gradient not cut",
        "numpy.training.loss",
        "in segments(batch, bptt_length)",
        "in segments(batch, None)",
        "numpy/training/loss: no_gradient_crosses_the_cut",
        {"bptt_length": 3},
    ),
    Mutant(
        "only the last piece teaches",
        "numpy.training.loss",
        "grads[name] + g if grads else g",
        "g",
        "numpy/training/loss: the_gradient_is_that_of_the_loop_cut_by_hand",
    ),
    Mutant(
        "every piece weighs the same",
        "numpy.training.loss",
        "d = piece.share * loss_backward(kept)",
        "d = loss_backward(kept)",
        "numpy/training/loss: the_gradient_is_that_of_the_loop_cut_by_hand",
    ),
    Mutant(
        "the states of sequences that ended kept for the others",
        "numpy.training.loss",
        "part[piece.kept] for part in state",
        "part[: piece.kept.sum()] for part in state",
        "numpy/training/loss: a_cut_padded_batch_is_each_sequence_alone",
        CUT,
    ),
    Mutant(
        "an answer asked for before the sequence has ended",
        "numpy.training.truncated_bptt",
        "np.where(ends, weights, 0), batch",
        "weights, batch",
        "numpy/training/truncated_bptt: "
        "an_answer_is_asked_for_where_its_sequence_ends",
    ),
    Mutant(
        "the weights that spoiled the loss kept",
        "numpy.training.fit",
        "Run(good, so_far)",
        "Run(params, so_far)",
        "numpy/training/fit: steps_too_long_end_with_the_last_good_weights",
        {"series": "series"},
    ),
    Mutant(
        "the dropout's randomness begun anew after a stop",
        "numpy.training.fit",
        "done, kept = saved.load(steps, [for_batches, for_dropout])",
        "done, kept = saved.load(steps, [for_batches, streams(0)[0]])",
        "numpy/training/fit: a_run_in_parts_is_the_run_at_once",
        {"classifier": "classifier", "tmp_path": None},
    ),
    Mutant(
        "the optimiser's memory lost at a stop",
        "numpy.training.fit",
        'params, optimizer_state = kept["params"], kept["optimizer"]',
        'params = kept["params"]',
        "numpy/training/fit: a_run_in_parts_is_the_run_at_once",
        {"classifier": "classifier", "tmp_path": None},
    ),
    Mutant(
        "a step counted twice after a stop",
        "numpy.training.fit",
        "for n in bar(range(done, steps), progress)",
        "for n in bar(range(max(done - 1, 0), steps), progress)",
        "numpy/training/fit: a_run_in_parts_is_the_run_at_once",
        {"classifier": "classifier", "tmp_path": None},
    ),
    # Tasks.
    Mutant(
        "one letter more than there should be",
        "tasks.counting",
        "1 + step // n, 0)",
        "1 + (step - 1) // n, 0)",
        "tasks/counting: every_letter_comes_as_often_as_the_first",
        {"symbols": 2},
    ),
    Mutant(
        "the longest n never drawn",
        "tasks.counting",
        "self.longest + 1, size)",
        "self.longest, size)",
        "tasks/counting: every_length_is_equally_likely",
        {"symbols": 3},
    ),
    Mutant(
        "no prediction of the end in the best possible score",
        "tasks.counting",
        "math.log(lengths) / (self.symbols * self._mean + 1)",
        "math.log(lengths) / (self.symbols * self._mean)",
        "tasks/counting: best_is_what_the_true_chances_get",
        {"symbols": 2},
    ),
    Mutant(
        "the end not asked for",
        "tasks.counting",
        "uncertain = batch.inputs <= 1",
        "uncertain = (batch.inputs <= 1) | (batch.targets > self.symbols)",
        "tasks/counting: one_wrong_end_and_it_has_not",
        {"symbols": 2, "wrong": "too late"},
    ),
    # Gates.
    Mutant(
        "forget gate and input gate swapped",
        "numpy.recurrent.lstm",
        "i, f, g, o, tanh_c = a\n        gates = a[:4]\n        gates +=",
        "f, i, g, o, tanh_c = a\n        gates = a[:4]\n        gates +=",
        STEPS,
        LSTM_STEPS,
    ),
    Mutant(
        "gates in the order i, f, o, g",
        "numpy.recurrent.lstm",
        "i, f, g, o, tanh_c = a\n        gates = a[:4]\n        gates +=",
        "i, f, o, g, tanh_c = a\n        gates = a[:4]\n        gates +=",
        STEPS,
        LSTM_STEPS,
    ),
    Mutant(
        "a sigmoid that is a tanh",
        "numpy.recurrent.lstm",
        "SCALE = (0.5, 0.5, 1.0, 0.5)",
        "SCALE = (0.5, 0.5, 1.0, 1.0)",
        STEPS,
        LSTM_STEPS,
    ),
    Mutant(
        "first cell ignored",
        "numpy.recurrent.recurrent_layer",
        "        before = first\n",
        "        before = (first[0], *(0 * part for part in first[1:]))\n",
        SPLIT,
        LSTM,
    ),
    Mutant(
        "cell goes on through the padding",
        "numpy.recurrent.recurrent_layer",
        "for part in states:\n                    np.copyto",
        "for part in states[:1]:\n                    np.copyto",
        ALONE,
        LSTM,
    ),
    Mutant(
        "cell kept one step too long at the end of a sequence",
        "numpy.recurrent.recurrent_layer",
        "np.copyto(part[t + 1], part[t], where=padding_mask[:, t, None])",
        "late = t if part is states[0] else max(t - 1, 0)\n"
        "                    padded = padding_mask[:, late, None]\n"
        "                    np.copyto(part[t + 1], part[t], where=padded)",
        ALONE,
        LSTM,
    ),
    Mutant(
        "derivative of the input gate's sigmoid forgotten",
        "numpy.recurrent.lstm",
        "dc * g * slope_i",
        "dc * g",
        SLOPES,
        LSTM,
    ),
    Mutant(
        "derivative of the candidate's tanh forgotten",
        "numpy.recurrent.lstm",
        "dc * i * (1 - g * g)",
        "dc * i",
        SLOPES,
        LSTM,
    ),
    Mutant(
        "derivative of tanh(c) forgotten",
        "numpy.recurrent.lstm",
        "dh * o * (1 - tanh_c * tanh_c)",
        "dh * o",
        SLOPES,
        LSTM,
    ),
    Mutant(
        "dc from the next step dropped",
        "numpy.recurrent.lstm",
        "dc = dc + dh * o",
        "dc = dh * o",
        SLOPES,
        LSTM,
    ),
    Mutant(
        "dc does not pass through the forget gate",
        "numpy.recurrent.lstm",
        "dc = dc * f",
        "dc = dc * 1",
        SLOPES,
        LSTM,
    ),
    Mutant(
        "dh from the next step dropped by the LSTM",
        "numpy.recurrent.recurrent_layer",
        "dh_t = dy[:, t] + d[0]",
        "dh_t = dy[:, t] + 0",
        SLOPES,
        LSTM,
    ),
    Mutant(
        "forget gate credited with the cell after the step",
        "numpy.recurrent.lstm",
        "dc * c * slope_f",
        "dc * (f * c + i * g) * slope_f",
        SLOPES,
        LSTM,
    ),
    Mutant(
        "dc lost in the padding",
        "numpy.recurrent.recurrent_layer",
        "np.where(padding_mask[:, t, None], old, part)",
        "np.where(padding_mask[:, t, None], old if old is d[0] else 0, part)",
        SLOPES,
        of("LSTM", "padded"),
    ),
    Mutant(
        "the last cell is the cached one itself",
        "numpy.recurrent.recurrent_layer",
        "part[T].copy() for part",
        "part[T].copy() if part is states[0] else part[T] for part",
        "contract: an_old_cache_may_be_written_again",
        {**LSTM, "shape": (3, 5)},
    ),
    Mutant(
        "output gate sees the cell before the step",
        "numpy.recurrent.lstm",
        'o += 0.5 * params["peephole_o"] * c',
        'o += 0.5 * params["peephole_o"] * state[1]',
        STEPS,
        {"row": "LSTM with peepholes", "begun": True},
    ),
    Mutant(
        "no gradient through the forget gate's peephole",
        "numpy.recurrent.lstm",
        'dc += da_f * params["peephole_f"]',
        "pass",
        SLOPES,
        of("LSTM with peepholes"),
    ),
    Mutant(
        "no gradient through the output gate's peephole",
        "numpy.recurrent.lstm",
        'dc += da_o * params["peephole_o"]',
        "pass",
        SLOPES,
        of("LSTM with peepholes"),
    ),
    Mutant(
        "output peephole credited with the cell before the step",
        "numpy.recurrent.lstm",
        "(da_o * c[1:])",
        "(da_o * c[:-1])",
        SLOPES,
        of("LSTM with peepholes"),
    ),
    Mutant(
        "projection learns from the padding",
        "numpy.recurrent.recurrent_layer",
        "dh[padding_mask.T[: len(dh)]] = 0",
        "pass",
        SLOPES,
        of("LSTM with projection", "padded"),
    ),
    Mutant(
        "forget bias given to the input gate",
        "numpy.recurrent.lstm",
        'params["bias_ih"][H : 2 * H] += self.forget_bias',
        'params["bias_ih"][:H] += self.forget_bias',
        "numpy/recurrent/lstm: forget_bias_moves_f_alone",
    ),
    Mutant(
        "chrono with its signs swapped",
        "numpy.recurrent.lstm",
        "np.concatenate([-b, b])",
        "np.concatenate([b, -b])",
        "numpy/recurrent/lstm: chrono_gates_remember_for_up_to_so_many_steps",
        {"T": 100},
    ),
    Mutant(
        "rotation drawn with the signs of its factor",
        "numpy.contract.initialization",
        "Q * np.sign(np.diag(R))",
        "Q",
        "numpy/contract/initialization: "
        "rotations_keep_lengths_and_are_drawn_fairly",
    ),
    Mutant(
        "reset gate computed but unused",
        "numpy.recurrent.gru",
        "n += r * m",
        "n += m",
        STEPS,
        GRU_STEPS,
    ),
    Mutant(
        "reset gate and update gate swapped",
        "numpy.recurrent.gru",
        "r, z, n, m = a  # m",
        "z, r, n, m = a  # m",
        STEPS,
        GRU_STEPS,
    ),
    Mutant(
        "shares of old and new swapped",
        "numpy.recurrent.gru",
        "n + z * (h - n)",
        "h + z * (n - h)",
        STEPS,
        GRU_STEPS,
    ),
    Mutant(
        "reset before the product where after was meant",
        "numpy.recurrent.gru",
        "if self.reset_after:\n            np.add",
        "if False:\n            np.add",
        STEPS,
        GRU_STEPS,
    ),
    Mutant(
        "reset after the product where before was meant",
        "numpy.recurrent.gru",
        "if self.reset_after:\n            np.add",
        "if True:\n            np.add",
        STEPS,
        {"row": "GRU that resets before", "begun": True},
    ),
    Mutant(
        "bias of the memory left outside the reset",
        "numpy.recurrent.gru",
        'np.add(h @ params["weight_n"], params["bias_n"], out=m)\n'
        "            n += r * m",
        'np.matmul(h, params["weight_n"], out=m)\n'
        '            n += r * m + params["bias_n"]',
        STEPS,
        GRU_STEPS,
    ),
    Mutant(
        "first state ignored by the GRU",
        "numpy.recurrent.recurrent_layer",
        "validation.state(state, self.initial_state(B, x.dtype))",
        "self.initial_state(B, x.dtype)",
        SPLIT,
        GRU,
    ),
    Mutant(
        "GRU's state kept one step too long at the end of a sequence",
        "numpy.recurrent.recurrent_layer",
        "where=padding_mask[:, t, None]",
        "where=padding_mask[:, max(t - 1, 0), None]",
        ALONE,
        GRU,
    ),
    Mutant(
        "derivative of the reset gate's sigmoid forgotten",
        "numpy.recurrent.gru",
        "np.multiply(m * slope_r, da_n",
        "np.multiply(m * r, da_n",
        SLOPES,
        GRU,
    ),
    Mutant(
        "derivative of the proposal's tanh forgotten",
        "numpy.recurrent.gru",
        "(1 - z) * (1 - n * n)",
        "(1 - z)",
        SLOPES,
        GRU,
    ),
    Mutant(
        "update gate's gradient of the wrong sign",
        "numpy.recurrent.gru",
        "(h - n) * slope_z",
        "(n - h) * slope_z",
        SLOPES,
        GRU,
    ),
    Mutant(
        "dh from the next step dropped by the GRU",
        "numpy.recurrent.recurrent_layer",
        "dh_t = dy[:, t] + d[0]",
        "dh_t = dy[:, t] + 0",
        SLOPES,
        GRU,
    ),
    Mutant(
        "dh does not pass through the update gate",
        "numpy.recurrent.gru",
        "dh_before += z * dh",
        "pass",
        SLOPES,
        GRU,
    ),
    Mutant(
        "no gradient for the reset gate",
        "numpy.recurrent.gru",
        "np.multiply(m * slope_r, da_n, out=da_r)",
        "da_r[...] = 0",
        SLOPES,
        GRU,
    ),
    Mutant(
        "no gradient through the reset gate",
        "numpy.recurrent.gru",
        "dh_before = r * dm",
        "dh_before = dm * 1",
        SLOPES,
        of("GRU that resets before"),
    ),
    Mutant(
        "weights of the proposal credited as if never reset",
        "numpy.recurrent.gru",
        "rows(a[:, 0] * da[:, :, 2])",
        "rows(da)[:, rz:]",
        SLOPES,
        GRU,
    ),
    Mutant(
        "dh lost in the GRU's padding",
        "numpy.recurrent.recurrent_layer",
        "np.where(padding_mask[:, t, None], old, part)",
        "np.where(padding_mask[:, t, None], 0, part)",
        SLOPES,
        of("GRU", "padded"),
    ),
    # What is asked.
    Mutant(
        "the key that is asked is not among the pairs",
        "tasks.associative_recall",
        "inputs[:, start:] = np.take_along_axis(keys, asked, 1)",
        "inputs[:, start:] = self.values + rng.integers(\n"
        "            self.keys, size=(size, room)\n        )",
        "tasks/associative_recall: "
        "looking_it_up_in_the_pairs_is_always_right",
        {"queries": None},
        KeyError,
    ),
    Mutant(
        "the value of the pair before",
        "tasks.associative_recall",
        "np.take_along_axis(values, asked, 1)",
        "np.take_along_axis(values, asked - 1, 1)",
        "tasks/associative_recall: "
        "looking_it_up_in_the_pairs_is_always_right",
        {"queries": None},
    ),
    Mutant(
        "answers one step late",
        "tasks.associative_recall",
        "at = start + distinct(rng, size, self.queries, room)",
        "at = start + distinct(rng, size, self.queries, room)\n"
        "            targets = np.roll(targets, 1, 1)",
        "tasks/associative_recall: "
        "looking_it_up_in_the_pairs_is_always_right",
        {"queries": 3},
    ),
    Mutant(
        "a key that comes twice",
        "tasks.associative_recall",
        "distinct(rng, size, self.pairs, self.keys)",
        "rng.integers(self.keys, size=(size, self.pairs))",
        "tasks/associative_recall: "
        "pairs_are_different_keys_and_different_values",
    ),
    Mutant(
        "the answer shown where it is asked",
        "tasks.associative_recall",
        "inputs[:, start:][weights[:, start:] == 0] = full_stop",
        "inputs[:, start:] = targets[:, start:]",
        "tasks/associative_recall: no_answer_is_shown_after_the_pairs",
    ),
    Mutant(
        "steps that ask nothing count",
        "tasks.associative_recall",
        "np.zeros((size, T), np.float32)",
        "np.ones((size, T), np.float32)",
        "tasks/associative_recall: the_weights_are_where_a_key_is_asked",
        {"queries": None},
    ),
    Mutant(
        "the symbol itself, not what followed it",
        "tasks.induction",
        "np.take_along_axis(inputs, stretch + 1, 1)",
        "np.take_along_axis(inputs, stretch, 1)",
        "tasks/induction: what_followed_the_last_time_is_always_right",
        {"form": {"length": 9, "symbols": 7, "repeated": 4}},
    ),
    Mutant(
        "a repetition at one fixed distance",
        "tasks.induction",
        "rng.integers(row - self.repeated, size=(size, 1))",
        "np.zeros((size, 1), np.int64)",
        "tasks/induction: the_stretch_begins_anywhere",
        {"repeated": 3},
    ),
    Mutant(
        "a trigger that may stand where nothing follows",
        "tasks.induction",
        "begins = rng.integers(row - self.repeated, size=(size, 1))",
        "begins = rng.integers(row, size=(size, 1))",
        "tasks/induction: the_trigger_stands_once_before_and_at_the_end",
    ),
    Mutant(
        "the copy begins at the sign, one step early",
        "tasks.copying",
        "targets[:, T - self.items :] = symbols",
        "targets[:, T - self.items - 1 : -1] = symbols",
        "tasks/copying: symbols_then_a_wait_then_the_sign_then_blanks",
        {"lag": 2},
    ),
    Mutant(
        "the guess of copying divided by the wait alone",
        "tasks.copying",
        "self.items * math.log(self.symbols) / self.length",
        "self.items * math.log(self.symbols) / self.lag",
        "tasks/copying: whoever_remembers_nothing_gets_chance",
    ),
    Mutant(
        "symbols in the order of the draw, not of their places",
        "tasks.selective_copying",
        "np.sort(distinct(rng, size, self.items, self.span), axis=1)",
        "distinct(rng, size, self.items, self.span)",
        "tasks/selective_copying: keeping_what_is_no_blank_is_always_right",
    ),
    Mutant(
        "symbols side by side, not scattered",
        "tasks.selective_copying",
        "np.sort(distinct(rng, size, self.items, self.span), axis=1)",
        "np.tile(np.arange(self.items), (size, 1))",
        "tasks/selective_copying: every_choice_of_places_is_equally_likely",
    ),
    Mutant(
        "an answer read at the step that asks for it",
        "tasks.sorting",
        "inputs[:, n + 1 :] = ordered[:, :-1]",
        "inputs[:, n + 1 :] = ordered[:, 1:]",
        "tasks/sorting: no_answer_is_read_before_its_turn",
    ),
    Mutant(
        "the largest number first",
        "tasks.sorting",
        "np.sort(numbers, axis=1)",
        "np.sort(numbers, axis=1)[:, ::-1]",
        "tasks/sorting: sorting_what_was_read_is_always_right",
        {"order": "ascending", "shown": True},
    ),
    Mutant(
        "numbers sorted across the batch",
        "tasks.sorting",
        "np.sort(numbers, axis=1)",
        "np.sort(numbers, axis=0)",
        "tasks/sorting: sorting_what_was_read_is_always_right",
        {"order": "ascending", "shown": False},
    ),
    Mutant(
        "each number in order taken to be as likely as any",
        "tasks.sorting",
        'if self.order != "ascending":\n            return 1 / self.symbols',
        "if True:\n            return 1 / self.symbols",
        "tasks/sorting: chance_is_the_likeliest_answer_at_each_step",
        {"length": 3, "symbols": 4, "order": "ascending"},
    ),
    Mutant(
        "a likeliest sequence whose doubles count twice",
        "tasks.sorting_pairs",
        "math.factorial(n) / (same * S**n)",
        "math.factorial(n) / S**n",
        "tasks/sorting_pairs: chance_is_the_likeliest_sequence",
        {"length": 5, "symbols": 3, "order": "ascending"},
    ),
    Mutant(
        "test dates seen in training",
        "tasks.dates",
        "return split_days(self.split)",
        'return split_days("test")',
        "tasks/dates: no_date_of_the_test_is_seen_in_training",
    ),
    Mutant(
        "a date parted from its exchange",
        "tasks.calendar_dates",
        "np.minimum(day, month)",
        "day",
        "tasks/calendar_dates: a_date_is_in_the_split_of_its_exchange",
    ),
    Mutant(
        "splits that overlap",
        "tasks.calendar_dates",
        '(lot < 0.2) == (split == "test")',
        '(lot < 0.2) | (split == "train")',
        "tasks/calendar_dates: the_splits_are_all_dates_and_share_none",
    ),
    Mutant(
        "weekdays one day off",
        "tasks.calendar_dates",
        "(number + 3) % 7",
        "(number + 4) % 7",
        "tasks/calendar_dates: a_piece_is_what_pythons_calendar_says",
        {"name": "Weekday"},
    ),
    Mutant(
        "the 11st, 12nd and 13rd of May",
        "tasks.calendar_dates",
        "'th' if day in (11, 12, 13) else ending",
        "ending",
        "tasks/calendar_dates: a_piece_is_what_pythons_calendar_says",
        {"name": "th"},
    ),
    Mutant(
        "doubt that costs nothing",
        "tasks.dates",
        "if not set(SLASHED_DATES) <= set(self.forms):",
        "if True:",
        "tasks/dates: best_is_the_likeliest_date_of_each_source",
        {"split": "test", "forms": ("{dd}/{mm}/{yy}", "{mm}/{dd}/{yy}")},
    ),
    Mutant(
        "doubt counted once for several dates",
        "tasks.dates",
        "(1 - either / len(self.forms)) ** self.count",
        "1 - either / len(self.forms)",
        "tasks/dates: whoever_takes_a_side_gets_best_where_there_is_doubt",
        {"count": 2},
    ),
    Mutant(
        "the dates of a source written in another order",
        "tasks.dates",
        "iso = iso[iso != PAD].reshape(B, C, 10)",
        "iso = iso[iso != PAD].reshape(B, C, 10)[:, ::-1]",
        "tasks/dates: whoever_can_read_is_always_right",
        {"count": 2, "split": "train"},
    ),
    Mutant(
        "the decoder given what it should write, not what it wrote before",
        "tasks.dates",
        "inputs[:, 1:] = targets[:, :-1]",
        "inputs[:, 1:] = targets[:, 1:]",
        "tasks/dates: the_decoder_reads_one_step_behind",
    ),
    Mutant(
        "no end written",
        "tasks.dates",
        "targets[:, -1] = EOS",
        "pass",
        "tasks/dates: the_decoder_reads_one_step_behind",
    ),
    Mutant(
        "the needle's depth ignored",
        "tasks.needle",
        "depths[:, 0] = self.depth",
        "pass",
        "tasks/needle: the_needle_stands_at_its_depth",
        {"depth": 0.9},
    ),
    Mutant(
        "a needle within a sentence",
        "tasks.needle",
        'ends[:, 1:] = text == known["."]',
        "pass",
        "tasks/needle: no_sentence_end_was_nearer",
    ),
    Mutant(
        "the order of the needles says which is asked about",
        "tasks.needle",
        "places + depths / 4",
        "places",
        "tasks/needle: any_number_that_was_named_gets_unbound",
    ),
    Mutant(
        "a question about a city that has no needle",
        "tasks.needle",
        "question[:, _NAMED] = cities[:, 0]",
        "question[:, _NAMED] = self.numbers + rng.integers(8, size=size)",
        "tasks/needle: whoever_finds_the_city_is_always_right",
        {"depth": None, "needles": 1},
        KeyError,
    ),
    Mutant(
        "the number of another needle",
        "tasks.needle",
        "targets=numbers[:, 0].copy()",
        "targets=numbers[:, -1].copy()",
        "tasks/needle: whoever_finds_the_city_is_always_right",
        {"depth": 0.3, "needles": 4},
    ),
    Mutant(
        "one right answer enough for all",
        "tasks.scores",
        "(hits | (batch.weights == 0)).all(-1)",
        "(hits | (batch.weights == 0)).any(-1)",
        "tasks/scores: exact_counts_sequences_without_an_error",
    ),
    Mutant(
        "padding must be right, too",
        "tasks.scores",
        "(hits | (batch.weights == 0)).all(-1)",
        "hits.all(-1)",
        "tasks/scores: exact_counts_sequences_without_an_error",
    ),
    # Transformers.
    Mutant(
        "a road without a way through",
        "numpy.transformer.transformer_block",
        "                y += x  # which",
        "                # which",
        SLOPES,
        of("block"),
    ),
    Mutant(
        "the road's own gradient forgotten",
        "numpy.transformer.transformer_block",
        "            d += dx  # which",
        "            # which",
        SLOPES,
        of("block"),
    ),
    Mutant(
        "normalised after instead of before",
        "numpy.transformer.transformer_block",
        "if self.norm_first:\n                    y, _, stood",
        "if not self.norm_first:\n                    y, _, stood",
        "numpy/transformer/transformer_block: it_normalises_first",
    ),
    Mutant(
        "normalised before instead of after",
        "numpy.transformer.transformer_block",
        "if not self.norm_first:\n                    y, _, stood",
        "if self.norm_first:\n                    y, _, stood",
        "numpy/transformer/transformer_block: it_normalises_after",
    ),
    Mutant(
        "a block's dropout forgotten on the way back",
        "numpy.transformer.transformer_block",
        "d = dx if mask is None else dx * mask",
        "d = dx",
        "numpy/transformer/transformer_block: "
        "what_was_left_out_sends_no_gradient_and_"
        "the_rest_the_right_one",
        {"norm_first": True, "cross": False},
    ),
    Mutant(
        "padding read by a block",
        "numpy.transformer.transformer_block",
        "x = mask_padded_steps(x, padding_mask)",
        "pass",
        ALONE,
        of("block"),
    ),
    Mutant(
        "the gradient for the memory handed on forgotten",
        "numpy.transformer.transformer_block",
        "dmemory += dseen[0]",
        "pass",
        SLOPES,
        of("block that looks elsewhere"),
    ),
    Mutant(
        "the memory's padding looked at",
        "numpy.transformer.block_memory",
        "whole = None if (real == memory.shape[1]).all() else real",
        "whole = None",
        "numpy/transformer/block_memory: "
        "what_lies_in_the_memorys_padding_has_no_effect",
        {"case": "elsewhere"},
    ),
    Mutant(
        "the cache of each layer handed to the next",
        "numpy.transformer.transformer",
        "zip(self.children().items(), self.shares(state), strict=True)",
        "zip(\n            self.children().items(),\n"
        "            [(s := self.shares(state))[-2], *s[:-2], s[-1]],\n"
        "            strict=True,\n        )",
        SPLIT,
        of("transformer"),
    ),
    Mutant(
        "places counted from zero again in each chunk",
        "numpy.transformer.transformer",
        "                    x,\n                    part,",
        "                    x,\n"
        '                    None if name == "position" else part,',
        SPLIT,
        of("transformer of SinusoidalPositionEmbedding places"),
    ),
    Mutant(
        "one layer's weights in all layers",
        "numpy.transformer.transformer",
        "                    child(params, name),\n                    x,",
        "                    child(\n                        params,\n"
        '                        "layers.0" if "layers" in name else name,\n'
        "                    ),\n                    x,",
        SLOPES,
        of("transformer"),
    ),
    Mutant(
        "the input's dropout forgotten on the way back",
        "numpy.transformer.transformer",
        'if mask is not None and name == "position":',
        "if False:",
        "numpy/transformer/transformer: "
        "dropout_acts_on_the_input_and_its_places",
    ),
    Mutant(
        "what leads back to the road not begun smaller",
        "numpy.transformer.transformer",
        "std /= np.sqrt(2 * self.num_layers)",
        "pass",
        "numpy/transformer/transformer: "
        "small_first_weights_are_smaller_where_they_lead_back",
    ),
    Mutant(
        "the read-out's gradient not added to the embedding's",
        "numpy.models.language_model",
        'grads["embedding.weight"] += grads.pop("readout.weight")',
        'grads.pop("readout.weight")',
        SLOPES,
        of("tied language model, transformer"),
    ),
    Mutant(
        "the mean's gradient dropped from a norm",
        "numpy.layers.normalization",
        "dx -= dx.mean(1, keepdims=True)",
        "pass",
        SLOPES,
        of("LayerNorm"),
    ),
    Mutant(
        "the size's gradient dropped from a norm",
        "numpy.layers.normalization",
        "dx -= unit * along",
        "pass",
        SLOPES,
        of("RMSNorm"),
    ),
    Mutant(
        "a variance divided by one less",
        "numpy.layers.normalization",
        'np.einsum("nd,nd->n", x, x)[:, None] / D',
        'np.einsum("nd,nd->n", x, x)[:, None] / (D - 1)',
        "numpy/layers/normalization: a_step_has_mean_0_and_variance_1",
        {"x": "steps"},
    ),
    Mutant(
        "eps outside of the root",
        "numpy.layers.normalization",
        "1 / np.sqrt(mean_square + self.eps)",
        "1 / (np.sqrt(mean_square) + self.eps)",
        "numpy/layers/normalization: eps_stands_within_the_root",
    ),
    Mutant(
        "the bell left out of the slope of GELU",
        "numpy.functional.gelu",
        "part *= density",
        "part *= 0",
        "numpy/functional/gelu: the_slope_is_that_of_finite_differences",
    ),
    Mutant(
        "gate and value of SwiGLU swapped",
        "numpy.transformer.feed_forward",
        'np.matmul(x, params[f"{name}.weight"].T, out=a)',
        'name = {"linear1": "linear3", "linear3": "linear1"}[name]\n'
        '            np.matmul(x, params[f"{name}.weight"].T, out=a)',
        "numpy/transformer/feed_forward: swiglu_is_its_formula",
    ),
    Mutant(
        "the gate's own gradient for the value forgotten",
        "numpy.transformer.feed_forward",
        'dx += dvalue @ params["linear3.weight"]',
        "pass",
        SLOPES,
        of("feed-forward, swiglu"),
    ),
    Mutant(
        "dropout within the feed-forward forgotten on the way back",
        "numpy.transformer.feed_forward",
        "dh *= mask",
        "pass",
        "numpy/transformer/feed_forward: "
        "what_was_left_out_sends_no_gradient_and_the_"
        "rest_the_right_one",
        {"activation": "gelu"},
    ),
    Mutant(
        "matrices that do not decay",
        "numpy.optimizers.adamw",
        "w * kept if w.ndim > 1 else w",
        "w",
        "numpy/optimizers/adamw: without_a_gradient_matrices_decay_alone",
    ),
    Mutant(
        "biases that decay",
        "numpy.optimizers.adamw",
        "w * kept if w.ndim > 1 else w",
        "w * kept",
        "numpy/optimizers/adamw: without_a_gradient_matrices_decay_alone",
    ),
    Mutant(
        "a schedule whose cosine begins before the climb has ended",
        "numpy.optimizers.schedules",
        "(n - self.warmup) / (self.steps - self.warmup)",
        "n / self.steps",
        "numpy/optimizers/schedules: a_schedule_climbs_and_goes_down",
    ),
    Mutant(
        "Adam's means not corrected",
        "numpy.optimizers.adam",
        "rate_at(self.learning_rate, n - 1) / (1 - b1**n)",
        "rate_at(self.learning_rate, n - 1)",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "Adam"},
    ),
]

TWINS = [
    Mutant(
        "an attention twin that sees the future from a cache",
        "torch.attention.multi_head_attention",
        "mask = visible(*at, causal=how.causal,",
        "mask = visible(*at, causal=how.causal and seen.max() == x.shape[1],",
        "torch/attention/multi_head_attention: the_twin_splits_anywhere",
        {"options": {}},
    ),
    Mutant(
        "an attention twin whose turning begins again",
        "torch.attention.multi_head_attention",
        "position_encodings.rotated(how.position, k, at.queries)",
        "position_encodings.rotated("
        "how.position, k, at.queries - at.queries[:, :1])",
        "torch/attention/multi_head_attention: the_twin_splits_anywhere",
        {"options": {"position": "RotaryPositionEmbedding"}},
    ),
    Mutant(
        "torch's own mask where there is a cache",
        "torch.attention.multi_head_attention",
        "            and at.queries.shape == at.keys.shape\n",
        "",
        "torch/attention/multi_head_attention: the_twin_splits_anywhere",
        {"options": {}},
    ),
    Mutant(
        "torch's own mask where there is a window",
        "torch.attention.multi_head_attention",
        "            and how.window is None\n",
        "",
        "torch/attention/multi_head_attention: the_engines_agree",
        {"options": {"window": 2}, "begun": False, "padded": False},
    ),
    Mutant(
        "a twin that forgets",
        "torch.recurrent.recurrent_layer",
        "self.step(x[:, t], state)",
        "self.step(x[:, t])",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**FULL, "device": "cpu"},
    ),
    Mutant(
        "a twin that reads the padding",
        "torch.recurrent.recurrent_layer",
        "if padding_mask is None:\n                state = new",
        "if True:\n                state = new",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**PADDED, "device": "cpu"},
    ),
    Mutant(
        "a twin through which no gradient flows",
        "torch.recurrent.recurrent_layer",
        "y.append(state[0])",
        "y.append(state[0].detach().requires_grad_())",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**FULL, "device": "cpu"},
    ),
    Mutant(
        "the two directions swapped in torch.nn's names",
        "numpy.interop.torch_nn",
        'forward_layer.", f"_l{i}", part.forward_layer\n'
        '            suffix = f"_l{i}_reverse"',
        'forward_layer.", f"_l{i}_reverse", part.forward_layer\n'
        '            suffix = f"_l{i}"',
        "numpy/interop/torch_nn: torch_nn_agrees",
        {
            "kind": "RNN",
            "depth": 2,
            "both": True,
            "bias": True,
            "lengths": None,
        },
    ),
    Mutant(
        "a twin whose layers all begin from nothing",
        "torch.containers.stack",
        "x, after = layer(x, part, lengths)",
        "x, after = layer(x, None, lengths)",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("stack of two RNNs"), "device": "cpu"},
    ),
    Mutant(
        "a twin whose reversal ignores lengths",
        "torch.containers.bidirectional",
        "if lengths is None:\n        return",
        "if True:\n        return",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("RNNs from both ends", "padded"), "device": "cpu"},
    ),
    Mutant(
        "a twin of another average",
        "torch.layers.bag_of_words",
        "counts = count[:, None] + real.cumsum(1)",
        "counts = real.cumsum(1)",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("BagOfWords"), "device": "cpu"},
    ),
    Mutant(
        "an LSTM twin with its gates in another order",
        "torch.recurrent.lstm",
        "i, f, g, o = a.chunk(4, dim=1)",
        "f, i, g, o = a.chunk(4, dim=1)",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**LSTM, "device": "cpu"},
    ),
    Mutant(
        "an LSTM twin that reads the padding",
        "torch.recurrent.recurrent_layer",
        "if padding_mask is None:\n                state = new",
        "if True:\n                state = new",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("LSTM", "padded"), "device": "cpu"},
    ),
    Mutant(
        "an LSTM twin with one peephole for another",
        "torch.recurrent.lstm",
        "o = o + self.peephole_o * c",
        "o = o + self.peephole_i * c",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("LSTM with peepholes"), "device": "cpu"},
    ),
    Mutant(
        "a GRU twin that keeps what it should let go",
        "torch.recurrent.gru",
        "(1 - z) * n + z * h",
        "z * n + (1 - z) * h",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**GRU, "device": "cpu"},
    ),
    Mutant(
        "a GRU twin whose reset gate is unused",
        "torch.recurrent.gru",
        "r * (h @ W_hn.T + b_hn)",
        "h @ W_hn.T + b_hn",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**GRU, "device": "cpu"},
    ),
    Mutant(
        "a twin that attends to padding",
        "torch.seq2seq.attention_decoder",
        "self.attention(h, positions, seen)",
        "self.attention(h, positions)",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("GRU that looks additively"), "device": "cpu"},
    ),
    Mutant(
        "an additive twin without its tanh",
        "torch.attention.additive_attention",
        "torch.tanh(q[:, :, None] + k[:, None])",
        "(q[:, :, None] + k[:, None])",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("GRU that looks additively"), "device": "cpu"},
    ),
    Mutant(
        "a block's twin without a way through",
        "torch.transformer.transformer_block",
        "x = x + F.dropout(",
        "x = F.dropout(",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("block"), "device": "cpu"},
    ),
    Mutant(
        "a transformer's twin whose layers begin from nothing",
        "torch.transformer.transformer",
        "self.get_submodule(name)(x, part, lengths)",
        "self.get_submodule(name)(x, None, lengths)",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("transformer"), "device": "cpu"},
        RuntimeError,
    ),
    Mutant(
        "a twin of a variance divided by one less",
        "torch.layers.normalization",
        "variance = x.square().mean(-1, keepdim=True)",
        "variance = x.var(-1, keepdim=True)",
        "contract: autograd_finds_the_gradients_written_by_hand",
        {**of("LayerNorm"), "device": "cpu"},
    ),
]


def name_of(mutant: Mutant) -> str:
    return mutant.bug.replace(" ", "-")


@pytest.mark.parametrize(
    "mutant",
    [
        *(pytest.param(m, id=name_of(m)) for m in MUTANTS),
        *(
            pytest.param(m, id=name_of(m), marks=pytest.mark.torch)
            for m in TWINS
        ),
    ],
)
def test_a_planted_bug_is_found(mutant, load):
    test = planted(mutant, mutant.old, load)
    test()
    test = planted(mutant, mutant.new, load)
    with pytest.raises(mutant.error):
        test()


def planted(mutant: Mutant, new: str, load: Any) -> Any:
    """Give the named test, run on a copy of the source."""
    place, _, name = mutant.test.partition(": ")
    folder, _, file = place.rpartition("/")
    tests = read_once(str(Path(folder, f"test_{file}.py")), load)
    copy = changed(f"seqcourse.{mutant.where}", mutant.old, new)
    classes = classes_of(copy) | heirs(f"seqcourse.{mutant.where}", copy)
    if mutant.where.startswith("torch."):
        # A twin is found by its name; a fixture puts the right ones back.
        seqcourse.torch.Layer._types |= classes
    elif file == "contract":
        tests.layers = types.SimpleNamespace(
            **vars(seqcourse.numpy) | classes
        )
    else:
        setattr(tests, file, copy)
    given = {
        key: argument(tests, load, key, value)
        for key, value in mutant.given.items()
    }
    return lambda: getattr(tests, f"test_{name}")(**used(tests, name, given))


LOADED: dict[str, tuple[types.ModuleType, dict[str, Any]]] = {}


def read_once(file: str, load: Any) -> types.ModuleType:
    """Give a file of tests as it is; it is read once, since many bugs ask."""
    if file not in LOADED:
        module = load(file)
        LOADED[file] = module, dict(vars(module))
    module, untouched = LOADED[file]
    vars(module).update(untouched)
    return module


def used(tests: Any, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the test does not ask for."""
    code = getattr(tests, f"test_{name}").__code__
    asked = code.co_varnames[: code.co_argcount]
    return {key: value for key, value in given.items() if key in asked}


def argument(tests: Any, load: Any, key: str, value: Any) -> Any:
    if key == "row":
        return tests.TABLE[value]
    if key == "lengths" and value is not None:
        return tests.LENGTHS
    if key == "cuts":
        return tests.CUTS[value]
    if isinstance(value, str) and key in ("case", "x"):  # its own fixtures
        return getattr(tests, key).__wrapped__()
    if key == "tmp_path":
        return Path(tempfile.mkdtemp())
    if key == "backwards":
        return load("lessons.py").backwards
    if key in ("lesson", "classifier", "series"):
        example = load("lessons.py").example
        return lambda layers: example(value, layers)
    return value


def changed(module: str, old: str, new: str) -> types.ModuleType:
    """Make a copy of a module whose source reads otherwise in one place."""
    path = Path(importlib.util.find_spec(module).origin)
    source = path.read_text("utf-8")
    assert source.count(old) == 1, (
        f"{path.name}: {old!r} is there {source.count(old)} times; "
        "fit this row to the new source"
    )
    return copied(module, source.replace(old, new))


def copied(module: str, source: str) -> types.ModuleType:
    path = importlib.util.find_spec(module).origin
    copy = types.ModuleType(f"planted.{module}")
    sys.modules[copy.__name__] = copy  # dataclasses look there
    try:
        exec(compile(source, path, "exec"), vars(copy))
    finally:
        del sys.modules[copy.__name__]
    return copy


#: What others inherit from: a bug in it is seen in its heirs.
FRAMES = {"recurrent_layer": ("rnn", "lstm", "gru")}


def heirs(module: str, copy: types.ModuleType) -> dict[str, type]:
    """Read again what inherits from a changed module, with the change."""
    package, _, name = module.rpartition(".")
    right, found = sys.modules[module], {}
    sys.modules[module] = copy
    try:
        for heir in FRAMES.get(name, ()):
            path = Path(importlib.util.find_spec(f"{package}.{heir}").origin)
            text = path.read_text("utf-8")
            found |= classes_of(copied(f"{package}.{heir}", text))
    finally:
        sys.modules[module] = right
    return found


def classes_of(module: types.ModuleType) -> dict[str, type]:
    return {
        name: value
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__
    }


def test_a_row_whose_text_is_gone_fails():
    with pytest.raises(AssertionError, match="is there 0 times"):
        changed(
            "seqcourse.numpy.recurrent.rnn", "h[t] = nothing like this", ""
        )


def test_the_planted_bug_is_in_the_copy_alone():
    before = Path(seqcourse.numpy.recurrent.rnn.__file__).read_text("utf-8")
    copy = changed("seqcourse.numpy.recurrent.rnn", "squash(sums)", "sums")
    assert copy.RNN is not seqcourse.numpy.RNN
    assert (
        Path(seqcourse.numpy.recurrent.rnn.__file__).read_text("utf-8")
        == before
    )
