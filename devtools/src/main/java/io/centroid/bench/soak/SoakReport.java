package io.centroid.bench.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Detects growth of a JVM's resources over a long training by comparing early with late samples.
 */
public record SoakReport(List<SoakSample> samples) {
  private static final int FEWEST = 10;
  private static final double MEGABYTE = 1 << 20;

  /**
   * Creates a report of samples in chronological order.
   *
   * @throws IllegalArgumentException if there are too few samples
   */
  public SoakReport {
    samples = List.copyOf(samples);
    if (samples.size() < FEWEST) {
      throw new IllegalArgumentException(
          "expected " + FEWEST + " samples or more: " + samples.size());
    }
  }

  /**
   * Growth of one resource.
   *
   * @param name name of the resource with its unit
   * @param early median of the second fifth of the samples; the first fifth is warm-up
   * @param late median of the last fifth
   * @param slack growth that does not count as a leak
   */
  public record Resource(String name, double early, double late, double slack) {

    /** Whether the resource did not grow beyond its slack. */
    public boolean isFlat() {
      return late <= early + slack;
    }
  }

  /** Growth of every resource. */
  public List<Resource> resources() {
    List<Resource> resources = new ArrayList<>();
    // A vector of 10,000 parameters that leaks in one round of a hundred would pass these slacks
    // within a minute.
    resources.add(of("heap, MB", sample -> sample.heapBytes() / MEGABYTE, 4));
    resources.add(of("native vectors, MB", sample -> sample.nativeBytes() / MEGABYTE, 1));
    resources.add(of("off-heap, MB", sample -> sample.offHeapBytes() / MEGABYTE, 24));
    resources.add(of("threads", SoakSample::threads, 4));
    resources.add(of("open files", SoakSample::openFiles, 8));
    resources.add(of("broadcast blocks", SoakSample::broadcastBlocks, 16));
    resources.add(of("other blocks", SoakSample::otherBlocks, 16));
    return resources;
  }

  /** Whether no resource grew. */
  public boolean passed() {
    return resources().stream().allMatch(Resource::isFlat);
  }

  private Resource of(String name, ToDoubleFunction<SoakSample> value, double slack) {
    int fifth = samples.size() / 5;
    return new Resource(
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

  /** Output of {@code --json}. */
  public ObjectNode toJson() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("passed", passed());
    json.put("rounds", last().rounds());
    json.put("seconds", last().seconds());
    ArrayNode kinds = json.putArray("resources");
    for (Resource resource : resources()) {
      kinds
          .addObject()
          .put("name", resource.name())
          .put("early", resource.early())
          .put("late", resource.late())
          .put("slack", resource.slack())
          .put("flat", resource.isFlat());
    }
    json.set("samples", mapper.valueToTree(samples));
    return json;
  }

  /** A text table. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%,d rounds in %,.0f s%n%n", last().rounds(), last().seconds()));
    text.append(
        String.format(Locale.ROOT, "%-20s %10s %10s %10s%n", "resource", "early", "late", "slack"));
    for (Resource resource : resources()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-20s %10.1f %10.1f %10.0f  %s%n",
              resource.name(),
              resource.early(),
              resource.late(),
              resource.slack(),
              resource.isFlat() ? "flat" : "GROWS"));
    }
    return text.toString();
  }
}
