package io.centroid.spark.explain;

import io.centroid.data.InputShape;
import io.centroid.explain.picture.ColoredWords;
import io.centroid.explain.picture.Figure;
import io.centroid.explain.picture.HeatMap;
import io.centroid.explain.picture.ImportancePlot;
import io.centroid.io.storage.AtomicDirectory.Draft;
import io.centroid.report.ExplanationsRecord;
import io.centroid.report.ExplanationsRecord.Kind;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes the files of explanations: {@code explanations.json}, a heat map or colored words for each
 * example, and plots of the importance of the inputs.
 */
public final class ExplanationFolder {
  private static final float LARGEST_PIXEL = 255;

  private final ExplainedModel model;
  private final InputShape shape;
  private final Draft draft;
  private final Consumer<String> notes;
  private final Map<String, byte[]> pngs = new LinkedHashMap<>();

  /** Names of pictures whose texts no font has. */
  private final List<String> withoutFont = new ArrayList<>();

  /**
   * A folder that is being written.
   *
   * @param notes receives a line if the Java runtime has no font for the text of a picture
   */
  public ExplanationFolder(ExplainedModel model, Draft draft, Consumer<String> notes) {
    this.notes = notes;
    this.model = model;
    this.shape = model.network().input();
    this.draft = draft;
  }

  /**
   * Writes the files of single examples.
   *
   * @param examples the examples
   * @param explained their explanations, in the same order
   * @param summary summary of the explanations
   * @return the PNG files by name
   */
  public Map<String, byte[]> write(
      List<Example> examples, List<ExplanationsRecord.Example> explained, ImportanceSummary summary)
      throws IOException {
    List<ExplanationsRecord.Example> pictured = new ArrayList<>();
    for (int i = 0; i < explained.size(); i++) {
      String name = String.format(Locale.ROOT, "example-%05d", i);
      pictured.add(picture(name, examples.get(i), explained.get(i)));
    }
    write(pictured, explained.size() > 1 ? plots(summary) : List.of());
    return pngs;
  }

  /**
   * Writes the files of a data set whose explanations are in other files.
   *
   * @return the PNG files by name
   */
  public Map<String, byte[]> write(ImportanceSummary summary) throws IOException {
    write(List.of(), plots(summary));
    return pngs;
  }

  private void write(List<ExplanationsRecord.Example> examples, List<String> plots)
      throws IOException {
    draft.write(ExplanationsRecord.FILE, record(examples, plots).toJson());
    if (!withoutFont.isEmpty()) {
      int more = withoutFont.size() - 1;
      notes.accept(
          "the Java runtime has no font for the text of "
              + withoutFont.get(0)
              + (more > 0 ? " and " + more + " more" : "")
              + ": not written, see the SVG or HTML file of the same name");
    }
  }

  private void writePng(String file, byte[] png) throws IOException {
    draft.write(file, png);
    pngs.put(file, png);
  }

  /** Writes a picture if there are fonts for it; returns whether there are. */
  private boolean writePng(String file, Optional<byte[]> png) throws IOException {
    if (png.isPresent()) {
      writePng(file, png.get());
    } else {
      withoutFont.add(file);
    }
    return png.isPresent();
  }

  /** Writes the pictures of an example; returns its record, which names the PNG file. */
  private ExplanationsRecord.Example picture(
      String name, Example example, ExplanationsRecord.Example explained) throws IOException {
    String file = name + ".png";
    switch (model.kind()) {
      case IMAGE -> writePng(file, heatMap(example, explained));
      case TEXT -> {
        ColoredWords words =
            new ColoredWords(explained.words(), model.outputs(), explained.attributions());
        draft.write(name + ".html", words.page(explained.input()));
        if (!writePng(file, words.png())) {
          return explained;
        }
      }
      case TABLE -> {
        return explained;
      }
    }
    return explained.withPicture(file);
  }

  private ExplanationsRecord record(List<ExplanationsRecord.Example> examples, List<String> plots) {
    ExplainSettings settings = model.settings();
    return new ExplanationsRecord(
        model.place(),
        settings.method().name().toLowerCase(Locale.ROOT),
        settings.seed(),
        settings.samples(),
        model.background().length,
        model.kind(),
        model.outputs(),
        model.features(),
        model.kind() == Kind.IMAGE
            ? List.of(shape.channels(), shape.height(), shape.width())
            : List.of(),
        examples,
        plots);
  }

  private byte[] heatMap(Example example, ExplanationsRecord.Example explained) {
    List<HeatMap.Panel> panels = new ArrayList<>();
    for (OutputAttribution attribution : explained.attributions()) {
      panels.add(
          new HeatMap.Panel(
              caption(model.outputs().get(attribution.output()), "class " + attribution.output())
                  + ": "
                  + share(attribution.value()),
              attribution.contributions()));
    }
    String input = caption(explained.input(), "image");
    String truth =
        explained.target() == null
            ? ""
            : ", is " + caption(explained.target(), "class " + (int) example.target());
    return new HeatMap(shape, scaled(example.values())).draw(input + truth, panels);
  }

  /** The text, or another one if the Java runtime has no font for it. */
  private static String caption(String text, String other) {
    return HeatMap.canShow(text) ? text : other;
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, value < 0.1 ? "%.3f" : "%.2f", value);
  }

  /** Pixels from 0 to 1. */
  private static float[] scaled(float[] values) {
    float[] pixels = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = values[i] / LARGEST_PIXEL;
    }
    return pixels;
  }

  private List<String> plots(ImportanceSummary summary) throws IOException {
    int output = model.settings().output();
    String of =
        String.format(
            Locale.ROOT,
            " for %s, %,d examples",
            output < 0 ? "the predicted classes" : model.outputs().get(output),
            summary.count());
    return switch (model.kind()) {
      case TABLE -> {
        ImportancePlot plot = new ImportancePlot(model.features(), summary.importance());
        yield List.of(
            plot("importance", plot.bars("Importance of the features" + of)),
            plot(
                "beeswarm",
                plot.beeswarm("Contributions of the features" + of, summary.plotted())));
      }
      case IMAGE -> {
        HeatMap.Panel panel =
            new HeatMap.Panel(
                String.format(Locale.ROOT, "importance, %,d", summary.count()),
                boxed(summary.importance(), shape.size()));
        writePng("importance.png", HeatMap.ofPanel(shape, panel));
        yield List.of("importance.png");
      }
      case TEXT -> List.of();
    };
  }

  /** Writes a plot as SVG, and as PNG if there are fonts; returns the name of the first. */
  private String plot(String name, Figure figure) throws IOException {
    writePng(name + ".png", figure.png());
    String file = name + ".svg";
    draft.write(file, figure.svg());
    return file;
  }

  /** The numbers, with zeros up to a length. */
  private static List<Double> boxed(double[] numbers, int length) {
    return Arrays.stream(Arrays.copyOf(numbers, length)).boxed().toList();
  }
}
