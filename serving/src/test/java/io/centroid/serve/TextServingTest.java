package io.centroid.serve;

import static io.centroid.serve.ServerUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.export.ExportFormat;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.export.ModelExporter;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A served language model, compared with PyTorch's outputs for the same weights. */
class TextServingTest {
  private static final Path MODEL =
      Path.of(System.getProperty("centroid.shared", "../../shared"), "fixtures", "gpt2-tiny");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GENERATE = "/v2/models/digits/generate";
  @TempDir static Path folder;
  private static ServerUnderTest server;
  private static JsonNode expected;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Files.isDirectory(MODEL), MODEL + " is not there");
    expected = JSON.readTree(MODEL.resolve("expected.json").toFile()).get("prompts");
    HadoopFiles files = new HadoopFiles(new Configuration());
    Path export = folder.resolve("text");
    ModelExporter.export(
        ExportRequest.of(
                files,
                TrainedModel.load(
                    files, MODEL.toString(), false, Engines.of(new CpuEngine(), new Dl4jEngine())),
                files.path(export.toUri().toString()),
                ExportFormat.ONNX)
            .withCache(true),
        ExportListener.NONE);
    server = ServerUnderTest.of(export);
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void greedyTextsMatchPyTorch() throws Exception {
    for (JsonNode prompt : expected) {
      String text = prompt.get("text").asText();
      ObjectNode body = JSON.createObjectNode().put("text_input", text);
      int newTokens = prompt.get("greedy_ids").size() - prompt.get("ids").size();
      body.putObject("parameters").put("max_tokens", newTokens).put("temperature", 0);
      HttpResponse<String> answer = server.post(GENERATE, body.toString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(text + json(answer).get("text_output").asText())
          .isEqualTo(prompt.get("greedy_text").asText());
      assertThat(json(answer).get("prompt_tokens").asInt()).isEqualTo(prompt.get("ids").size());
      assertThat(json(answer).get("generated_tokens").asInt()).isEqualTo(newTokens);
    }
  }

  @Test
  void logitsMatchPyTorch() throws Exception {
    JsonNode prompt = expected.get(0);
    int length = prompt.get("ids").size();
    HttpResponse<String> answer =
        server.post(
            "/v2/models/digits/infer",
            "{\"inputs\":[{\"name\":\"input_ids\",\"datatype\":\"INT64\",\"shape\":[1,"
                + length
                + "],\"data\":"
                + prompt.get("ids")
                + "}]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode logits = json(answer).at("/outputs/0");
    assertThat(logits.get("shape").toString()).isEqualTo("[1," + length + ",50257]");
    for (int i = 0; i < 10; i++) {
      int id = prompt.get("last_top10_ids").get(i).asInt();
      assertThat(logits.get("data").get((length - 1) * 50257 + id).floatValue())
          .isCloseTo(prompt.get("last_top10_logits").get(i).floatValue(), within(1e-4f));
    }
  }

  @Test
  void invalidRequestsAreRejected() throws Exception {
    assertThat(server.post(GENERATE, "{}").statusCode()).isEqualTo(400);
    assertThat(
            server
                .post(GENERATE, "{\"text_input\":\"a\",\"parameters\":{\"top_p\":2}}")
                .statusCode())
        .isEqualTo(400);
    HttpResponse<String> unknown =
        server.post(
            "/v2/models/digits/infer",
            "{\"inputs\":[{\"name\":\"input_ids\",\"datatype\":\"INT64\",\"shape\":[1,1],"
                + "\"data\":[50257]}]}");
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(json(unknown).get("error").asText()).contains("expected an id below 50257");
    HttpResponse<String> large =
        server.post(
            "/v2/models/digits/infer",
            "{\"inputs\":[{\"name\":\"input_ids\",\"datatype\":\"INT64\",\"shape\":[1,400],"
                + "\"data\":["
                + "1,".repeat(399)
                + "1]}]}");
    assertThat(large.statusCode()).isEqualTo(413);
  }

  @Test
  void sameSeedGivesSameText() throws Exception {
    String body =
        "{\"text_input\":\"Once\",\"parameters\":{\"max_tokens\":8,\"temperature\":1,\"seed\":7}}";
    String first = json(server.post(GENERATE, body)).get("text_output").asText();
    assertThat(json(server.post(GENERATE, body)).get("text_output").asText()).isEqualTo(first);
    assertThat(json(server.post(GENERATE, body.replace(":7", ":8"))).get("text_output").asText())
        .isNotEqualTo(first);
  }
}
