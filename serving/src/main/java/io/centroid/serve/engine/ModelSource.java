package io.centroid.serve.engine;

import java.util.Optional;

/** Where versions of a model come from. Used by one thread. */
public interface ModelSource {

  /** The model's name, which is part of its URLs. */
  String name();

  /**
   * The version that should serve now.
   *
   * @param served what {@link Candidate#identity} was last time: empty comes back if it still holds
   * @throws io.centroid.InputException if there is none, or it is damaged
   * @throws java.io.UncheckedIOException if the store does not answer: worth another look
   */
  Optional<Candidate> look(String served);

  /**
   * A version that should serve.
   *
   * @param version as clients see it
   * @param identity changes whenever what should serve does
   * @param folder of the export, any Hadoop URI
   */
  record Candidate(String version, String identity, String folder) {}
}
