package io.centroid.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.encryption.Encryption;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.storage.StoredFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of the manifest. */
@JsonIgnoreProperties(ignoreUnknown = true)
record ManifestJson(
    long step,
    long round,
    long seed,
    Position position,
    String configurationHash,
    long fencingToken,
    Instant writtenAt,
    Map<String, StoredFile> files,
    Map<String, Double> metrics,
    Map<String, String> versions,
    ObjectNode model,
    ObjectNode data,
    ObjectNode training,
    List<LayoutTensor> layout,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Encryption encryption) {
  static final ChecksummedJson FORM = new ChecksummedJson("format", Manifest.FORMAT);

  static ManifestJson of(Manifest manifest) {
    Snapshot snapshot = manifest.snapshot();
    return new ManifestJson(
        snapshot.step(),
        snapshot.round(),
        snapshot.seed(),
        snapshot.position(),
        snapshot.configurationHash(),
        manifest.fencingToken(),
        manifest.writtenAt(),
        manifest.files(),
        snapshot.metrics(),
        snapshot.versions(),
        snapshot.model(),
        snapshot.data(),
        snapshot.training(),
        snapshot.layout(),
        manifest.encryption());
  }

  Manifest manifest() {
    return new Manifest(
        new Snapshot(
            step,
            round,
            seed,
            position,
            configurationHash,
            layout,
            versions,
            metrics,
            model,
            data,
            training),
        fencingToken,
        writtenAt,
        files,
        encryption);
  }
}
