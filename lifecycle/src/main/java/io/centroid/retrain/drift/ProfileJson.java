package io.centroid.retrain.drift;

import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The JSON schema of {@code profile.json}. */
public record ProfileJson(List<Long> targets, List<Long> predictions, List<Feature> features) {
  /** The name of the file in a version. */
  public static final String FILE = "profile.json";

  /** The maximum length of the file in bytes. */
  public static final int MAX_BYTES = 256 << 20;

  private static final ChecksummedJson FORM = new ChecksummedJson("format", 1);

  public ProfileJson {
    requireCounts("targets", targets);
    requireCounts("predictions", predictions);
  }

  /** The bins of a feature and the number of examples in each. */
  record Feature(List<Float> edges, List<Long> counts) {
    Feature {
      Json.require(
          IntStream.range(1, edges.size()).allMatch(i -> edges.get(i) > edges.get(i - 1)),
          "edges",
          "an array of ascending numbers");
      Json.require(
          counts.size() == edges.size() + 1,
          "counts",
          "an array of " + (edges.size() + 1) + " counts");
      requireCounts("counts", counts);
    }

    static Feature of(Profile.Feature feature) {
      float[] edges = feature.bins().edges();
      return new Feature(
          IntStream.range(0, edges.length).mapToObj(i -> edges[i]).toList(),
          list(feature.counts()));
    }

    Profile.Feature feature() {
      float[] values = new float[edges.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = edges.get(i);
      }
      return new Profile.Feature(new Bins(values), array(counts));
    }
  }

  /** A profile as JSON in UTF-8 with a checksum. */
  public static byte[] write(Profile profile) {
    return FORM.write(
        new ProfileJson(
            list(profile.targets()),
            list(profile.predictions()),
            profile.features().stream().map(Feature::of).toList()));
  }

  /**
   * Parses {@code profile.json}.
   *
   * @throws io.centroid.error.InputException if the content is not a valid profile
   */
  public static Profile read(String file, byte[] json) {
    return FORM.read(
        file,
        json,
        ProfileJson.class,
        form ->
            new Profile(
                form.features.stream().map(Feature::feature).toList(),
                array(form.targets),
                array(form.predictions)));
  }

  private static void requireCounts(String key, List<Long> counts) {
    Json.require(counts.stream().allMatch(count -> count >= 0), key, "counts of 0 or more");
  }

  private static List<Long> list(long[] counts) {
    return LongStream.of(counts).boxed().toList();
  }

  private static long[] array(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).toArray();
  }
}
