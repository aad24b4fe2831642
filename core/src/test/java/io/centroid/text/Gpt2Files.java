package io.centroid.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** GPT-2's tokenizer and test texts from the shared test data, if available. */
public final class Gpt2Files {
  private static final Path SHARED = Path.of(System.getProperty("centroid.shared", "../shared"));
  static final Path FOLDER = SHARED.resolve("data").resolve("gpt2-tokenizer");

  private Gpt2Files() {}

  /** GPT-2's tokenizer, read once. */
  public static Tokenizer tokenizer() {
    assumeTrue(Files.exists(FOLDER), FOLDER + " is missing");
    return Once.TOKENIZER;
  }

  private static final class Once {
    static final Tokenizer TOKENIZER = TokenizerFiles.read(FOLDER);
  }

  public static String shakespeare() throws IOException {
    Path text = SHARED.resolve("data").resolve("text").resolve("tinyshakespeare.txt");
    assumeTrue(Files.exists(text), text + " is missing");
    return Files.readString(text);
  }

  public static Path expected() {
    Path expected = SHARED.resolve("fixtures").resolve("gpt2-tiny").resolve("expected.json");
    assumeTrue(Files.exists(expected), expected + " is missing");
    return expected;
  }
}
