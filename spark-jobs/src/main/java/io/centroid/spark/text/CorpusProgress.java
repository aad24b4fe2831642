package io.centroid.spark.text;

/** Hears how a corpus comes along; called by Spark's threads too. */
public interface CorpusProgress {

  /** Something that people should know. */
  void onNote(String note);

  /** A pass over the text begins. */
  void onPass(String what, int tasks);

  /** A task of the pass is done. */
  void onTask();
}
