package io.centroid.cli;

import io.centroid.cli.options.ConfigurationOptions;
import io.centroid.cli.process.ShellWord;
import io.centroid.cli.report.TaskProgress;
import io.centroid.config.RunConfig;
import io.centroid.data.download.DownloadProgress;
import io.centroid.data.download.MnistDownload;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import io.centroid.io.SiteConfiguration;
import io.centroid.io.TemporaryFolder;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code fetch} command: downloads a data set from its mirrors. */
@Command(
    name = "fetch",
    description = {
      "Download a data set. Interrupted downloads are resumed; files are verified by MD5.",
      "The mirrors are listed in a configuration file (fetch.mnist.mirrors)."
    },
    footer = {"", "Example:", "  centroid fetch mnist --out data/mnist"},
    mixinStandardHelpOptions = true)
final class FetchCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "mnist", description = "Data set to download: mnist.")
  private String dataSet;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "CONF",
      description =
          "Configuration file with the mirrors, a local path or any Hadoop URI (default:"
              + " conf/fetch.conf).")
  private @Nullable String file;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      defaultValue = "data/mnist",
      description = "Output folder, any Hadoop URI (default: ${DEFAULT-VALUE}).")
  private String out;

  @Mixin private ConfigurationOptions configuration;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  /** Output of {@code --json}. */
  private record Output(String out, int files, int downloaded) {}

  @Override
  public Integer call() throws IOException {
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
    int downloaded = download(new MnistDownload(mirrors));
    PrintWriter printer = spec.commandLine().getOut();
    if (json) {
      printer.println(Json.line(new Output(out, MnistDownload.FILES.size(), downloaded)));
    } else {
      printer.printf(
          Locale.ROOT,
          "%s: %d files verified, %d downloaded%n",
          out,
          MnistDownload.FILES.size(),
          downloaded);
      printer.printf(
          "Train on it:  %s train conf/mnist.conf --set %s%n",
          Centroid.PROMPT, ShellWord.of("data.path=" + out));
    }
    return ExitCode.DONE;
  }

  /** Downloads into the output folder; a remote one is filled from a local copy. */
  private int download(MnistDownload download) throws IOException {
    HadoopFiles files = new HadoopFiles(SiteConfiguration.load());
    org.apache.hadoop.fs.Path target = files.path(out);
    String scheme = target.toUri().getScheme();
    if (scheme == null || scheme.equals("file")) {
      return into(download, Path.of(scheme == null ? out : target.toUri().getPath()));
    }
    FileSystem remote = files.fileSystem(target);
    try (TemporaryFolder local = TemporaryFolder.create("fetch")) {
      for (String name : MnistDownload.FILES) {
        org.apache.hadoop.fs.Path kept = HadoopPath.child(target, name);
        if (remote.exists(kept)) {
          remote.copyToLocalFile(
              false, kept, new org.apache.hadoop.fs.Path(local.path().resolve(name).toUri()), true);
        }
      }
      int downloaded = into(download, local.path());
      if (downloaded > 0) {
        Storage storage = Storage.of(files, target);
        for (String name : MnistDownload.FILES) {
          AtomicFile.ofManyWriters(storage, HadoopPath.child(target, name))
              .write(stream -> Files.copy(local.path().resolve(name), stream));
        }
      }
      return downloaded;
    }
  }

  private int into(MnistDownload download, Path folder) {
    try (Received received = new Received()) {
      return download.into(folder, received);
    }
  }

  private @Nullable String mirrors() {
    if (file != null) {
      return file;
    }
    String home = System.getProperty(Centroid.HOME);
    Path shipped = home == null ? null : Path.of(home, "conf", "fetch.conf");
    return shipped != null && Files.exists(shipped) ? shipped.toString() : null;
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

  /** Progress of each file. */
  private final class Received implements DownloadProgress, AutoCloseable {
    private String current = "";
    private @Nullable TaskProgress progress;

    @Override
    public void received(String name, long bytes, long total) {
      if (!name.equals(current)) {
        close();
        current = name;
        if (total < 0) {
          centroid.terminal().note("downloading " + name);
        } else {
          progress = new TaskProgress(centroid.terminal(), name, "bytes", total);
        }
      }
      if (progress != null) {
        progress.stepTo(bytes);
      }
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }
  }
}
