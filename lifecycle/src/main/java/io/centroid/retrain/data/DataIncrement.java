package io.centroid.retrain.data;

import io.centroid.registry.DataFile;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A data increment: a subfolder of {@code data.path}, or a CSV file in it.
 *
 * @param name name of the subfolder or file
 * @param parts paths below {@code data.path} of its data sources
 * @param files data files, with paths below {@code data.path}
 * @param modified times of the files' last changes in ms since 1970, by name; without files that
 *     changed so recently that a later change could have the same time; earlier releases did not
 *     store it
 */
public record DataIncrement(
    String name, List<String> parts, List<DataFile> files, @Nullable Map<String, Long> modified) {
  public DataIncrement {
    parts = List.copyOf(parts);
    files = List.copyOf(files);
    modified = modified == null ? null : Map.copyOf(modified);
  }

  /** Lengths of files in bytes, by name. */
  public static SortedMap<String, Long> lengths(List<DataFile> files) {
    SortedMap<String, Long> lengths = new TreeMap<>();
    files.forEach(file -> lengths.put(file.name(), file.bytes()));
    return lengths;
  }
}
