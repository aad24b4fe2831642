package io.centroid.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.documents.DocumentEdits;
import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.documents.TextReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentEditsTest {
  private static final ReadingOptions EDITED = CorpusOnDisk.options(false).edited(new Masking());

  @TempDir private Path folder;

  /** Replaces "secret word" by "*", and drops documents that contain "drop". */
  private record Masking() implements DocumentEdits {
    @Override
    public Optional<String> edit(String document, Map<String, Long> counts) {
      String edited = document.replace("secret word", "*");
      counts.merge("words", (long) (document.length() - edited.length()) / 10, Long::sum);
      return document.contains("drop") ? Optional.empty() : Optional.of(edited);
    }
  }

  @Test
  void tokensAreThoseOfTheEditedDocuments() throws IOException {
    Path file = write("a.txt", "one secret word\ndrop it secret word\nsecret word two\n");
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 64, file).ofWholeDocuments();
    Corpus corpus =
        CorpusOnDisk.write(
            folder.resolve("out"), plan, CorpusOnDisk.NONE, new WordTokenizer(true), EDITED, 1);
    IntStream expected =
        Stream.of("one *", "* two")
            .flatMapToInt(
                document ->
                    IntStream.concat(
                        IntStream.of(new WordTokenizer(true).encodeOrdinary(document)),
                        IntStream.of(WordTokenizer.WORDS)));
    assertThat(CorpusOnDisk.ids(corpus, corpus.manifest().training()))
        .isEqualTo(expected.toArray());
    assertThat(corpus.manifest().counts().documents()).isEqualTo(2);
  }

  @Test
  void aDocumentOfManyPiecesIsEditedAsAWhole() throws IOException {
    String before = "no end of it, ".repeat(600_000); // two pieces of 4 MiB and a rest
    Path file = write("a.txt", before + "secret word");
    TextPlan plan = CorpusOnDisk.plan(null, 1 << 20, file).ofWholeDocuments();
    Collected collected = new Collected();
    try (TextReader reader = new Text(CorpusOnDisk.FILES, plan, EDITED).reader(0)) {
      while (reader.next(collected)) {
        // until the end
      }
      assertThat(reader.edited()).isEqualTo(Map.of("words", 1L));
    }
    assertThat(collected.text.toString().equals(before + "*")).isTrue();
    assertThat(collected.pieces).isGreaterThan(1);
  }

  @Test
  void droppedDocumentsAreCounted() throws IOException {
    Path file = write("a.txt", "one\ndrop\ndrop secret word\n");
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 64, file).ofWholeDocuments();
    Collected collected = new Collected();
    try (TextReader reader = new Text(CorpusOnDisk.FILES, plan, EDITED).reader(0)) {
      while (reader.next(collected)) {
        // until the end
      }
      assertThat(reader.edited()).isEqualTo(Map.of("words", 1L, "dropped", 2L));
    }
    assertThat(collected.text).hasToString("one\n\n\n");
  }

  @ParameterizedTest
  @ValueSource(longs = {64, 100, 1 << 20})
  void piecesAndLineEndsAreTheWholeFile(long shard) throws IOException {
    for (String end : List.of("", "\n", "\r\n", "\r", "\n\n\n")) {
      String text = "\n\r\none\r\n\ntwo two\n \n" + "three ".repeat(50) + "\n\nfour\r\n5" + end;
      Path file = write("lines.txt", text);
      TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, shard, file);
      Collected collected = new Collected();
      for (int task = 0; task < plan.tasks().size(); task++) {
        try (TextReader reader =
            new Text(CorpusOnDisk.FILES, plan, CorpusOnDisk.options(false)).reader(task)) {
          while (reader.next(collected)) {
            // until the end
          }
        }
      }
      assertThat(collected.text).hasToString(text);
    }
  }

  private Path write(String name, String text) throws IOException {
    return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class Collected implements DocumentSink {
    private final StringBuilder text = new StringBuilder();
    private int pieces;

    @Override
    public boolean begin(DocumentPosition place, boolean head) {
      return true;
    }

    @Override
    public void piece(String piece, long offset) {
      text.append(piece);
      pieces++;
    }

    @Override
    public void end(boolean complete) {}

    @Override
    public void lineEnd(String lineEnd) {
      text.append(lineEnd);
    }
  }
}
