package io.centroid.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.error.InputErrors;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.io.storage.StoredFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The JSON schema of {@code version.json}. */
@JsonIgnoreProperties(ignoreUnknown = true)
record VersionJson(
    String model,
    int version,
    String key,
    Instant at,
    String by,
    @Nullable Integer parent,
    String run,
    long step,
    String configurationSha256,
    String parametersSha256,
    String dataSha256,
    Map<String, Double> metrics,
    List<DataFile> data,
    Map<String, StoredFile> files) {
  static final ChecksummedJson FORM = new ChecksummedJson("format", VersionRecord.FORMAT);

  VersionJson {
    Names.requireName("model", model);
    Names.requireVersion("version", version);
    if (parent != null) {
      Names.requireVersion("parent", parent);
    }
    Json.require(step >= 0, "step", "0 or more");
    Json.requireSha256("parametersSha256", parametersSha256);
    if (!dataSha256.isEmpty()) {
      Json.requireSha256("dataSha256", dataSha256);
    }
  }

  static VersionJson of(VersionRecord version) {
    VersionProvenance from = version.provenance();
    return new VersionJson(
        version.model(),
        version.version(),
        version.key(),
        version.at(),
        version.by(),
        from.parent().isPresent() ? from.parent().getAsInt() : null,
        from.run(),
        from.step(),
        from.configurationSha256(),
        from.parametersSha256(),
        from.dataSha256(),
        from.metrics(),
        from.data(),
        version.files());
  }

  VersionRecord toRecord() {
    return new VersionRecord(
        model,
        version,
        key,
        at,
        InputErrors.shorten(by),
        new VersionProvenance(
            run,
            step,
            configurationSha256,
            parametersSha256,
            dataSha256,
            data,
            metrics,
            parent == null ? OptionalInt.empty() : OptionalInt.of(parent)),
        files);
  }
}
