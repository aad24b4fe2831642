package io.centroid.serve.engine;

import java.util.Optional;

/** A source of model versions, polled by one thread. */
public interface ModelSource {

  /** The model's name, which is part of its URLs. */
  String name();

  /**
   * Polls for a new version.
   *
   * @param served last {@link Candidate#identity}; empty at first
   * @return the version to serve; empty if it is still the last one
   * @throws io.centroid.error.InputException if there is no version, or it is damaged
   * @throws java.io.UncheckedIOException if the storage fails; the poll can be repeated
   */
  Optional<Candidate> poll(String served);

  /**
   * A version to serve.
   *
   * @param version version for clients
   * @param identity unique identity of the version
   * @param folder folder of the export, any Hadoop URI
   */
  record Candidate(String version, String identity, String folder) {}
}
