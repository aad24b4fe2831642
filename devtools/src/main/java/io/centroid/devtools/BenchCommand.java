package io.centroid.devtools;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: runs benchmarks on this machine. */
@Command(
    name = "bench",
    description = "Run benchmarks on this machine, alone or against other systems.",
    footer = {"", "Example:", "  centroid bench averaging --workers 1,2"},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "train|averaging|scaling|checkpoint|gpt2|gpu|soak|serve|redact",
    subcommands = {
      BenchTrainCommand.class,
      BenchAveragingCommand.class,
      BenchScalingCommand.class,
      BenchCheckpointCommand.class,
      BenchGpt2Command.class,
      BenchGpuCommand.class,
      BenchSoakCommand.class,
      BenchServeCommand.class,
      BenchRedactCommand.class
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "bench needs one of train, averaging, scaling, checkpoint, gpt2, gpu, soak, serve, redact");
  }
}
