package io.centroid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Snapshot;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.io.storage.StoredFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a manifest that a run writes and reads. */
class ManifestPartsTest {
  private static final Path CHECKPOINT = new Path("run/checkpoints/step-1");

  private static final String TRAINING =
      "{\"workers\":2,\"localSteps\":4,\"examples\":64,\"innerState\":\"keep\","
          + "\"innerSteps\":[4,4],\"parametersSha256\":\"ab\","
          + "\"deltaNorms\":{\"norm\":0.5,\"perUnitLearningRate\":2.0},"
          + "\"learningRateScale\":1.0,\"rollbacks\":[],"
          + "\"stopping\":{\"metric\":\"accuracy\",\"best\":0.25,\"withoutGain\":1},"
          + "\"configuration\":{\"data.seed\":\"1\",\"train.workers\":\"2\"}}";

  private static final String DATA =
      "{\"sha256\":\"cd\",\"train\":60,\"validation\":4,"
          + "\"normalization\":{\"mean\":[0.1],\"scale\":[2.0]},"
          + "\"configuration\":{\"data.format\":\"csv\"}}";

  @Test
  void aManifestPartIsRewrittenByteIdentically() {
    assertThat(Json.tree(training(parse(TRAINING)))).hasToString(TRAINING);
    assertThat(Json.tree(data(parse(DATA)))).hasToString(DATA);
  }

  @Test
  void aMissingBestValueOrHistoryIsEmpty() {
    ObjectNode node = parse(TRAINING);
    node.remove(List.of("deltaNorms", "learningRateScale", "rollbacks"));
    node.withObject("/stopping").remove("best");
    TrainingJson read = training(node);
    assertThat(read.stopping().best()).isNull();
    assertThat(read.history().rollbacks()).isEmpty();
    assertThat(Json.tree(read)).hasToString(node.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "workers",
        "localSteps",
        "examples",
        "innerState",
        "innerSteps",
        "parametersSha256",
        "stopping",
        "configuration"
      })
  void aMissingTrainingKeyIsReported(String key) {
    ObjectNode node = parse(TRAINING);
    node.remove(key);
    assertRejected(() -> training(node), "key training." + key + " is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256", "train", "validation", "normalization", "configuration"})
  void aMissingDataKeyIsReported(String key) {
    ObjectNode node = parse(DATA);
    node.remove(key);
    assertRejected(() -> data(node), "key data." + key + " is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "examples    | an integer",
        "workers     | an integer",
        "innerState  | average or reset or keep",
        "innerSteps  | an array"
      })
  void aValueOfAnotherTypeIsRejected(String key, String expected) {
    ObjectNode node = parse(TRAINING).put(key, "many");
    assertRejected(() -> training(node), "key training." + key + ": expected " + expected);
  }

  private static void assertRejected(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable read, String message) {
    assertThatThrownBy(read)
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("run/checkpoints/step-1/manifest.json: " + message)
        .hasMessageNotContaining("\n");
  }

  private static TrainingJson training(ObjectNode training) {
    return TrainingJson.read(CHECKPOINT, manifest(JsonNodeFactory.instance.objectNode(), training));
  }

  private static DataJson data(ObjectNode data) {
    return DataJson.read(CHECKPOINT, manifest(data, JsonNodeFactory.instance.objectNode()));
  }

  private static Manifest manifest(ObjectNode data, ObjectNode training) {
    StoredFile file = new StoredFile(1, "0".repeat(64));
    return new Manifest(
        new Snapshot(
            1,
            1,
            1,
            new Position(0, 1),
            "cafe",
            List.of(),
            Map.of(),
            Map.of(),
            JsonNodeFactory.instance.objectNode(),
            data,
            training),
        1,
        Instant.EPOCH,
        Map.of(Manifest.PARAMETERS_FILE, file, Manifest.STATE_FILE, file));
  }

  private static ObjectNode parse(String json) {
    return Json.tree("manifest.json", json.getBytes(StandardCharsets.UTF_8));
  }
}
