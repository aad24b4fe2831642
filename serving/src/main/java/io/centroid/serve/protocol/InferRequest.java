package io.centroid.serve.protocol;

import io.centroid.InputErrors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for an inference.
 *
 * @param id comes back with the answer
 * @param outputs those that are wanted; none: all
 * @param binaryOutputs whether outputs come as binary tensors where they do not say so themselves
 */
public record InferRequest(
    @Nullable String id, List<Tensor> inputs, List<WantedOutput> outputs, boolean binaryOutputs) {

  /** An output that is wanted, and whether as a binary tensor. */
  public record WantedOutput(String name, boolean binary) {}

  /** The inputs in the model's order, each of the type and shape that the model takes. */
  public List<Tensor> inputsFor(ModelDescription model) {
    List<Tensor> ordered = new ArrayList<>(model.inputs().size());
    for (TensorSpec spec : model.inputs()) {
      Tensor tensor = input(spec.name());
      spec.require(tensor);
      ordered.add(tensor);
    }
    if (inputs.size() > ordered.size()) {
      throw RefusedRequest.malformed(
          inputs.size() + " inputs, the model takes " + model.inputs().size());
    }
    return ordered;
  }

  private Tensor input(String name) {
    Tensor found = null;
    for (Tensor tensor : inputs) {
      if (tensor.name().equals(name)) {
        if (found != null) {
          throw RefusedRequest.malformed("input " + name + " comes twice");
        }
        found = tensor;
      }
    }
    if (found == null) {
      throw RefusedRequest.malformed("input " + name + " is missing");
    }
    return found;
  }

  /** The outputs to answer with, all of which the model has. */
  public List<WantedOutput> outputsOf(ModelDescription model) {
    if (outputs.isEmpty()) {
      return model.outputs().stream()
          .map(output -> new WantedOutput(output.name(), binaryOutputs))
          .toList();
    }
    for (WantedOutput output : outputs) {
      if (model.output(output.name()).isEmpty()) {
        throw RefusedRequest.malformed(
            "the model has no output " + InputErrors.quote(output.name()));
      }
    }
    return outputs;
  }
}
