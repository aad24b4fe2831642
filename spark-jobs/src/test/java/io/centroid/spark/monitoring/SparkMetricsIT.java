package io.centroid.spark.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Trainer;
import io.centroid.config.RunConfig;
import io.centroid.evaluate.Evaluation;
import io.centroid.nn.Engines;
import io.centroid.run.RunObserver;
import io.centroid.run.metrics.MetricsRow;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.spark.SparkCluster;
import io.centroid.spark.session.SparkContexts;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run with {@code conf/monitoring.conf}: what Prometheus gets after each round, and what the web
 * UI shows. The dashboard's names are compared with it.
 */
class SparkMetricsIT {
  private static final Path ROOT = Path.of(System.getProperty("centroid.home", ".."));
  private static final String OURS = "metrics_centroid_driver_centroid_";
  private static final String OTHER = "metrics_centroid_driver_run_the_other_centroid_";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;

  private static final List<Scrape> ROUNDS = new ArrayList<>();
  private static final Map<String, Double> EVALUATED = new LinkedHashMap<>();
  private static final Set<String> NAMES = new TreeSet<>();
  private static final List<Map<String, Double>> CONCURRENT = new ArrayList<>();
  private static Map<String, Double> before = Map.of();
  private static Map<String, Double> afterwards = Map.of();
  private static JsonNode jobs = JSON.nullNode();
  private static JsonNode stages = JSON.nullNode();

  /** Metrics of a round, and what was scraped after it. */
  private record Scrape(RoundMetrics metrics, Map<String, Double> values) {}

  @BeforeAll
  static void train() throws Exception {
    RunConfig config = config("seen", "train.epochs=2");
    try (JavaSparkContext spark = SparkContexts.start(config)) {
      Trainer.run(
          config,
          Engines.CPU,
          SparkCluster.of(spark),
          new RunObserver() {
            @Override
            public void onWarning(String warning) {
              throw new AssertionError(warning);
            }
          },
          List.of(SparkMetrics.FACTORY, new Scraping(spark)));
      spark.parallelize(List.of(1), 1).setName("of the program").count();
      afterwards = scrape(spark, "/metrics/prometheus/");
      spark.sc().listenerBus().waitUntilEmpty();
      String api = "/api/v1/applications/" + spark.sc().applicationId();
      jobs = JSON.readTree(get(spark, api + "/jobs"));
      stages = JSON.readTree(get(spark, api + "/stages"));
    }
  }

  private static RunConfig config(String name, String duration) {
    return RunConfig.load(
        ROOT.resolve("conf/monitoring.conf").toString(),
        List.of(
            "run.name=" + name,
            "run.dir=" + folder.resolve(name),
            "spark.master=local[2]",
            "spark.conf.\"spark.ui.port\"=0",
            "data.digits.train=1000",
            "data.digits.test=200",
            "average.slices=2",
            "train.workers=2",
            "train.batch-size=50",
            "train.local-steps=3",
            duration));
  }

  @AfterAll
  static void clear() {
    ROUNDS.clear();
    EVALUATED.clear();
    NAMES.clear();
  }

  @Test
  void prometheusGetsTheValuesOfMetricsJsonlAfterEachRound() throws IOException {
    List<RoundMetrics> written =
        Files.readAllLines(folder.resolve("seen/metrics.jsonl")).stream()
            .map(line -> MetricsRow.parse(line.getBytes(UTF_8)).orElseThrow())
            .filter(MetricsRow.OfRound.class::isInstance)
            .map(row -> ((MetricsRow.OfRound) row).metrics())
            .toList();
    assertThat(written).hasSizeGreaterThanOrEqualTo(6).hasSameSizeAs(ROUNDS);
    assertThat(before).containsEntry("round", 0.0).containsEntry("loss", Double.NaN);
    for (int i = 0; i < written.size(); i++) {
      RoundMetrics metrics = written.get(i);
      Map<String, Double> scraped = ROUNDS.get(i).values();
      assertThat(metrics.round()).isEqualTo(i + 1);
      assertThat(scraped)
          .containsEntry("round", (double) metrics.round())
          .containsEntry("step", (double) metrics.step())
          .containsEntry("examples", (double) metrics.examples())
          .containsEntry("epoch", (double) metrics.epoch());
      assertThat(metrics.value(RoundMetric.LOSS)).isPositive();
      for (RoundMetric metric : RoundMetric.values()) {
        assertThat(scraped).as("round " + i).containsEntry(metric.key(), metrics.value(metric));
      }
    }
  }

  @Test
  void prometheusGetsEvaluations() {
    assertThat(EVALUATED)
        .containsOnlyKeys("validation_accuracy", "validation_loss", "test_accuracy", "test_loss");
    assertThat(EVALUATED.get("test_accuracy")).isBetween(0.1, 1.0);
  }

  @Test
  void aRunWithinARunHasASourceOfItsOwn() {
    assertThat(CONCURRENT)
        .hasSize(2)
        .allSatisfy(scraped -> assertThat(scraped).containsEntry(OURS + "round_Value", 0.0))
        .extracting(scraped -> scraped.get(OTHER + "round_Value"))
        .containsExactly(1.0, 2.0);
    assertThat(CONCURRENT.get(1).get(OTHER + "loss_Value")).isPositive().isLessThan(10);
  }

  @Test
  void aFinishedRunLeavesNoMetrics() {
    assertThat(NAMES).anyMatch(name -> name.startsWith(OTHER));
    assertThat(ROUNDS.get(0).values()).containsKey("loss");
    assertThat(afterwards.keySet())
        .isNotEmpty()
        .noneMatch(name -> name.startsWith(OURS) || name.startsWith(OTHER));
  }

  @Test
  void jobsAndStagesSayWhatTheyDo() {
    assertThat(jobs)
        .extracting(job -> job.path("description").asText(), job -> job.path("jobGroup").asText())
        .contains(
            tuple("round 0: 2 workers, steps 1-3", "seen"),
            tuple("evaluation of the validation examples", "seen"),
            tuple("evaluation of the test examples", "seen"))
        .anyMatch(
            job ->
                job.toList().get(0).toString().startsWith("reading ")
                    && job.toList()
                        .get(0)
                        .toString()
                        .endsWith("for the run in " + folder.resolve("seen"))
                    && job.toList().get(1).equals("seen"))
        .contains(tuple("", ""));
    assertThat(stages)
        .extracting(stage -> stage.path("name").asText())
        .contains("reading shards", "local steps", "aggregation of 2 slices", "evaluation")
        .anyMatch(name -> name.startsWith("count at SparkMetricsIT.java"));
  }

  @Test
  void theDashboardShowsEveryMetricByItsName() throws IOException {
    Path deploy = ROOT.resolve("deploy/monitoring");
    JsonNode dashboard = JSON.readTree(deploy.resolve("grafana-dashboard.json").toFile());
    Set<String> shown = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        Pattern.compile("\\bmetrics_\\w+")
            .matcher(target.path("expr").asText())
            .results()
            .forEach(match -> shown.add(match.group()));
      }
    }
    assertThat(NAMES).containsAll(shown);
    assertThat(shown).anyMatch(name -> name.startsWith("metrics_executor_"));
    assertThat(shown)
        .containsAll(
            Arrays.stream(RoundMetric.values())
                .map(metric -> OURS + metric.key() + "_Value")
                .toList())
        .contains(OURS + "round_Value", OURS + "validation_accuracy_Value");
    assertThat(dashboard.path("templating").toString()).contains(OURS + "round_Value");
  }

  @Test
  void theDocumentedNamesAreThoseOfThisRun() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/monitoring.md"));
    List<String> documented =
        Pattern.compile("\\bmetrics_\\w+").matcher(page).results().map(MatchResult::group).toList();
    assertThat(documented).isNotEmpty();
    assertThat(NAMES).containsAll(documented);
  }

  private static String get(JavaSparkContext spark, String path) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(spark.sc().uiWebUrl().get() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return response.body();
  }

  /** Our metrics, without prefix and suffix of their names. */
  private static Map<String, Double> ours(Map<String, Double> scraped) {
    Map<String, Double> values = new LinkedHashMap<>();
    scraped.forEach(
        (name, value) -> {
          if (name.startsWith(OURS) && name.endsWith("_Value")) {
            values.put(name.substring(OURS.length(), name.length() - "_Value".length()), value);
          }
        });
    return values;
  }

  /** Values by name, in the text format of Prometheus. */
  private static Map<String, Double> scrape(JavaSparkContext spark, String path) throws Exception {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String line : get(spark, path).lines().filter(text -> !text.startsWith("#")).toList()) {
      String name = line.replaceAll("[{ ].*", "");
      NAMES.add(name);
      values.put(name, Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)));
    }
    return values;
  }

  /** Scrapes after each round and evaluation, after the reporter before it in the list. */
  private record Scraping(JavaSparkContext spark) implements RunReporter, RunReporter.Factory {
    @Override
    public String name() {
      return "scraping";
    }

    @Override
    public Optional<RunReporter> open(ReportedRun run, TrainState start) throws IOException {
      before = ours(scraped());
      Trainer.run(
          config("the.other", "train.steps=6"),
          Engines.CPU,
          SparkCluster.of(spark),
          RunObserver.NONE,
          List.of(SparkMetrics.FACTORY, new Within(this)));
      return Optional.of(this);
    }

    @Override
    public void onRound(Round round, TrainState state, RoundMetrics metrics) {
      ROUNDS.add(new Scrape(metrics, ours(scraped())));
    }

    @Override
    public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
      String prefix = part == EvaluationSet.TEST ? "test_" : "validation_";
      Map<String, Double> scraped = ours(scraped());
      evaluation
          .metrics()
          .forEach(
              (name, value) -> {
                assertThat(scraped).containsEntry(prefix + name, value);
                EVALUATED.put(prefix + name, value);
              });
    }

    private Map<String, Double> scraped() {
      try {
        scrape(spark, "/metrics/executors/prometheus");
        return scrape(spark, "/metrics/prometheus/");
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {}
  }

  /** Scrapes after each round of a run that starts within another one. */
  private record Within(Scraping outer) implements RunReporter, RunReporter.Factory {
    @Override
    public String name() {
      return "scraping within";
    }

    @Override
    public Optional<RunReporter> open(ReportedRun run, TrainState start) {
      return Optional.of(this);
    }

    @Override
    public void onRound(Round round, TrainState state, RoundMetrics metrics) {
      CONCURRENT.add(outer.scraped());
    }

    @Override
    public void close() {}
  }
}
