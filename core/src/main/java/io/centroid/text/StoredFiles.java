package io.centroid.text;

import io.centroid.InputException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that a tokenizer was read from, byte for byte; arrays only, so that Java and Kryo both
 * carry them.
 */
public final class StoredFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String place;
  private final String[] names;
  private final byte[][] contents;

  /**
   * @param place the folder as messages name it
   */
  public StoredFiles(String place, Map<String, byte[]> files) {
    this.place = place;
    names = files.keySet().toArray(String[]::new);
    contents = files.values().stream().map(byte[]::clone).toArray(byte[][]::new);
  }

  /** A file's name in messages. */
  public String path(String name) {
    return place + "/" + name;
  }

  public boolean has(String name) {
    return find(name) != null;
  }

  /** The content itself, not to be changed; null if there is no such file. */
  byte @Nullable [] find(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return contents[i];
      }
    }
    return null;
  }

  /** The content itself, not to be changed. */
  public byte[] get(String name) {
    byte[] content = find(name);
    if (content == null) {
      throw new InputException(path(name) + ": no such file");
    }
    return content;
  }

  /** Copies, and after them what {@code written} has beyond them. */
  public Map<String, byte[]> and(Map<String, byte[]> written) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      all.put(names[i], contents[i].clone());
    }
    written.forEach(all::putIfAbsent);
    return all;
  }
}
