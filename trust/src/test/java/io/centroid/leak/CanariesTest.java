package io.centroid.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.corpus.CorpusShard;
import io.centroid.data.tokenizing.Insertion;
import io.centroid.error.InputException;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanariesTest {
  private static final Tokenizer LETTERS =
      CharacterTokenizer.of("\n ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.");

  @Test
  void canariesAreDrawnBySeedWithFallingRepetitionsAndControls() {
    Canaries canaries = Canaries.draw(42, 6, 20);
    assertThat(canaries).isEqualTo(Canaries.draw(42, 6, 20));
    assertThat(canaries.canaries())
        .extracting(Canary::repetitions)
        .containsExactly(20, 10, 5, 2, 1, 20, 0, 0, 0, 0);
    assertThat(canaries.planted()).isEqualTo(6);
    assertThat(canaries.canaries()).extracting(Canary::secret).doesNotHaveDuplicates();
    assertThat(canaries.canaries().get(0).text())
        .matches("\nThe code of [A-Z][a-z]{5} [A-Z][a-z]{5} is [0-9]{6}\\.\n");
    assertThat(Canaries.draw(43, 6, 20).canaries())
        .doesNotContainAnyElementsOf(canaries.canaries());
    assertThatThrownBy(() -> Canaries.draw(1, 0, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("--canaries must be from 1 to 1000: 0");
    assertThatThrownBy(() -> Canaries.draw(1, 1, 1001))
        .hasMessage("--canary-repetitions must be from 1 to 1000: 1001");
  }

  @Test
  void placesAreBeforeTheValidationTextAndSpreadOverTheShards() {
    List<CorpusShard> shards = List.of(shard(0, 30_000), shard(1, 50_000), shard(2, 20_000));
    Canaries canaries = Canaries.draw(3, 4, 64);
    long added = (64 + 32 + 16 + 8) * 38L;
    CanaryPlaces places = CanaryPlaces.choose(canaries, LETTERS, shards, tokens -> tokens * 9 / 10);
    assertThat(places).isEqualTo(CanaryPlaces.choose(canaries, LETTERS, shards, n -> n * 9 / 10));
    List<Insertion.Piece> all = places.pieces().values().stream().flatMap(List::stream).toList();
    assertThat(all).hasSize(120).allMatch(piece -> piece.ids().size() == 38);
    assertThat(places.pieces().getOrDefault(0, List.of()).size())
        .isBetween(30, 60); // 120 * 30 / 85 = 42.
    assertThat(places.pieces().getOrDefault(1, List.of()).size()).isBetween(50, 90);
    long limit = (100_000 + added) * 9 / 10 - added;
    long last =
        places.pieces().getOrDefault(2, List.of()).stream()
            .map(Insertion.Piece::position)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    assertThat(80_000 + last + places.slack()).isLessThanOrEqualTo(limit);
    assertThat(places.breaks().cardinality()).isEqualTo(1);
    assertThat(places.breaks().get(LETTERS.encodeOrdinary("\n")[0])).isTrue();
  }

  @Test
  void aTextThatIsShorterThanTheCanariesIsRefused() {
    Canaries canaries = Canaries.draw(3, 4, 64);
    assertThatThrownBy(
            () -> CanaryPlaces.choose(canaries, LETTERS, List.of(shard(0, 4_000)), n -> n))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "--canaries: the canaries have 4560 tokens, expected at most as many as the training"
                + " text, 4000");
    Tokenizer digits = CharacterTokenizer.of("0123456789");
    assertThatThrownBy(
            () -> CanaryPlaces.choose(canaries, digits, List.of(shard(0, 40_000)), n -> n))
        .isInstanceOf(InputException.class)
        .hasMessageMatching(
            "--canaries: character U\\+[0-9A-F]{4} at offset [0-9]+: not in the vocabulary");
  }

  private static CorpusShard shard(int task, long tokens) {
    return new CorpusShard("train-0000" + task + ".bin", tokens, "0".repeat(64));
  }
}
