package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The name and the trajectory of a run. */
class RunIdentityTest {
  @TempDir Path directory;

  @Test
  void theTrajectoryIsTheSameForTheSameNumbers() {
    assertThat(hash("optimizer.learning-rate=0.10"))
        .isEqualTo(hash("optimizer.learning-rate=0.1"))
        .isEqualTo(hash());
    assertThat(hash("model.hidden=[128]")).isEqualTo(hash("model.hidden=[ 128.0 ]"));
    assertThat(hash("optimizer.learning-rate=0.2")).isNotEqualTo(hash());
    assertThat(hash("train.workers=3")).isNotEqualTo(hash());
    assertThat(hash("data.digits.seed=9")).isNotEqualTo(hash());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "outer.name=sgd",
        "outer.momentum=0.8",
        "outer.betas=[0.9, 0.999]",
        "outer.epsilon=1e-8",
        "average.codec=int8",
        "average.top-k-fraction=0.2"
      })
  void keysOfAggregationArePartOfTheTrajectory(String override) {
    assertThat(hash(override)).isNotEqualTo(hash());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run.name=other",
        "run.dir=/elsewhere",
        "checkpoint.keep=9",
        "checkpoint.every-rounds=1",
        "data.path=/elsewhere",
        "data.decoded-limit=9GiB",
        "compute.workers=local",
        "compute.engine=dl4j",
        "compute.device=cuda",
        "compute.cpu-kernels=HASWELL",
        "model.init-from=x",
        "model.allow-dl4j-zip=true",
        "train.early-stopping.patience=3",
        "train.epochs=99",
        "train.steps=99",
        "optimizer.schedule.decay-fraction=0.5",
        "spark.conf.a=b"
      })
  void keysThatDoNotAffectTheParametersAreNotInTheTrajectory(String override) {
    assertThat(hash(override)).isEqualTo(hash());
  }

  @Test
  void theLengthOfTheRunIsPartOfTheTrajectoryWithACosine() {
    String cosine = "optimizer.schedule.name=cosine";
    assertThat(hash(cosine, "train.epochs=9")).isNotEqualTo(hash(cosine));
    assertThat(hash(cosine, "train.steps=9")).isNotEqualTo(hash(cosine));
  }

  @Test
  void aRunIsNamedAfterItsFileAndItsSettings() throws IOException {
    assertThat(load().run().name()).matches("digits-[0-9a-f]{8}");
    assertThat(load().run().dir()).isEqualTo("runs/" + load().run().name());
    assertThat(load("train.epochs=4").run().name()).isNotEqualTo(load().run().name());
    assertThat(load("run.name=mine").run().dir()).isEqualTo("runs/mine");
    Path file = Files.writeString(directory.resolve("my run.conf"), "train.workers = 3");
    assertThat(RunConfig.load(file.toString(), List.of()).run().name())
        .matches("my_run-[0-9a-f]{8}");
  }

  @Test
  void theLocationOfTheTokenizerIsNotInTheTrajectory() {
    String[] texts = {"model.name=gpt2", "data.format=texts", "data.path=x"};
    assertThat(load("data.texts.label=class").run().name()).isEqualTo(load().run().name());
    assertThat(load(texts).run().trajectory())
        .containsKey("data.texts.label")
        .doesNotContainKey("data.texts.tokenizer");
  }

  @Test
  void onlyAPrecisionOtherThanFloatIsInTheTrajectory() {
    String[] texts = {"model.name=gpt2", "data.format=texts", "data.path=x"};
    String[] rounded = {texts[0], texts[1], texts[2], "compute.precision=bfloat16"};
    assertThat(load(texts).run().trajectory()).doesNotContainKey("compute.precision");
    assertThat(load(rounded).run().trajectory()).containsEntry("compute.precision", "bfloat16");
    assertThat(load(rounded).run().name()).isNotEqualTo(load(texts).run().name());
  }

  @Test
  void aHugeExponentIsNotSpelledOut() {
    assertThat(load("data.csv.target=1e999999999").run().trajectory().get("data.csv.target"))
        .hasSizeLessThan(40);
  }

  @Test
  void aNetworkFileIsIdentifiedByItsContent() throws IOException {
    Path one = Files.writeString(directory.resolve("a.json"), "{}");
    Path same = Files.writeString(directory.resolve("b.json"), "{}");
    Path other = Files.writeString(directory.resolve("c.json"), "{ }");
    String name = "model.name=dl4j";
    assertThat(hash(name, "model.file=" + same)).isEqualTo(hash(name, "model.file=" + one));
    assertThat(hash(name, "model.file=" + other)).isNotEqualTo(hash(name, "model.file=" + one));
    assertThatThrownBy(() -> load(name, "model.file=" + directory.resolve("none.json")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("model.file must be a readable JSON file: ");
  }

  private static RunConfig load(String... overrides) {
    return RunConfig.load(null, List.of(overrides));
  }

  private static String hash(String... overrides) {
    return load(overrides).run().trajectoryHash();
  }
}
