package io.centroid.fuzz.parsers;

import io.centroid.data.Split;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.Gzip;
import io.centroid.fuzz.PartFormat;
import io.centroid.io.DecodingLimit;
import io.centroid.labelled.ClassNames;
import io.centroid.labelled.LabelledTexts;
import io.centroid.labelled.TextColumns;
import io.centroid.text.BpeTraining;
import io.centroid.text.Tokenizer;
import java.util.List;
import java.util.Map;

/** Labelled texts of CSV or JSON Lines: their classes are looked for, and then they are read. */
final class TextsTarget implements FuzzTarget {
  private static final long DECODED_LIMIT = 1 << 18;
  private static final TextColumns COLUMNS = new TextColumns("text", "label");
  private static final Tokenizer BYTES = BpeTraining.train(Map.of("a", 1L), 257, 1);

  private final MemoryFolder folder = new MemoryFolder();
  private final String file;
  private final boolean json;

  TextsTarget(String extension) {
    this.json = extension.equals("jsonl");
    this.file = folder.path("texts." + extension);
  }

  @Override
  public List<PartFormat> formats() {
    return List.of(json ? PartFormat.JSON : PartFormat.TEXT);
  }

  @Override
  public List<byte[]> seeds() {
    String texts =
        json
            ? "{\"text\":\"good\",\"label\":1}\n"
                  + "{\"label\":\"0\",\"text\":\"b\\u00e4d\",\"x\":[{}]}\n\n"
            : "text,label\ngood,1\n\"b\u00e4d, \"\"very\"\"\nso\",0\n\n";
    String many = json ? "{\"text\":\"t\",\"label\":%d}\n" : "t,%d\n";
    StringBuilder table = new StringBuilder(json ? "" : "text,label\n");
    for (int i = 0; i < 1200; i++) {
      table.append(many.formatted(i % 3));
    }
    return List.of(
        Text.bytes(texts),
        Text.bytes("\uFEFF" + texts),
        Gzip.compress(Text.bytes(texts)),
        Text.bytes(table.toString()),
        Gzip.compress(Text.bytes(table + " ".repeat(1 << 20))));
  }

  @Override
  public List<String> dictionary() {
    return List.of("text", "label", "\"\"", "\"text\":", "\"label\":", "\n\n", "\"\n", "\\u0000");
  }

  @Override
  public Bound bound() {
    return new Bound(16 << 20, 1000);
  }

  @Override
  public void read(byte[] input) {
    folder.clear();
    folder.put(file.substring(file.lastIndexOf('/') + 1), input);
    ClassNames classes =
        ClassNames.in(folder.files(), file, COLUMNS, DecodingLimit.setting(DECODED_LIMIT));
    LabelledTexts texts =
        new LabelledTexts(folder.files(), file, null, COLUMNS, classes, BYTES, 16, DECODED_LIMIT);
    texts.schema(Split.TRAIN);
    texts.read(Split.TRAIN, 7, 0, 1, Ignored.INSTANCE);
  }

  @Override
  public void close() {
    folder.close();
  }
}
