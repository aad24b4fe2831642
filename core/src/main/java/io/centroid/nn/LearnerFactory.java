package io.centroid.nn;

import io.centroid.io.HadoopFiles;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * An engine: makes learners for the kinds of network that it supports. It travels to executors with
 * the {@link NetworkSpec}, so implementations are small values: equal engines are equal objects.
 */
public interface LearnerFactory extends Serializable {

  /** The name by which {@code compute.engine} chooses the engine. */
  String name();

  boolean supports(Architecture architecture);

  /**
   * A learner with the spec's initial parameters, bitwise identical on every JVM with equal {@link
   * #versions}.
   *
   * @throws io.centroid.InputException if the network does not fit its input or outputs
   */
  Learner create(NetworkSpec spec);

  /** The tensors of a network. */
  ParameterLayout layout(NetworkSpec spec);

  /**
   * What must be equal for two runs to be bitwise identical: libraries, builds, and the vector
   * instructions that they choose their code by.
   *
   * @throws io.centroid.InputException if the engine's libraries are not on the class path
   */
  Map<String, String> versions();

  /**
   * Opens a network in the engine's own file format; empty if the engine has none.
   *
   * @throws io.centroid.InputException if the file is not valid
   */
  default Optional<StoredNetwork> open(HadoopFiles files, String location) {
    return Optional.empty();
  }
}
