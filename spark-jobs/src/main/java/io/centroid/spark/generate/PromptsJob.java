package io.centroid.spark.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.Decoding;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Utf8;
import io.centroid.model.LanguageModel;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.Jobs;
import io.centroid.spark.ReadResult;
import io.centroid.spark.internal.Lifetimes;
import io.centroid.spark.session.SparkFailure;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapred.FileInputFormat;
import org.apache.hadoop.mapred.JobConf;
import org.apache.hadoop.mapred.TextInputFormat;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Spark job that generates text from every line of a file, or computes the log-probability of each
 * line. Each executor loads the model once for all of its tasks. Sampling depends only on the seed
 * and the line number.
 *
 * @param decoding how the executors decode
 * @param sampling sampling options of generated texts
 * @param stopCriteria stop criteria of generated texts
 * @param scores true computes log-probabilities instead of generating text
 * @param draftTokens maximum number of draft tokens of prompt-lookup decoding; 0 disables it
 */
public record PromptsJob(
    LanguageModel.Location model,
    Decoding decoding,
    Sampling sampling,
    StopCriteria stopCriteria,
    boolean scores,
    int draftTokens)
    implements Serializable {

  /** Batch size: number of lines that a task processes together. */
  private static final int LINES = 16;

  /** What to do about prompts in another encoding. */
  private static final String CONVERSION =
      "convert another encoding: iconv -f WINDOWS-1252 -t UTF-8";

  /**
   * Passes on one JSON object per line, in the order of the lines. Executors keep the output on
   * disk, and the driver holds one partition of it at a time.
   *
   * @throws InputException if a line is not a valid prompt; nothing is passed on then
   */
  public void outputs(JavaSparkContext spark, String file, Consumer<String> consumer) {
    run(
        spark,
        file,
        outputs -> {
          outputs.persist(StorageLevel.DISK_ONLY());
          try {
            outputs.foreachPartition(computed -> {});
            outputs.toLocalIterator().forEachRemaining(consumer);
          } finally {
            outputs.unpersist();
          }
        });
  }

  /**
   * Writes the output as part files to a new folder.
   *
   * @throws InputException if a line is not a valid prompt; nothing is written then
   */
  public void save(JavaSparkContext spark, String file, String folder) {
    run(spark, file, outputs -> outputs.saveAsTextFile(folder));
  }

  private void run(JavaSparkContext spark, String file, Consumer<JavaRDD<String>> consumer) {
    HadoopFiles files = new HadoopFiles(spark.hadoopConfiguration());
    Broadcast<JavaSerialized<SharedModel>> shared =
        spark.broadcast(new JavaSerialized<>(new SharedModel(files, model, decoding)));
    try {
      JavaPairRDD<LongWritable, Text> read = lines(spark, files, file);
      JavaPairRDD<Tuple2<LongWritable, Text>, Long> lines =
          SparkFailure.unwrapped(read::zipWithIndex);
      requirePrompts(lines, file, shared);
      JavaRDD<String> outputs =
          lines.mapPartitions(part -> Work.of(this, file, shared.value().value().open(), part));
      SparkFailure.unwrapped(
          () -> {
            consumer.accept(outputs);
            return outputs;
          });
    } finally {
      Lifetimes.destroy(shared, true); // Blocking: the commands stop Spark next.
    }
  }

  /** Checks all lines in a job of its own: a task that fails would be retried. */
  private void requirePrompts(
      JavaPairRDD<Tuple2<LongWritable, Text>, Long> lines,
      String file,
      Broadcast<JavaSerialized<SharedModel>> shared) {
    JavaRDD<ReadResult<Long>> counts =
        lines.mapPartitions(
            part ->
                List.of(
                        ReadResult.of(
                            () -> Work.check(this, file, shared.value().value().open(), part)))
                    .iterator());
    Jobs.results("task", counts.rdd(), count -> count).forEach(ReadResult::require);
  }

  /** The lines of a file; its name is no glob pattern and no list of files. */
  private static JavaPairRDD<LongWritable, Text> lines(
      JavaSparkContext spark, HadoopFiles files, String file) {
    Path path = files.path(file);
    files.status(path);
    if (path.getName().indexOf(':') >= 0) {
      throw new InputException(
          path + ": the name of a file of prompts must not have a colon: rename it");
    }
    JobConf conf = new JobConf(spark.hadoopConfiguration());
    FileInputFormat.setInputPaths(
        conf, files.path(path.toString().replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0")));
    return spark.hadoopRDD(
        conf, TextInputFormat.class, LongWritable.class, Text.class, spark.defaultParallelism());
  }

  /** Iterator over a task's output, computed in batches of lines. */
  private static final class Work implements Iterator<String> {
    private final PromptsJob job;
    private final String file;
    private final LanguageModel model;
    private final Generator generator;
    private final Iterator<Tuple2<Tuple2<LongWritable, Text>, Long>> lines;
    private Iterator<String> ready = List.<String>of().iterator();

    /** Creates an iterator whose generator is closed when the task ends. */
    static Work of(
        PromptsJob job,
        String file,
        LanguageModel model,
        Iterator<Tuple2<Tuple2<LongWritable, Text>, Long>> lines) {
      Work work = new Work(job, file, model, lines);
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) ended -> work.generator.close());
      return work;
    }

    /**
     * Checks all lines.
     *
     * @return number of lines
     * @throws InputException if a line is not a valid prompt
     */
    static long check(
        PromptsJob job,
        String file,
        LanguageModel model,
        Iterator<Tuple2<Tuple2<LongWritable, Text>, Long>> lines) {
      Work work = new Work(job, file, model, lines);
      try (work.generator) {
        long count = 0;
        while (lines.hasNext()) {
          Tuple2<Tuple2<LongWritable, Text>, Long> line = lines.next();
          work.encoded(work.text(line), line._2 + 1);
          count++;
        }
        return count;
      }
    }

    private Work(
        PromptsJob job,
        String file,
        LanguageModel model,
        Iterator<Tuple2<Tuple2<LongWritable, Text>, Long>> lines) {
      this.job = job;
      this.file = file;
      this.model = model;
      this.generator =
          new Generator(model.config(), model.weights(), model.tokenizer(), job.draftTokens);
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
        ready = nextBatch().iterator();
      }
      return ready.next();
    }

    private List<String> nextBatch() {
      long first = 0;
      List<String> texts = new ArrayList<>();
      List<int[]> prompts = new ArrayList<>();
      while (lines.hasNext() && texts.size() < LINES) {
        Tuple2<Tuple2<LongWritable, Text>, Long> line = lines.next();
        first = texts.isEmpty() ? line._2 : first;
        String text = text(line);
        texts.add(text);
        prompts.add(encoded(text, line._2 + 1));
      }
      List<ObjectNode> nodes =
          job.scores ? scored(texts, prompts) : generated(first, texts, prompts);
      List<String> outputs = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        nodes.get(i).put("line", first + i + 1);
        outputs.add(nodes.get(i).toString());
      }
      return outputs;
    }

    private String text(Tuple2<Tuple2<LongWritable, Text>, Long> line) {
      Text bytes = line._1._2;
      return Utf8.strict(file, line._1._1.get(), bytes.getBytes(), bytes.getLength(), CONVERSION);
    }

    /** Token ids of a line, checked to be a valid prompt, or a text that can be scored. */
    private int[] encoded(String text, long number) {
      int[] ids = at(number, () -> model.tokenizer().encode(text));
      if (job.scores) {
        at(number, () -> generator.requireScorable(ids));
      } else {
        generator.requirePrompt(place(number), ids, job.stopCriteria);
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

    private List<ObjectNode> scored(List<String> texts, List<int[]> prompts) {
      List<ObjectNode> nodes = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        int[] ids = prompts.get(i);
        nodes.add(GenerationJson.scored(texts.get(i), ids, generator.logProbabilities(ids)));
      }
      return nodes;
    }

    private List<ObjectNode> generated(long first, List<String> texts, List<int[]> prompts) {
      List<ObjectNode> nodes = new ArrayList<>();
      List<Generation> generations =
          generator.generate(
              Math.toIntExact(first), prompts, job.sampling, job.stopCriteria, TokenListener.NONE);
      for (int i = 0; i < texts.size(); i++) {
        nodes.add(GenerationJson.generated(model, texts.get(i), generations.get(i)));
      }
      return nodes;
    }
  }

  /**
   * The model of a job, loaded once per JVM that receives the broadcast. It is not closed with the
   * broadcast, because tasks may still read the weights: the garbage collector frees them.
   */
  private static final class SharedModel implements Serializable {
    private static final long serialVersionUID = 1L;

    private final HadoopFiles files;
    private final LanguageModel.Location location;
    private final Decoding decoding;
    private transient @Nullable LanguageModel model;

    SharedModel(HadoopFiles files, LanguageModel.Location location, Decoding decoding) {
      this.files = files;
      this.location = location;
      this.decoding = decoding;
    }

    synchronized LanguageModel open() {
      LanguageModel opened = model;
      if (opened == null) {
        try {
          opened = LanguageModel.open(files, location, decoding, note -> {});
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        model = opened;
      }
      return opened;
    }
  }
}
