package io.centroid.retrain.data;

import io.centroid.registry.DataFile;
import java.util.List;

/**
 * A data increment: a subfolder of {@code data.path}, or a CSV file in it.
 *
 * @param name name of the subfolder or file
 * @param parts paths below {@code data.path} of its data sources
 * @param files data files, with paths below {@code data.path}
 */
public record DataIncrement(String name, List<String> parts, List<DataFile> files) {
  public DataIncrement {
    parts = List.copyOf(parts);
    files = List.copyOf(files);
  }
}
