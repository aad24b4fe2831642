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
 * A development cluster with digits on its HDFS, a configuration that trains long enough for fault
 * injection, and the expected hash of the parameters, computed in this JVM on the same files.
 * Drivers run in separate processes.
 */
public final class TrainingCluster implements AutoCloseable {
  /** Number of rounds of the {@link #CONFIGURATION}. */
  public static final long ROUNDS = 60;

  /** Time limit for all waits. */
  public static final Duration LIMIT = Duration.ofSeconds(100);

  /** Uses every kind of state. */
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

  /** Starts the daemons in a folder and computes the expected hash. */
  public static TrainingCluster start(Path folder, ClusterOptions options) throws IOException {
    return new TrainingCluster(folder, options);
  }

  /** Expected hash of the parameters. */
  public String expectedSha256() {
    return expectedSha256;
  }

  /** Working folder of the commands, with the configuration in {@code conf/cluster.conf}. */
  public Path folder() {
    return folder;
  }

  /** Folder of the daemons, for {@code --cluster-dir}. */
  public Path directory() {
    return directory;
  }

  public DevelopmentCluster daemons() {
    return daemons;
  }

  public ClusterStatus status() {
    return status;
  }

  /** Client of the cluster's HDFS. */
  public FileSystem hdfs() {
    return hdfs;
  }

  /** Trains the same configuration in this JVM on the files that were copied to HDFS. */
  public String embedded(String... settings) throws IOException {
    JsonNode result = result(settings);
    assertThat(result.path("rounds").asLong()).isEqualTo(ROUNDS);
    assertThat(result.path("test").path("accuracy").asDouble()).isGreaterThan(0.6);
    return result.path("parametersSha256").asText();
  }

  /** Expected hash of the parameters with other settings, computed on threads. */
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

  /** Starts {@code train} on the daemons with settings in addition to the configuration. */
  public Submitted train(String... settings) throws IOException {
    return train(List.of(), settings);
  }

  /**
   * As {@link #train(String...)}.
   *
   * @param options options of {@code submit}
   */
  public Submitted train(List<String> options, String... settings) throws IOException {
    List<String> line = new ArrayList<>(List.of("train", "conf/cluster.conf", "--json"));
    Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    return submit(options, line.toArray(String[]::new));
  }

  /**
   * Starts {@code train} on threads with the files of the cluster.
   *
   * @param within prefix of the command line that runs the command in another environment
   */
  public Submitted trainWithin(List<String> within, String... settings) throws IOException {
    List<String> line = new ArrayList<>(List.of("train", "conf/cluster.conf", "--json"));
    line.addAll(List.of("--set", "compute.workers=local"));
    line.addAll(List.of("--set", "data.path=" + hdfs.makeQualified(path("mnist"))));
    Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    return Submitted.command(folder, within, line);
  }

  /** Starts a command on the daemons. */
  public Submitted submit(List<String> options, String... command) throws IOException {
    List<String> line = new ArrayList<>(options);
    line.addAll(List.of(command));
    return Submitted.start(folder, directory, line);
  }

  /** Waits until a run has a checkpoint and is still training. */
  public void awaitCheckpoint(Submitted train, String run) throws Exception {
    Eventually.await(
        "a checkpoint in " + run, LIMIT, () -> newestStep(run) > 0 || !train.isAlive());
    assertThat(train.isAlive()).as(() -> "still training: " + train.errors()).isTrue();
  }

  /** Highest step of a run's checkpoints according to their names; 0 if there is none yet. */
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

  /** Rounds in the order of metrics.jsonl. */
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

  /** Processes of the running executors. */
  public List<ProcessHandle> executors() {
    return status.daemons().stream()
        .filter(daemon -> daemon.name().startsWith("worker-"))
        .flatMap(daemon -> executors(daemon.name()).stream())
        .toList();
  }

  /** Processes of a Worker's executors. */
  public List<ProcessHandle> executors(String worker) {
    return ProcessHandle.of(daemons.pid(worker)).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** Configuration for Hadoop clients of this cluster. */
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

  /** Ends the daemons and removes their files. */
  @Override
  public void close() throws IOException {
    hdfs.close();
    daemons.purge();
  }
}
