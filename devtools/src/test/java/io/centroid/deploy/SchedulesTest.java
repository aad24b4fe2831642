package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.serve.http.ServerSettings;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The files of all schedulers are valid, agree on time, time zone and policy, and handle exit
 * codes.
 */
class SchedulesTest {
  private static final Path SCHEDULES = Tool.home().resolve("deploy").resolve("schedules");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ZONE = "Europe/Berlin";
  private static final String NIGHTLY = "30 4 * * *";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "0, 0, 'succeeded: promoted, or no new data', false",
    "4, 0, not promoted: the champion stays, false",
    "1, 1, FAILED, true",
    "2, 2, REFUSED its configuration or data, true",
    "3, 3, DIVERGED, true",
    "137, 137, ended with exit code 137, true"
  })
  void theWrapperForwardsExitCodesAndAlertsOnFailures(
      int code, int expected, String outcome, boolean alerts) throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path alert = folder.resolve("alert");
    script(home.resolve("bin/centroid"), "echo \"why $*\" >&2; exit " + code);
    Tool.Outcome ran =
        Tool.run(
            Map.of(
                "CENTROID_HOME",
                home.toString(),
                "CENTROID_ALERT",
                "{ echo \"$1\"; cat; } > '" + alert + "'"),
            SCHEDULES.resolve("bin/retrain-and-alert").toString(),
            "a conf",
            "--set",
            "x=1");
    assertThat(ran.exitCode()).isEqualTo(expected);
    assertThat(ran.output())
        .contains("why retrain a conf --set x=1")
        .contains("centroid retrain a conf " + outcome);
    assertThat(Files.exists(alert)).isEqualTo(alerts);
    if (alerts) {
      assertThat(alert).content().contains("centroid retrain a conf " + outcome, "why retrain");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, outcome=promoted-or-no-new-data",
    "4, 0, outcome=not-promoted",
    "2, 0, outcome=bad-input",
    "3, 0, outcome=diverged",
    "1, 1, ''"
  })
  void ooziesScriptPrintsTheOutcome(int code, int expected, String line) throws Exception {
    script(folder.resolve("bin/centroid"), "exit " + code);
    Tool.Outcome ran =
        Tool.run(
            Map.of("CENTROID_HOME", folder.toString()),
            SCHEDULES.resolve("oozie/retrain.sh").toString(),
            "x.conf");
    assertThat(ran.exitCode()).isEqualTo(expected);
    assertThat(ran.output().strip()).isEqualTo(line);
  }

  @Test
  void cronRunsOneWrapperAtATime() throws Exception {
    List<String> lines =
        Files.readAllLines(SCHEDULES.resolve("cron/centroid-retrain")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    assertThat(lines).contains("CRON_TZ=" + ZONE);
    List<String> jobs = lines.stream().filter(line -> line.matches("[0-9*].*")).toList();
    assertThat(jobs)
        .singleElement()
        .asString()
        .matches("30 4 \\* \\* \\*  centroid  flock -n .*bin/retrain-and-alert /etc/centroid/.*");
    // A percent sign would end the command.
    assertThat(jobs.get(0)).doesNotContain("%");
    assertThat(lines).allMatch(line -> jobs.contains(line) || line.matches("[A-Z_]+=.*"));
  }

  @Test
  void systemdAcceptsTheUnits() throws Exception {
    Tool.assumeThere("/usr/bin/systemd-analyze");
    Path units = Files.createDirectories(folder.resolve("units"));
    List<String> files = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
    for (String name :
        List.of(
            "centroid-retrain@.timer",
            "centroid-retrain@.service",
            "centroid-retrain-alert@.service")) {
      // systemd-analyze checks that commands exist: here, not in /opt.
      String text =
          Files.readString(SCHEDULES.resolve("systemd").resolve(name))
              .replace("/opt/centroid/bin", Tool.home().toString())
              .replace("/opt/centroid", Tool.home().toString())
              .replace("User=centroid", "User=root");
      files.add(Files.writeString(units.resolve(name.replace("@", "@digits")), text).toString());
      Files.writeString(units.resolve(name), text);
    }
    Tool.Outcome verified = Tool.run(Map.of(), files.toArray(String[]::new));
    assertThat(verified.output().lines().filter(line -> line.contains("centroid"))).isEmpty();
    assertThat(verified.exitCode()).as(verified.output()).isZero();
    Tool.Outcome calendar =
        Tool.run(
            Map.of(),
            "systemd-analyze",
            "calendar",
            "--iterations=2",
            "--base-time=2026-03-28 12:00:00 UTC",
            "*-*-* 04:30:00 " + ZONE);
    // Daylight saving time begins that night: 04:30 is 02:30 UTC from then on.
    assertThat(calendar.exitCode()).as(calendar.output()).isZero();
    assertThat(calendar.output()).contains("2026-03-29 02:30:00 UTC");
    assertThat(Files.readString(SCHEDULES.resolve("systemd/centroid-retrain@.timer")))
        .contains("OnCalendar=*-*-* 04:30:00 " + ZONE);
  }

  @Test
  void airflowsDagDeclaresTheScheduleWithStubs() throws Exception {
    JsonNode dag = dag();
    assertThat(dag.get("schedule").asText()).isEqualTo(NIGHTLY);
    assertThat(dag.get("zone").asText()).isEqualTo(ZONE);
    assertThat(dag.get("catchup").asBoolean()).isFalse();
    assertThat(dag.get("active").asInt()).isEqualTo(1);
    assertThat(dag.get("retries").asInt()).isEqualTo(2);
    assertThat(dag.get("class").asText()).isEqualTo("io.centroid.cli.Centroid");
    assertThat(dag.get("arguments").get(0).asText()).isEqualTo("retrain");
  }

  @ParameterizedTest
  @CsvSource({"0, success", "4, skipped", "1, retried", "2, failed for good", "3, failed for good"})
  void airflowHandlesExitCodesWithStubs(String code, String outcome) throws Exception {
    assertThat(dag(code).get("outcome").asText()).isEqualTo(outcome);
  }

  private JsonNode dag(String... code) throws Exception {
    Path stubs = folder.resolve("import_dag.py");
    try (InputStream in = SchedulesTest.class.getResourceAsStream("import_dag.py")) {
      Files.copy(Objects.requireNonNull(in), stubs);
    }
    List<String> command = new ArrayList<>(List.of(Tool.python(), stubs.toString()));
    command.add(SCHEDULES.resolve("airflow/centroid_retrain.py").toString());
    command.addAll(List.of(code));
    Tool.Outcome ran =
        Tool.run(Map.of("PYTHONDONTWRITEBYTECODE", "1"), command.toArray(String[]::new));
    assertThat(ran.exitCode()).as(ran.output()).isZero();
    return JSON.readTree(ran.output());
  }

  @Test
  void kubernetesObjectsForbidConcurrentRuns() throws Exception {
    JsonNode spark = yaml("kubeflow/scheduled-spark-application.yaml");
    assertThat(spark.get("apiVersion").asText()).isEqualTo("sparkoperator.k8s.io/v1beta2");
    assertThat(spark.get("kind").asText()).isEqualTo("ScheduledSparkApplication");
    assertThat(spark.at("/spec/schedule").asText()).isEqualTo(NIGHTLY);
    assertThat(spark.at("/spec/timeZone").asText()).isEqualTo(ZONE);
    assertThat(spark.at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
    assertThat(spark.at("/spec/template/restartPolicy/type").asText()).isEqualTo("Never");
    assertThat(spark.at("/spec/template/arguments/0").asText()).isEqualTo("retrain");
    JsonNode argo = yaml("argo/cron-workflow.yaml");
    assertThat(argo.get("kind").asText()).isEqualTo("CronWorkflow");
    assertThat(argo.at("/spec/schedules/0").asText()).isEqualTo(NIGHTLY);
    assertThat(argo.at("/spec/timezone").asText()).isEqualTo(ZONE);
    assertThat(argo.at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
    assertThat(argo.at("/spec/workflowSpec/templates/0/steps/1/0/when").asText())
        .contains("!= 0", "!= 4");
    assertThat(argo.at("/spec/workflowSpec/templates/1/retryStrategy/expression").asText())
        .isEqualTo("asInt(lastRetry.exitCode) == 1");
    assertThat(spark.at("/spec/template/arguments/2").asText()).isEqualTo("--allow-not-promoted");
  }

  @Test
  void theAlertsUseSeriesOfPodsThatAreNeverRestarted() throws Exception {
    JsonNode rules = yaml("kubeflow/alerts.yaml").at("/spec/groups/0/rules");
    // The operator names a driver after its run: NAME-TIMESTAMP-driver.
    String pods = "pod=~\"centroid-retrain-.*-driver\"";
    assertThat("centroid-retrain-digits-1767225600-driver").matches("centroid-retrain-.*-driver");
    assertThat(rules.at("/0/expr").asText())
        .contains("kube_pod_status_phase{", pods, "phase=\"Failed\"", "kube_pod_start_time")
        .doesNotContain("last_terminated");
    assertThat(rules.at("/1/expr").asText())
        .contains("max(kube_pod_start_time{", pods, "or absent(")
        .doesNotContain("kube_pod_info");
  }

  @Test
  void argosPodIsTheDriverThatItsExecutorsReach() throws Exception {
    JsonNode container =
        yaml("argo/cron-workflow.yaml").at("/spec/workflowSpec/templates/1/container");
    List<String> arguments = new ArrayList<>();
    container.get("args").forEach(argument -> arguments.add(argument.asText()));
    assertThat(arguments)
        .contains(
            "spark.driver.host=$(POD_IP)",
            "spark.kubernetes.namespace=$(POD_NAMESPACE)",
            "spark.kubernetes.driver.pod.name=$(POD_NAME)",
            "spark.kubernetes.authenticate.executor.serviceAccountName=spark");
    assertThat(container.get("env").findValuesAsText("fieldPath"))
        .containsExactly("status.podIP", "metadata.namespace", "metadata.name");
    assertThat(container.get("env").findValuesAsText("name"))
        .contains("POD_IP", "POD_NAMESPACE", "POD_NAME");
  }

  @Test
  void theServersPodEndsAfterItsConnectionsAreDrained() throws Exception {
    Tool.Outcome ran =
        Tool.run(
            Map.of(),
            Tool.pythonWithYaml(),
            "-c",
            "import json, sys, yaml;"
                + " print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))[0]))",
            Tool.home().resolve("deploy/serving/centroid-deployment.yaml").toString());
    assertThat(ran.exitCode()).as(ran.output()).isZero();
    JsonNode pod = JSON.readTree(ran.output()).at("/spec/template/spec");
    JsonNode preStop = pod.at("/containers/0/lifecycle/preStop/exec/command");
    assertThat(preStop.get(0).asText()).isEqualTo("sleep");
    ServerSettings defaults = ServerSettings.DEFAULT;
    assertThat(pod.get("terminationGracePeriodSeconds").asLong())
        .isGreaterThan(
            preStop.get(1).asLong()
                + defaults.shutdownDelay().toSeconds()
                + defaults.drain().toSeconds());
  }

  private static JsonNode yaml(String file) throws Exception {
    Tool.Outcome ran =
        Tool.run(
            Map.of(),
            Tool.pythonWithYaml(),
            "-c",
            "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))",
            SCHEDULES.resolve(file).toString());
    assertThat(ran.exitCode()).as(ran.output()).isZero();
    return JSON.readTree(ran.output());
  }

  @ParameterizedTest
  @CsvSource({"coordinator.xml, oozie-coordinator-0.5", "workflow.xml, oozie-workflow-1.0"})
  void ooziesFilesConformToItsSchemas(String file, String schema) throws Exception {
    List<Source> sources = new ArrayList<>();
    List<String> names = new ArrayList<>(List.of(schema));
    if (file.equals("workflow.xml")) {
      names.add("shell-action-1.0");
    }
    for (String name : names) {
      URL found = SchedulesTest.class.getResource("/" + name + ".xsd");
      assumeTrue(found != null, name + ".xsd is not on the class path (oozie-client)");
      // By its URL, so that included schemas are resolved.
      sources.add(new StreamSource(String.valueOf(found)));
    }
    Schema all =
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
            .newSchema(sources.toArray(Source[]::new));
    all.newValidator().validate(new StreamSource(SCHEDULES.resolve("oozie/" + file).toFile()));
    assertThat(SCHEDULES.resolve("oozie/coordinator.xml"))
        .content()
        .contains("frequency=\"" + NIGHTLY + "\"", "timezone=\"" + ZONE + "\"");
  }

  private static void script(Path file, String body) throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
