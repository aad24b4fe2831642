package io.centroid.drift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.SealedJson;
import java.util.ArrayList;
import java.util.List;

/** {@code profile.json} in and out. */
public final class ProfileJson {
  /** The file that a version keeps its profile in. */
  public static final String FILE = "profile.json";

  /** Longest file that is read. */
  public static final int MOST_BYTES = 256 << 20;

  private static final int FORMAT = 1;

  private ProfileJson() {}

  /** A profile as sealed JSON in UTF-8. */
  public static byte[] write(Profile profile) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("format", FORMAT);
    counts(node, "targets", profile.targets());
    counts(node, "predictions", profile.predictions());
    ArrayNode features = node.putArray("features");
    for (Profile.Feature feature : profile.features()) {
      ObjectNode one = features.addObject();
      ArrayNode edges = one.putArray("edges");
      for (float edge : feature.bins().edges()) {
        edges.add(edge);
      }
      counts(one, "counts", feature.counts());
    }
    return SealedJson.write(node);
  }

  /**
   * Reads a profile.
   *
   * @throws io.centroid.InputException one line that names the file and the key
   */
  public static Profile read(String file, byte[] json) {
    JsonFields fields = JsonFields.parseShallow(file, json);
    SealedJson.verify(fields, json);
    fields.integer("format", FORMAT, FORMAT);
    List<Profile.Feature> features = new ArrayList<>();
    for (JsonFields feature : fields.list("features")) {
      float[] edges = edges(feature);
      long[] counts = counts(feature, "counts");
      if (counts.length != edges.length + 1) {
        throw feature.refusal("counts", "an array of " + (edges.length + 1) + " counts");
      }
      features.add(new Profile.Feature(new Bins(edges), counts));
    }
    return new Profile(features, counts(fields, "targets"), counts(fields, "predictions"));
  }

  private static float[] edges(JsonFields feature) {
    JsonNode node = feature.node().path("edges");
    float[] edges = new float[node.size()];
    for (int i = 0; i < edges.length; i++) {
      JsonNode edge = node.get(i);
      boolean rises =
          edge != null
              && edge.isNumber()
              && Float.isFinite(edge.floatValue())
              && (i == 0 || edge.floatValue() > edges[i - 1]);
      if (!rises) {
        throw feature.refusal("edges", "an array of rising numbers");
      }
      edges[i] = edge.floatValue();
    }
    if (!node.isArray()) {
      throw feature.refusal("edges", "an array of rising numbers");
    }
    return edges;
  }

  private static void counts(ObjectNode node, String key, long[] counts) {
    ArrayNode array = node.putArray(key);
    for (long count : counts) {
      array.add(count);
    }
  }

  private static long[] counts(JsonFields fields, String key) {
    List<Long> read = fields.integers(key);
    for (long count : read) {
      if (count < 0) {
        throw Rejection.of(
            fields.file(), "key " + fields.path() + key, "counts of 0 or more", "" + count);
      }
    }
    return read.stream().mapToLong(Long::longValue).toArray();
  }
}
