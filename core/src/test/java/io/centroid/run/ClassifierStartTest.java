package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.huggingface.ModelWriter;
import io.centroid.model.ModelExport;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataConfiguration;
import io.centroid.run.data.DataSources;
import io.centroid.run.data.DataSurvey;
import io.centroid.run.device.DeviceChoice;
import io.centroid.text.CharacterTokenizer;
import io.centroid.train.LocalShardedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text classifiers that start from another model, and their class names. */
class ClassifierStartTest {
  @TempDir Path folder;
  private FriendlyTexts texts;

  @BeforeEach
  void writeTokenizerAndTexts() throws IOException {
    texts = new FriendlyTexts(folder);
  }

  @Test
  void startsFromALanguageModelExceptForTheOutputLayer() throws IOException {
    // A classifier without its output layer has the parameters of a language model.
    texts.run("first", "train.steps=3");
    texts.notes.clear();
    TrainedModel first = texts.load("first");
    float[] parameters = first.parameters();
    TrainedModel language = withoutHead(first);
    RunSetup setup = setup("train.seed=7");
    StartingPoint point = StartingPoint.from(language, setup);
    float[] start = point.take().parameters();
    int body = parameters.length - 2 * 32;
    assertThat(Arrays.copyOf(start, body)).isEqualTo(Arrays.copyOf(parameters, body));
    float[] random = setup.initialParameters();
    assertThat(Arrays.copyOfRange(start, body, start.length))
        .isEqualTo(Arrays.copyOfRange(random, body, random.length))
        .isNotEqualTo(Arrays.copyOfRange(parameters, body, parameters.length));
    assertThat(point.notes())
        .containsExactly(
            "score.weight is initialized randomly: " + language.path() + " is a language model",
            "starting from the parameters of " + language.path());
  }

  @Test
  void startsFromAClassifier() throws IOException {
    texts.run("first", "train.steps=3");
    TrainedModel first = texts.load("first");
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.gpt2.size=init",
                "model.init-from=" + folder.resolve("first"),
                "data.texts.tokenizer=",
                "train.steps=1"));
    texts.run("second", settings.toArray(String[]::new));
    assertThat(texts.started.get(1)).isEqualTo(first.parameters());
    assertThatThrownBy(
            () ->
                texts.run(
                    "third",
                    "model.init-from=" + folder.resolve("first"),
                    "data.texts.labels=[\"neg, or so\", pos, neutral]"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("score.weight [2, 32], expected score.weight [3, 32]");
    assertThat(folder.resolve("third")).doesNotExist();
  }

  @Test
  void aTokenizerOtherThanTheModelsIsRejected() throws IOException {
    texts.run("first", "train.steps=1");
    Path other = Files.createDirectories(folder.resolve("other"));
    Map<String, byte[]> files = CharacterTokenizer.of("ABefghijklmnopqrstuvwxyzabcd\n\"").files();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(other.resolve(file.getKey()), file.getValue());
    }
    Files.writeString(
        folder.resolve("data/train.csv"), "text,label\nbad,\"neg, or so\"\nfine,pos\n");
    assertThatThrownBy(
            () ->
                texts.run(
                    "second",
                    "model.init-from=" + folder.resolve("first"),
                    "data.texts.tokenizer=" + other,
                    "data.test-file=train.csv",
                    "train.workers=1",
                    "data.validation-split=0"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(other + ": its tokenizer is not that of ");
  }

  @Test
  void classesKeepTheirNamesInHuggingFacesFormat() throws IOException {
    texts.run("first", "train.steps=2");
    Path exported = export("first");
    Gpt2ConfigJson config = config(exported);
    assertThat(config.labels()).containsExactly("neg, or so", "pos");
    assertThat(new ObjectMapper().readTree(config.toJson()).path("label2id").toString())
        .isEqualTo("{\"neg, or so\":0,\"pos\":1}");

    TrainedModel model = texts.load("exported");
    assertThat(model.classNames()).containsExactly("neg, or so", "pos");
    assertThat(
            DataConfiguration.of(model, DataChoice.named(List.of("data.path=reviews.csv")))
                .data()
                .texts()
                .labels())
        .containsExactly("neg, or so", "pos");
    texts.run("second", "model.init-from=" + exported, "train.steps=1");
    assertThat(texts.started.get(1)).isEqualTo(texts.load("first").parameters());
  }

  @Test
  void classesWithoutNamesAreNumbered() throws IOException {
    texts.run("first", "train.steps=1");
    Path exported = export("first");
    Path file = exported.resolve("config.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    json.putObject("id2label").put("0", "LABEL_0").put("1", "LABEL_1");
    Files.writeString(file, json.toString());

    TrainedModel model = texts.load("exported");
    assertThat(model.classNames()).isEmpty();
    assertThat(
            DataConfiguration.of(model, DataChoice.named(List.of("data.path=reviews.csv")))
                .data()
                .texts()
                .labels())
        .containsExactly("0", "1");
    texts.run("second", "model.init-from=" + exported, "train.steps=1");
    assertThat(texts.load("second").classNames()).containsExactly("neg, or so", "pos");
  }

  @Test
  void anotherOrderOfTheClassesIsRejected() throws IOException {
    texts.run("first", "train.steps=1");
    String[] other = {"data.texts.labels=[pos, \"neg, or so\"]", "train.steps=1"};
    for (Path start : List.of(folder.resolve("first"), export("first"))) {
      assertThatThrownBy(() -> texts.run("second", "model.init-from=" + start, other[0], other[1]))
          .isInstanceOf(InputException.class)
          .hasMessageMatching(
              ".*(/first/checkpoints/step-00000001|/exported): class 0: expected \"pos\" as in the"
                  + " data \\(data.texts.labels orders them\\), found \"neg, or so\"");
      assertThat(folder.resolve("second")).doesNotExist();
    }
  }

  private Path export(String run) throws IOException {
    Path exported = folder.resolve("exported");
    ModelWriter.write(
        FriendlyTexts.FILES,
        new org.apache.hadoop.fs.Path(exported.toUri()),
        ModelExport.huggingFace(texts.load(run)),
        false,
        OptionalLong.empty());
    return exported;
  }

  private static Gpt2ConfigJson config(Path model) throws IOException {
    Path file = model.resolve(Gpt2ConfigJson.FILE);
    return Gpt2ConfigJson.parse(file.toString(), Files.readAllBytes(file));
  }

  private RunSetup setup(String... more) throws IOException {
    RunConfig config = RunConfig.load(null, texts.settings(more));
    DataSources sources =
        DataSources.of(
            config.data(),
            config.model().loss(),
            FriendlyTexts.FILES,
            TextTokenizer.of(config, FriendlyTexts.FILES, Engines.CPU));
    try (LocalShardedData data =
        new LocalShardedData(
            new io.centroid.train.worker.ShardSpec(sources.source(), 1, 0.05, 2), 2)) {
      return RunSetup.of(
          config,
          FriendlyTexts.FILES,
          Engines.CPU,
          DeviceChoice.examine(
              config.compute().device(),
              new CpuEngine(),
              config.compute().precision(),
              data::gpus,
              note -> {},
              detail -> {}),
          ResolvedNetwork.of(config, FriendlyTexts.FILES, Engines.CPU),
          sources,
          DataSurvey.of(config, sources, data),
          null);
    }
  }

  private static TrainedModel withoutHead(TrainedModel model) {
    int last = model.layout().size() - 1;
    return new TrainedModel(
        model.path(),
        model.network(),
        model.normalization(),
        model.layout().subList(0, last),
        model.seed(),
        model.workers(),
        model.dataKeys(),
        model.classNames(),
        model.table(),
        model.tokenizerFiles(),
        Optional.empty(),
        () -> {
          float[] all = model.parameters();
          long head = model.layout().get(last).elements();
          return Arrays.copyOf(all, all.length - (int) head);
        });
  }
}
