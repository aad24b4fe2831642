package io.centroid.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.InputException;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.train.worker.InnerStatePolicy;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTextTest {
  private static final CentroidTrainingMaster UNUSUAL =
      new CentroidTrainingMaster.Builder()
          .workers(5)
          .localSteps(7)
          .batchSizePerWorker(48)
          .outer(new OuterSettings(OuterSettings.Name.NESTEROV, 0.6, 0.8, 0.91, 0.98, 1e-4))
          .codec(Codec.Name.TOP_K)
          .topKFraction(0.25)
          .innerState(InnerStatePolicy.KEEP)
          .seed(1L << 40)
          .build();

  @Test
  void jsonAndYamlComeBackAsTheyWent() {
    String json = UNUSUAL.toJson();
    assertThat(json).contains("\"codec\" : \"top-k\"").doesNotContain("class");
    assertThat(CentroidTrainingMaster.fromJson(json).toJson()).isEqualTo(json);
    String yaml = UNUSUAL.toYaml();
    assertThat(yaml).contains("localSteps: 7");
    assertThat(CentroidTrainingMaster.fromYaml(yaml).toJson()).isEqualTo(json);
  }

  @Test
  void whatIsLeftOutHasItsDefault() {
    assertThat(CentroidTrainingMaster.fromJson("{}").toJson())
        .isEqualTo(new CentroidTrainingMaster.Builder().build().toJson());
    assertThat(SettingsText.YAML.read("outer: {name: nesterov}").outer())
        .isEqualTo(MasterSettings.usual(OuterSettings.Name.NESTEROV));
  }

  @Test
  void faultsInATextAreNamed() {
    for (List<String> fault :
        List.of(
            List.of("{\"worker\": 2}", "worker is not known"),
            List.of("{\"workers\": 2.5}", "workers must be a whole number: 2.5"),
            List.of("{\"workers\": 3000000000}", "workers must be a whole number"),
            List.of("{\"workers\": -3000000000}", "workers must be a whole number"),
            List.of("{\"codec\": \"zip\"}", "codec must be one of"),
            List.of("{\"outer\": {\"@class\": \"java.io.File\"}}", "outer.@class is not known"),
            List.of("{\"outer\": 3}", "outer: expected names with values"),
            List.of("{\"topKFraction\": \"half\"}", "topKFraction must be a number"),
            List.of("[1]", "settings: expected names with values"),
            List.of("{", "not JSON"))) {
      assertThatThrownBy(() -> CentroidTrainingMaster.fromJson(fault.get(0)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(fault.get(1));
    }
  }

  @ParameterizedTest
  @EnumSource(SettingsText.class)
  void aDamagedTextIsReadOrRefusedInOneLine(SettingsText kind) {
    String original = kind == SettingsText.JSON ? UNUSUAL.toJson() : UNUSUAL.toYaml();
    List<String> words =
        List.of("", "&a", "*a", "!!java.io.File", "- ", "outer:", "<<: ", "1e999", "{", "\u2028");
    Random random = new Random(21);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      int at = random.nextInt(original.length());
      int to = Math.min(original.length(), at + random.nextInt(8));
      String word = words.get(random.nextInt(words.size()));
      try {
        kind.read(original.substring(0, at) + word + original.substring(to));
      } catch (InputException e) {
        assertThat(e).hasMessageMatching("(?!\\s*$)[^\\p{Cc}\\u2028\\u2029]{1,699}");
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 4999);
  }

  @Test
  void nestingWithoutEndIsRefused() {
    for (int depth : new int[] {12, 100_000}) {
      assertThatThrownBy(() -> CentroidTrainingMaster.fromJson("{\"outer\":" + "[".repeat(depth)))
          .isInstanceOf(InputException.class)
          .hasMessage("settings: expected at most 10 levels, found more");
      assertThatThrownBy(() -> CentroidTrainingMaster.fromYaml("outer: " + "[".repeat(depth)))
          .isInstanceOf(InputException.class);
    }
  }

  @Test
  void theBuilderNamesWhatIsOutOfRange() {
    var builder = new CentroidTrainingMaster.Builder();
    assertRefused(builder.workers(0), "workers must be > 0: 0");
    assertRefused(builder.workers(2).localSteps(-1), "localSteps must be > 0: -1");
    assertRefused(builder.localSteps(1).batchSizePerWorker(0), "batchSizePerWorker must be > 0: 0");
    assertRefused(
        builder.batchSizePerWorker(8).topKFraction(1.5),
        "topKFraction must be above 0 and at most 1: 1.5");
    assertRefused(
        builder
            .topKFraction(1)
            .outer(new OuterSettings(OuterSettings.Name.SGD, 0, 0.9, 0.9, 0.99, 1e-3)),
        "outer.rate must be > 0: 0.0");
  }

  @Test
  void whatIsNotSupportedIsRefused() {
    CentroidTrainingMaster master = new CentroidTrainingMaster.Builder().build();
    assertThatThrownBy(() -> master.setCollectTrainingStats(true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("collects no training statistics");
    master.setCollectTrainingStats(false);
    assertThat(master.getIsCollectTrainingStats()).isFalse();
  }

  private static void assertRefused(CentroidTrainingMaster.Builder builder, String message) {
    assertThatThrownBy(builder::build).isInstanceOf(InputException.class).hasMessage(message);
  }
}
