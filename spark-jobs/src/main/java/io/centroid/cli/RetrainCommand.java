package io.centroid.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.Cluster;
import io.centroid.cli.options.RunOptions;
import io.centroid.cli.report.ProgressReport;
import io.centroid.config.RunConfig;
import io.centroid.device.Device;
import io.centroid.error.ExitCode;
import io.centroid.nn.Engines;
import io.centroid.retrain.Outcome;
import io.centroid.retrain.Phase;
import io.centroid.retrain.Retraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code retrain} command: trains a challenger on new data and promotes it if it is better. */
@Command(
    name = "retrain",
    description = {
      "Train a challenger model on new data and promote it to champion if it is better.",
      "Safe to run from a scheduler: an interrupted run resumes where it stopped.",
      "Exit codes: 0 promoted or no new data, 4 not promoted, 3 training diverged, 2 bad input, 1"
          + " other failures."
    },
    footer = {"", "Example:", "  centroid retrain conf/retrain.conf"},
    mixinStandardHelpOptions = true)
final class RetrainCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "CONF",
      description =
          "Configuration file, a local path or any Hadoop URI, for example conf/retrain.conf.")
  private String file;

  @Mixin private RunOptions options;

  @Option(
      names = "--allow-not-promoted",
      description =
          "Exit with 0 instead of 4 if the challenger is not promoted, for cluster mode and"
              + " schedulers that know only success and failure.")
  private boolean allowsNotPromoted;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    RunConfig config = options.load(file);
    RunConfig.Compute compute = config.compute();
    if (compute.device() == RunConfig.Compute.DeviceKind.CUDA) {
      // Before an attempt is recorded.
      Engines unused = Centroid.ENGINES.choose(compute.engine()).on(Device.Kind.CUDA);
    }
    ModelExports.require(config.retrain().exports());
    PrintWriter out = spec.commandLine().getOut();
    try (ProgressReport progress = centroid.progress();
        Session session = Session.open(config)) {
      ModelExports exports = new ModelExports(session.files(), progress::onNote);
      exports.requireEncrypted(config.retrain().exports());
      List<String> start = ModelLocation.initFrom(config, session.files(), progress::onNote);
      Retraining.Result result =
          new Retraining(
                  more -> session.inForce(configured(start, more)),
                  session.files(),
                  Centroid.ENGINES,
                  shards ->
                      session.shard(
                          shards,
                          config.average().slices(),
                          config.train().roundLimit(),
                          new Cluster.RunLabel(
                              "retrain " + config.registry().model(), config.registry().dir())),
                  progress,
                  Centroid.REPORTERS,
                  exports,
                  Phase.Observer.NONE)
              .execute();
      if (json) {
        out.println(result.report());
      } else {
        print(out, result);
      }
      int exitCode = exitCode(result.outcome());
      return exitCode == ExitCode.NOT_PROMOTED && allowsNotPromoted ? ExitCode.DONE : exitCode;
    }
  }

  private RunConfig configured(List<String> start, List<String> more) {
    List<String> overrides = new ArrayList<>(start);
    overrides.addAll(more);
    return options.load(file, overrides);
  }

  static int exitCode(Outcome outcome) {
    return switch (outcome) {
      case PROMOTED, NOTHING_NEW, WAITING -> ExitCode.DONE;
      case NO_GAIN, WORSE, VETOED -> ExitCode.NOT_PROMOTED;
      case DIVERGED -> ExitCode.DIVERGED;
      case FAILED -> ExitCode.BAD_INPUT;
      case ALIAS_CONFLICT, ABANDONED -> ExitCode.FAILED;
    };
  }

  private static void print(PrintWriter out, Retraining.Result result) {
    ObjectNode report = result.report();
    String model = report.path("model").asText();
    switch (result.outcome()) {
      case NOTHING_NEW -> out.println("No new data for " + model);
      case PROMOTED ->
          out.println("Promoted version " + report.path("version").asInt() + " of " + model);
      default ->
          out.println(
              "Not promoted, the champion of "
                  + model
                  + " is unchanged: "
                  + result.outcome().key());
    }
    report.path("reasons").forEach(reason -> out.println("  " + reason.asText()));
    if (report.has("report")) {
      out.println("  report  " + report.path("report").asText());
    }
  }
}
