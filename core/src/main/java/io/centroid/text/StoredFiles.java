package io.centroid.text;

import io.centroid.error.InputException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The unchanged files of a tokenizer, stored in arrays for Java and Kryo serialization. */
public final class StoredFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String place;
  private final String[] names;
  private final byte[][] contents;

  /**
   * @param place name of the folder for messages
   * @param files contents by file name
   */
  public StoredFiles(String place, Map<String, byte[]> files) {
    this.place = place;
    names = files.keySet().toArray(String[]::new);
    contents = files.values().stream().map(byte[]::clone).toArray(byte[][]::new);
  }

  /** Path of a file for messages. */
  public String path(String name) {
    return place + "/" + name;
  }

  public boolean has(String name) {
    return find(name) != null;
  }

  /** The content, which must not be modified; null if there is no such file. */
  byte @Nullable [] find(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return contents[i];
      }
    }
    return null;
  }

  /** The content, which must not be modified. */
  public byte[] get(String name) {
    byte[] content = find(name);
    if (content == null) {
      throw new InputException(path(name) + ": no such file");
    }
    return content;
  }

  /** Copies of the files, plus the files of {@code written} with other names. */
  public Map<String, byte[]> and(Map<String, byte[]> written) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      all.put(names[i], contents[i].clone());
    }
    written.forEach(all::putIfAbsent);
    return all;
  }
}
