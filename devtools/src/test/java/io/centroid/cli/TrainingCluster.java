package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.SyntheticDigitFiles;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterOptions;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import io.centroid.data.Split;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * A development cluster of real daemons with digits on its HDFS, a configuration that is long
 * enough to be disturbed in the middle, and the hash that every undisturbed run of it ends with:
 * computed in this JVM, on the same files. Drivers are processes of their own.
 */
public final class TrainingCluster implements AutoCloseable {
  /** Rounds of a run of the {@link #CONFIGURATION}. */
  public static final long ROUNDS = 60;

  /** For whatever the cluster is waited for. */
  public static final Duration LIMIT = Duration.ofSeconds(100);

  /** Every kind of state travels. */
  private static final String CONFIGURATION =
      """
      data { format = idx, path = mnist, classes = 10 }
      model { hidden = [32] }
      train {
        workers = 4, local-steps = 5, steps = 300, batch-size = 8, inner-state = keep
      }
      optimizer { name = nesterov, learning-rate = 0.02, schedule { name = cosine, warmup-steps = 20 } }
      checkpoint { every-rounds = 10 }
      """;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRAIN = 4_000;
  private static final int TEST = 500;

  private final Path folder;
  private final Path directory;
  private final DevelopmentCluster daemons;
  private final ClusterStatus status;
  private final FileSystem hdfs;
  private final String expectedSha256;

  private TrainingCluster(Path folder, ClusterOptions options) throws IOException {
    this.folder = folder;
    directory = folder.resolve("cluster");
    daemons = new DevelopmentCluster(CentroidHome.find(), directory, System.err::println);
    status = daemons.start(options);
    hdfs = FileSystem.newInstance(URI.create(status.hdfs()), configuration());
    Path local = folder.resolve("mnist");
    digits("train", Split.TRAIN, TRAIN).writeIdx(local, "train");
    digits("t10k", Split.TEST, TEST).writeIdx(local, "t10k");
    hdfs.mkdirs(hdfs.getHomeDirectory());
    hdfs.copyFromLocalFile(path(local.toString()), path("mnist"));
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/cluster.conf"), CONFIGURATION);
    expectedSha256 = embedded("compute.workers=local", "run.dir=" + folder.resolve("threads"));
  }

  /** Starts the daemons below a folder and computes what every run must end with. */
  public static TrainingCluster start(Path folder, ClusterOptions options) throws IOException {
    return new TrainingCluster(folder, options);
  }

  /** The hash of the parameters that an undisturbed run ends with. */
  public String expectedSha256() {
    return expectedSha256;
  }

  /** Where the commands run: the configuration is its {@code conf/cluster.conf}. */
  public Path folder() {
    return folder;
  }

  /** The folder of the daemons, as {@code --cluster-dir} takes it. */
  public Path directory() {
    return directory;
  }

  public DevelopmentCluster daemons() {
    return daemons;
  }

  public ClusterStatus status() {
    return status;
  }

  /** A client of the cluster's HDFS. */
  public FileSystem hdfs() {
    return hdfs;
  }

  /** Trains with the same configuration in this JVM, on the files that were copied to HDFS. */
  public String embedded(String... settings) throws IOException {
    JsonNode result = result(settings);
    assertThat(result.path("rounds").asLong()).isEqualTo(ROUNDS);
    assertThat(result.path("test").path("accuracy").asDouble()).isGreaterThan(0.6);
    return result.path("parametersSha256").asText();
  }

  /** The hash that an undisturbed run with other settings ends with, computed by threads. */
  public String undisturbed(String... settings) throws IOException {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("compute.workers=local");
    all.add("run.dir=" + Files.createTempDirectory(folder, "undisturbed"));
    return result(all.toArray(String[]::new)).path("parametersSha256").asText();
  }

  private JsonNode result(String... settings) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> line = new ArrayList<>();
    line.addAll(List.of("train", folder.resolve("conf/cluster.conf").toString(), "--json"));
    line.addAll(List.of("--set", "data.path=" + folder.resolve("mnist")));
    Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    int exitCode =
        Centroid.run(
            new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
    assertThat(exitCode).as(err.toString()).isZero();
    return JSON.readTree(out.toString());
  }

  /** Starts {@code train} on the daemons with some settings beside the configuration's. */
  public Submitted train(String... settings) throws IOException {
    return train(List.of(), settings);
  }

  /**
   * As {@link #train(String...)}.
   *
   * @param options of {@code submit}
   */
  public Submitted train(List<String> options, String... settings) throws IOException {
    List<String> line = new ArrayList<>(List.of("train", "conf/cluster.conf", "--json"));
    Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    return submit(options, line.toArray(String[]::new));
  }

  /**
   * Starts {@code train} on threads, on the cluster's files alone.
   *
   * @param within a command that runs the one that follows it, somewhere else
   */
  public Submitted trainWithin(List<String> within, String... settings) throws IOException {
    List<String> line = new ArrayList<>(List.of("train", "conf/cluster.conf", "--json"));
    line.addAll(List.of("--set", "compute.workers=local"));
    line.addAll(List.of("--set", "data.path=" + hdfs.makeQualified(path("mnist"))));
    Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    return Submitted.command(folder, within, line);
  }

  /** Starts any command on the daemons. */
  public Submitted submit(List<String> options, String... command) throws IOException {
    List<String> line = new ArrayList<>(options);
    line.addAll(List.of(command));
    return Submitted.start(folder, directory, line);
  }

  /** Waits until a run has saved something and still trains. */
  public void awaitCheckpoint(Submitted train, String run) throws Exception {
    Eventually.await(
        "a checkpoint in " + run, LIMIT, () -> newestStep(run) > 0 || !train.isAlive());
    assertThat(train.isAlive()).as(() -> "still training: " + train.errors()).isTrue();
  }

  /** The highest step of a run's checkpoints by the names alone; 0 if there is none yet. */
  public long newestStep(String run) throws IOException {
    org.apache.hadoop.fs.Path checkpoints = path(run + "/checkpoints");
    if (!hdfs.exists(checkpoints)) {
      return 0;
    }
    long newest = 0;
    for (FileStatus file : hdfs.listStatus(checkpoints)) {
      String name = file.getPath().getName();
      if (name.startsWith("step-")) {
        newest = Math.max(newest, Long.parseLong(name.substring("step-".length())));
      }
    }
    return newest;
  }

  /** The rounds in metrics.jsonl as they stand there. */
  public List<Long> rounds(String run) throws IOException {
    List<Long> rounds = new ArrayList<>();
    if (!hdfs.exists(path(run + "/metrics.jsonl"))) {
      return rounds;
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                hdfs.open(path(run + "/metrics.jsonl")), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode row = JSON.readTree(line);
        if (row.path("type").asText().equals("round")) {
          rounds.add(row.path("round").asLong());
        }
      }
    }
    return rounds;
  }

  /** The processes of the executors that run now. */
  public List<ProcessHandle> executors() {
    return status.daemons().stream()
        .filter(daemon -> daemon.name().startsWith("worker-"))
        .flatMap(daemon -> executors(daemon.name()).stream())
        .toList();
  }

  /** The processes of a Worker's executors. */
  public List<ProcessHandle> executors(String worker) {
    return ProcessHandle.of(daemons.pid(worker)).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** What Hadoop's clients of this cluster are configured with. */
  public Configuration configuration() throws IOException {
    Configuration configuration = new Configuration();
    for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
      configuration.addResource(daemons.configuration().resolve(name).toUri().toURL());
    }
    return configuration;
  }

  /** A Hadoop path. */
  public static org.apache.hadoop.fs.Path path(String text) {
    return new org.apache.hadoop.fs.Path(text);
  }

  private static SyntheticDigitFiles digits(String part, Split split, int count)
      throws IOException {
    Path mnist = Path.of(System.getProperty("centroid.shared", "../shared"), "data", "mnist");
    if (!Files.isDirectory(mnist)) {
      return SyntheticDigitFiles.of(split, count);
    }
    return new SyntheticDigitFiles(
        records(
            mnist.resolve(SyntheticDigitFiles.images(part) + ".gz"),
            16,
            count * SyntheticDigitFiles.SIZE),
        records(mnist.resolve(SyntheticDigitFiles.labels(part) + ".gz"), 8, count));
  }

  private static byte[] records(Path file, int header, int bytes) throws IOException {
    try (InputStream gzipped = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new GZIPInputStream(gzipped))) {
      in.readNBytes(header);
      return in.readNBytes(bytes);
    }
  }

  /** Ends the daemons and removes what they wrote. */
  @Override
  public void close() throws IOException {
    hdfs.close();
    daemons.purge();
  }
}
