package io.centroid.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Snapshot;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.storage.StoredFile;
import io.centroid.memory.PeakMemory;
import io.centroid.run.metrics.RunMemory;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunRecord.AreasRecord;
import io.centroid.run.metrics.RunRecord.EvaluationRecord;
import io.centroid.run.metrics.RunRecord.MistakeRecord;
import io.centroid.run.metrics.RunRecord.TextRecord;
import io.centroid.run.metrics.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the folder of a run with 4 rounds, 2 workers and 2 classes, and all its files. */
record SampleRun(Path folder, String text) {
  private static final String SHA256 = "ab".repeat(32);

  /**
   * Writes a run.
   *
   * @param text text that stands wherever a run may have text of its user
   */
  static SampleRun write(Path folder, String text) throws IOException {
    Files.createDirectories(folder);
    SampleRun run = new SampleRun(folder, text);
    run.metrics(1, 4);
    run.settings("0.3");
    run.result(0.9);
    Files.write(folder.resolve(RunRecord.FILE), run.record().toJson());
    run.checkpoint();
    return run;
  }

  /** Writes rounds of 10 steps and 100 examples, evaluations and a rollback. */
  void metrics(int first, int last) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int round = first; round <= last; round++) {
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"type\":\"round\",\"time\":\"2026-11-30T10:00:00Z\",\"round\":%1$d,\"step\":%2$d,"
                  + "\"examples\":%3$d,\"epoch\":0,\"localSteps\":10,\"roundExamples\":100,"
                  + "\"loss\":%4$f,\"learningRate\":0.1,\"gradientNorm\":2.5,\"deltaNorm\":0.5,"
                  + "\"deltaCosine\":0.25,\"seconds\":2,\"examplesPerSecond\":50,"
                  + "\"computeSeconds\":1.5,\"publishSeconds\":0.1,\"scheduleSeconds\":0.3,"
                  + "\"aggregationSeconds\":0.1,\"checkpointSeconds\":0.5,\"bytesUp\":2048,"
                  + "\"bytesDown\":1024,\"heapBytes\":1048576,\"nativeBytes\":2097152,"
                  + "\"retriedTasks\":%5$d,\"lostExecutors\":0,\"workers\":["
                  + "{\"examples\":75,\"loss\":1,\"deltaNorm\":1,\"computeSeconds\":1},"
                  + "{\"examples\":25,\"loss\":3,\"deltaNorm\":1,\"computeSeconds\":%6$d}]}%n",
              round,
              10 * round,
              100 * round,
              1.0 / round,
              round == 3 ? 2 : 0,
              round == 4 ? 0 : 2));
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"type\":\"evaluation\",\"round\":%1$d,\"step\":%2$d,\"examples\":%3$d,\"epoch\":1,"
                  + "\"part\":\"validation\",\"evaluatedExamples\":50,\"accuracy\":%4$f,"
                  + "\"loss\":0.5}%n",
              round,
              10 * round,
              100 * round,
              0.5 + 0.1 * round));
    }
    ObjectNode rollback = JsonNodeFactory.instance.objectNode();
    rollback.put("type", "rollback").put("step", 10 * last).put("rollback", 1).put("reason", text);
    lines.append(rollback).append('\n');
    Files.writeString(folder.resolve("metrics.jsonl"), lines);
  }

  /** Writes settings with a learning rate. */
  void settings(String learningRate) throws IOException {
    String quoted = JsonNodeFactory.instance.textNode(text).toString();
    Files.writeString(
        folder.resolve("effective.conf"),
        "optimizer { learning-rate = %s }%ndata { format = idx, path = %s }%ntrain.workers = 2%n"
            .formatted(learningRate, quoted));
  }

  /** Writes a result with a test accuracy. */
  void result(double accuracy) throws IOException {
    RunResult result =
        new RunResult(
            folder.toString(),
            40,
            4,
            1,
            400,
            50,
            10.0,
            10,
            0.75,
            8192,
            4096,
            SHA256,
            Map.of("accuracy", 0.9, "loss", 0.5),
            Map.of("accuracy", accuracy, "loss", 0.4),
            40L,
            null,
            text,
            null,
            new RunMemory(new PeakMemory(1 << 20, 0, 3 << 20), new PeakMemory(0, 0, 0)));
    Files.write(folder.resolve("result.json"), ChecksummedJson.UNVERSIONED.write(result));
  }

  /** The record: of 10 examples of class 0 it got 8 right, of 30 of class 1 it got 27 right. */
  RunRecord record() {
    byte[] pixels = {0, 64, (byte) 128, (byte) 255, 1, 2};
    MistakeRecord mistake =
        new MistakeRecord(1, 0, 0.875, Base64.getEncoder().encodeToString(pixels));
    return new RunRecord(
        Instant.parse("2026-11-30T10:00:09Z"),
        Map.of("processor", text),
        List.of("cat", text),
        Map.of(
            "test",
            new EvaluationRecord(
                40,
                Map.of("accuracy", 0.875),
                List.of(List.of(8L, 2L), List.of(3L, 27L)),
                List.of(new AreasRecord(0.8125, 0.96875), new AreasRecord(0.9375, null)),
                List.of(1, 2, 3),
                List.of(mistake))),
        List.of(new TextRecord("To be, ", text), new TextRecord("A horse, ", "a horse")));
  }

  private void checkpoint() throws IOException {
    Path checkpoint = folder.resolve("checkpoints").resolve("step-00000040");
    Files.createDirectories(checkpoint);
    ObjectNode model = JsonNodeFactory.instance.objectNode().put("name", "mlp").put("outputs", 2);
    model.putArray("input").add(1).add(2).add(3);
    model.putArray("hidden").add(5);
    ObjectNode data = JsonNodeFactory.instance.objectNode().put("sha256", "cd".repeat(32));
    data.put("train", 400).putObject("configuration").put("data.path", "shown above");
    Snapshot snapshot =
        new Snapshot(
            40,
            4,
            7,
            new Position(1, 0),
            "0123456789abcdef",
            List.of(
                new LayoutTensor("0.weight", List.of(5L, 6L), "weight"),
                new LayoutTensor("0.bias", List.of(5L), "bias")),
            Map.of("centroid", text),
            Map.of(),
            model,
            data,
            JsonNodeFactory.instance.objectNode());
    StoredFile empty = new StoredFile(0, SHA256);
    Manifest manifest =
        new Manifest(
            snapshot,
            1,
            Instant.parse("2026-11-30T10:00:08Z"),
            Map.of(Manifest.PARAMETERS_FILE, empty, Manifest.STATE_FILE, empty));
    Files.write(checkpoint.resolve(Manifest.FILE), manifest.toJson());
    Files.createFile(checkpoint.resolve(Manifest.PARAMETERS_FILE));
    Files.createFile(checkpoint.resolve(Manifest.STATE_FILE));
  }
}
