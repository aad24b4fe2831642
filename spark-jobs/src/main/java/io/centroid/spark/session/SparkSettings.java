package io.centroid.spark.session;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.security.SecretKeys;
import io.centroid.spark.internal.SparkProperties;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * Checks Spark's properties before Spark starts. Spark itself reports a wrong one late, without its
 * key, or not at all.
 */
final class SparkSettings {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\*|[1-9][0-9]*)(?:,.*)?])?");
  private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[.*]");
  private static final String STANDALONE = "spark://";

  /** Properties whose type allows values that no cluster can meet. */
  private static final List<String> COUNTS =
      List.of("spark.task.cpus", "spark.executor.cores", "spark.cores.max");

  private SparkSettings() {}

  /**
   * Finds all properties with a value that is not what Spark expects, with the value it expects.
   */
  static List<InputException> problems(SparkConf conf) {
    List<InputException> problems = new ArrayList<>();
    Arrays.stream(conf.getAll())
        .map(Tuple2::_1)
        .sorted(Comparator.naturalOrder())
        .forEach(key -> unreadable(conf, key).ifPresent(problems::add));
    if (!problems.isEmpty()) {
      return problems;
    }
    for (String key : COUNTS) {
      if (conf.contains(key) && conf.getInt(key, 1) < 1) {
        problems.add(unexpected(conf, key, "at least 1"));
      }
    }
    String master = conf.get("spark.master");
    wrongMaster(master).ifPresent(problems::add);
    if (problems.isEmpty()) {
      tooFewCores(conf, master).ifPresent(problems::add);
    }
    return problems;
  }

  private static Optional<InputException> unreadable(SparkConf conf, String key) {
    return SparkProperties.problem(conf, key)
        .map(
            problem ->
                expected(problem)
                    .map(expected -> unexpected(conf, key, expected))
                    .orElseGet(
                        () ->
                            new InputException(key + ": Spark rejects it: " + problem).about(key)));
  }

  private static InputException unexpected(SparkConf conf, String key, String expected) {
    return new InputException(
            key
                + " must be "
                + expected
                + (SecretKeys.isSecret(key) ? "" : ": " + InputErrors.shorten(conf.get(key))))
        .about(key);
  }

  /** The expected value, by Spark's explanation. */
  private static Optional<String> expected(String problem) {
    if (problem.contains("byte string") || problem.contains("Size must be")) {
      return Optional.of("a whole number with a unit, such as 512m or 4g");
    }
    if (problem.contains("time string") || problem.contains("Time must be")) {
      return Optional.of("a duration, such as 30s or 10m");
    }
    Matcher type = Pattern.compile("should be (int|long|double|boolean)\\b").matcher(problem);
    if (!type.find()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (type.group(1)) {
          case "boolean" -> "true or false";
          case "double" -> "a number";
          default -> "a whole number";
        });
  }

  private static Optional<InputException> wrongMaster(String master) {
    boolean known =
        LOCAL.matcher(master).matches()
            || LOCAL_CLUSTER.matcher(master).matches()
            || (master.startsWith(STANDALONE)
                && Arrays.stream(master.substring(STANDALONE.length()).split(",", -1))
                    .allMatch(SparkSettings::isHostAndPort))
            || SparkProperties.hasClusterManager(master);
    if (known) {
      return Optional.empty();
    }
    boolean isOther = master.equals("yarn") || master.startsWith("k8s://");
    String message =
        isOther
            ? "spark.master = "
                + master
                + ": this Spark has no classes for "
                + (master.equals("yarn") ? "YARN" : "Kubernetes")
                + "; start the job with spark-submit --master "
                + master
                + " of a Spark that has them (deploy/README.md)"
            : "spark.master must be local, local[N], local[*], spark://HOST:PORT, or with"
                + " spark-submit yarn or k8s://https://HOST:PORT: "
                + InputErrors.shorten(master);
    return Optional.of(new InputException(message).about("spark.master"));
  }

  private static boolean isHostAndPort(String address) {
    try {
      URI uri = URI.create(STANDALONE + address);
      return uri.getHost() != null
          && uri.getPort() > 0
          && uri.getPort() <= 65535
          && uri.toString().endsWith(uri.getHost() + ":" + uri.getPort())
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<InputException> tooFewCores(SparkConf conf, String master) {
    String key = "spark.task.cpus";
    int cpus = conf.getInt(key, 1);
    int threads = threads(master);
    int cores = threads > 0 ? threads : conf.getInt("spark.executor.cores", Integer.MAX_VALUE);
    if (cpus <= cores) {
      return Optional.empty();
    }
    String than =
        threads > 0
            ? " is more than the threads of spark.master = " + master
            : " is more than spark.executor.cores = " + cores + ": no executor could run a task";
    return Optional.of(new InputException(key + " = " + cpus + than).about(key + "=" + cores));
  }

  /** The number of threads of a local master; 0 for a cluster. */
  static int threads(String master) {
    Matcher local = LOCAL.matcher(master);
    if (!local.matches()) {
      return 0;
    }
    String count = local.group(1) == null ? "1" : local.group(1);
    return count.equals("*") || count.length() > 9
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(count);
  }
}
