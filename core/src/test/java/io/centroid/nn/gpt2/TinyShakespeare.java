package io.centroid.nn.gpt2;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The shared corpus as GPT-2 tokens. */
public final class TinyShakespeare {
  private TinyShakespeare() {}

  /** Token ids of the whole corpus. */
  public static int[] ids() throws IOException {
    Path data = Path.of(System.getProperty("centroid.shared", "../shared"), "data");
    Path text = data.resolve("text").resolve("tinyshakespeare.txt");
    assumeTrue(Files.exists(text), text + " is not there");
    int[] ids =
        TokenizerFiles.read(data.resolve("gpt2-tokenizer")).encodeOrdinary(Files.readString(text));
    assertTokens(ids);
    return ids;
  }

  private static void assertTokens(int[] ids) {
    if (ids.length != 338_025) {
      throw new AssertionError("expected 338,025 tokens, found " + ids.length);
    }
  }
}
