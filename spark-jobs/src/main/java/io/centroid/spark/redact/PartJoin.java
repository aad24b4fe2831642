package io.centroid.spark.redact;

import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.TextPlan;
import io.centroid.io.storage.Storage;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.ReadResult;
import io.centroid.spark.redact.RedactionInputs.Input;
import io.centroid.spark.text.ReadingJob;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Concatenates the parts of the files that were split among tasks, one task per file. */
final class PartJoin {
  private PartJoin() {}

  /**
   * Joins the parts of all files.
   *
   * @param tasks tasks that have written the parts
   * @param plan plan by which the files were split
   * @param inputs files of the plan
   */
  static void run(
      JavaSparkContext spark,
      ReadingJob job,
      Broadcast<JavaSerialized<RedactionTasks>> tasks,
      TextPlan plan,
      List<Input> inputs) {
    TreeMap<String, List<String>> parts = parts(plan, inputs);
    if (parts.isEmpty()) {
      return;
    }
    List<String> names = new ArrayList<>(parts.keySet());
    JavaSerialized<TreeMap<String, List<String>>> sent = new JavaSerialized<>(parts);
    job.run(
        "joining",
        spark
            .parallelize(names, names.size())
            .map(
                name ->
                    ReadResult.of(
                        () ->
                            join(
                                tasks.value().value().staging(),
                                name,
                                sent.value().getOrDefault(name, List.of()),
                                "attempt-" + TaskContext.get().taskAttemptId()))));
  }

  /** Names of the parts of each split file, in order. */
  private static TreeMap<String, List<String>> parts(TextPlan plan, List<Input> inputs) {
    TreeMap<String, List<String>> parts = new TreeMap<>();
    plan.tasks().stream()
        .flatMap(task -> task.slices().stream())
        .filter(slice -> !RedactionTasks.isWhole(inputs.get(slice.file()).file(), slice))
        .forEach(
            slice -> {
              Input input = inputs.get(slice.file());
              parts
                  .computeIfAbsent(input.name(), name -> new ArrayList<>())
                  .add(RedactionTasks.name(input.file(), slice, input.name()));
            });
    return parts;
  }

  private static String join(Staging staging, String name, List<String> parts, String attempt) {
    try (FSDataOutputStream out = staging.create(attempt)) {
      for (String part : parts) {
        try (InputStream in = staging.fileSystem().open(staging.path(part))) {
          in.transferTo(out);
        }
      }
      Storage.sync(out);
      out.close();
      staging.adopt(attempt, name);
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(staging.folder() + ": " + e.getMessage(), e);
    }
  }
}
