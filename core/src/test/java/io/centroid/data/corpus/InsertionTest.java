package io.centroid.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.tokenizing.CorpusFolder;
import io.centroid.data.tokenizing.Encoding;
import io.centroid.data.tokenizing.Insertion;
import io.centroid.data.tokenizing.KeptDocuments;
import io.centroid.data.tokenizing.SpecialTokenRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsertionTest {
  private static final int LINE = 8; // Seven words and punctuation marks, and an end of text.

  @TempDir private Path folder;

  @Test
  void piecesAreInsertedAfterTheNextBreakOrAfterTheSlack() throws IOException {
    Path lines =
        Files.writeString(folder.resolve("lines.txt"), "line number 1, and no other\n".repeat(9));
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 10_000, lines);
    WordTokenizer tokenizer = new WordTokenizer(true);
    try (CorpusFolder corpus =
        CorpusFolder.create(CorpusOnDisk.FILES, folder.resolve("out").toString(), false)) {
      CorpusShard shard =
          Objects.requireNonNull(
              new Encoding(
                      new Text(CorpusOnDisk.FILES, plan, CorpusOnDisk.options(false)),
                      tokenizer,
                      SpecialTokenRule.TEXT,
                      CorpusOnDisk.NONE,
                      corpus.staging())
                  .encode(0, "first", KeptDocuments.all(), () -> false)
                  .training());
      List<Integer> before = ids(corpus.staging(), shard);
      assertThat(before).hasSize(9 * LINE);
      BitSet breaks = new BitSet();
      breaks.set(before.get(LINE - 1));
      Insertion insertion =
          new Insertion(
              corpus.staging(),
              IdWidth.UINT32,
              shard,
              List.of(
                  new Insertion.Piece(9 * LINE, List.of(5)),
                  new Insertion.Piece(2, List.of(1, 2)),
                  new Insertion.Piece(LINE, List.of(3)),
                  new Insertion.Piece(2 * LINE + 1, List.of(4))),
              breaks,
              LINE - 2);
      CorpusShard written = insertion.write("second");
      assertThat(insertion.write("third")).isEqualTo(written);
      assertThat(ids(corpus.staging(), shard)).isEqualTo(before);
      insertion.publish();
      List<Integer> expected = new ArrayList<>(before);
      expected.add(5);
      expected.add(3 * LINE - 1, 4); // The slack ends one token before the break.
      expected.addAll(LINE, List.of(1, 2, 3));
      assertThat(ids(corpus.staging(), written)).isEqualTo(expected);
      assertThat(written.tokens()).isEqualTo(expected.size());
      written.verify(CorpusOnDisk.FILES, CorpusOnDisk.FILES.path(corpus.staging().folder()));
    }
  }

  private static List<Integer> ids(Staging staging, CorpusShard shard) {
    ByteBuffer bytes =
        ByteBuffer.wrap(CorpusOnDisk.bytes(Path.of(staging.path(shard.name()).toUri().getPath())));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> ids = new ArrayList<>();
    while (bytes.hasRemaining()) {
      ids.add(IdWidth.UINT32.take(bytes));
    }
    return ids;
  }
}
