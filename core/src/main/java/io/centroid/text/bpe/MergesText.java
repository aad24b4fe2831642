package io.centroid.text.bpe;

import io.centroid.error.InputErrors;
import io.centroid.io.Utf8;
import io.centroid.text.bpe.Merges.Merge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The format of GPT-2's {@code merges.txt}: a version line, then two tokens per line in rank order.
 */
final class MergesText {
  private MergesText() {}

  static Merges read(String file, byte[] bytes) {
    String text = Utf8.strict(file, bytes);
    List<Merge> merges = new ArrayList<>();
    int number = 0;
    for (int start = 0; start < text.length(); ) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      int trimmed = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
      number++;
      // Hugging Face detects the version line by its first word on any line.
      if (!text.startsWith("#version", start)) {
        merges.add(merge(file, number, text.substring(start, trimmed)));
      }
      start = end + 1;
    }
    return new Merges(file, "line %d", merges);
  }

  private static Merge merge(String file, int number, String line) {
    int space = line.indexOf(' ');
    if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
      throw InputErrors.of(
          file, "line " + number, "two tokens with a space between", InputErrors.quote(line));
    }
    return new Merge(line.substring(0, space), line.substring(space + 1), number);
  }

  static byte[] write(List<String[]> merges) {
    StringBuilder text = new StringBuilder("#version: 0.2\n");
    for (String[] merge : merges) {
      text.append(merge[0]).append(' ').append(merge[1]).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
