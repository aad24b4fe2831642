package io.centroid.card;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Manifest;
import io.centroid.config.TrustSettings;
import io.centroid.error.InputException;
import io.centroid.leak.LeakRecord;
import io.centroid.leak.ModelFiles;
import io.centroid.model.DataJson;
import io.centroid.model.TrainedModel;
import io.centroid.model.TrainingJson;
import io.centroid.privacy.PrivacyGuarantee;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunResult;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What is known of a model. What is missing or of other parameters is empty.
 *
 * @param parametersSha256 SHA-256 of the model's float32 little-endian parameter vector
 * @param manifest manifest of the checkpoint
 * @param provenance origin of the training data, by name
 * @param privacy differential privacy of the parameters
 * @param result result of the run, if it is of these parameters
 * @param record evaluations of the run, if they are of these parameters
 * @param leak leak check of these parameters
 * @param groups metrics of these parameters by groups of examples
 */
record CardContent(
    TrainedModel model,
    String parametersSha256,
    TrustSettings settings,
    Optional<Manifest> manifest,
    Map<String, String> provenance,
    Optional<PrivacyGuarantee> privacy,
    Optional<RunResult> result,
    Optional<RunRecord> record,
    Optional<LeakRecord> leak,
    Optional<GroupRecord> groups) {

  /**
   * Reads what there is.
   *
   * @throws InputException if a setting, {@code leak.json} or {@code groups.json} is invalid
   */
  static CardContent read(
      ModelFiles files, TrainedModel model, String parametersSha256, List<String> overrides)
      throws IOException {
    Optional<Manifest> manifest = Optional.empty();
    Map<String, String> provenance = new TreeMap<>();
    Optional<PrivacyGuarantee> privacy = Optional.empty();
    Path path = files.files().path(model.path());
    Configuration configuration = files.files().configuration();
    if (model.directory().isEmpty() && CheckpointStore.isCheckpoint(path, configuration)) {
      Manifest found = CheckpointStore.openUnverified(path, configuration).manifest();
      manifest = Optional.of(found);
      provenance.putAll(DataJson.read(path, found).known());
      privacy = Optional.ofNullable(TrainingJson.read(path, found).privacy());
    }
    Optional<RunResult> result =
        part(files, ModelFiles.RESULT, content -> RunResult.parse(ModelFiles.RESULT, content))
            .filter(found -> found.parametersSha256().equals(parametersSha256));
    return new CardContent(
        model,
        parametersSha256,
        files.settings(overrides),
        manifest,
        provenance,
        privacy,
        result,
        result.isEmpty()
            ? Optional.empty()
            : part(files, RunRecord.FILE, content -> RunRecord.parse(RunRecord.FILE, content)),
        LeakRecord.read(files).filter(found -> found.parametersSha256().equals(parametersSha256)),
        GroupRecord.read(files).filter(found -> found.parametersSha256().equals(parametersSha256)));
  }

  /** Whether the Gaussian noise of a private run follows from its seed, which is a secret then. */
  boolean hidesSeed() {
    return privacy.map(guarantee -> !guarantee.secretNoise()).orElse(false);
  }

  /** A result or an evaluation of another release must not prevent an export. */
  private static <T> Optional<T> part(ModelFiles files, String name, Function<byte[], T> parsed)
      throws IOException {
    try {
      return files.read(name).map(parsed);
    } catch (InputException e) {
      return Optional.empty();
    }
  }
}
