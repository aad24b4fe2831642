package io.centroid.explain.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.image.Canvas;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ImportancePlotTest {
  private static final ImportancePlot PLOT =
      new ImportancePlot(List.of("age", "<fare & \"class\">", "none"), new double[] {0.1, 0.4, 0});

  private static final double[] ONE = {1};

  @Test
  void barsAreInOrderAndProportional() throws Exception {
    byte[] svg = PLOT.bars("Importance").svg();
    assertThat(texts(svg))
        .containsSubsequence("Importance", "<fare & \"class\">", "age", "none", "0.400", "0.100");
    List<Element> bars = elements(svg, "rect").subList(1, 4);
    assertThat(number(bars.get(0), "width")).isEqualTo(460);
    assertThat(number(bars.get(1), "width")).isCloseTo(115, within(0.1));
    assertThat(number(bars.get(2), "width")).isZero();
  }

  @Test
  void pointsAreAtTheirContributionsInTheColorOfTheirValues() throws Exception {
    List<ImportancePlot.Example> examples =
        List.of(
            new ImportancePlot.Example(new double[] {0.2, -0.8, 0}, new double[] {30, 5, 1}),
            new ImportancePlot.Example(new double[] {-0.1, 0.4, 0}, new double[] {20, 9, 1}));
    List<Element> circles = elements(PLOT.beeswarm("Swarm", examples).svg(), "circle");
    assertThat(circles).hasSize(6);
    // The first row is the most important feature; 0 is at 190 + 460 / 2.
    assertThat(number(circles.get(0), "cx")).isCloseTo(420 - 230, within(0.1));
    assertThat(number(circles.get(1), "cx")).isCloseTo(420 + 115, within(0.1));
    assertThat(circles.get(0).getAttribute("fill")).isEqualTo("#2166ac");
    assertThat(circles.get(1).getAttribute("fill")).isEqualTo("#d62f27");
    assertThat(number(circles.get(2), "cx")).isCloseTo(420 + 57.5, within(0.1));
    assertThat(circles.get(2).getAttribute("fill")).isEqualTo("#d62f27");
    // Equal values have the color between; points at one place do not cover each other.
    assertThat(circles.get(4).getAttribute("fill")).isEqualTo(circles.get(5).getAttribute("fill"));
    assertThat(number(circles.get(4), "cy")).isNotEqualTo(number(circles.get(5), "cy"));
  }

  @Test
  void aPngHasTheShapesOfTheSvg() throws Exception {
    BufferedImage image =
        ImageIO.read(new ByteArrayInputStream(PLOT.bars("Importance").png().orElseThrow()));
    assertThat(image.getWidth()).isEqualTo(2 * 740);
    assertThat(image.getHeight()).isEqualTo(2 * (40 + 3 * 26 + 44));
    // The bar of the first row ends at 190 + 460, that of the second at 190 + 115.
    assertThat(image.getRGB(2 * 649, 2 * 53) & 0xffffff).isEqualTo(Diverging.BLUE);
    assertThat(image.getRGB(2 * 304, 2 * 79) & 0xffffff).isEqualTo(Diverging.BLUE);
    assertThat(image.getRGB(2 * 360, 2 * 79) & 0xffffff).isEqualTo(0xffffff);
    boolean hasText = false;
    for (int x = 0; x < 2 * 180; x++) {
      hasText |= (image.getRGB(x, 2 * 53) & 0xff) < 0x80;
    }
    assertThat(hasText).isTrue();
  }

  @Test
  void onlyTheMostImportantFeaturesAreShown() throws Exception {
    List<String> names = IntStream.range(0, 50).mapToObj(i -> "f" + i).toList();
    double[] importance = IntStream.range(0, 50).mapToDouble(i -> i).toArray();
    ImportancePlot plot = new ImportancePlot(names, importance);
    assertThat(plot.order()).hasSize(20).startsWith(49, 48).endsWith(30);
    assertThat(texts(plot.bars("many").svg()))
        .contains("f49", "f30", "many, 20 of 50 columns")
        .doesNotContain("f29");
  }

  @Test
  void longNamesAreShortenedInTheMiddleAndNotCut() throws Exception {
    List<String> names =
        IntStream.range(0, 20)
            .mapToObj(
                i -> "MEAN_TRANSACTION_VALUE_of_all_customers_within_the_last_" + 7 * i + "_weeks")
            .toList();
    ImportancePlot plot = new ImportancePlot(names, new double[20]);
    String title = "Importance of the features for " + "a very long class ".repeat(20);
    List<Element> shown = elements(plot.bars(title).svg(), "text");
    assertThat(shown.get(0).getTextContent()).startsWith("Importance of the").contains("…");
    double width = number(elements(plot.bars(title).svg(), "svg").get(0), "width");
    assertThat(Canvas.width(shown.get(0).getTextContent(), 13).orElseThrow()).isLessThan(width);
    List<String> shownNames = new ArrayList<>();
    for (Element text : shown) {
      if (text.getAttribute("text-anchor").equals("end")) {
        shownNames.add(text.getTextContent());
        assertThat(Canvas.width(text.getTextContent(), 13).orElseThrow())
            .isLessThan(number(text, "x"));
      }
    }
    assertThat(shownNames)
        .hasSize(20)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.startsWith("MEAN_TRANS") && name.endsWith("_weeks"));
    ImportancePlot medium = new ImportancePlot(List.of("weeks since the last contact"), ONE);
    assertThat(texts(medium.bars("a").svg())).contains("weeks since the last contact");
  }

  @Test
  void namesWithoutAFontAreInTheSvgOnly() throws Exception {
    String unassigned = new String(Character.toChars(0xE1234));
    Figure figure = new ImportancePlot(List.of(unassigned), ONE).bars("Importance");
    assertThat(figure.png()).isEmpty();
    assertThat(texts(figure.svg())).contains(unassigned);
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static List<String> texts(byte[] svg) throws Exception {
    return elements(svg, "text").stream().map(Element::getTextContent).toList();
  }

  private static List<Element> elements(byte[] svg, String tag) throws Exception {
    NodeList nodes =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg))
            .getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }
}
