package io.centroid.explain.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.image.Canvas;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ColoredWordsTest {
  private static final int FONT = 16;

  @Test
  void wordsHaveTheColorsOfTheirContributionsAndAreNoMarkup() {
    OutputAttribution attribution =
        new OutputAttribution(1, 0.5, 0.9, 0.0, 1.0, List.of(0.5, -0.25, 0.0));
    String page =
        new String(
            new ColoredWords(
                    List.of("good ", "<script>alert(1)</script> ", "film"),
                    List.of("negative", "positive"),
                    List.of(attribution))
                .page("a <b> text"),
            StandardCharsets.UTF_8);
    String red = Diverging.hex(Diverging.mix(0xffffff, Diverging.RED, 0.45));
    String blue = Diverging.hex(Diverging.mix(0xffffff, Diverging.BLUE, 0.225));
    assertThat(page)
        .contains("<title>a &lt;b&gt; text</title>", "<h2>positive, 0.9000</h2>")
        .contains("background: " + red + "\" title=\"0.5000\">good </span>")
        .contains("background: " + blue + "\" title=\"-0.2500\">&lt;script&gt;alert(1)")
        .contains("background: #ffffff\" title=\"0.0000\">film</span>")
        .doesNotContain("<script>", "negative,");
  }

  @Test
  void aPictureHasTheColorsOfTheWordsInEachLine() throws IOException {
    List<String> words =
        IntStream.range(0, 100).mapToObj(i -> i % 2 == 0 ? "good " : "bad\n").toList();
    List<Double> contributions =
        IntStream.range(0, 100).mapToObj(i -> i % 2 == 0 ? 0.5 : -0.25).toList();
    BufferedImage image =
        ImageIO.read(
            new ByteArrayInputStream(
                new ColoredWords(
                        words,
                        List.of("no", "yes"),
                        List.of(new OutputAttribution(1, 0.5, 0.9, 0.0, 1.0, contributions)))
                    .png()
                    .orElseThrow()));
    Set<Integer> colors = new TreeSet<>();
    Set<Integer> lines = new TreeSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y) & 0xffffff;
        colors.add(rgb);
        if (rgb == Diverging.mix(0xffffff, Diverging.RED, 0.45)) {
          lines.add(y / 28);
        }
      }
    }
    assertThat(colors)
        .contains(
            0xffffff,
            Diverging.mix(0xffffff, Diverging.RED, 0.45),
            Diverging.mix(0xffffff, Diverging.BLUE, 0.225));
    double width =
        Canvas.width("good ", FONT).orElseThrow() + Canvas.width("bad ", FONT).orElseThrow();
    assertThat(lines).hasSizeGreaterThanOrEqualTo((int) (50 * width / 700));
  }

  @Test
  void aWordWithoutWidthIsInThePicture() throws IOException {
    OutputAttribution attribution = new OutputAttribution(0, 0, 1, null, null, List.of(1.0, 0.5));
    byte[] png =
        new ColoredWords(List.of("", "film"), List.of("a"), List.of(attribution))
            .png()
            .orElseThrow();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getRGB(13, 60) & 0xffffff)
        .isEqualTo(Diverging.mix(0xffffff, Diverging.RED, 0.225));
  }

  @Test
  void aTextWithoutAFontHasNoPicture() {
    String unassigned = new String(Character.toChars(0xE1234));
    assertThat(
            new ColoredWords(
                    List.of(unassigned),
                    List.of("a"),
                    List.of(new OutputAttribution(0, 0, 1, null, null, List.of(1.0))))
                .png())
        .isEmpty();
    assertThat(
            new ColoredWords(
                    List.of("a"),
                    List.of(unassigned),
                    List.of(new OutputAttribution(0, 0, 1, null, null, List.of(1.0))))
                .png())
        .isEmpty();
  }
}
