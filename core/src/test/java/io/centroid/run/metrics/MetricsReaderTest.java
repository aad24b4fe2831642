package io.centroid.run.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.run.metrics.MetricsReader.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsReaderTest {
  private static final String ROUND = "{\"type\":\"round\",\"step\":%d,\"loss\":0.5}\n";

  @Test
  void linesHaveNumbersLengthsAndRows() throws IOException {
    String last = ROUND.formatted(12).strip();
    List<Line> lines = read(ROUND.formatted(7) + "{}\r\n" + last);
    assertThat(lines).extracting(Line::number).containsExactly(1L, 2L, 3L);
    assertThat(lines).extracting(Line::length).containsExactly(37L, 4L, 37L);
    assertThat(lines).extracting(Line::isComplete).containsExactly(true, true, false);
    assertThat(lines).extracting(Line::isDamaged).containsExactly(false, true, false);
    assertThat(lines.get(0).row().orElseThrow().step()).isEqualTo(7);
    assertThat(lines.get(1).bytes()).asString(UTF_8).isEqualTo("{}\r\n");
    assertThat(lines.get(2).row().orElseThrow().step()).isEqualTo(12);
  }

  @Test
  void anIncompleteLastLineIsNotDamaged() throws IOException {
    Line last = read(ROUND.formatted(7) + "{\"type\":\"rou").get(1);
    assertThat(last.row()).isEmpty();
    assertThat(last.isDamaged()).isFalse();
  }

  /** Both are over the ends of the reader's buffer. */
  @Test
  void aLineIsReadUpToTheLimit() throws IOException {
    int rest = MetricsReader.LONGEST_LINE - ROUND.formatted(1).length();
    String longest = ROUND.formatted(1).replace("{", "{" + " ".repeat(rest));
    List<Line> lines = read(longest + longest.replace("{", "{ ") + ROUND.formatted(3));
    assertThat(lines).extracting(Line::isDamaged).containsExactly(false, true, false);
    assertThat(lines).extracting(line -> line.bytes().length).containsExactly(4 << 20, 0, 37);
    assertThat(lines.get(1).length()).isEqualTo((4 << 20) + 1);
  }

  /** A gibibyte of zeros, which a file system may leave after a crash. */
  @Test
  void aLineWithoutEndIsNotHeldInMemory() throws IOException {
    InputStream zeros =
        new InputStream() {
          private long left = 1L << 30;

          @Override
          public int read() {
            return left-- > 0 ? 0 : -1;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            int count = (int) Math.min(left, length);
            left -= count;
            Arrays.fill(bytes, offset, offset + count, (byte) 0);
            return count == 0 ? -1 : count;
          }
        };
    InputStream round = new ByteArrayInputStream(ROUND.formatted(1).getBytes(UTF_8));
    List<Line> lines = read(new SequenceInputStream(round, zeros));
    assertThat(lines).extracting(Line::isDamaged).containsExactly(false, true);
    assertThat(lines.get(1).length()).isEqualTo(1L << 30);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{'type':'round'}",
        "{'type':'round','step':null}",
        "{'type':'round','step':'5'}",
        "{'type':'round','step':-1}",
        "{'type':'round','step':5.0}",
        "{'type':'round','step':9223372036854775808}",
        "{'type':'round','step':1e400}",
        "{'type':'round','step':5,'step':6}",
        "{'type':'round','step':5}{}",
        "{'type':'round','step':5,'loss':'nan'}",
        "{'type':'round','step':5,'loss':NaN}",
        "{'type':'round','step':5,'loss':null}",
        "{'type':'round','step':5,'seconds':[1]}",
        "{'type':'round','step':5,'bytesUp':1e999}",
        "{'type':'round','step':5,'examples':-1}",
        "{'type':'round','step':5,'epoch':2147483648}",
        "{'type':'round','step':5,'roundExamples':true}",
        "{'type':'round','step':5,'workers':{}}",
        "{'type':'round','step':5,'workers':[7]}",
        "{'type':'round','step':5,'workers':[{'loss':'x'}]}",
        "{'type':'evaluation','step':5,'part':'test','loss':'0.5'}",
        "{'type':'evaluation','step':5,'part':'test','accuracy':{}}",
        "{'type':'evaluation','step':5,'part':7,'loss':0.5}",
        "{'type':'evaluation','step':5,'part':'test','top5':1e999}",
        "{'type':'rollback','step':5,'rollback':'1'}",
        "{'type':'rollback','step':5,'rollback':1,'reason':1}",
        "{'type':'sample','step':5}",
        "{'step':5}",
        "{'type':'round','step':5,'note':'\u00ff'}",
      })
  void aDamagedValueMakesADamagedLine(String line) throws IOException {
    // In Latin-1, so that the last one is not UTF-8.
    byte[] bytes = (line.replace('\'', '"') + "\n").getBytes(ISO_8859_1);
    assertThat(read(new ByteArrayInputStream(bytes)))
        .extracting(Line::isDamaged)
        .containsExactly(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'round','step':9223372036854775807,'loss':1}",
        "{'type':'round','step':5,'loss':-1e-300,'note':'text','more':{'loss':'x'}}",
        "{'type':'round','step':5,'loss':7,'workers':[{'examples':3,'of':'rack 1'}]}",
        "{'type':'evaluation','step':5,'part':'train','accuracy':1,'note':'text'}",
        "{'type':'rollback','step':5}",
        "{'type':'evaluation','step':5,'part':'test','loss':900,'perplexity':'Infinity'}",
        "{'type':'round','step':5,'workers':[{'examples':3,'loss':'NaN'}]}",
      })
  void unknownAndAbsentFieldsAreNoDamage(String line) throws IOException {
    assertThat(read(line.replace('\'', '"') + "\n").get(0).row()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "+1000000000-01-01T00:00:00Z", ""})
  void aTimeThatIsNoneIsAbsent(String time) throws IOException {
    Line line = read("{\"type\":\"round\",\"step\":5,\"time\":\"" + time + "\"}\n").get(0);
    assertThat(line.row().orElseThrow())
        .isInstanceOfSatisfying(
            MetricsRow.OfRound.class, round -> assertThat(round.metrics().time()).isNull());
  }

  private static List<Line> read(String text) throws IOException {
    return read(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static List<Line> read(InputStream stream) throws IOException {
    MetricsReader reader = new MetricsReader(stream);
    List<Line> lines = new ArrayList<>();
    for (Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }
}
