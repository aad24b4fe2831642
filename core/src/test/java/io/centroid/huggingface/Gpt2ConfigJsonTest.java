package io.centroid.huggingface;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Damage;
import io.centroid.error.InputException;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Config.Dropout;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.MlpFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class Gpt2ConfigJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void preservesUnknownKeys() throws IOException {
    Gpt2ConfigJson read = parse(SmallModel.CONFIG_JSON);
    assertThat(read.config()).isEqualTo(SmallModel.CONFIG);
    assertThat(JSON.readTree(read.toJson())).isEqualTo(JSON.readTree(SmallModel.CONFIG_JSON));
    assertThat(new String(read.toJson(), StandardCharsets.UTF_8))
        .startsWith("{\n  \"activation_function\": \"gelu_new\",\n  \"architectures\": [\n")
        .endsWith("\"vocab_size\": 7\n}\n");

    Gpt2Config other = new Gpt2Config(3, 2, 4, 9, 8, 12, Dropout.NONE, 1e-6f);
    JsonNode written = JSON.readTree(read.with(other).toJson());
    assertThat(parse(written.toString()).config()).isEqualTo(other);
    assertThat(written.get("n_ctx").asInt()).isEqualTo(9);
    assertThat(written.get("n_inner").asInt()).isEqualTo(12);
    assertThat(written.get("layer_norm_epsilon").asDouble()).isEqualTo(1e-6);
    assertThat(written.get("task_specific_params").toString()).isEqualTo("{\"a\":[1,null,2.5]}");
    assertThat(parse(written.toString()).with(SmallModel.CONFIG).config())
        .isEqualTo(SmallModel.CONFIG);
  }

  @ParameterizedTest
  @EnumSource(Gpt2Config.Size.class)
  void publishedSizesSurviveARoundTrip(Gpt2Config.Size size) throws IOException {
    byte[] json = Gpt2ConfigJson.of(size.config()).withEndOfText(50_256).toJson();
    assertThat(Gpt2ConfigJson.parse("c", json).config()).isEqualTo(size.config());
    assertThat(JSON.readTree(json).get("attn_pdrop").asDouble()).isEqualTo(0.1);
    assertThat(JSON.readTree(json).get("eos_token_id").asInt()).isEqualTo(50256);
  }

  @Test
  void classifiersNameTheirClasses() {
    Gpt2ConfigJson json = Gpt2ConfigJson.of(SmallModel.CONFIG, List.of("no", "yes", "maybe"));
    Gpt2ConfigJson read = Gpt2ConfigJson.parse("c", json.toJson());
    assertThat(read.labels()).containsExactly("no", "yes", "maybe");
    assertThat(read.declaredClasses()).isEqualTo(3);
    assertThat(read.isClassifier()).isTrue();
    assertThat(parse(SmallModel.CONFIG_JSON).isClassifier()).isFalse();
    assertThat(parse(SmallModel.CONFIG_JSON).declaredClasses()).isEqualTo(2);
  }

  @Test
  void absentKeysHaveHuggingFacesDefaults() {
    Gpt2Config config =
        parse(
                """
                {"model_type": "gpt2"}
                """)
            .config();
    assertThat(config).isEqualTo(Gpt2Config.Size.SMALL.config());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          gelu_new          | GELU_TANH    | gelu_new
          gelu_pytorch_tanh | GELU_TANH    | gelu_pytorch_tanh
          gelu_fast         | GELU_TANH    | gelu_fast
          gelu_python_tanh  | GELU_TANH    | gelu_python_tanh
          gelu_accurate     | GELU_TANH    | gelu_accurate
          gelu              | GELU_ERF     | gelu
          gelu_python       | GELU_ERF     | gelu_python
          quick_gelu        | GELU_SIGMOID | quick_gelu
          silu              | SILU         | silu
          swish             | SILU         | swish
          relu              | RELU         | relu
          tanh              | TANH         | tanh
          sigmoid           | SIGMOID      | sigmoid
          linear            | IDENTITY     | linear
          """)
  void activationsKeepTheirNames(String name, MlpFunction function, String written)
      throws IOException {
    Gpt2ConfigJson read = parse(SmallModel.CONFIG_JSON.replace("gelu_new", name));
    assertThat(read.config().variant())
        .isEqualTo(new Gpt2Config.Variant(function, true, false, true));
    assertThat(JSON.readTree(read.toJson()).get("activation_function").asText()).isEqualTo(written);
    assertThat(parse(new String(Gpt2ConfigJson.of(read.config()).toJson(), UTF_8)).config())
        .isEqualTo(read.config());
  }

  @Test
  void variantsSurviveARoundTrip() {
    for (int bits = 0; bits < 8; bits++) {
      Gpt2Config config =
          SmallModel.CONFIG.withVariant(
              new Gpt2Config.Variant(
                  MlpFunction.RELU, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0));
      assertThat(parse(new String(Gpt2ConfigJson.of(config).toJson(), UTF_8)).config())
          .isEqualTo(config);
      assertThat(parse(SmallModel.CONFIG_JSON).with(config).config()).isEqualTo(config);
    }
  }

  @Test
  void keysMayHaveTheNamesOfOtherModels() throws IOException {
    Gpt2ConfigJson read =
        parse(
            SmallModel.CONFIG_JSON
                .replace("n_embd", "hidden_size")
                .replace("n_layer", "num_hidden_layers")
                .replace("n_head", "num_attention_heads")
                .replace("n_positions", "max_position_embeddings"));
    assertThat(read.config()).isEqualTo(SmallModel.CONFIG);
    assertThat(JSON.readTree(read.toJson())).isEqualTo(JSON.readTree(SmallModel.CONFIG_JSON));
  }

  /** Keys that transformers reads and that do not change a GPT-2's result. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"n_ctx\": 3",
        "\"n_ctx\": null",
        "\"n_ctx\": \"long\"",
        "\"reorder_and_upcast_attn\": true",
        "\"hidden_size\": 4",
        "\"hidden_act\": \"relu\"",
        "\"layer_norm_eps\": 0.5",
        "\"problem_type\": \"regression\"",
        "\"quantization_config\": null",
        "\"tie_word_embeddings\": null"
      })
  void keysThatGpt2DoesNotUseAreIgnored(String key) {
    String json = SmallModel.CONFIG_JSON.replace("\"n_ctx\": 5", key);
    assertThat(parse(json).config()).isEqualTo(SmallModel.CONFIG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "model_type": "gpt2"              | "model_type": "gpt_neox"      | key model_type: expected gpt2, as of GPT-2, DistilGPT2, DialoGPT or Cerebras-GPT (a model of another family is another network and cannot be converted), found the string "gpt_neox"
          "model_type": "gpt2"              | "type": "gpt2"                | key model_type is missing
          "activation_function": "gelu_new" | "activation_function": "gelu_10" | swish, relu, tanh, sigmoid, linear, found the string "gelu_10"
          "activation_function": "gelu_new" | "activation_function": "GELU" | found the string "GELU"
          "model_type": "gpt2"              | "model_type": "llama", "hidden_size": 7 | key model_type: expected gpt2, as of GPT-2, DistilGPT2, DialoGPT or Cerebras-GPT (a model of another family is another network and cannot be converted), found the string "llama"
          "n_inner": null                   | "hidden_size": 8              | key hidden_size: expected 4 as n_embd, found 8
          "n_inner": null                   | "num_attention_heads": "2"    | key num_attention_heads: expected 2 as n_head, found "2"
          "n_inner": null                   | "scale_attn_weights": "no"    | key scale_attn_weights: expected true or false, found the string "no"
          "n_inner": null                   | "quantization_config": {"quant_method": "fp8"} | key quantization_config: expected none (load it with
          "n_inner": null                   | "add_cross_attention": true   | key add_cross_attention: expected false, found true
          "n_inner": null                   | "add_cross_attention": "no"   | key add_cross_attention: expected true or false, found the string "no"
          "n_inner": null                   | "n_inner": 0                  | key n_inner: expected 1 to 16777216, found 0
          "n_head": 2                       | "n_head": 3                   | key n_embd: expected a multiple of n_head 3, found 4
          "n_head": 2                       | "n_head": 0                   | key n_head: expected 1 to 1048576, found 0
          "n_layer": 2                      | "n_layer": 2147483647         | key n_layer: expected 1 to 10000, found 2147483647
          "n_layer": 2                      | "n_layer": 99999999999999999999 | key n_layer: expected an integer, found 99999999999999999999
          "n_layer": 2                      | "n_layer": 2.0                | key n_layer: expected an integer, found 2.0
          "n_layer": 2                      | "n_layer": 2, "n_layer": 2    | Duplicate field 'n_layer'
          "attn_pdrop": 0.2                 | "attn_pdrop": 1               | key attn_pdrop: expected 0 to below 1, found 1
          "attn_pdrop": 0.2                 | "attn_pdrop": -0.1            | key attn_pdrop: expected 0 to below 1, found -0.1
          "attn_pdrop": 0.2                 | "attn_pdrop": 1e999           | key attn_pdrop: expected a finite number
          "attn_pdrop": 0.2                 | "attn_pdrop": NaN             | not the expected JSON
          "layer_norm_epsilon": 1e-05       | "layer_norm_epsilon": 0       | key layer_norm_epsilon: expected above 0 and below 1, found 0
          "n_inner": null                   | "id2label": {"1": "a"}        | key id2label: expected keys 0 to 0, found no key 0
          "n_inner": null                   | "id2label": {"0": 1}          | key id2label.0: expected a string, found 1
          "n_inner": null                   | "num_labels": 3, "id2label": {"0": "a"} | key num_labels: expected 1 (id2label), found 3
          """)
  void rejectsUnsupportedValues(String from, String to, String message) {
    assertThat(SmallModel.CONFIG_JSON).contains(from);
    assertThatThrownBy(() -> parse(SmallModel.CONFIG_JSON.replace(from, to)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("config.json: ")
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void rejectsDeepNesting() {
    String deep = "\"x\": " + "[".repeat(5000) + "]".repeat(5000);
    assertThatThrownBy(() -> parse(SmallModel.CONFIG_JSON.replace("\"n_inner\": null", deep)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nesting depth");
  }

  @Test
  void damagedFilesAreReadOrRejected() {
    byte[] original = SmallModel.CONFIG_JSON.getBytes(StandardCharsets.UTF_8);
    Damage damage = new Damage(19);
    int rejected = 0;
    for (int i = 0; i < 5_000; i++) {
      try {
        Gpt2ConfigJson read = Gpt2ConfigJson.parse("c", damage.to(original));
        assertThat(Gpt2Layout.of(read.config(), read.declaredClasses()).parameterCount())
            .isPositive();
        Gpt2ConfigJson.parse("c", read.toJson());
      } catch (InputException e) {
        assertThat(e).hasMessageMatching(Damage.ONE_LINE);
        rejected++;
      }
    }
    assertThat(rejected).isBetween(2_500, 4_999);
  }

  private static Gpt2ConfigJson parse(String json) {
    return Gpt2ConfigJson.parse("config.json", json.getBytes(StandardCharsets.UTF_8));
  }
}
