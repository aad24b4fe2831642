package io.centroid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.data.CountedFileSystem;
import io.centroid.error.InputException;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.huggingface.ModelWriter;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.nn.kernels.NativeBytes;
import io.centroid.nn.matrix.WeightFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Language models, opened from the small trained GPT-2. */
final class LanguageModelTest {
  private static final Path SHARED = Path.of(System.getProperty("centroid.shared", "../shared"));
  private static final Path FIXTURE = SHARED.resolve("fixtures").resolve("gpt2-tiny");

  private final HadoopFiles files = new HadoopFiles(new Configuration());
  private final List<String> notes = new ArrayList<>();

  @TempDir private Path folder;

  @Test
  void generatesTheSameTextAsPyTorch() throws IOException {
    LanguageModel model = open(FIXTURE, null);
    requirePyTorchsTexts(model);
    assertThat(notes).singleElement().asString().contains("no tokenizer files");
  }

  @Test
  void usesTheNamedTokenizer() throws IOException {
    requirePyTorchsTexts(open(FIXTURE, SHARED.resolve("data").resolve("gpt2-tokenizer")));
    assertThat(notes).isEmpty();
  }

  @Test
  void isTheSameAfterAnExport() throws IOException {
    Path out = exportedInShards();
    assertThat(out.resolve("model.safetensors.index.json")).exists();
    requirePyTorchsTexts(open(out, null));
  }

  @Test
  void memoryIsFreedIfReadingTheWeightsFails() throws IOException {
    Path out = exportedInShards();
    // Another scheme, since local weights are used in place.
    LanguageModel.Location location = new LanguageModel.Location("counted://" + out, false, null);
    HadoopFiles counted = new HadoopFiles(CountedFileSystem.configuration());
    LanguageModel.open(counted, location, new CpuDecoding(WeightFormat.FLOAT32, 1), note -> {})
        .close();
    long before = NativeBytes.settled();
    assertThatThrownBy(
            () ->
                LanguageModel.open(
                    counted,
                    location,
                    new CpuDecoding(WeightFormat.FLOAT32, 1),
                    note -> removeLastShard(out)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such file");
    NativeBytes.assertBackTo(before);
  }

  private Path exportedInShards() throws IOException {
    assumeTrue(Files.exists(FIXTURE), FIXTURE + " is not there");
    Path out = folder.resolve("exported");
    ModelWriter.write(
        files,
        new org.apache.hadoop.fs.Path(out.toUri()),
        ModelExport.huggingFace(TrainedModel.load(files, FIXTURE.toString(), false, Engines.CPU)),
        false,
        OptionalLong.of(1 << 20));
    return out;
  }

  private static void removeLastShard(Path model) {
    try (Stream<Path> files = Files.list(model)) {
      Files.delete(
          files
              .filter(file -> file.toString().endsWith(".safetensors"))
              .max(Comparator.naturalOrder())
              .orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aVocabularyWithoutItsTokenizerIsRejected() throws IOException {
    assumeTrue(Files.exists(FIXTURE), FIXTURE + " is not there");
    Path tokenizer = folder.resolve("tokenizer");
    Files.createDirectories(tokenizer);
    assertThatThrownBy(() -> open(FIXTURE, tokenizer))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(tokenizer.toString())
        .hasMessageContaining("merges.txt");
  }

  private LanguageModel open(Path model, @org.jspecify.annotations.Nullable Path tokenizer)
      throws IOException {
    assumeTrue(Files.exists(model), model + " is not there");
    return LanguageModel.open(
        files,
        new LanguageModel.Location(
            model.toString(), false, tokenizer == null ? null : tokenizer.toString()),
        new CpuDecoding(WeightFormat.FLOAT32, 2),
        notes::add);
  }

  private static void requirePyTorchsTexts(LanguageModel model) throws IOException {
    JsonNode expected = new ObjectMapper().readTree(FIXTURE.resolve("expected.json").toFile());
    Generator generator = new Generator(model.config(), model.weights(), model.tokenizer(), 0);
    assertThat(expected.get("prompts")).isNotEmpty();
    for (JsonNode prompt : expected.get("prompts")) {
      int[] ids = model.tokenizer().encode(prompt.get("text").asText());
      Generation generation =
          generator
              .generate(List.of(ids), Sampling.GREEDY, StopCriteria.after(50), TokenListener.NONE)
              .get(0);
      assertThat(model.tokenizer().decode(generation.ids()))
          .isEqualTo(prompt.get("greedy_text").asText());
    }
  }
}
