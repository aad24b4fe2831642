package io.centroid.bench.gpu.peak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cards, their peaks, and the operations that are divided by them. */
class GpuCardTest {

  @Test
  void readsALineOfNvidiaSmi() {
    GpuCard card = GpuCard.parse("NVIDIA H200, 570.86.15, 9.0, 143771, Disabled").orElseThrow();
    assertThat(card).isEqualTo(new GpuCard("NVIDIA H200", "570.86.15", "9.0", 143_771));
    assertThat(card.hasBfloat16()).isTrue();
    assertThat(new GpuCard("Tesla V100-SXM2-16GB", "550.1", "7.0", 1).hasBfloat16()).isFalse();
    assertThat(new GpuCard("NVIDIA B200", "580.1", "10.0", 1).hasBfloat16()).isTrue();
  }

  @Test
  void aDividedCardHasNoKnownPeak() {
    GpuCard card = GpuCard.parse("NVIDIA H200, 570.86.15, 9.0, 143771, Enabled").orElseThrow();
    assertThat(card.name()).isEqualTo("NVIDIA H200 MIG");
    assertThat(DensePeak.of(card.name())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "No devices were found", "a, b, c, 1", "a, b, 9.0, [N/A], [N/A]"})
  void otherLinesAreNoCard(String line) {
    assertThat(GpuCard.parse(line)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA H200, 989",
    "NVIDIA H100 80GB HBM3, 989",
    "NVIDIA H100 PCIe, 756",
    "NVIDIA A100-SXM4-40GB, 312",
    "A100-PCIE-40GB, 312",
    "NVIDIA A100 80GB PCIe, 312",
    "NVIDIA L40S, 362",
    "NVIDIA L4, 121",
    "NVIDIA A10, 125",
    "NVIDIA GeForce RTX 4090, 165"
  })
  void knowsThePeaksOfCards(String card, double teraFlops) {
    assertThat(DensePeak.of(card)).contains(teraFlops);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVIDIA H100 NVL",
        "NVIDIA H200 NVL",
        "NVIDIA L40",
        "NVIDIA A10G",
        "NVIDIA GeForce RTX 4090 Laptop GPU",
        "NVIDIA A100-SXM4-40GB MIG 1g.5gb",
        "Tesla V100-SXM2-16GB"
      })
  void similarNamesHaveNoKnownPeak(String card) {
    assertThat(DensePeak.of(card)).isEmpty();
  }

  /** GPT-2 small: 124,439,808 parameters, 12 blocks of width 768, texts of 1,024 tokens. */
  @Test
  void countsOperationsAsPaLMsAppendixDoes() {
    assertThat(TransformerFlop.perToken(124_439_808, 12, 768, 1024))
        .isEqualTo(746_638_848d + 113_246_208d);
  }
}
