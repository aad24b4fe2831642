package io.centroid.spark.text;

/** Listener for the progress of a corpus job. Also called by Spark's threads. */
public interface CorpusProgress {

  /** A message for the user. */
  void onNote(String note);

  /**
   * A pass over the text starts.
   *
   * @param what name of the pass
   * @param tasks number of tasks of the pass
   */
  void onPass(String what, int tasks);

  /** A task of the pass has finished. */
  void onTask();
}
