"""Every planted bug: those of the NumPy side, and those of the twins."""

from tests.mutants import (
    attention,
    cli,
    containers,
    contract,
    decoding,
    functional,
    layers,
    models,
    optimizers,
    recurrent,
    seq2seq,
    tasks,
    text_models,
    tokenizers,
    training,
    transformer,
    twins,
)

MUTANTS = [
    *attention.MUTANTS,
    *cli.MUTANTS,
    *containers.MUTANTS,
    *contract.MUTANTS,
    *decoding.MUTANTS,
    *functional.MUTANTS,
    *layers.MUTANTS,
    *models.MUTANTS,
    *optimizers.MUTANTS,
    *recurrent.MUTANTS,
    *seq2seq.MUTANTS,
    *tasks.MUTANTS,
    *text_models.MUTANTS,
    *tokenizers.MUTANTS,
    *training.MUTANTS,
    *transformer.MUTANTS,
]
TWINS = twins.MUTANTS
