package io.centroid.export;

import org.apache.hadoop.fs.Path;

/**
 * A verified and published export.
 *
 * @param path folder of the export
 * @param description content of {@link ExportDescription#FILE}
 */
public record ExportedModel(Path path, ExportDescription description) {}
