package io.centroid.cli;

import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.SiteConfiguration;
import io.centroid.report.RunReport;
import io.centroid.tensorboard.TensorBoard;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code report} command: writes the report of a run, or the comparison of several. */
@Command(
    name = "report",
    description =
        "Write the report of a run as one HTML file that needs no network: curves, metrics,"
            + " mistakes, time, configuration, provenance. With several runs: a comparison.",
    footer = {
      "",
      "Examples:",
      "  centroid report runs/digits-18e030dc",
      "  centroid report runs/a runs/b hdfs:///runs/c --out comparison.html"
    },
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "Run folders, local paths or any Hadoop URI; a run may still be running.")
  private List<String> runs;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "File to write, any Hadoop URI (default: report.html in the folder of the run, or in the"
              + " working folder for several runs).")
  private @Nullable String out;

  @Override
  public Integer call() throws IOException {
    HadoopFiles files = new HadoopFiles(SiteConfiguration.load());
    List<Path> folders = runs.stream().map(files::path).toList();
    String place = out == null ? defaultPlace() : out;
    RunReport.write(files, folders, files.path(place))
        .forEach(note -> centroid.terminal().note("not shown: " + note));
    for (Path folder : folders) {
      TensorBoard.damage(files, folder)
          .forEach(
              note -> centroid.terminal().note("TensorBoard does not show the rest of " + note));
    }
    spec.commandLine().getOut().println(place);
    return ExitCode.DONE;
  }

  private String defaultPlace() {
    return runs.size() == 1 ? HadoopPath.child(runs.get(0), RunReport.FILE) : RunReport.FILE;
  }
}
