package io.centroid.spark.redact;

import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextFile;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.tokenizing.CorpusFolder;
import io.centroid.encryption.CheckpointCipher;
import io.centroid.encryption.Encryption;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.redact.table.Anonymity;
import io.centroid.redact.table.CsvTable;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.ReadResult;
import io.centroid.spark.internal.Lifetimes;
import io.centroid.spark.redact.RedactionInputs.Input;
import io.centroid.spark.redact.RedactionManifest.AnonymityReport;
import io.centroid.spark.text.CorpusProgress;
import io.centroid.spark.text.ReadingJob;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * Spark job that redacts texts and tables. The output has the files of the input, in the same
 * formats, with the same names and the same order of documents; it is bitwise identical on any
 * cluster. No text passes through the driver, and no text is in a message.
 */
public final class RedactionJob {
  private final JavaSparkContext spark;
  private final HadoopFiles files;
  private final RedactionSettings settings;
  private final RedactionPolicy policy;
  private final CorpusProgress progress;
  private final ReadingJob job;

  public RedactionJob(
      JavaSparkContext spark,
      RedactionSettings settings,
      RedactionPolicy policy,
      CorpusProgress progress) {
    this.spark = spark;
    this.files = new HadoopFiles(spark.hadoopConfiguration());
    this.settings = settings;
    this.policy = policy;
    this.progress = progress;
    this.job = new ReadingJob(spark, progress);
  }

  /**
   * Writes the output atomically; a failure or JVM shutdown leaves no files.
   *
   * @throws InputException if an input is damaged, the output exists, or the tables are not as
   *     anonymous as the policy requires
   */
  public RedactionManifest run() {
    RedactionInputs inputs = RedactionInputs.find(files, settings, progress::onNote);
    CorpusFolder folder =
        CorpusFolder.create(
            files, settings.out(), settings.overwrite(), RedactionManifest.FILE, "redacted corpus");
    return folder.closedAfter(
        () -> {
          folder.requireOutside(settings.inputs());
          folder.requireNoInput(
              Stream.concat(inputs.texts().stream(), inputs.tables().stream())
                  .map(Input::file)
                  .toList());
          RedactionManifest manifest = redact(inputs, folder.staging());
          folder.publish(Json.write(manifest));
          return manifest;
        });
  }

  private RedactionManifest redact(RedactionInputs inputs, Staging staging) {
    createFolders(inputs, staging);
    Text text = text(inputs.texts());
    int sample = settings.sample().map(SampleSettings::size).orElse(0);
    CheckpointCipher cipher =
        settings
            .sample()
            .map(wanted -> SealedSample.cipher(wanted, files.configuration()))
            .orElse(CheckpointCipher.NONE);
    RedactionTasks all =
        new RedactionTasks(
            text,
            inputs.texts(),
            inputs.tables(),
            files,
            settings.reading().encoding(),
            staging,
            policy,
            sample,
            cipher.files());
    requireColumns(all);
    Broadcast<JavaSerialized<RedactionTasks>> tasks = spark.broadcast(new JavaSerialized<>(all));
    try {
      Outcome outcome = Outcome.sum(redact(tasks));
      if (text != null) {
        PartJoin.run(spark, job, tasks, text.plan(), inputs.texts());
      }
      int sampled = writeSample(all, cipher.encryption());
      deleteParts(staging);
      AnonymityReport anonymity = anonymity(tasks);
      return new RedactionManifest(
          RedactionManifest.FORMAT,
          RedactionManifest.VERSION,
          policy.sha256(),
          inputs.texts().size() + inputs.tables().size() + inputs.empty().size(),
          outcome.documents(),
          outcome.dropped(),
          outcome.replaced(),
          outcome.counts(),
          sampled,
          anonymity);
    } finally {
      Lifetimes.destroy(tasks, true);
    }
  }

  private List<Outcome> redact(Broadcast<JavaSerialized<RedactionTasks>> tasks) {
    int count = tasks.value().value().count();
    if (count == 0) {
      return List.of();
    }
    JavaRDD<ReadResult<Outcome>> outcomes =
        numbers(count)
            .map(
                task -> {
                  TaskContext context = TaskContext.get();
                  return ReadResult.of(
                      () ->
                          tasks
                              .value()
                              .value()
                              .run(
                                  task,
                                  "attempt-" + context.taskAttemptId(),
                                  context::isInterrupted));
                });
    return job.run("redaction", outcomes);
  }

  private JavaRDD<Integer> numbers(int count) {
    return spark.parallelize(IntStream.range(0, count).boxed().toList(), count);
  }

  /** The text; null if there is none. */
  private @Nullable Text text(List<Input> inputs) {
    if (inputs.isEmpty()) {
      return null;
    }
    List<TextFile> texts = inputs.stream().map(Input::file).toList();
    return new Text(
        files, TextPlan.of(texts, settings.shardBytes()).ofWholeDocuments(), settings.reading());
  }

  private void createFolders(RedactionInputs inputs, Staging staging) {
    Set<String> folders = new TreeSet<>(List.of(RedactionTasks.parts()));
    Stream.of(inputs.texts(), inputs.tables())
        .flatMap(List::stream)
        .map(Input::name)
        .filter(name -> name.indexOf('/') >= 0)
        .forEach(name -> folders.add(name.substring(0, name.lastIndexOf('/'))));
    try {
      for (String folder : folders) {
        staging.fileSystem().mkdirs(staging.path(folder));
      }
      for (String name : inputs.empty()) {
        // Creates its folder too.
        staging.write(name, new byte[0]);
      }
    } catch (IOException e) {
      throw HadoopFiles.failure(files.path(staging.folder()), e);
    }
  }

  private void deleteParts(Staging staging) {
    try {
      staging.delete(RedactionTasks.parts());
    } catch (IOException e) {
      throw HadoopFiles.failure(files.path(settings.out()), e);
    }
  }

  /**
   * Rejects tables without a column whose anonymity is checked, and a policy that names columns
   * that no table has: they were probably misspelled.
   */
  private void requireColumns(RedactionTasks tasks) {
    Anonymity anonymity = policy.tables().anonymity();
    List<String> checked = anonymity == null ? List.of() : anonymity.columns();
    Set<String> found = new TreeSet<>();
    for (Input input : tasks.tables()) {
      try (CsvTable table = tasks.open(input)) {
        found.addAll(table.header());
        checked.forEach(table::column);
      } catch (IOException e) {
        throw HadoopFiles.failure(files.path(input.file().path()), e);
      }
    }
    if (found.isEmpty()) {
      if (!policy.tables().isEmpty()) {
        progress.onNote("columns and anonymity of the policy are unused: no input is a table");
      }
      return;
    }
    for (String column : policy.tables().columns().keySet()) {
      if (!found.contains(column)) {
        throw new InputException(
            // Their names are not shown: without a header line they are cells.
            "columns." + column + ": no table has this column; columns in all: " + found.size());
      }
    }
  }

  private @Nullable AnonymityReport anonymity(Broadcast<JavaSerialized<RedactionTasks>> tasks) {
    Anonymity required = policy.tables().anonymity();
    if (required == null || tasks.value().value().tables().isEmpty()) {
      return null;
    }
    Anonymity.Found found = AnonymityCheck.count(spark, tasks, required);
    required.require(found);
    return new AnonymityReport(required, found);
  }

  private int writeSample(RedactionTasks tasks, @Nullable Encryption encryption) {
    if (encryption == null) {
      return 0;
    }
    List<String> parts =
        IntStream.range(0, tasks.count()).mapToObj(RedactionTasks::samplePart).toList();
    try {
      return SealedSample.write(
          tasks.staging(), encryption, tasks.sampleCipher(), parts, tasks.sampleSize());
    } catch (IOException e) {
      throw HadoopFiles.failure(files.path(settings.out()), e);
    }
  }
}
