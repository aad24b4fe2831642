package io.centroid.bench.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Whether what a JVM holds grew over a long training: early samples against late ones. */
public record SoakReport(List<SoakSample> samples) {
  private static final int FEWEST = 10;
  private static final double MEGABYTE = 1 << 20;

  /**
   * Of samples in the order of time.
   *
   * @throws IllegalArgumentException if there are too few to tell
   */
  public SoakReport {
    samples = List.copyOf(samples);
    if (samples.size() < FEWEST) {
      throw new IllegalArgumentException(
          "expected " + FEWEST + " samples or more: " + samples.size());
    }
  }

  /**
   * One kind of thing that is held.
   *
   * @param early median of the second fifth of the samples: the first is warm-up
   * @param late median of the last fifth
   * @param slack growth that is no leak
   */
  public record Held(String name, double early, double late, double slack) {

    /** Whether it stayed as it was. */
    public boolean isFlat() {
      return late <= early + slack;
    }
  }

  /** What is held, kind by kind. */
  public List<Held> held() {
    List<Held> held = new ArrayList<>();
    // A vector of 10,000 parameters that leaks in one round of a hundred would pass these slacks
    // within a minute.
    held.add(of("heap, MB", sample -> sample.heapBytes() / MEGABYTE, 4));
    held.add(of("native vectors, MB", sample -> sample.nativeBytes() / MEGABYTE, 1));
    held.add(of("beside heap, MB", sample -> sample.besideHeapBytes() / MEGABYTE, 24));
    held.add(of("threads", SoakSample::threads, 4));
    held.add(of("open files", SoakSample::openFiles, 8));
    held.add(of("broadcast blocks", SoakSample::broadcastBlocks, 16));
    held.add(of("other blocks", SoakSample::otherBlocks, 16));
    return held;
  }

  /** Whether nothing grew. */
  public boolean passed() {
    return held().stream().allMatch(Held::isFlat);
  }

  private Held of(String name, ToDoubleFunction<SoakSample> value, double slack) {
    int fifth = samples.size() / 5;
    return new Held(
        name,
        median(samples.subList(fifth, 2 * fifth), value),
        median(samples.subList(samples.size() - fifth, samples.size()), value),
        slack);
  }

  private static double median(List<SoakSample> samples, ToDoubleFunction<SoakSample> value) {
    return Spread.of(samples.stream().map(value::applyAsDouble).toList()).median();
  }

  private SoakSample last() {
    return samples.get(samples.size() - 1);
  }

  /** What {@code --json} prints. */
  public ObjectNode toJson() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("passed", passed());
    json.put("rounds", last().rounds());
    json.put("seconds", last().seconds());
    ArrayNode kinds = json.putArray("held");
    for (Held held : held()) {
      kinds
          .addObject()
          .put("name", held.name())
          .put("early", held.early())
          .put("late", held.late())
          .put("slack", held.slack())
          .put("flat", held.isFlat());
    }
    json.set("samples", mapper.valueToTree(samples));
    return json;
  }

  /** A table for people. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%,d rounds in %,.0f s%n%n", last().rounds(), last().seconds()));
    text.append(
        String.format(Locale.ROOT, "%-20s %10s %10s %10s%n", "held", "early", "late", "slack"));
    for (Held held : held()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-20s %10.1f %10.1f %10.0f  %s%n",
              held.name(),
              held.early(),
              held.late(),
              held.slack(),
              held.isFlat() ? "flat" : "GROWS"));
    }
    return text.toString();
  }
}
