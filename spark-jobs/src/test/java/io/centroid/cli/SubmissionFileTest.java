package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.report.PredictionColumns;
import io.centroid.evaluate.Predictions;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubmissionFileTest {
  private static final Predictions THREE =
      new Predictions(new long[] {0, 1, 2}, new float[] {2, 0, 9});

  @Test
  void numbersExamplesFromOne() throws IOException {
    assertThat(written(THREE, PredictionColumns.CLASSES))
        .isEqualTo("ImageId,Label\n1,2\n2,0\n3,9\n");
  }

  @Test
  void writesNumbersWithFullPrecision() throws IOException {
    Predictions numbers = new Predictions(new long[] {0, 1}, new float[] {0.1f, -1.5e20f});
    assertThat(written(numbers, PredictionColumns.NUMBERS))
        .isEqualTo("Id,Prediction\n1,0.1\n2,-1.5E20\n");
  }

  @Test
  void quotesClassNamesWhereCsvRequiresIt() throws IOException {
    Predictions classes = new Predictions(new long[] {0, 1, 2}, new float[] {1, 0, 2});
    PredictionColumns named = PredictionColumns.named(List.of("a, b", "good", "\"so\""));
    assertThat(written(classes, named))
        .isEqualTo("Record,Label\n1,good\n2,\"a, b\"\n3,\"\"\"so\"\"\"\n");
  }

  private static String written(Predictions predictions, PredictionColumns columns)
      throws IOException {
    StringWriter text = new StringWriter();
    new SubmissionFile(predictions, columns).writeTo(text);
    return text.toString();
  }
}
