package io.centroid.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.redact.detect.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.NameSampleDataStream;
import opennlp.tools.namefind.TokenNameFinderFactory;
import opennlp.tools.util.CollectionObjectStream;
import opennlp.tools.util.TrainingParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenNlpNamesTest {
  private static final String TEXT = "1 line\nthe visitor zorblax signed the book";

  @TempDir private Path folder;

  @Test
  void aTrainedModelFindsNamesThatRulesDoNot() throws Exception {
    Path model = folder.resolve("names.bin");
    train(model);
    assertThat(Redactor.of(Policy.masking()).find(TEXT)).isEmpty();
    assertThat(Redactor.of(policy(model)).redact(TEXT).text())
        .contains("1 line\nthe visitor [NAME] signed the book");
  }

  @Test
  void aFileThatIsNotAModelIsReported() throws Exception {
    Path model = Files.writeString(folder.resolve("names.bin"), "no model");
    assertThatThrownBy(() -> Redactor.of(policy(model)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("names.opennlp-model: " + model + " cannot be read: ");
  }

  private static Policy policy(Path model) {
    return new Policy(
        Map.of(Kind.NAME, Action.MASK), "", List.of("US"), List.of(), model.toString());
  }

  private static void train(Path file) throws Exception {
    List<String> lines = new ArrayList<>();
    for (String name : List.of("zorblax", "quuxly", "blargon", "thimble", "zorblax", "wibbet")) {
      lines.add("the visitor <START:person> " + name + " <END> signed the book");
      lines.add("we saw that the visitor <START:person> " + name + " <END> left early");
      lines.add("the book of the house lay on the table");
      lines.add("nobody signed the other book on that day");
    }
    TrainingParameters parameters = TrainingParameters.defaultParams();
    parameters.put(TrainingParameters.CUTOFF_PARAM, 1);
    NameFinderME.train(
            "en",
            "person",
            new NameSampleDataStream(new CollectionObjectStream<>(lines)),
            parameters,
            new TokenNameFinderFactory())
        .serialize(file);
  }
}
