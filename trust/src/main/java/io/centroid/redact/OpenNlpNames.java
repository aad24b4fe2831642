package io.centroid.redact;

import io.centroid.error.InputException;
import io.centroid.redact.detect.Detection.Span;
import io.centroid.redact.detect.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.sentdetect.NewlineSentenceDetector;
import opennlp.tools.tokenize.SimpleTokenizer;

/**
 * Names of persons by a model of Apache OpenNLP, which finds them line by line. The library is
 * optional: it must be on the class path of the processes that redact.
 */
final class OpenNlpNames implements Function<String, List<Span>> {
  private static final String PERSON = "person";

  private final TokenNameFinderModel model;

  private OpenNlpNames(TokenNameFinderModel model) {
    this.model = model;
  }

  /**
   * Loads a model.
   *
   * @param path local path of a model file, such as {@code en-ner-person.bin}
   * @throws InputException if the library is missing, or the file is not a model
   */
  static OpenNlpNames load(String path) {
    try {
      return new OpenNlpNames(new TokenNameFinderModel(Path.of(path)));
    } catch (NoClassDefFoundError e) {
      throw new InputException(
          "names.opennlp-model needs opennlp-tools, which is not on the class path", e);
    } catch (IOException | RuntimeException e) {
      throw new InputException(
          "names.opennlp-model: " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public List<Span> apply(String document) {
    List<Span> found = new ArrayList<>();
    // A finder adapts to what it has seen, and is not thread-safe: each document has its own.
    NameFinderME finder = new NameFinderME(model);
    for (opennlp.tools.util.Span line : new NewlineSentenceDetector().sentPosDetect(document)) {
      String text = document.substring(line.getStart(), line.getEnd());
      opennlp.tools.util.Span[] tokens = SimpleTokenizer.INSTANCE.tokenizePos(text);
      String[] words = opennlp.tools.util.Span.spansToStrings(tokens, text);
      for (opennlp.tools.util.Span name : finder.find(words)) {
        String type = name.getType();
        if (type == null || type.equals(PERSON) || type.equals("default")) {
          int start = line.getStart() + tokens[name.getStart()].getStart();
          int end = line.getStart() + tokens[name.getEnd() - 1].getEnd();
          found.add(new Span(Kind.NAME, start, end));
        }
      }
    }
    return found;
  }
}
