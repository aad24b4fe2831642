package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataConfiguration;
import io.centroid.run.data.ModelData;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small GPT-2 that learns whether texts are friendly, on threads of this JVM. */
class TextClassificationTest {
  @TempDir Path folder;
  private FriendlyTexts texts;

  @BeforeEach
  void writeTokenizerAndTexts() throws IOException {
    texts = new FriendlyTexts(folder);
  }

  @Test
  void learnsToClassifyFriendlyTexts() throws IOException {
    RunResult result = texts.run("a", "train.epochs=8");
    assertThat(result.test()).containsOnlyKeys("accuracy", "loss");
    assertThat(result.test().get("accuracy")).isGreaterThan(0.95);
    assertThat(result.validation().get("accuracy")).isGreaterThan(0.95);
    TrainedModel model = texts.load("a");
    assertThat(model.network().outputs()).isEqualTo(2);
    assertThat(model.network().architecture())
        .isInstanceOfSatisfying(
            Architecture.Gpt2.class, gpt2 -> assertThat(gpt2.classifies()).isTrue());
    assertThat(model.tokenizerFiles()).containsKey("tokenizer.json");
    assertThat(model.dataKeys()).containsEntry("data.texts.labels", "[\"neg, or so\",\"pos\"]");
    assertThat(DataConfiguration.of(model, DataChoice.RECORDED).data().texts().labels())
        .containsExactly("neg, or so", "pos");
  }

  @Test
  void aResumedRunEndsBitwiseIdentical() throws IOException {
    RunResult undisturbed = texts.run("whole", "train.steps=12", "train.inner-state=keep");
    assertThatThrownBy(
            () ->
                texts.execute(
                    "a",
                    new RunObserver() {
                      @Override
                      public void onMilestone(TrainState state) {
                        throw new IllegalStateException("stopped");
                      }
                    },
                    "train.steps=12",
                    "checkpoint.every-rounds=1",
                    "train.inner-state=keep"))
        .hasMessage("stopped");
    RunResult resumed =
        texts.run("a", "train.steps=12", "checkpoint.every-rounds=1", "train.inner-state=keep");
    assertThat(resumed.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
  }

  @Test
  void aLabelMissingInTrainingIsRejectedBeforeAnythingIsWritten() throws IOException {
    Files.writeString(
        folder.resolve("data/test.jsonl"), "{\"text\": \"a good film\", \"label\": \"other\"}\n");
    assertThatThrownBy(() -> texts.run("a", "train.steps=1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test.jsonl: line 1: unknown label, expected one of the classes");
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void aRunWithoutATokenizerIsRejected() {
    assertThatThrownBy(() -> texts.run("a", "data.texts.tokenizer="))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("data.texts.tokenizer must name a tokenizer's folder");
    assertThatThrownBy(() -> texts.run("a", "data.texts.tokenizer=" + folder.resolve("nowhere")))
        .isInstanceOf(InputException.class);
  }

  @Test
  void emptyTextsAreCounted() throws IOException {
    Path data = folder.resolve("data");
    Files.writeString(
        data.resolve("train.csv"), "pos,\"  \"\npos,\" \n\"\n", StandardOpenOption.APPEND);
    Files.writeString(
        data.resolve("test.jsonl"),
        "{\"text\": \" \", \"label\": \"pos\"}\n",
        StandardOpenOption.APPEND);
    texts.run("a", "train.steps=1");
    assertThat(texts.notes).contains("3 texts are empty or white space");
    TrainedModel model = texts.load("a");
    List<String> notes = new ArrayList<>();
    HadoopFiles files = new HadoopFiles(new Configuration());
    RunConfig config = DataConfiguration.of(model, DataChoice.RECORDED);
    ModelData.toPredict(model, config, files)
        .predict(shards -> new LocalShardedData(shards, 2), 2, notes::add);
    assertThat(notes).containsExactly("1 text is empty or white space");
  }

  @Test
  void truncatedTextsAreCountedOnce() throws IOException {
    texts.run("a", "train.steps=1", "data.block=10");
    assertThat(texts.notes.stream().filter(note -> note.contains("are truncated")))
        .containsExactly("1,500 texts are longer than data.block = 10 tokens and are truncated");
    assertThat(texts.notes).noneMatch(note -> note.contains("white space"));
    texts.notes.clear();
    texts.run("b", "train.steps=1", "model.gpt2.positions=100", "data.block=100");
    assertThat(texts.notes).isNotEmpty().noneMatch(note -> note.contains("are truncated"));
  }
}
