package io.centroid.serve.engine;

/** Loads model versions. */
public interface ModelLoader {

  /**
   * Loads a candidate and verifies the hashes of its files.
   *
   * @param name model name for clients
   * @throws io.centroid.error.InputException if it is damaged or not a supported model
   */
  ServedModel load(String name, ModelSource.Candidate candidate);
}
