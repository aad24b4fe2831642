package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.io.HadoopFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of a real TensorBoard, by the answers of its server. */
class TensorBoardPagesIT {
  private static final String ALL =
      """
      {"colParams": [], "allowedStatuses": ["STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING",
       "STATUS_UNKNOWN"], "startIndex": 0, "sliceSize": 10, "includeMetrics": true}
      """;

  @TempDir Path folder;

  @Test
  void thePageComparesTheRunsOfASweep() throws Exception {
    HadoopFiles files = new HadoopFiles(new Configuration());
    Map<String, Set<String>> values = new LinkedHashMap<>();
    values.put("optimizer.learning-rate", new LinkedHashSet<>(List.of("0.1", "0.01")));
    values.put("average.codec", Set.of("none"));
    HParams.writeExperiment(
        files,
        files.path(folder.resolve("sweep").toUri().toString()),
        "two learning rates",
        values,
        List.of("validation/accuracy"));
    run("a", "0.1", true);
    run("b", "0.01", false);
    try (TensorBoardServer server =
        TensorBoardServer.of(folder.resolve("sweep"), folder.resolve("output"))) {
      server.await("data/runs", runs -> runs.size() == 3);
      JsonNode experiment =
          server.json("data/plugin/hparams/experiment", "{\"includeMetrics\": true}");
      assertThat(experiment.path("description").asText()).isEqualTo("two learning rates");
      assertThat(experiment.path("hparamInfos").findValuesAsText("name"))
          .containsExactlyInAnyOrder("optimizer.learning-rate", "average.codec");
      assertThat(experiment.path("metricInfos").findValuesAsText("tag"))
          .containsExactly("validation/accuracy");

      JsonNode groups = server.json("data/plugin/hparams/session_groups", ALL);
      List<String> sessions = new ArrayList<>();
      for (JsonNode group : groups.path("sessionGroups")) {
        JsonNode session = group.path("sessions").path(0);
        sessions.add(
            session.path("name").asText()
                + " "
                + group.path("hparams").path("optimizer.learning-rate").asDouble()
                + " "
                + session.path("status").asText()
                + " "
                + session.path("metricValues").path(0).path("value").asDouble());
      }
      assertThat(sessions)
          .containsExactlyInAnyOrder(
              "a/tensorboard 0.1 STATUS_SUCCESS 0.75", "b/tensorboard 0.01 STATUS_FAILURE 0.75");
    }
  }

  private void run(String name, String learningRate, boolean isFinished) throws Exception {
    Reported run = new Reported(folder.resolve("sweep").resolve(name));
    TensorBoard factory = new TensorBoard(Map.of("optimizer.learning-rate", learningRate));
    try (TensorBoardReporter reporter =
        (TensorBoardReporter)
            factory.open(run.from(Reported.state(0)), Reported.state(0)).orElseThrow()) {
      Reported.rounds(reporter, 0, 4);
      if (isFinished) {
        reporter.onResult(Reported.result());
      }
    }
  }

  /** Without a description of the experiment the page finds the runs' hyperparameters itself. */
  @Test
  void everyPageHasTheRunsOfAFolder() throws Exception {
    run("a", "0.1", true);
    run("b", "0.01", true);
    try (TensorBoardServer server =
        TensorBoardServer.of(folder.resolve("sweep"), folder.resolve("output"))) {
      server.await("data/runs", runs -> runs.size() == 2);
      JsonNode experiment =
          server.json("data/plugin/hparams/experiment", "{\"includeMetrics\": true}");
      assertThat(experiment.path("hparamInfos").findValuesAsText("name"))
          .contains("optimizer.learning-rate", "train.workers", "train.batch-size", "outer.name");
      assertThat(experiment.path("metricInfos").findValuesAsText("tag"))
          .contains("training/loss", "validation/accuracy");
      for (String plugin : List.of("scalars", "histograms", "images", "text", "pr_curves")) {
        JsonNode tags = server.json("data/plugin/" + plugin + "/tags", null);
        assertThat(new TreeSet<>(fields(tags)))
            .as(plugin)
            .containsExactly("a/tensorboard", "b/tensorboard");
      }
      JsonNode loss =
          server.json("data/plugin/scalars/scalars?run=a%2Ftensorboard&tag=training%2Floss", null);
      assertThat(loss).hasSize(4);
      assertThat(loss.path(3).path(1).asLong()).isEqualTo(4);
      assertThat(loss.path(3).path(2).asDouble()).isEqualTo(Reported.loss(4));
    }
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
