package io.centroid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.InputException;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.matrix.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Model folders as they are commonly found, with the results of transformers. */
class CommonModelsTest {
  private static final Path CASES =
      Path.of(System.getProperty("centroid.shared", "../shared"), "cases");

  private final HadoopFiles files = new HadoopFiles(new Configuration());

  @BeforeEach
  void requireCases() {
    assumeTrue(Files.exists(CASES.resolve("expected.json")), CASES + " is not there");
  }

  @ParameterizedTest
  @CsvSource({"v5_template, ''", "course_n_ctx, ''", "trl_value_head, skipped the tensors of"})
  void idsLossAndGreedyTextAreThoseOfTransformers(String name, String note) throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(CASES.resolve("expected.json").toFile()).path(name);
    int[] ids = ints(expected.get("ids"));
    int[] greedy = ints(expected.get("greedy"));
    List<String> notes = new ArrayList<>();
    try (LanguageModel model = open(name, notes);
        Generator generator =
            new Generator(model.config(), model.weights(), model.tokenizer(), 0)) {
      assertThat(model.tokenizer().encode(expected.get("prompt").asText())).containsExactly(ids);
      assertThat(model.tokenizer().vocabularySize()).isEqualTo(expected.get("len").asInt());
      assertThat(model.tokenizer().endOfText()).hasValue(expected.get("eos").asInt());
      assertThat(loss(generator.scores(ids), ids))
          .isCloseTo(expected.get("nll").asDouble(), within(1e-3));
      int[] found =
          generator
              .generate(
                  List.of(ids),
                  Sampling.GREEDY,
                  StopCriteria.after(greedy.length),
                  TokenListener.NONE)
              .get(0)
              .ids();
      int[] added = Arrays.copyOfRange(found, ids.length, found.length);
      assertThat(added).containsExactly(greedy);
      assertThat(model.tokenizer().decode(added)).isEqualTo(expected.get("new_text").asText());
    }
    assertThat(notes).hasSize(note.isEmpty() ? 0 : 1).allMatch(line -> line.contains(note));
  }

  @Test
  void anAdapterIsRejected() {
    assertThatThrownBy(() -> open("lora_adapter", new ArrayList<>()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "adapter_config.json: a LoRA adapter of \"gpt2\", not a model: merge");
  }

  private LanguageModel open(String name, List<String> notes) throws IOException {
    return LanguageModel.open(
        files,
        new LanguageModel.Location(CASES.resolve(name).toString(), false, null),
        new CpuDecoding(WeightFormat.FLOAT32, 1),
        notes::add);
  }

  /** Sum of the cross-entropies of all tokens but the first. */
  private static double loss(float[] scores, int[] ids) {
    int vocabulary = scores.length / ids.length;
    double loss = 0;
    for (int token = 1; token < ids.length; token++) {
      int row = (token - 1) * vocabulary;
      double sum = 0;
      for (int id = 0; id < vocabulary; id++) {
        sum += Math.exp(scores[row + id]);
      }
      loss += Math.log(sum) - scores[row + ids[token]];
    }
    return loss;
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
