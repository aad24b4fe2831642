package io.centroid.tensorboard;

import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.tensorboard.EventProto.Event;
import io.centroid.tensorboard.EventProto.Summary;
import io.centroid.tensorboard.HParamsProto.Experiment;
import io.centroid.tensorboard.HParamsProto.HParamInfo;
import io.centroid.tensorboard.HParamsProto.HParamType;
import io.centroid.tensorboard.HParamsProto.HParamsPluginData;
import io.centroid.tensorboard.HParamsProto.ListValue;
import io.centroid.tensorboard.HParamsProto.MetricInfo;
import io.centroid.tensorboard.HParamsProto.MetricName;
import io.centroid.tensorboard.HParamsProto.SessionEndInfo;
import io.centroid.tensorboard.HParamsProto.SessionStartInfo;
import io.centroid.tensorboard.HParamsProto.SessionStatus;
import io.centroid.tensorboard.HParamsProto.Value;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * Data of TensorBoard's HParams page, which compares runs. Each run is a session with its
 * hyperparameters, which {@link TensorBoard} writes; the page shows all runs below its log
 * directory. A sweep may describe the experiment in addition, so that the page shows the swept keys
 * and the compared metrics alone.
 */
public final class HParams {
  static final String EXPERIMENT = "_hparams_/experiment";
  static final String START = "_hparams_/session_start_info";
  static final String END = "_hparams_/session_end_info";

  /** The first name, so that an experiment that is written again replaces itself. */
  private static final String FILE = "events.out.tfevents.0000000000.experiment";

  private HParams() {}

  /**
   * Writes the description of an experiment into an event file of its own, published atomically. It
   * replaces an earlier one.
   *
   * @param folder folder above the folders of the runs, which is created if it does not exist
   * @param description one line
   * @param values values of each hyperparameter by its name, which is its configuration key
   * @param metrics tags of the compared scalars, such as {@code validation/accuracy}
   */
  public static void writeExperiment(
      HadoopFiles files,
      Path folder,
      String description,
      Map<String, ? extends Set<String>> values,
      List<String> metrics)
      throws IOException {
    Instant now = Instant.now();
    Experiment.Builder experiment =
        Experiment.newBuilder()
            .setDescription(description)
            .setTimeCreatedSecs(EventFileWriter.seconds(now));
    values.forEach((name, all) -> experiment.addHparamInfos(hyperparameter(name, all)));
    for (String tag : metrics) {
      experiment.addMetricInfos(
          MetricInfo.newBuilder().setName(MetricName.newBuilder().setTag(tag)).setDisplayName(tag));
    }
    Summary.Value value =
        Summaries.hyperparameters(
            EXPERIMENT, HParamsPluginData.newBuilder().setExperiment(experiment).build());
    Storage storage = Storage.of(files, folder);
    storage.createFolder(folder);
    double seconds = EventFileWriter.seconds(now);
    AtomicFile.ofOneWriter(storage, HadoopPath.child(folder, FILE), ".experiment")
        .write(
            out -> {
              out.write(EventRecord.of(EventFileWriter.version(now).build().toByteArray()));
              out.write(
                  EventRecord.of(
                      Event.newBuilder()
                          .setWallTime(seconds)
                          .setSummary(Summary.newBuilder().addValue(value))
                          .build()
                          .toByteArray()));
            });
  }

  /** Numbers if all values are numbers, else strings. */
  private static HParamInfo hyperparameter(String name, Set<String> values) {
    boolean isNumber =
        values.stream()
            .allMatch(value -> value(value).getKindCase() == Value.KindCase.NUMBER_VALUE);
    ListValue.Builder domain = ListValue.newBuilder();
    for (String value : values) {
      domain.addValues(isNumber ? value(value) : string(value));
    }
    return HParamInfo.newBuilder()
        .setName(name)
        .setType(isNumber ? HParamType.DATA_TYPE_FLOAT64 : HParamType.DATA_TYPE_STRING)
        .setDomainDiscrete(domain)
        .setDiffers(values.size() > 1)
        .build();
  }

  /** The start of a run's session. */
  static Summary.Value start(Instant time, Map<String, String> hyperparameters) {
    SessionStartInfo.Builder start =
        SessionStartInfo.newBuilder().setStartTimeSecs(EventFileWriter.seconds(time));
    hyperparameters.forEach((name, value) -> start.putHparams(name, value(value)));
    return Summaries.hyperparameters(
        START, HParamsPluginData.newBuilder().setSessionStartInfo(start).build());
  }

  /** The end of a run's session. */
  static Summary.Value end(Instant time, boolean asPlanned) {
    SessionEndInfo end =
        SessionEndInfo.newBuilder()
            .setStatus(asPlanned ? SessionStatus.STATUS_SUCCESS : SessionStatus.STATUS_FAILURE)
            .setEndTimeSecs(EventFileWriter.seconds(time))
            .build();
    return Summaries.hyperparameters(
        END, HParamsPluginData.newBuilder().setSessionEndInfo(end).build());
  }

  private static Value value(String text) {
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number)
          ? Value.newBuilder().setNumberValue(number).build()
          : string(text);
    } catch (NumberFormatException e) {
      return string(text);
    }
  }

  private static Value string(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  /** The main hyperparameters of a run, by configuration key. */
  static Map<String, String> of(ReportedRun run) {
    RunConfig config = run.config();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("model.name", run.network().architecture().name());
    values.put("model.parameters", Long.toString(run.layout().parameterCount()));
    values.put("optimizer.name", config.optimizer().steady().rule().name());
    values.put(
        "optimizer.learning-rate", Double.toString(config.optimizer().steady().learningRate()));
    values.put("outer.name", config.outer().name());
    values.put("average.codec", config.average().codec().name());
    values.put("train.workers", Integer.toString(config.train().workers()));
    values.put("train.local-steps", Integer.toString(run.plan().localSteps()));
    values.put("train.batch-size", Integer.toString(config.train().batchSize()));
    values.put("train.steps", Long.toString(run.plan().totalSteps()));
    values.put("train.seed", Long.toString(config.train().seed()));
    return values;
  }
}
