package io.centroid.data.documents;

import io.centroid.io.HadoopFiles;
import java.io.Serializable;

/** The text of a corpus, to be read task by task. Travels to executors. */
public record Text(HadoopFiles files, TextPlan plan, ReadingOptions options)
    implements Serializable {

  /** Reads the text of one task. */
  public TextReader reader(int task) {
    return new TextReader(files, plan, options, plan.tasks().get(task));
  }
}
