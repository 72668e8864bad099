"""Bugs of attention: scores, softmax, masks, blocks, caches, positions."""

from tests.mutants.mutant import SLOPES, SPLIT, Mutant, of

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
        "the reference's sum not rescaled where a larger score turns up",
        "numpy.attention.blocked_attention",
        "total = rescale * total",
        "total = total",
        "numpy/attention/blocked_attention: "
        "the_online_softmax_is_the_softmax_of_all_scores",
        {"block": 3},
    ),
    Mutant(
        "the new key in the reference's cache in front of the old ones",
        "numpy.attention.key_value_cache",
        "np.concatenate([keys, k], 2)",
        "np.concatenate([k, keys], 2)",
        "numpy/attention/key_value_cache: the_reference_is_the_layers_step",
        {"window": None},
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
    Mutant(
        "future seen from a cache",
        "numpy.attention.multi_head_attention",
        "at, self.causal, self.window, self.position_encoding",
        "at, self.causal and not slots, self.window, self.position_encoding",
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
        "scores over the width and not its root in the reference",
        "numpy.attention.scaled_dot_product",
        "q @ k.mT / np.sqrt(q.shape[-1])",
        "q @ k.mT / q.shape[-1]",
        "numpy/attention/scaled_dot_product: "
        "the_reference_is_what_is_done_number_by_number",
        {"masked": True},
    ),
    Mutant(
        "the layer's scale ignored",
        "numpy.attention.multi_head_attention",
        '"scale": self.scale',
        '"scale": None',
        "numpy/attention/multi_head_attention: "
        "the_scale_is_the_root_unless_it_is_given",
        {"algorithm": "plain"},
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
        "self.position_encoding.rotated(part, at.queries - at.queries[:, "
        ":1])",
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
        "contract/ownership: gradients_outlast_the_next_way_back",
        of("attention"),
    ),
    Mutant(
        "heads that share keys in another order",
        "numpy.attention.scaled_dot_product",
        "q = q.reshape(B, heads, group * T, K)",
        "q = q.reshape(B, group, heads, T, K).swapaxes(1, 2)"
        ".reshape(B, heads, group * T, K)",
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
        "the weights of a place made to sum to one",
        "numpy.attention.attention_mechanism",
        "softmax(scores, hidden[:, None])",
        "softmax(scores.swapaxes(1, 2)).swapaxes(1, 2)",
        "numpy/attention/attention_mechanism: "
        "the_weights_of_a_query_sum_to_one",
    ),
    Mutant(
        "the slope of tanh forgotten in additive attention",
        "numpy.attention.additive_attention",
        "slope = 1 - a[t] * a[t]",
        "slope = np.ones_like(a[t])",
        SLOPES,
        of("GRU that looks additively"),
    ),
    Mutant(
        "the reference's additive score without its tanh",
        "numpy.attention.additive_attention",
        "np.tanh(query + keys) @ v",
        "(query + keys) @ v",
        "numpy/attention/additive_attention: "
        "the_reference_is_the_attention_of_one_query",
    ),
    Mutant(
        "divided by d instead of its root",
        "numpy.attention.dot_attention",
        "query / np.sqrt(self.key_size)",
        "query / np.float64(self.key_size)",
        SLOPES,
        of("stack that looks by scaled dot product"),
    ),
]
