package io.centroid.data.texts;

import io.centroid.data.ClassNames;
import io.centroid.io.HadoopFiles;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;

/** A folder with files of labeled texts. */
abstract class TextsFolder {
  static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  static final TextColumns COLUMNS = new TextColumns("text", "label");
  static final ClassNames FEELINGS = new ClassNames(List.of("neg", "pos"));
  static final Tokenizer TOKENIZER = new ByteTokenizer(true);
  @TempDir Path folder;

  static LabeledTexts source(Path file) {
    return source(file, FEELINGS);
  }

  static LabeledTexts source(Path file, ClassNames classes) {
    return source(file, COLUMNS, classes, TOKENIZER, Long.MAX_VALUE - 1);
  }

  static LabeledTexts source(
      Path file, TextColumns columns, ClassNames classes, Tokenizer tokenizer, long limit) {
    return new LabeledTexts(FILES, file.toString(), null, columns, classes, tokenizer, 16, limit);
  }

  Path write(String name, String content) throws IOException {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }
}
