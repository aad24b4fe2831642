package io.centroid.cli;

import io.centroid.config.RunConfig;
import io.centroid.data.download.DownloadProgress;
import io.centroid.data.download.MnistDownload;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code fetch} command: downloads a data set from its mirrors. */
@Command(
    name = "fetch",
    description = {
      "Download a data set. Interrupted downloads are resumed; files are verified by MD5.",
      "The mirrors are listed in conf/fetch.conf (fetch.mnist.mirrors)."
    },
    footer = {"", "Example:", "  ./centroid fetch mnist --to data/mnist"},
    mixinStandardHelpOptions = true)
final class FetchCommand implements Callable<Integer> {
  private static final long LINE_EVERY_BYTES = 4L << 20;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "mnist", description = "Data set to download: mnist.")
  private String dataSet;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      defaultValue = "data/mnist",
      description = "Local output folder (default: ${DEFAULT-VALUE}).")
  private Path directory;

  @Option(
      names = "--conf",
      paramLabel = "CONF",
      description = "Configuration file with the mirrors (default: conf/fetch.conf).")
  private @Nullable Path file;

  @Mixin private ConfigurationOptions configuration;

  @Override
  public Integer call() {
    if (!dataSet.equals("mnist")) {
      throw new InputException("fetch: expected mnist, found " + dataSet);
    }
    RunConfig config = RunConfig.load(mirrors(), configuration.overrides());
    List<URI> mirrors = new ArrayList<>();
    for (String mirror : config.fetch().mnistMirrors()) {
      mirrors.add(uri(mirror));
    }
    if (mirrors.isEmpty()) {
      throw new InputException("fetch.mnist.mirrors must name at least one mirror: []");
    }
    int downloaded = new MnistDownload(mirrors).into(directory, new Lines());
    spec.commandLine()
        .getOut()
        .printf(
            "%s: 4 files verified, %d downloaded%nTrain on it:  ./centroid train conf/mnist.conf"
                + " --set %s%n",
            directory, downloaded, ShellWord.of("data.path=" + directory));
    return ExitCode.DONE;
  }

  private @Nullable Path mirrors() {
    if (file != null) {
      return file;
    }
    String home = System.getProperty(Centroid.HOME);
    Path shipped = home == null ? null : Path.of(home, "conf", "fetch.conf");
    return shipped != null && Files.exists(shipped) ? shipped : null;
  }

  private static URI uri(String mirror) {
    try {
      URI uri = URI.create(mirror);
      if (uri.getScheme() != null && uri.getScheme().matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // rejected below
    }
    throw new InputException("fetch.mnist.mirrors must be http or https URLs: " + mirror);
  }

  /** Prints a line at the start of each file and every few megabytes. */
  private final class Lines implements DownloadProgress {
    private String current = "";
    private long reported;

    @Override
    public void received(String name, long bytes, long total) {
      if (name.equals(current) && bytes - reported < LINE_EVERY_BYTES && bytes != total) {
        return;
      }
      current = name;
      reported = bytes;
      String of = total < 0 ? "" : String.format(Locale.ROOT, " of %,d", total);
      spec.commandLine().getErr().printf(Locale.ROOT, "%s: %,d%s bytes%n", name, bytes, of);
      spec.commandLine().getErr().flush();
    }
  }
}
