package io.centroid.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.bench.gpt2.Gpt2Shape;
import io.centroid.device.Device;
import io.centroid.nn.matrix.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Order, rates, ratios and shares of systems with known times. */
class AlternatingGpuRunsTest {
  private static final GpuCase MNIST = new MnistTraining(false, 64, 1);
  private static final Gpt2Training GPT2 =
      new Gpt2Training(new Gpt2Shape(1, 2, 8, 16, 11), Precision.BFLOAT16, 4, 1);

  private final List<String> ran = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @Test
  void everyOtherPassIsInReverseOrder() {
    List<GpuResult> results = run(1, 2, MNIST, played("a", 9, 2, 4), played("b", 9, 1, 8));
    assertThat(ran).containsExactly("a", "b", "b", "a", "a", "b");
    assertThat(progress).hasSize(6).startsWith(MNIST.name() + ": a, step 9.00 ms");
    assertThat(results.get(0).rates()).containsExactly(32_000.0, 16_000.0);
    // Ratios 0.5 and 2, run by run.
    assertThat(results.get(0).ratioTo(results.get(1)).orElseThrow().median()).isEqualTo(1.25);
  }

  @Test
  void aSystemThatFailsIsLeftOut() {
    List<GpuResult> results = run(0, 3, MNIST, played("a", 2, 2, 2), played("b", 1));
    assertThat(ran).containsExactly("a", "b", "b", "a", "a");
    assertThat(progress).contains(MNIST.name() + ": b, not measured: out of memory");
    assertThat(results.get(1).missing()).isEqualTo("out of memory");
    assertThat(results.get(1).rate()).isEmpty();
    assertThat(results.get(0).ratioTo(results.get(1))).isEmpty();
    assertThat(text(results)).contains("  b                 not measured: out of memory");
  }

  @Test
  void sharesAreOfGpt2InBfloat16() {
    GpuResult result = run(0, 1, GPT2, played("a", 2)).get(0);
    // 4 texts of 16 tokens in 2 ms.
    assertThat(result.rates()).containsExactly(32_000.0);
    double parameters = 16 * 8 + 11 * 8 + 2 * 16 + 16 + 8 * 24 + 24 + 8 * 8 + 8 + 2 * 8 * 32 + 40;
    double flop = 6 * parameters + 12 * 8 * 16;
    assertThat(GPT2.flopPerToken()).isEqualTo(flop);
    assertThat(result.shareOfPeak(1e-3).orElseThrow())
        .isCloseTo(32_000 * flop / 1e9, within(1e-12));
    Gpt2Training float32 = new Gpt2Training(GPT2.shape(), Precision.FLOAT32, 4, 1);
    assertThat(run(0, 1, float32, played("a", 2)).get(0).shareOfPeak(1)).isEmpty();
    assertThat(run(0, 1, MNIST, played("a", 2)).get(0).shareOfPeak(1)).isEmpty();
  }

  @Test
  void aRoundsCopiesAreSharesOfItsTime() {
    RoundTimes times =
        RoundTimes.medians(
            List.of(
                new RoundTimes(1, 2, 90, 3, 4),
                new RoundTimes(9, 9, 99, 9, 9),
                new RoundTimes(0, 0, 0, 0, 0)));
    assertThat(times).isEqualTo(new RoundTimes(1, 2, 90, 3, 4));
    assertThat(times.copyShareWithoutState()).isCloseTo(4 / 94.0, within(1e-12));
    assertThat(times.copyShareWithState()).isEqualTo(0.1);
  }

  private static String text(List<GpuResult> results) {
    return new GpuBenchReport(
            Device.cuda("0"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            results,
            1,
            List.of(),
            List.of())
        .toText();
  }

  private List<GpuResult> run(int warmUps, int runs, GpuCase what, GpuSystem... systems) {
    ran.clear();
    return new AlternatingGpuRuns(warmUps, runs, progress::add)
        .run(List.of(what), List.of(systems));
  }

  /** A system with these milliseconds, which is out of memory after them. */
  private GpuSystem played(String name, double... millis) {
    List<Double> left = new ArrayList<>();
    for (double each : millis) {
      left.add(each);
    }
    return new GpuSystem() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public double run(GpuCase what) throws NotMeasuredException {
        ran.add(name);
        if (left.isEmpty()) {
          throw new NotMeasuredException("out of memory");
        }
        return left.remove(0);
      }

      @Override
      public void close() {}
    };
  }
}
