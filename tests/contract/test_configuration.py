"""A layer is its configuration."""

import pytest

import seqcourse.numpy
from seqcourse.testing.promises import configuration
from tests.contract.table import D, H, asked, each_layer, layers

test_configuration_survives_json = asked(
    configuration.configuration_survives_json
)
test_a_layer_never_changes = asked(configuration.a_layer_never_changes)
test_state_bytes_is_what_the_arrays_take = asked(
    configuration.state_bytes_is_what_the_arrays_take
)
test_first_weights_are_named_drawn_and_repeatable = asked(
    configuration.first_weights_are_named_drawn_and_repeatable
)
test_sizes_are_as_announced = asked(configuration.sizes_are_as_announced)


@each_layer
def test_an_unknown_type_has_its_sentence(row):
    config = {**row.make().to_config(), "type": "Oracle"}
    with pytest.raises(
        ValueError, match=r'^config: expected the "type" of a .* got \'Oracle'
    ):
        layers.from_config(config)


def test_a_reader_s_class_does_not_stand_in_for_ours():
    class RNN(layers.Layer):
        pass

    config = layers.RNN(D, H).to_config()
    assert type(seqcourse.numpy.from_config(config)) is seqcourse.numpy.RNN
