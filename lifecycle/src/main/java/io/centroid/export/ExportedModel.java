package io.centroid.export;

import org.apache.hadoop.fs.Path;

/**
 * An export that was verified and committed.
 *
 * @param path its folder
 * @param description what its {@link ExportDescription#FILE} says
 */
public record ExportedModel(Path path, ExportDescription description) {}
