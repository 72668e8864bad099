"""Bugs of training: batches, cuts, stops."""

from seqcourse.numpy import DivergenceError
from tests.mutants.mutant import Mutant

CUT = {"cuts": "classifier", "bptt_length": 2}

MUTANTS = [
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
        "weights and batches from one stream",
        "numpy.training.fit",
        "[for_batches, for_dropout], first,",
        "[for_weights, for_dropout], first,",
        "numpy/training/fit: the_batches_depend_on_the_seed_alone",
        {"classifier": "classifier"},
    ),
    Mutant(
        "the same batch at every step",
        "numpy.training.fit",
        "self.task, for_batches, self.batch_size,",
        "self.task, streams(0)[1], self.batch_size,",
        "numpy/training/fit: every_batch_is_a_new_one_of_the_size_asked_for",
        {"classifier": "classifier"},
    ),
    Mutant(
        "the clipped gradient not used",
        "numpy.training.fit",
        "self.grads, norm = clip_by_global_norm(grads, self.max_grad_norm)",
        "_, norm = clip_by_global_norm(grads, 1.0); self.grads = grads",
        "numpy/training/fit: "
        "the_norm_is_taken_before_clipping_and_bounds_the_step",
        {"lesson": "tagger"},
    ),
    Mutant(
        "the score taken on a batch that was trained on",
        "numpy.training.fit",
        "draw(task, evaluation_stream(seed), size,",
        "draw(task, streams(seed)[1], size,",
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
        "return self.good",
        "return self.weights",
        "numpy/training/fit: steps_too_long_end_with_the_last_good_weights",
        {"series": "series"},
        DivergenceError,
    ),
    Mutant(
        "the dropout's randomness begun anew after a stop",
        "numpy.training.fit",
        "in zip(self.generators, saved.generators, strict=True)",
        "in zip(self.generators[:1], saved.generators, strict=False)",
        "numpy/training/fit: a_run_in_parts_is_the_run_at_once",
        {"classifier": "classifier", "tmp_path": None},
    ),
    Mutant(
        "the optimiser's memory lost at a stop",
        "numpy.training.fit",
        'self.state = saved.kept["optimizer"]',
        "pass",
        "numpy/training/fit: a_run_in_parts_is_the_run_at_once",
        {"classifier": "classifier", "tmp_path": None},
    ),
    Mutant(
        "a step counted twice after a stop",
        "numpy.training.loop",
        "in bar(range(begun, self.steps), progress)",
        "in bar(range(max(begun - 1, 0), self.steps), progress)",
        "numpy/training/loop: "
        "a_resumed_learner_makes_the_steps_that_are_left",
        {"tmp_path": None},
    ),
    Mutant(
        "an interrupt that saves nothing",
        "numpy.training.loop",
        "with suppress(KeyboardInterrupt), interrupts.held():\n"
        "                    self._save()",
        "pass",
        "numpy/training/loop: an_interrupt_is_saved_and_resumed",
        {"tmp_path": None},
        OSError,
    ),
    Mutant(
        "randomness saved as it was in the middle of a step",
        "numpy.training.loop",
        "states, random = self._states\n        history",
        "states, random = self._snapshot()\n        history",
        "numpy/training/loop: an_interrupt_is_saved_and_resumed",
        {"tmp_path": None},
    ),
]
