package io.centroid.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.InputException;
import io.centroid.sweep.TrialRecord.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialFailureTest {
  private static final List<String> KEYS = List.of("checkpoint.keep", "optimizer.momentum");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optimizer.momentum: expected a number below 1, found 2",
        "run.conf: optimizer.momentum: expected a number below 1",
        "the value of 'checkpoint.keep' is too high",
        "choose a lower checkpoint.keep."
      })
  void aMessageThatNamesAVariedKeyIsTheTrialsOwn(String message) {
    assertThat(TrialFailure.of(new RuntimeException(new InputException(message)), KEYS))
        .contains(new TrialFailure(Status.FAILED, message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoint.keep-best: expected a whole number",
        "checkpoint.keep.all: unknown key",
        "my.checkpoint.keep: no such file",
        "data.path: no such folder"
      })
  void otherMessagesAreThoseOfAllTrials(String message) {
    assertThat(TrialFailure.of(new InputException(message), KEYS)).isEmpty();
  }

  @Test
  void anErrorAboutAVariedSettingIsTheTrialsOwn() {
    InputException error = new InputException("must be below 1").about("optimizer.momentum=0.9");
    assertThat(TrialFailure.of(error, KEYS)).isPresent();
    assertThat(TrialFailure.of(error.about("data.path"), KEYS)).isEmpty();
  }
}
