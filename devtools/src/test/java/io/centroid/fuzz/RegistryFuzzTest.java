package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.registry.AliasRecord;
import io.centroid.registry.VersionRecord;
import io.centroid.retrain.Attempt;
import io.centroid.retrain.data.ConsumedDataLog;
import io.centroid.retrain.drift.ProfileJson;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Fuzz targets for the JSON files of the registry and of retraining, without checksums, which would
 * reject every mutation.
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class RegistryFuzzTest {
  private static final String SHA256 = "0".repeat(64);
  private static final String FILES =
      "[{\"name\": \"day-1/train.csv\", \"bytes\": 20, \"sha256\": \"" + SHA256 + "\"}]";

  static final FuzzTarget VERSION =
      FuzzTarget.json(
          content -> VersionRecord.parse("version.json", content).toJson(),
          """
          {"format": 1, "model": "digits", "version": 3, "key": "attempt 3",
           "at": "2026-01-01T00:00:00Z", "by": "me", "parent": 1, "run": "runs/one", "step": 10,
           "configurationSha256": "cafe", "parametersSha256": "%s", "dataSha256": "",
           "metrics": {"validation.loss": 0.5}, "data": %s,
           "files": {"checkpoint/manifest.json": {"bytes": 1, "sha256": "%s"},
                     "exports/onnx/model.onnx": {"bytes": 2, "sha256": "%s"}}}
          """
              .formatted(SHA256, FILES, SHA256, SHA256),
          "{\"format\": 1, \"model\": \"../x\", \"version\": 99999999999999999999}");

  static final FuzzTarget ALIAS =
      FuzzTarget.json(
          content -> AliasRecord.parse("000000007.json", content).toJson(),
          """
          {"format": 1, "model": "digits", "record": 7, "at": "2026-01-01T00:00:00Z", "by": "me",
           "id": "x", "change": {"kind": "move", "alias": "champion", "versions": [3],
           "reason": "better"}, "aliases": {"champion": {"version": 3, "since": 7}},
           "removing": [1]}
          """,
          """
          {"format": 1, "model": "digits", "record": 8, "at": "2026-01-01T00:00:00Z", "by": "me",
           "id": "y", "change": {"kind": "remove", "versions": [1, 2], "reason": "retention"},
           "aliases": {}, "removing": []}
          """);

  static final FuzzTarget PROFILE =
      FuzzTarget.json(
          content -> ProfileJson.write(ProfileJson.read("profile.json", content)),
          """
          {"format": 1, "targets": [5, 5], "predictions": [],
           "features": [{"edges": [0.5, 1.5], "counts": [1, 2, 3]},
                        {"edges": [0], "counts": [4, 2]}]}
          """,
          "{\"format\": 1, \"targets\": [1e39], \"features\": [[" + "[".repeat(5000));

  static final FuzzTarget ATTEMPT =
      FuzzTarget.json(
          content -> Attempt.parse("state.json", content).toJson(),
          """
          {"format": 1, "attempt": 3, "phase": "compared", "trajectory": "cafe", "champion": 1,
           "championSince": 2, "version": 0, "outcome": "promoted", "reasons": ["better"],
           "new": [{"name": "day-1", "parts": ["day-1"], "files": %s}],
           "training": [{"name": "day-1", "parts": ["day-1"], "files": %s}],
           "findings": {"validation": {"challenger": {"accuracy": 0.5}}}}
          """
              .formatted(FILES, FILES));

  static final FuzzTarget CONSUMED_DATA =
      FuzzTarget.json(
          content -> ConsumedDataLog.parse("watermark.json", content).toJson(),
          """
          {"format": 1, "lastAttempt": 3,
           "increments": {"day-1": {"attempt": 3, "quarantines": 0, "files": %s}}}
          """
              .formatted(FILES));

  @FieldSource("VERSION")
  @DictionaryEntries({"\"files\"", "\"parent\"", "../x", "version.json", "exports/onnx/"})
  @FuzzTest
  void version(byte[] input) throws Exception {
    VERSION.check(input);
  }

  @FieldSource("ALIAS")
  @DictionaryEntries({"\"move\"", "\"rollback\"", "\"remove\"", "\"versions\"", "\"since\""})
  @FuzzTest
  void alias(byte[] input) throws Exception {
    ALIAS.check(input);
  }

  @FieldSource("PROFILE")
  @DictionaryEntries({"\"edges\"", "\"counts\"", "\"targets\"", "1e39"})
  @FuzzTest
  void profile(byte[] input) throws Exception {
    PROFILE.check(input);
  }

  @FieldSource("ATTEMPT")
  @DictionaryEntries({"\"phase\"", "planned", "done", "\"outcome\"", "promoted", "\"parts\""})
  @FuzzTest
  void attempt(byte[] input) throws Exception {
    ATTEMPT.check(input);
  }

  @FieldSource("CONSUMED_DATA")
  @DictionaryEntries({"\"increments\"", "\"quarantines\"", "\"attempt\""})
  @FuzzTest
  void consumedData(byte[] input) throws Exception {
    CONSUMED_DATA.check(input);
  }
}
