"""Bugs of blocks and feed-forward networks."""

from tests.mutants.mutant import ALONE, SLOPES, SPLIT, Mutant, of

MUTANTS = [
    Mutant(
        "a block without its first residual connection",
        "numpy.transformer.transformer_block",
        "x = x + attn(norm1(x))",
        "x = attn(norm1(x))",
        SLOPES,
        of("block"),
    ),
    Mutant(
        "the gradient along the first shortcut forgotten",
        "numpy.transformer.transformer_block",
        "dx = dx + norm1(attn(dx))",
        "dx = norm1(attn(dx))",
        SLOPES,
        of("block"),
    ),
    Mutant(
        "normalised after instead of before",
        "numpy.transformer.transformer_block",
        "x = x + mlp(norm3(x))",
        "x = norm3(x + mlp(x))",
        "numpy/transformer/transformer_block: it_normalises_first",
    ),
    Mutant(
        "normalised before instead of after",
        "numpy.transformer.transformer_block",
        "x = norm3(x + mlp(x))",
        "x = x + mlp(norm3(x))",
        "numpy/transformer/transformer_block: it_normalises_after",
    ),
    Mutant(
        "the two norms swapped in the block without options",
        "numpy.transformer.pre_norm_block",
        'run("self_attn", run("norm1", x))',
        'run("self_attn", run("norm2", x))',
        "numpy/transformer/pre_norm_block: "
        "the_block_without_options_is_the_layer",
    ),
    Mutant(
        "a block's dropout forgotten on the way back",
        "numpy.transformer.transformer_block",
        "d if mask is None else d * mask",
        "d",
        "numpy/transformer/transformer_block: "
        "what_was_left_out_sends_no_gradient_and_"
        "the_rest_the_right_one",
        {"norm_first": True, "cross": False},
    ),
    Mutant(
        "padding read by a block",
        "numpy.transformer.transformer_block",
        "return mask_padded_steps(x, padding_mask), states, padding_mask",
        "return x, states, padding_mask",
        ALONE,
        of("block"),
    ),
    Mutant(
        "the gradient for the memory handed on forgotten",
        "numpy.attention.cross_attention",
        "dmemory += dseen[0]",
        "pass",
        "numpy/attention/cross_attention: "
        "the_gradient_of_what_is_handed_on_is_added",
    ),
    Mutant(
        "the memory's padding looked at",
        "numpy.attention.cross_attention",
        "whole = None if (real == memory.shape[1]).all() else real",
        "whole = None",
        "numpy/attention/cross_attention: "
        "what_lies_in_the_memorys_padding_has_no_effect",
        {"case": "elsewhere"},
    ),
    Mutant(
        "the cache of each layer handed to the next",
        "numpy.transformer.transformer",
        "self.children().items(), self.split_state(state), strict=True",
        "self.children().items(), "
        "[(s := self.split_state(state))[-2], *s[:-2], s[-1]], strict=True",
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
        "the last matrix of a branch not begun smaller",
        "numpy.transformer.transformer",
        "std /= np.sqrt(2 * self.num_layers)",
        "pass",
        "numpy/transformer/transformer: "
        "small_first_weights_are_smaller_where_they_lead_back",
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
]
