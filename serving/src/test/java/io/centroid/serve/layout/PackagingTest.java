package io.centroid.serve.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.serve.DigitExports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages for other inference servers. */
class PackagingTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  @TempDir Path folder;
  private Path export;
  private Path out;

  @BeforeEach
  void export() {
    export = DigitExports.linear(folder.resolve("digits"), 3);
    out = folder.resolve("out");
  }

  private PackageRequest request(String name, String storage) {
    return new PackageRequest(
        FILES,
        FILES.path(export.toUri().toString()),
        FILES.path(out.toUri().toString()),
        name,
        7,
        32,
        1500,
        storage);
  }

  @Test
  void tritonRepositoryHasNumberedVersion() throws Exception {
    Packaging.write(request("digits", "s3://bucket/digits"), Layout.TRITON);
    assertThat(out.resolve("digits/config.pbtxt"))
        .content()
        .isEqualTo(
            """
            name: "digits"
            backend: "onnxruntime"
            max_batch_size: 32
            input [
              {
                name: "input"
                data_type: TYPE_FP32
                dims: [ 784 ]
              }
            ]
            output [
              {
                name: "probabilities"
                data_type: TYPE_FP32
                dims: [ 10 ]
                label_filename: "labels.txt"
              },
              {
                name: "logits"
                data_type: TYPE_FP32
                dims: [ 10 ]
              }
            ]
            dynamic_batching {
              max_queue_delay_microseconds: 1500
            }
            instance_group [
              { kind: KIND_CPU, count: 1 }
            ]
            version_policy: { latest: { num_versions: 2 } }
            """);
    assertThat(Files.readAllLines(out.resolve("digits/labels.txt"))).hasSize(10).startsWith("0");
    assertThat(out.resolve("digits/7/model.onnx"))
        .hasSameBinaryContentAs(export.resolve("model.onnx"));
  }

  @Test
  void kservePackageHasInferenceService() throws Exception {
    Packaging.write(request("digits", "s3://bucket/digits/"), Layout.KSERVE);
    assertThat(out.resolve("inferenceservice.yaml"))
        .content()
        .contains(
            "kind: InferenceService",
            "name: digits",
            "protocolVersion: v2",
            "storageUri: \"s3://bucket/digits/models\"");
    JsonNode metadata = new ObjectMapper().readTree(out.resolve("metadata.json").toFile());
    assertThat(metadata.get("versions").get(0).asText()).isEqualTo("7");
    assertThat(metadata.get("inputs").toString())
        .isEqualTo("[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,784]}]");
    assertThat(out.resolve("models/digits/7/model.onnx")).exists();
    assertThat(out.resolve("models/digits/config.pbtxt")).exists();
  }

  @Test
  void djlFolderHasServingProperties() throws Exception {
    Packaging.write(request("digits", "x"), Layout.DJL);
    Properties properties = new Properties();
    try (var in = Files.newInputStream(out.resolve("digits/serving.properties"))) {
      properties.load(in);
    }
    assertThat(properties)
        .containsEntry("engine", "OnnxRuntime")
        .containsEntry("batch_size", "32")
        .containsEntry("max_batch_delay", "2");
    assertThat(out.resolve("digits/model.onnx")).exists();
    assertThat(out.resolve("digits/synset.txt")).exists();
  }

  @Test
  void invalidRequestsLeaveNoFiles() throws Exception {
    assertThatThrownBy(() -> request("Digits_1", "x"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("lower-case letters");
    assertThatThrownBy(() -> request("digits", "x\" y"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("must not contain spaces or quotes");
    byte[] bytes = Files.readAllBytes(export.resolve("model.onnx"));
    bytes[100] ^= 1;
    Files.write(export.resolve("model.onnx"), bytes);
    assertThatThrownBy(() -> Packaging.write(request("digits", "x"), Layout.TRITON))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("SHA-256");
    assertThat(out).doesNotExist();
  }
}
