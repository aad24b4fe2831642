package io.centroid.spark.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Utf8;
import io.centroid.model.LanguageModel;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.internal.Lifetimes;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapred.TextInputFormat;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Goes on with every line of a file, or tells how likely it is. The lines are shared over Spark's
 * tasks; an executor opens the model once, for all of its tasks. A line's draws depend on the seed
 * and the line's number alone.
 *
 * @param sampling of generated texts
 * @param ending of generated texts
 * @param scores tell how likely the lines are, instead of going on
 * @param guesses tokens that are looked up in a text at most, to be checked in one pass
 */
public record PromptsJob(
    LanguageModel.Location model,
    Sampling sampling,
    StopCriteria ending,
    boolean scores,
    int guesses)
    implements Serializable {

  /** Lines that a task works on at once. */
  private static final int LINES = 16;

  /** One JSON object a line, in the lines' order. */
  public List<String> answers(JavaSparkContext spark, String file) {
    return answered(spark, file, JavaRDD::collect);
  }

  /** Writes the same into part files of a folder that is not there yet. */
  public void save(JavaSparkContext spark, String file, String folder) {
    answered(
        spark,
        file,
        answers -> {
          answers.saveAsTextFile(folder);
          return answers;
        });
  }

  private <T> T answered(
      JavaSparkContext spark, String file, Function<JavaRDD<String>, T> consumer) {
    HadoopFiles files = new HadoopFiles(spark.hadoopConfiguration());
    Broadcast<JavaSerialized<SharedModel>> shared =
        spark.broadcast(new JavaSerialized<>(new SharedModel(files, model)));
    try {
      return consumer.apply(
          spark
              .hadoopFile(
                  files.path(file).toString(),
                  TextInputFormat.class,
                  LongWritable.class,
                  Text.class,
                  spark.defaultParallelism())
              .map(
                  line -> Utf8.strict(file, line._1.get(), line._2.getBytes(), line._2.getLength()))
              .zipWithIndex()
              .mapPartitions(lines -> Work.of(this, file, shared.value().value().open(), lines)));
    } finally {
      Lifetimes.destroy(shared, true); // The commands stop Spark next.
    }
  }

  /** A task's answers, some lines at a time. */
  private static final class Work implements Iterator<String> {
    private final PromptsJob job;
    private final String file;
    private final LanguageModel model;
    private final Generator generator;
    private final Iterator<Tuple2<String, Long>> lines;
    private Iterator<String> ready = List.<String>of().iterator();

    /** Answers whose generator is closed when the task ends. */
    static Work of(
        PromptsJob job, String file, LanguageModel model, Iterator<Tuple2<String, Long>> lines) {
      Work work = new Work(job, file, model, lines);
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) ended -> work.generator.close());
      return work;
    }

    private Work(
        PromptsJob job, String file, LanguageModel model, Iterator<Tuple2<String, Long>> lines) {
      this.job = job;
      this.file = file;
      this.model = model;
      this.generator =
          new Generator(model.config(), model.weights(), model.tokenizer(), 1, job.guesses);
      this.lines = lines;
    }

    @Override
    public boolean hasNext() {
      return ready.hasNext() || lines.hasNext();
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (!ready.hasNext()) {
        ready = answers().iterator();
      }
      return ready.next();
    }

    private List<String> answers() {
      long first = 0;
      List<String> texts = new ArrayList<>();
      List<int[]> prompts = new ArrayList<>();
      while (lines.hasNext() && texts.size() < LINES) {
        Tuple2<String, Long> line = lines.next();
        first = texts.isEmpty() ? line._2 : first;
        texts.add(line._1);
        prompts.add(encoded(line._1, line._2 + 1));
      }
      List<ObjectNode> nodes =
          job.scores ? scored(first, texts, prompts) : generated(first, texts, prompts);
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        nodes.get(i).put("line", first + i + 1);
        answers.add(nodes.get(i).toString());
      }
      return answers;
    }

    /** A line's tokens; when texts are generated, such that the model can go on with them. */
    private int[] encoded(String text, long number) {
      int[] ids = at(number, () -> model.tokenizer().encode(text));
      if (!job.scores) {
        generator.requirePrompt(place(number), ids, job.ending);
      }
      return ids;
    }

    private <T> T at(long number, Supplier<T> work) {
      try {
        return work.get();
      } catch (InputException e) {
        throw new InputException(place(number) + ": " + e.getMessage(), e);
      }
    }

    private String place(long number) {
      return file + ": line " + number;
    }

    private List<ObjectNode> scored(long first, List<String> texts, List<int[]> prompts) {
      List<ObjectNode> nodes = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        int[] ids = prompts.get(i);
        double[] likely = at(first + i + 1, () -> generator.logProbabilities(ids));
        nodes.add(Answers.scored(texts.get(i), ids, likely));
      }
      return nodes;
    }

    private List<ObjectNode> generated(long first, List<String> texts, List<int[]> prompts) {
      List<ObjectNode> nodes = new ArrayList<>();
      List<Generation> generations =
          generator.generate(
              Math.toIntExact(first), prompts, job.sampling, job.ending, TokenListener.NONE);
      for (int i = 0; i < texts.size(); i++) {
        nodes.add(Answers.generated(model, texts.get(i), generations.get(i)));
      }
      return nodes;
    }
  }

  /**
   * The model of a job, opened once in each JVM that receives its broadcast. Not closed with it,
   * since tasks may still read the weights: they are freed when nothing does any more.
   */
  private static final class SharedModel implements Serializable {
    private static final long serialVersionUID = 1L;

    private final HadoopFiles files;
    private final LanguageModel.Location location;
    private transient @Nullable LanguageModel model;

    SharedModel(HadoopFiles files, LanguageModel.Location location) {
      this.files = files;
      this.location = location;
    }

    synchronized LanguageModel open() {
      LanguageModel opened = model;
      if (opened == null) {
        try {
          opened = LanguageModel.open(files, location, note -> {});
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        model = opened;
      }
      return opened;
    }
  }
}
