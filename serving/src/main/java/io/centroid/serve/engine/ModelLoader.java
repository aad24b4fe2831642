package io.centroid.serve.engine;

/** Loads a version. */
public interface ModelLoader {

  /**
   * Loads a candidate, all its files checked against their hashes.
   *
   * @param name of the model, as clients know it
   * @throws io.centroid.InputException if it is damaged or is no model of a kind that serves
   */
  ServedModel load(String name, ModelSource.Candidate candidate);
}
