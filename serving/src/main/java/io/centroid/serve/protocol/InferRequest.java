package io.centroid.serve.protocol;

import io.centroid.error.InputErrors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inference request.
 *
 * @param id ID that the response repeats; null if none
 * @param inputs input tensors
 * @param outputs requested outputs; empty for all
 * @param binaryOutputs default of {@code binary} for outputs that do not state it
 */
public record InferRequest(
    @Nullable String id,
    List<Tensor> inputs,
    List<RequestedOutput> outputs,
    boolean binaryOutputs) {

  /** A requested output; {@code binary} requests it as a binary tensor. */
  public record RequestedOutput(String name, boolean binary) {}

  /**
   * The inputs in the model's order, checked against its types and shapes. Those of a table may be
   * its columns, by name.
   */
  public List<Tensor> inputsFor(ModelDescription model) {
    if (TableRows.isGivenBy(this, model)) {
      Tensor rows = TableRows.of(this, model);
      model.inputs().get(0).require(rows);
      return List.of(rows);
    }
    List<Tensor> ordered = new ArrayList<>(model.inputs().size());
    for (TensorSpec spec : model.inputs()) {
      Tensor tensor = input(spec.name());
      spec.require(tensor);
      ordered.add(tensor);
    }
    if (inputs.size() > ordered.size()) {
      throw RejectedRequestException.malformed(
          "found " + inputs.size() + " inputs, expected " + model.inputs().size());
    }
    return ordered;
  }

  private Tensor input(String name) {
    Tensor found = null;
    for (Tensor tensor : inputs) {
      if (tensor.name().equals(name)) {
        if (found != null) {
          throw RejectedRequestException.malformed("input " + name + " occurs twice");
        }
        found = tensor;
      }
    }
    if (found == null) {
      throw RejectedRequestException.malformed("input " + name + " is missing");
    }
    return found;
  }

  /** The outputs to return, checked against the model's. */
  public List<RequestedOutput> requestedOutputs(ModelDescription model) {
    if (outputs.isEmpty()) {
      return model.outputs().stream()
          .map(output -> new RequestedOutput(output.name(), binaryOutputs))
          .toList();
    }
    for (RequestedOutput output : outputs) {
      if (model.output(output.name()).isEmpty()) {
        throw RejectedRequestException.malformed(
            "the model has no output " + InputErrors.quote(output.name()));
      }
    }
    return outputs;
  }
}
