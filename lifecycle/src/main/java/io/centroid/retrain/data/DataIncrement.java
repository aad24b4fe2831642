package io.centroid.retrain.data;

import io.centroid.registry.DataFile;
import java.util.List;

/**
 * Data that came together: a subfolder of {@code data.path}, or a CSV file in it.
 *
 * @param parts names below {@code data.path} that are sources of their own
 * @param files every file that counts, by its name below {@code data.path}
 */
public record DataIncrement(String name, List<String> parts, List<DataFile> files) {
  public DataIncrement {
    parts = List.copyOf(parts);
    files = List.copyOf(files);
  }
}
