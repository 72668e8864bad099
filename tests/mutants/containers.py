"""Bugs of layers made of layers: stacks, both directions, checkpoints."""

from tests.mutants.mutant import ALONE, SLOPES, SPLIT, Mutant, of

OWN_END = (
    "numpy/containers/bidirectional: "
    "a_reversed_sequence_starts_at_its_own_last_step"
)

MUTANTS = [
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
        "both readers done at the last step",
        "numpy.containers.bidirectional",
        "(turned[step], n) for",
        "(step, n) for",
        "contract/final_states: every_weight_learns",
        {"core": "both", "lengths": None},
    ),
]
