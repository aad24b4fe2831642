package io.centroid.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Parsers with one fault each, which must be found. */
final class FuzzerTest {
  private static final int INPUTS = 3000;

  interface Parser {
    void parse(byte[] input) throws Exception;
  }

  private record Broken(Parser parser, Bound bound) implements FuzzTarget {
    @Override
    public List<PartFormat> formats() {
      return List.of(PartFormat.TEXT);
    }

    @Override
    public List<byte[]> seeds() {
      return List.of("count: 12, name: \"x\"".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Bound bound() {
      return bound;
    }

    @Override
    public void read(byte[] input) throws Exception {
      parser.parse(input);
    }

    @Override
    public boolean mayThrow(Exception thrown) {
      return thrown instanceof IOException;
    }
  }

  private static TargetReport run(int threads, Parser parser) {
    return run(
        new Fuzzer(5, threads, Duration.ofMinutes(5), Duration.ofMinutes(1), n -> List.of()),
        parser);
  }

  private static TargetReport run(Fuzzer fuzzer, Parser parser) {
    Bound bound = new Bound(1 << 16, 100);
    return fuzzer.run(
        new TargetSpec("broken", 1, () -> new Broken(parser, bound)), INPUTS, done -> {});
  }

  @Test
  void whatParsersMayDoIsNoFault() {
    TargetReport report =
        run(
            2,
            input -> {
              if (input.length % 3 == 0) {
                throw new InputException("file: line 1: expected a number, found none");
              }
              if (input.length % 3 == 1) {
                throw new IOException("file: the connection was lost");
              }
            });
    assertThat(report.findings()).isEmpty();
    assertThat(report.inputs()).isEqualTo(INPUTS);
    assertThat(report.accepted()).isPositive();
    assertThat(report.refused()).isPositive().isEqualTo(INPUTS - report.accepted());
  }

  @Test
  void theSameSeedFindsTheSameOnAnyNumberOfThreads() {
    Parser parser =
        input -> {
          if (text(input).contains("\"\"")) {
            throw new IllegalStateException("no name");
          }
        };
    TargetReport one = run(1, parser);
    TargetReport three = run(3, parser);
    assertThat(one.findings()).hasSize(1);
    Finding found = one.findings().get(0);
    Finding again = three.findings().get(0);
    assertThat(again.number()).isEqualTo(found.number());
    assertThat(again.input()).isEqualTo(found.input());
    assertThat(three.accepted()).isEqualTo(one.accepted());
    assertThat(found.fault().kind()).isEqualTo(Fault.Kind.THREW);
    assertThat(found.fileName()).isEqualTo("broken-5-" + found.number() + ".threw");
  }

  @Test
  void aStackThatOverflowsIsFound() {
    TargetReport report = run(2, input -> nested(input, 0));
    assertThat(report.findings()).extracting(f -> f.fault().kind()).contains(Fault.Kind.THREW);
    assertThat(report.findings().get(0).fault().what()).contains("StackOverflowError");
  }

  /** Recurses for ever on a number of nine or more. */
  private static int nested(byte[] input, int depth) {
    return text(input).contains(": 9") ? 1 + nested(input, depth + 1) : depth;
  }

  @Test
  void memoryByADeclaredSizeIsFound() {
    TargetReport report =
        run(
            2,
            input -> {
              String declared = text(input).replaceAll("(?s)^\\D*(\\d{0,6}).*$", "$1");
              consume(new byte[declared.isEmpty() ? 0 : Integer.parseInt(declared)]);
            });
    assertThat(report.findings()).hasSize(1);
    assertThat(report.findings().get(0).fault().kind()).isEqualTo(Fault.Kind.ALLOCATED);
    assertThat(report.peakBytes()).isGreaterThan(1 << 17);
  }

  @SuppressWarnings("UnusedVariable")
  private static void consume(byte[] bytes) {}

  @Test
  void refusalsThatAreNotOneLineAreFound() {
    TargetReport report =
        run(
            2,
            input -> {
              if (text(input).contains("\n")) {
                throw new IOException("found " + text(input));
              }
            });
    assertThat(report.findings()).hasSize(1);
    assertThat(report.findings().get(0).fault().kind()).isEqualTo(Fault.Kind.UNREADABLE);
    assertThat(Trial.complaint("x".repeat(700))).isPresent();
    assertThat(Trial.complaint("\u001b[31m")).isPresent();
    assertThat(Trial.complaint(" ")).isPresent();
  }

  @Test
  void aParserThatIsStuckIsFoundWithItsStack() {
    CountDownLatch end = new CountDownLatch(1);
    Fuzzer fuzzer = new Fuzzer(5, 2, Duration.ofMinutes(5), Duration.ofSeconds(1), n -> List.of());
    try {
      TargetReport report =
          run(
              fuzzer,
              input -> {
                if (text(input).contains("null")) {
                  waitFor(end);
                }
              });
      assertThat(report.findings()).hasSize(1);
      Fault fault = report.findings().get(0).fault();
      assertThat(fault.kind()).isEqualTo(Fault.Kind.SLOW);
      assertThat(fault.details()).contains("FuzzerTest.waitFor");
    } finally {
      end.countDown();
    }
  }

  private static void waitFor(CountDownLatch end) throws InterruptedException {
    end.await();
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.ISO_8859_1);
  }
}
