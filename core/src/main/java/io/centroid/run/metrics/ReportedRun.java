package io.centroid.run.metrics;

import io.centroid.config.RunConfig;
import io.centroid.data.Normalization;
import io.centroid.io.HadoopFiles;
import io.centroid.model.Vocabulary;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.train.TrainingPlan;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a reporter knows about a run before its first round.
 *
 * @param effective whole configuration in force as HOCON text, without secrets
 * @param files file systems
 * @param directory folder of the run, qualified; it exists
 * @param layout layout of the parameters
 * @param normalization normalization of the inputs
 * @param classNames names of the classes; empty if they are numbered
 * @param vocabulary tokenizer of a text data set; null if there is none
 * @param startStep step from which this process trains: 0, or that of a checkpoint
 * @param environment what the run computes on, by name, such as java, spark and processor
 * @param notes receives remarks for the user
 */
public record ReportedRun(
    RunConfig config,
    String effective,
    HadoopFiles files,
    Path directory,
    NetworkSpec network,
    ParameterLayout layout,
    Normalization normalization,
    List<String> classNames,
    @Nullable Vocabulary vocabulary,
    TrainingPlan plan,
    long startStep,
    Map<String, String> environment,
    Consumer<String> notes) {}
