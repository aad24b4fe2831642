package io.centroid.data.documents;

import io.centroid.io.HadoopFiles;
import java.io.Serializable;

/**
 * The text of a corpus, read task by task. Serializable for executors.
 *
 * @param files access to the file system
 * @param plan tasks of the corpus
 * @param options reading options
 */
public record Text(HadoopFiles files, TextPlan plan, ReadingOptions options)
    implements Serializable {

  /** A reader of the text of one task. */
  public TextReader reader(int task) {
    return new TextReader(files, plan, options, plan.tasks().get(task));
  }
}
