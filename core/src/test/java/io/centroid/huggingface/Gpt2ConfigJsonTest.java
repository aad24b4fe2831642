package io.centroid.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Damage;
import io.centroid.error.InputException;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Config.Dropout;
import io.centroid.nn.gpt2.Gpt2Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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
                {"model_type": "gpt2", "n_layer": 1, "n_head": 1, "n_embd": 4, "n_positions": 5,
                 "vocab_size": 7, "activation_function": "gelu_pytorch_tanh",
                 "scale_attn_weights": true, "reorder_and_upcast_attn": true,
                 "tie_word_embeddings": true, "add_cross_attention": false}
                """)
            .config();
    assertThat(config).isEqualTo(new Gpt2Config(1, 1, 4, 5, 7, 16, Dropout.of(0.1f), 1e-5f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "model_type": "gpt2"              | "model_type": "gpt_neox"      | key model_type: expected gpt2, found the string "gpt_neox"
          "model_type": "gpt2"              | "type": "gpt2"                | key model_type is missing
          "activation_function": "gelu_new" | "activation_function": "gelu" | key activation_function: expected gelu_new or gelu_pytorch_tanh, found the string "gelu"
          "n_inner": null                   | "scale_attn_weights": false   | key scale_attn_weights: expected true, found false
          "n_inner": null                   | "scale_attn_by_inverse_layer_idx": true | key scale_attn_by_inverse_layer_idx: expected false, found true
          "n_inner": null                   | "tie_word_embeddings": false  | key tie_word_embeddings: expected true, found false
          "n_inner": null                   | "add_cross_attention": true   | key add_cross_attention: expected false, found true
          "n_inner": null                   | "add_cross_attention": "no"   | key add_cross_attention: expected true or false, found the string "no"
          "n_inner": null                   | "n_inner": 0                  | key n_inner: expected 1 to 16777216, found 0
          "n_head": 2                       | "n_head": 3                   | key n_embd: expected a multiple of n_head 3, found 4
          "n_head": 2                       | "n_head": 0                   | key n_head: expected 1 to 1048576, found 0
          "n_ctx": 5                        | "n_ctx": 6                    | key n_ctx: expected n_positions 5, found 6
          "n_layer": 2                      | "n_layer": 2147483647         | key n_layer: expected 1 to 10000, found 2147483647
          "n_layer": 2                      | "n_layer": 99999999999999999999 | key n_layer: expected an integer, found 99999999999999999999
          "n_layer": 2                      | "n_layer": 2.0                | key n_layer: expected an integer, found 2.0
          "n_layer": 2                      | "n_layer": 2, "n_layer": 2    | Duplicate field 'n_layer'
          "n_embd": 4,                      | ``                            | key n_embd is missing
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
