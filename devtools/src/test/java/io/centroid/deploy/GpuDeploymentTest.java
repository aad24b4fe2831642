package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files for executors with GPUs are valid and agree with each other. No GPU is needed. */
class GpuDeploymentTest {
  private static final Path GPU = Tool.home().resolve("deploy").resolve("gpu");
  private static final String SCRIPT = "/opt/centroid/deploy/gpu/discover-gpus.sh";

  @TempDir private Path folder;

  @Test
  void theApplicationAsksForGpusAndHasOneEngine() throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(GPU.resolve("spark-defaults.conf"))) {
      properties.load(reader);
    }
    assertThat(properties)
        .containsEntry("spark.executor.resource.gpu.amount", "1")
        .containsEntry("spark.executor.resource.gpu.discoveryScript", SCRIPT)
        .doesNotContainKey("spark.task.resource.gpu.amount");
    assertThat(properties.getProperty("spark.executor.extraClassPath"))
        .isEqualTo("/opt/centroid/lib/centroid.jar:/opt/centroid/lib/torch/*");
  }

  @ParameterizedTest
  @CsvSource({
    "'[\"0\", \"1\"]', -Dspark.worker.resource.gpu.amount=2",
    "'[\"MIG-1a\"]', -Dspark.worker.resource.gpu.amount=1",
    "'[]', none"
  })
  void aWorkerOffersTheGpusThatTheScriptPrints(String addresses, String option) throws Exception {
    Path script = folder.resolve("discover-gpus.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": " + addresses + "}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    String settings = Files.readString(GPU.resolve("spark-env.sh"));
    assertThat(settings).contains(SCRIPT);
    Tool.Outcome outcome =
        Tool.run(
            Map.of(),
            "bash",
            "-euc",
            settings.replace(SCRIPT, script.toString())
                + "echo \"${SPARK_WORKER_OPTS-none} $CUDA_DEVICE_ORDER\"");
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains(option).endsWith(" PCI_BUS_ID\n");
  }

  @ParameterizedTest
  @CsvSource({
    "resource-types.xml, yarn.resource-types, yarn.io/gpu",
    "yarn-site.xml, yarn.nodemanager.resource-plugins, yarn.io/gpu",
    "capacity-scheduler.xml, yarn.scheduler.capacity.resource-calculator,"
        + " org.apache.hadoop.yarn.util.resource.DominantResourceCalculator"
  })
  void yarnsFilesAreConfigurations(String file, String key, String value) throws IOException {
    Configuration configuration = new Configuration(false);
    try (var in = Files.newInputStream(GPU.resolve("yarn").resolve(file))) {
      configuration.addResource(in, file);
      assertThat(configuration.get(key)).isEqualTo(value);
    }
  }

  @Test
  void yarnsContainerExecutorHasTheControlGroupsOfTheNodeManager() throws IOException {
    Configuration site = new Configuration(false);
    try (var in = Files.newInputStream(GPU.resolve("yarn/yarn-site.xml"))) {
      site.addResource(in, "yarn-site.xml");
      String cgroups = "yarn.nodemanager.linux-container-executor.cgroups.";
      assertThat(GPU.resolve("yarn/container-executor.cfg"))
          .content()
          .contains("[gpu]\nmodule.enabled=true")
          .contains("root=" + site.get(cgroups + "mount-path"))
          .contains("yarn-hierarchy=" + site.get(cgroups + "hierarchy"));
    }
  }

  @Test
  void thePodTemplateIsAPodForSparksExecutor() throws Exception {
    Tool.Outcome ran =
        Tool.run(
            Map.of(),
            Tool.pythonWithYaml(),
            "-c",
            "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))",
            GPU.resolve("kubernetes/executor-pod.yaml").toString());
    assertThat(ran.exitCode()).as(ran.output()).isZero();
    JsonNode pod = new ObjectMapper().readTree(ran.output());
    assertThat(pod.get("kind").asText()).isEqualTo("Pod");
    JsonNode container = pod.at("/spec/containers/0");
    // Spark takes the container of this name; it adds the request for GPUs itself.
    assertThat(container.get("name").asText()).isEqualTo("spark-kubernetes-executor");
    assertThat(container.has("resources")).isFalse();
    assertThat(container.at("/volumeMounts/0/name")).isEqualTo(pod.at("/spec/volumes/0/name"));
    assertThat(pod.at("/spec/tolerations/0/key").asText()).isEqualTo("nvidia.com/gpu");
  }

  @Test
  void theImageAndTheDocumentationNameTheSameLibraries() throws IOException {
    String image = Files.readString(GPU.resolve("Containerfile"));
    String page = Files.readString(Tool.home().resolve("docs/gpu.md"));
    for (String library :
        new String[] {
          "libcudart.so.13",
          "libcublas.so.13",
          "libcublasLt.so.13",
          "libcudnn.so.9",
          "libcufft.so.12",
          "libcusparse.so.12",
          "libcurand.so.10",
          "libcufile.so.0",
          "libnccl.so.2"
        }) {
      assertThat(image).contains(library);
      assertThat(page).contains(library);
    }
    String base = image.replaceAll("(?s).*ARG CUDA_IMAGE=(\\S+).*", "$1");
    assertThat(page).contains(base);
  }
}
