package io.centroid.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.doctor.Diagnosis.Check;
import io.centroid.cli.doctor.Diagnosis.Status;
import io.centroid.error.InputException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

  @Test
  void aCheckThatHangsDelaysNoOther() {
    CountDownLatch never = new CountDownLatch(1);
    Diagnosis diagnosis =
        Diagnosis.of(
            List.of(
                new Check(
                    "hanging",
                    () -> {
                      never.await();
                      return Outcome.ok("late");
                    }),
                new Check("quick", () -> Outcome.ok("done"))),
            Duration.ofSeconds(1));
    assertThat(diagnosis.checks())
        .extracting(Diagnosis.Result::status)
        .containsExactly(Status.FINDING, Status.OK);
    assertThat(diagnosis.checks().get(0).findings().get(0).found())
        .isEqualTo("the check did not end within 1 s");
    assertThat(diagnosis.findings()).isOne();
  }

  @Test
  void aCheckThatThrowsIsAFinding() {
    Diagnosis diagnosis =
        Diagnosis.of(
            List.of(
                new Check(
                    "throwing",
                    () -> {
                      throw new InputException("conf/x.conf: line 3: expected a number, found x");
                    }),
                new Check(
                    "linking",
                    () -> {
                      throw new UnsatisfiedLinkError("no libx in java.library.path");
                    })),
            Duration.ofSeconds(10));
    assertThat(diagnosis.checks())
        .extracting(check -> check.findings().get(0).found())
        .containsExactly(
            "conf/x.conf: line 3: expected a number, found x", "no libx in java.library.path");
  }

  @Test
  void notesDoNotCount() {
    Diagnosis diagnosis =
        Diagnosis.of(
            List.of(
                new Check(
                    "noting",
                    () -> Outcome.of("seen", List.of(Finding.note("found", "why", "change"))))),
            Duration.ofSeconds(10));
    assertThat(diagnosis.findings()).isZero();
    assertThat(diagnosis.checks().get(0).status()).isEqualTo(Status.NOTE);
  }

  @Test
  void wrapsTextAtEightyColumnsButNoSettings() {
    String change = "--conf " + "x".repeat(100);
    Diagnosis diagnosis =
        Diagnosis.of(
            List.of(
                new Check(
                    "noting",
                    () ->
                        Outcome.of(
                            "word ".repeat(40).strip(),
                            List.of(
                                Finding.of(
                                    "found ".repeat(40).strip() + "\u001b[2J\nsecond",
                                    "why ".repeat(40).strip(),
                                    change))))),
            Duration.ofSeconds(10));
    String text = DiagnosisText.of("title", diagnosis, Optional.empty());
    assertThat(text.lines())
        .filteredOn(line -> !line.strip().equals(change))
        .allMatch(line -> line.length() <= 80);
    assertThat(text)
        .startsWith("title\n\n  finding  noting    word word")
        .contains("\nFinding, noting: found found")
        .contains("    " + change + "\n")
        .endsWith("\n1 checks: 1 finding, no notes\n")
        .doesNotContain("\u001b");
  }
}
