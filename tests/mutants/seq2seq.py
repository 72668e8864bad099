"""Bugs of encoders and decoders."""

from tests.mutants.mutant import APART, SLOPES, SPLIT, Mutant, of

MUTANTS = [
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
        "the decoder begins from zeros instead of the encoder's state",
        "numpy.seq2seq.target_probabilities",
        "s = h\n",
        "s = None\n",
        "numpy/seq2seq/target_probabilities: "
        "the_model_without_options_is_the_model",
        {"core": "GRU"},
    ),
]
