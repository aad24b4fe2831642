package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.huggingface.ModelContents;
import io.centroid.huggingface.ModelWriter;
import io.centroid.model.ModelExport;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.MlpFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that start from a GPT-2 whose formula is not the published one. */
class VariantStartTest {
  private static final Gpt2Config.Variant VARIANT =
      new Gpt2Config.Variant(MlpFunction.GELU_ERF, true, true, false);

  @TempDir Path folder;
  private FriendlyTexts texts;

  @BeforeEach
  void writeTokenizerAndTexts() throws IOException {
    texts = new FriendlyTexts(folder);
  }

  @Test
  void checkpointsAndExportsKeepTheFormula() throws IOException {
    Path start = languageModel();
    texts.run("tuned", "model.gpt2.size=init", "model.init-from=" + start, "train.steps=2");
    TrainedModel tuned = texts.load("tuned");
    assertThat(config(tuned).variant()).isEqualTo(VARIANT);
    float[] given = texts.load("start").parameters();
    int transformer = Math.toIntExact(Gpt2Layout.transformerParameters(config(tuned)));
    assertThat(Arrays.copyOf(texts.started.get(0), transformer))
        .isEqualTo(Arrays.copyOf(given, transformer));

    write("exported", ModelExport.huggingFace(tuned));
    TrainedModel exported = texts.load("exported");
    assertThat(config(exported)).isEqualTo(config(tuned));
    assertThat(exported.parameters()).isEqualTo(tuned.parameters());
  }

  @Test
  void sizesWithAnotherFormulaAreRejected() throws IOException {
    // Tensors of the same shapes, which would be used with another function.
    Path start = languageModel();
    assertThatThrownBy(() -> texts.run("tuned", "model.init-from=" + start, "train.steps=1"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "model.gpt2: network: expected 2 heads, epsilon 1.0E-5, Variant[activation=GELU_ERF")
        .hasMessageContaining("/start has (model.gpt2.size = init), found 2 heads")
        .hasMessageNotContaining("\n");
    assertThat(folder.resolve("tuned")).doesNotExist();
  }

  /** A language model with an output layer of its own. */
  private Path languageModel() throws IOException {
    texts.run("first", "train.steps=1");
    TrainedModel first = texts.load("first");
    texts.started.clear();
    Gpt2Config config = config(first).withVariant(VARIANT);
    float[] parameters =
        Arrays.copyOf(first.parameters(), Math.toIntExact(Gpt2Layout.of(config).parameterCount()));
    for (int i = first.parameters().length; i < parameters.length; i++) {
      parameters[i] = i % 7 / 100f;
    }
    FloatVector vector = FloatVector.allocate(parameters.length);
    vector.load(parameters);
    write("start", new ModelContents(Gpt2ConfigJson.of(config), 0, vector, first.tokenizerFiles()));
    return folder.resolve("start");
  }

  private void write(String name, ModelContents contents) {
    ModelWriter.write(
        FriendlyTexts.FILES,
        new org.apache.hadoop.fs.Path(folder.resolve(name).toUri()),
        contents,
        false,
        OptionalLong.empty());
  }

  private static Gpt2Config config(TrainedModel model) {
    return ((Architecture.Gpt2) model.network().architecture()).config();
  }
}
